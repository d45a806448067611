"""Documents of ours to an axis that calls us, over the wire of our own doors."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer

from adapters.axis.adapter import PACKAGE
from adapters.axis.documents_out import DocumentsBy, DocumentsDoor
from adapters.axis.settings import AxisSettings
from hub.errors import PermanentFailure, SourceUnavailable
from hub.fetch.client import Allowed, FetchClient
from hub.model.envelopes import Kind
from hub.model.faults import FaultCode
from hub.model.frames import Entity
from hub.model.ids import AgencyCode
from hub.model.limits import Limits
from hub.model.receipts import Untold
from hub.model.sending import Sending
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.axis_documents import SOAP
from tests.fakes.axis_doors import AXIS_TOKEN, Front
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.kits import kit_of
from tests.fakes.outsides import NOON

OURS, THEIRS = AgencyCode("000.00.37.H40"), AgencyCode("000.00.00.G01")
SENDING = Sending("key-1", Kind.NEW, OURS, (THEIRS,), "doc-1", "key-1", NOON)
EDXML = (
    '<edXML><MessageHeader xmlns="http://e-doc">'
    f"<From><OrganId>{OURS}</OrganId></From><To><OrganId>{THEIRS}</OrganId></To>"
    "<DocumentId>doc-1</DocumentId></MessageHeader></edXML>"
).encode()
WAYS = {DocumentsBy.REST: "/axis/v1/documents", DocumentsBy.SOAP: "/axis/v1/soap"}


@asynccontextmanager
async def calling(url: str, token: str, by: DocumentsBy):
    fetch = FetchClient([Allowed.of(url, private=True)])
    yield DocumentsDoor(fetch, url, token, by)
    await fetch.close()


@pytest.mark.parametrize("by", DocumentsBy)
async def test_our_own_door_takes_it_byte_for_byte_under_its_key(by, tmp_path):
    front = Front(tmp_path / "evidence")
    async with (
        TestServer(front.app()) as server,
        calling(str(server.make_url(WAYS[by])), AXIS_TOKEN, by) as door,
    ):
        remote = await door.hand(SENDING, EDXML)
    (offer,) = front.intake.offers
    assert remote
    assert (offer.door_id, offer.strict_id) == ("key-1", True)
    entity = Entity(offer.content_type, await front.evidence.read(offer.digest))
    name = "translate" if by is DocumentsBy.REST else "translate_soap"
    translate = getattr(__import__("adapters.axis.translate", fromlist=[name]), name)
    assert translate(entity, Limits()).xml == EDXML


@pytest.mark.parametrize("by", DocumentsBy)
async def test_the_rehearsal_axis_keeps_each_once_and_shows_who_sends_to_whom(by):
    async with RehearsalAxis("http://127.0.0.1:1", "door", "back") as axis:
        url = axis.documents_url + ("" if by is DocumentsBy.REST else "/soap")
        async with calling(url, "back", by) as door:
            axis.face.failing = 1
            with pytest.raises(SourceUnavailable):
                await door.hand(SENDING, EDXML)
            first = await door.hand(SENDING, EDXML)
            assert first == await door.hand(SENDING, EDXML) == "axis-key-1"
        (kept,) = axis.face.documents.values()
        assert (kept.data, kept.times) == (EDXML, 3)
        assert (kept.seen.sender, kept.seen.receivers) == (OURS, (THEIRS,))


@pytest.mark.parametrize("by", DocumentsBy)
async def test_a_wrong_token_waits_for_an_operator(by):
    async with RehearsalAxis("http://127.0.0.1:1", "door", "back") as axis:
        url = axis.documents_url + ("" if by is DocumentsBy.REST else "/soap")
        async with calling(url, "wrong", by) as door:
            with pytest.raises(SourceUnavailable):
                await door.hand(SENDING, EDXML)


@pytest.mark.parametrize("by", DocumentsBy)
async def test_what_the_axis_says_it_cannot_read_is_given_up(by):
    async with RehearsalAxis("http://127.0.0.1:1", "door", "back") as axis:
        url = axis.documents_url + ("" if by is DocumentsBy.REST else "/soap")
        async with calling(url, "back", by) as door:
            with pytest.raises(PermanentFailure):
                await door.hand(SENDING, b"no XML at all")


@pytest.mark.parametrize("status", [400, 409, 410, 413, 415, 422])
async def test_these_answers_are_about_the_document(status):
    fetch = AnsweringFetch(status=status, body=b'{"code": "not-edxml"}')
    with pytest.raises(PermanentFailure) as caught:
        await DocumentsDoor(fetch, "http://axis", "t").hand(SENDING, EDXML)
    assert "not-edxml" in caught.value.fault.detail


@pytest.mark.parametrize("status", [301, 401, 403, 404, 408, 429, 500, 502, 503])
async def test_these_answers_pass(status):
    fetch = AnsweringFetch(status=status, body=b"<html>")
    with pytest.raises(SourceUnavailable):
        await DocumentsDoor(fetch, "http://axis", "t").hand(SENDING, EDXML)


@pytest.mark.parametrize("body", [b"", b"<html>no", b"[1]", b'{"docId": ""}'])
async def test_an_axis_that_says_no_id_has_it_all_the_same(body):
    fetch = AnsweringFetch(status=200, body=body)
    assert await DocumentsDoor(fetch, "http://axis", "t").hand(SENDING, EDXML) == ""


async def test_a_status_is_handed_over_as_traces():
    fetch = AnsweringFetch(body=b"<R><IsSuccess>true</IsSuccess></R>")
    door = DocumentsDoor(fetch, "http://axis" + SOAP, "t", DocumentsBy.SOAP)
    await door.hand(replace(SENDING, kind=Kind.STATUS), EDXML)
    assert b"<UpdateTraces " in fetch.calls[0].body
    assert fetch.calls[0].headers["SOAPAction"].endswith('/UpdateTraces"')


def settings(**changes: object) -> AxisSettings:
    table = {
        "name": "truc-tinh",
        "doors": ["axis-rest"],
        "token_file": "t",
        "carrier": True,
        "receipts_url": "https://truc.example.vn/r",
        "receipts_token_file": "r",
        **changes,
    }
    return AxisSettings.model_validate(table)


DOCUMENTS = {
    "documents_url": "https://truc.example.vn/d",
    "documents_token_file": "d",
}


async def test_an_axis_without_a_place_for_documents_brings_nothing_out():
    adapter = PACKAGE.build(settings(), {}, kit_of())
    assert PACKAGE.reach(settings()) == ()
    with pytest.raises(PermanentFailure) as caught:
        await adapter.forward(SENDING, EDXML)
    assert caught.value.fault.code is FaultCode.NO_WAY_OUT


async def test_an_axis_that_asks_by_itself_finds_statuses_in_its_traces():
    status = replace(SENDING, kind=Kind.STATUS)
    asking = PACKAGE.build(settings(doors=["axis-soap"]), {}, kit_of())
    assert await asking.forward(status, EDXML) is Untold.ASKS
    with pytest.raises(PermanentFailure) as caught:
        await asking.forward(SENDING, EDXML)
    assert caught.value.fault.code is FaultCode.NO_WAY_OUT


async def test_an_axis_that_takes_no_statuses_is_named_by_check():
    deaf = PACKAGE.build(settings(), {}, kit_of())
    status = replace(SENDING, kind=Kind.STATUS)
    assert await deaf.forward(status, EDXML) is Untold.NOT_OWED
    (told,) = await deaf.check()
    assert "documents_url" in told
    hearing = PACKAGE.build(settings(**DOCUMENTS), {"documents": "ours"}, kit_of())
    assert await hearing.check() == []


async def test_an_axis_with_one_is_called_there_with_its_own_token():
    fetch = AnsweringFetch(body=b'{"docId": "77"}')
    known = settings(**DOCUMENTS)
    adapter = PACKAGE.build(known, {"documents": "ours"}, kit_of(fetch=fetch))
    assert PACKAGE.reach(known) == ("*",)
    assert await adapter.forward(SENDING, EDXML) == "77"
    (call,) = fetch.calls
    assert (call.url, call.headers["Authorization"]) == (
        DOCUMENTS["documents_url"],
        "Bearer ours",
    )
    assert [c.url for c in known.addresses()] == [
        "https://truc.example.vn/r",
        "https://truc.example.vn/d",
    ]
