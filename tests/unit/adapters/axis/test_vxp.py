"""The VXP connector on the wire, as EDXML.md 3.1 has it."""

import hmac
import json
from datetime import date

import pytest

from adapters.axis.connector import Ack, Listed, MessageType, Parcel, Window
from adapters.axis.vxp import VxpConnector
from hub.access.signed import claimed
from hub.edxml import dialects
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.calls import Call, Reply
from hub.model.frames import Entity
from hub.model.ids import AgencyCode, digest_of
from hub.model.limits import Limits
from tests.fakes.axes import ScriptedFetch
from tests.fakes.outsides import SteppingClock

SECRET = "the-secret-of-the-system"
DAYS = Window(date(2019, 11, 30), date(2019, 12, 3))
ROW = Listed("doc-1", MessageType.EDOC)


def answer(**told) -> Reply:
    body = {"status": "OK", "ErrorCode": "0", "ErrorDesc": "", **told}
    return Reply(200, {}, json.dumps(body).encode())


def made(**answers: list[Reply | Exception]) -> tuple[VxpConnector, ScriptedFetch]:
    fetch = ScriptedFetch(answers)
    connector = VxpConnector(
        fetcher=fetch,
        clock=SteppingClock(),
        base_url="http://xrd.example:8080/XrdAdapter/adapter/",
        system_id="H40-GT",
        secret=SECRET,
        page_size=2,
    )
    return connector, fetch


def parameters(call: Call) -> dict[str, str]:
    prefix = "XroadVnpt-"
    return {k.removeprefix(prefix): v for k, v in call.headers.items() if prefix in k}


def lines(*ids: str) -> Reply:
    return answer(data=[{"docId": i, "status": "INITIAL"} for i in ids])


async def test_a_list_names_days_and_page_in_signed_headers():
    connector, fetch = made(getReceivedEdocList=[lines("a", "b")])

    page = await connector.list(MessageType.EDOC, DAYS)

    assert [row.doc_id for row in page.rows] == ["a", "b"]
    [call] = fetch.calls
    assert call.method == "POST"
    assert call.url == "http://xrd.example:8080/XrdAdapter/adapter/getReceivedEdocList"
    told = parameters(call)
    assert told["systemid"] == "H40-GT"
    assert told["servicetype"] == "eDoc"
    assert told["messagetype"] == "edoc"
    assert told["timestamp"] == "02122019T120000+0700"
    assert (told["fromDate"], told["toDate"]) == ("2019/11/30", "2019/12/03")
    assert (told["pageSize"], told["pageIndex"]) == ("2", "1")


async def test_the_signature_is_over_the_json_text_as_sent():
    connector, fetch = made(getReceivedEdocList=[lines()])
    await connector.list(MessageType.STATUS, DAYS)
    [call] = fetch.calls
    text = call.headers["XroadVnpt-header-json"]
    proof = hmac.new(SECRET.encode(), text.encode(), "sha256").hexdigest()

    assert call.headers["XroadVnpt-hash-header"] == proof
    assert call.headers["XroadVnpt-signed-headers"].split(";") == list(json.loads(text))
    assert all(call.headers[name] == v for name, v in json.loads(text).items())


async def test_our_own_doors_would_know_these_headers():
    connector, fetch = made(getReceivedEdocList=[lines()])
    await connector.list(MessageType.EDOC, DAYS)
    headers = {k.lower(): v for k, v in fetch.calls[0].headers.items()}
    shown = claimed(headers)

    assert shown is not None
    assert shown.is_proven_by(SECRET)


async def test_pages_follow_until_one_is_empty():
    """A page that is not full proves nothing: an axis may have a smaller size."""
    connector, _ = made(getReceivedEdocList=[lines("a"), lines("b"), lines()])

    first = await connector.list(MessageType.EDOC, DAYS)
    second = await connector.list(MessageType.EDOC, DAYS, first.next)
    third = await connector.list(MessageType.EDOC, DAYS, second.next)

    assert (first.next, second.next) == ("2", "3")
    assert [row.doc_id for row in second.rows] == ["b"]
    assert (third.rows, third.next) == ((), "")


async def test_a_full_page_of_lines_that_cannot_be_read_is_full_all_the_same():
    connector, _ = made(getReceivedEdocList=[answer(data=[{"docId": ""}, {}])])

    page = await connector.list(MessageType.EDOC, DAYS)

    assert (page.rows, page.unread, page.next) == ((), 2, "2")


async def test_a_document_is_streamed_as_answered():
    reply = answer(data="PGVkWE1MLz4=")
    connector, fetch = made(getEdoc=[reply])

    async with connector.fetch(ROW) as chunks:
        body = b"".join([chunk async for chunk in chunks])

    assert body == reply.body
    assert parameters(fetch.calls[0])["docId"] == "doc-1"


async def test_a_document_that_is_refused_raises_before_its_first_chunk():
    connector, _ = made(getEdoc=[answer(status="FAIL", ErrorCode="22")])

    with pytest.raises(PermanentFailure):
        async with connector.fetch(ROW) as chunks:
            await anext(chunks)


@pytest.mark.parametrize(("ack", "word"), [(Ack.DONE, "done"), (Ack.FAIL, "fail")])
async def test_the_acknowledgement_has_the_words_of_this_axis(ack, word):
    connector, fetch = made(updateStatus=[answer()])

    await connector.acknowledge(ROW, ack, "too-large")

    told = parameters(fetch.calls[0])
    assert (told["docId"], told["status"]) == ("doc-1", word)


PARCEL = Parcel(
    "receipt-1", b"<edXML>\r\n\xc4\x91</edXML>", AgencyCode("H40"), (AgencyCode("G22"),)
)


async def test_a_document_is_sent_as_a_form_with_its_hash_and_receivers():
    connector, fetch = made(sendEdoc=[answer(DocId="doc-9")])

    assert await connector.send(PARCEL) == "doc-9"

    [call] = fetch.calls
    told = parameters(call)
    assert told["messagetype"] == "edoc"
    assert told["hash-file"] == digest_of(PARCEL.data)
    assert (told["from"], told["to"]) == ("H40", "G22")
    entity = Entity(call.headers["Content-Type"], call.body)
    assert dialects.frame(entity, Limits()).xml == PARCEL.data


async def test_a_status_is_sent_as_one_with_the_same_bytes_each_time():
    connector, fetch = made(sendEdoc=[answer(DocId="1")])

    await connector.send_status(PARCEL)
    connector.clock.step(100)  # type: ignore[attr-defined] # a SteppingClock
    await connector.send_status(PARCEL)

    first, second = fetch.calls
    assert parameters(first)["messagetype"] == "status"
    assert first.body == second.body
    assert first.headers["Content-Type"] == second.headers["Content-Type"]


@pytest.mark.parametrize("code", ["H40\r\nX-Evil: 1", "", "mã", "a b"])
async def test_a_code_that_cannot_stand_in_a_header_is_never_sent(code):
    connector, fetch = made(sendEdoc=[answer(DocId="1")])

    with pytest.raises(PermanentFailure):
        await connector.send(
            Parcel("n", b"<a/>", AgencyCode("H40"), (AgencyCode(code),))
        )

    assert fetch.calls == []


async def test_the_catalogue_is_paged_to_its_end():
    full = answer(data=[{"code": f"H40.{n}", "name": "x"} for n in range(1000)])
    more = answer(data=[{"code": f"H42.{n}", "name": "x"} for n in range(1000)])
    last = answer(data=[{"code": "H41", "code102": "000.00.00.H41", "name": "Nghệ An"}])
    connector, fetch = made(getAgenciesListQD20=[full, more, last, lines()])

    rows = [row async for row in connector.catalogue()]

    assert len(rows) == 2001
    assert rows[-1].old_code == "000.00.00.H41"
    assert [parameters(c)["pageIndex"] for c in fetch.calls] == ["1", "2", "3", "4"]


async def test_a_catalogue_in_smaller_pages_than_asked_for_comes_whole():
    pages = [answer(data=[{"code": f"H40.{n}"}]) for n in range(3)]
    connector, _ = made(getAgenciesListQD20=[*pages, answer(data=[])])

    rows = [row async for row in connector.catalogue()]

    assert [row.code for row in rows] == ["H40.0", "H40.1", "H40.2"]


async def test_a_catalogue_that_is_whole_on_every_page_is_told_once():
    whole = answer(data=[{"code": f"H40.{n}"} for n in range(1500)])
    connector, _ = made(getAgenciesListQD20=[whole])

    assert len([row async for row in connector.catalogue()]) == 1500


async def test_no_answer_passes_through_as_it_is():
    connector, _ = made(updateStatus=[SourceUnavailable("TimeoutError")])

    with pytest.raises(SourceUnavailable):
        await connector.acknowledge(ROW, Ack.DONE)


def test_the_secret_is_never_shown():
    connector, _ = made()

    assert SECRET not in repr(connector)
