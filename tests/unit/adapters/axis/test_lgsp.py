"""The LGSP connector on the wire, as EDXML.md 3.2 has it."""

import asyncio
import json
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.axis.connector import Ack, Listed, MessageType, Parcel, Window
from adapters.axis.lgsp import LgspConnector
from adapters.axis.lgsp_login import Login
from hub.edxml import dialects
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.calls import Call, Reply
from hub.model.frames import Entity
from hub.model.ids import AgencyCode
from hub.model.limits import Limits
from tests.fakes.axes import ScriptedFetch
from tests.fakes.outsides import SteppingClock

DAYS = Window(date(2019, 11, 30), date(2019, 12, 2))
ROW = Listed("5f0/1 ?", MessageType.EDOC)
PARCEL = Parcel("receipt-1", b"<edXML/>", AgencyCode("H40"), (AgencyCode("G22"),))


def answer(told: object, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(told).encode())


def token(number: int, **more) -> Reply:
    return answer({"token": f"token-{number}", **more})


UNKNOWN = answer({"message": "licenseInfo:invalid"}, 401)


class Line:
    """A connector, its line and its clock."""

    def __init__(self, **answers: list[Reply | Exception]) -> None:
        self.clock = SteppingClock()
        logins = answers.pop("login", [token(1), token(2), token(3)])
        self.fetch = ScriptedFetch({"login": logins, **answers})
        login = Login("gt-user", "the password", "H40-GT", "the secret", "eDoc")
        self.connector = LgspConnector(
            self.fetch, self.clock, "https://lgsp.example/v1", login
        )


def query(call: Call) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlsplit(call.url).query).items()}


async def test_it_logs_in_once_and_shows_token_system_and_secret():
    line = Line(updateStatus=[answer({"success": True})])

    await line.connector.acknowledge(ROW, Ack.DONE)
    await line.connector.acknowledge(ROW, Ack.FAIL, "too-large")

    [login] = line.fetch.to("login")
    assert query(login) == {"allow_anonymous": "true"}
    said = json.loads(login.body)
    assert (said["username"], said["password"]) == ("gt-user", "the password")
    assert (said["typeObjs"], said["otp"]) == ([0, 1], None)
    done, fail = line.fetch.to("updateStatus")
    assert done.headers["Authorization"] == "Bearer token-1"
    assert done.headers["X-SystemId"] == "H40-GT"
    assert done.headers["X-SecretKey"] == "the secret"
    assert json.loads(done.body) == {"docId": ROW.doc_id, "status": "done"}
    assert json.loads(fail.body)["status"] == "fail"


async def test_a_token_is_renewed_before_it_ends():
    line = Line(
        login=[token(1, expiresIn=600), token(2)],
        updateStatus=[answer({"success": True})],
    )
    await line.connector.acknowledge(ROW, Ack.DONE)
    line.clock.step(530)
    await line.connector.acknowledge(ROW, Ack.DONE)
    line.clock.step(20)
    await line.connector.acknowledge(ROW, Ack.DONE)

    shown = [c.headers["Authorization"] for c in line.fetch.to("updateStatus")]
    assert shown == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


async def test_a_token_the_axis_no_longer_knows_is_renewed_once():
    line = Line(updateStatus=[UNKNOWN, answer({"success": True})])

    await line.connector.acknowledge(ROW, Ack.DONE)

    shown = [c.headers["Authorization"] for c in line.fetch.to("updateStatus")]
    assert shown == ["Bearer token-1", "Bearer token-2"]


async def test_an_axis_that_knows_no_token_is_asked_twice_and_no_more():
    line = Line(updateStatus=[UNKNOWN])

    with pytest.raises(SourceUnavailable, match="credentials"):
        await line.connector.acknowledge(ROW, Ack.DONE)

    assert len(line.fetch.to("updateStatus")) == 2
    assert len(line.fetch.to("login")) == 2


async def test_a_document_is_fetched_again_under_a_new_token():
    line = Line(getEdoc=[UNKNOWN, answer({"docId": "1", "edxml": "PGEvPg=="})])

    async with line.connector.fetch(ROW) as chunks:
        body = b"".join([chunk async for chunk in chunks])

    assert json.loads(body)["edxml"] == "PGEvPg=="
    assert query(line.fetch.calls[-1]) == {"docId": ROW.doc_id}


async def test_a_document_nobody_may_fetch_is_tried_later():
    line = Line(getEdoc=[UNKNOWN])

    with pytest.raises(SourceUnavailable):
        async with line.connector.fetch(ROW) as chunks:
            await anext(chunks)

    assert len(line.fetch.to("getEdoc")) == 2


async def test_many_calls_at_once_log_in_once():
    line = Line(updateStatus=[answer({"success": True})])

    await asyncio.gather(*(line.connector.acknowledge(ROW, Ack.DONE) for _ in range(9)))

    assert len(line.fetch.to("login")) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"accessToken": "t"},
        {"access_token": "t", "expires_in": "1800"},
        {"success": True, "data": {"token": "t", "expiresIn": 1800}},
        {"data": "t"},
    ],
)
async def test_a_token_is_found_where_axes_put_it(told):
    line = Line(login=[answer(told)], updateStatus=[answer({"success": True})])

    await line.connector.acknowledge(ROW, Ack.DONE)

    assert line.fetch.calls[-1].headers["Authorization"] == "Bearer t"


@pytest.mark.parametrize(
    "reply",
    [
        answer({"success": True}),
        answer({"token": "a\r\nb"}),
        answer({"token": "đ"}),
        answer({"message": "wrong password"}, 401),
        answer({"errorCode": 15}),
        answer({"errorCode": 10, "errorDesc": "wrong password"}),
        answer({"error": "invalid_grant"}, 400),
        answer({"message": "no such account"}, 422),
        Reply(200, {}, b"<html>"),
    ],
)
async def test_a_login_that_fails_is_temporary_since_an_operator_mends_it(reply):
    line = Line(login=[reply])

    with pytest.raises(SourceUnavailable):
        await line.connector.acknowledge(ROW, Ack.DONE)


async def test_a_login_that_fails_makes_no_message_fail():
    line = Line(login=[answer({"error": "invalid_grant"}, 400)])

    with pytest.raises(SourceUnavailable, match="credentials"):
        async with line.connector.fetch(ROW):
            pass


async def test_each_day_of_a_list_is_a_page():
    lines = answer({"success": True, "count": 1, "data": [{"docId": "a"}]})
    line = Line(syncReceivedEdocList=[lines])
    mark, days = "", []
    while True:
        page = await line.connector.list(MessageType.STATUS, DAYS, mark)
        days.append(query(line.fetch.calls[-1]))
        mark = page.next
        if not mark:
            break

    assert [d["fromDate"] for d in days] == ["2019/11/30", "2019/12/01", "2019/12/02"]
    assert all(d["toDate"] == d["fromDate"] for d in days)
    assert {d["messageType"] for d in days} == {"status"}


async def test_a_document_is_sent_as_a_form_whose_file_ends_in_edxml():
    line = Line(sendEdoc=[answer({"success": True, "docId": 77})])

    assert await line.connector.send(PARCEL) == "77"

    call = line.fetch.calls[-1]
    assert b'name="messageType"\r\n\r\nedoc\r\n' in call.body
    assert b'filename="receipt-1.edxml"' in call.body
    entity = Entity(call.headers["Content-Type"], call.body)
    assert dialects.frame(entity, Limits()).xml == b"<edXML/>"


async def test_a_status_is_sent_with_the_same_bytes_each_time():
    line = Line(sendEdoc=[answer({"success": True, "data": {"docId": "7"}})])

    assert await line.connector.send_status(PARCEL) == "7"
    line.clock.moment += timedelta(hours=3)
    await line.connector.send_status(PARCEL)

    first, second = line.fetch.to("sendEdoc")
    assert first.body == second.body
    assert b'name="messageType"\r\n\r\nstatus\r\n' in first.body


async def test_a_refused_document_is_refused_for_good():
    told = {"success": False, "data": {"docId": "", "errorCode": "18"}}
    line = Line(sendEdoc=[answer(told)])

    with pytest.raises(PermanentFailure):
        await line.connector.send(PARCEL)


async def test_the_catalogue_comes_whole():
    line = Line(getAgenciesList=[answer({"data": [{"code": "H37"}, {"code": ""}]})])

    assert [row.code async for row in line.connector.catalogue()] == ["H37"]


def test_secrets_are_never_shown():
    shown = repr(Login("gt-user", "the password", "H40-GT", "the secret"))

    assert "the password" not in shown
    assert "the secret" not in shown
