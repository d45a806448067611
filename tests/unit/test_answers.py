"""Every row of the table of answers, spoken to the code that reads it."""

import json
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any

import aiosmtplib
import pytest
from aio_pika.exceptions import (
    AMQPConnectionError,
    ChannelNotFoundEntity,
    DeliveryError,
    PublishError,
)
from pamqp.commands import Basic

from adapters.axis import lgsp, replies, vxp
from adapters.axis.answer import post_receipt
from adapters.axis.documents_out import DocumentsBy, DocumentsDoor
from adapters.axis.lgsp_login import Login, Session
from adapters.mail.sending import _ours
from adapters.portal import replies as portal
from hub.broker.publisher import BrokerPublisher
from hub.errors import (
    BrokerUnavailable,
    PermanentFailure,
    SourceUnavailable,
    TemporaryFailure,
    Unroutable,
)
from hub.model.answers import ANSWERS, Answered, Trouble, Wire, codes, http
from hub.model.calls import Reply
from hub.model.decisions import Disposition
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.receipts import Receipt
from hub.model.records import OutboxKind, OutboxRow
from hub.model.sending import Sending
from hub.pipeline.alarm import OperatorAlarm
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.outsides import NOON, SteppingClock

RECEIPT = Receipt(
    id="r",
    hub=AgencyCode("000.90.37.H40"),
    arrival=ArrivalId("a"),
    door_id="d",
    sha256=Digest("0" * 64),
    outcome=Disposition.DELIVER,
    at=NOON,
    rule="deliver",
)
#: Statuses that no row of any wire names.
OTHERS = (404, 409, 429, 500, 502, 503)


@dataclass
class StumblingChannel:
    """A broker's channel on which every publishing goes wrong in one way."""

    error: Exception
    #: Whether the queue is there, if somebody looks.
    has_queue: bool = True
    is_closed: bool = False
    asked: list[str] = field(default_factory=list)

    async def get_exchange(self, _: str, *, ensure: bool) -> "StumblingChannel":
        assert not ensure
        return self

    async def publish(self, *_: object, **__: object) -> None:
        raise self.error

    async def get_queue(self, name: str) -> None:
        self.asked.append(name)
        if not self.has_queue:
            raise ChannelNotFoundEntity

    async def close(self) -> None:
        self.is_closed = True


@dataclass
class OneChannelLink:
    """A connection that hands out one channel."""

    given: StumblingChannel
    user: str = "hub"

    async def channel(self) -> StumblingChannel:
        return self.given

    async def drop(self) -> None:
        self.given.is_closed = True


def nack() -> DeliveryError:
    return DeliveryError(None, SimpleNamespace(delivery_tag=1))  # type: ignore[arg-type] # only its class is looked at


def returned() -> PublishError:
    told = Basic.Return(312, "NO_ROUTE", "", "x")
    return PublishError(SimpleNamespace(delivery=told), told)  # type: ignore[arg-type] # only its delivery is looked at


AMQP = {
    "returned": lambda: StumblingChannel(returned()),
    "refused, no queue": lambda: StumblingChannel(nack(), has_queue=False),
    "refused, queue full": lambda: StumblingChannel(nack()),
    "no confirm": lambda: StumblingChannel(TimeoutError()),
    "away": lambda: StumblingChannel(AMQPConnectionError()),
}


async def amqp(said: str) -> None:
    link: Any = OneChannelLink(AMQP[said]())
    row = OutboxRow("m", OutboxKind.DELIVER, "xa-giao-an", NOON)
    await BrokerPublisher(link).deliver(row, b"<edXML/>")


async def push(said: str) -> None:
    kinds = set()
    for status in statuses(said):
        with pytest.raises((PermanentFailure, SourceUnavailable)) as told:
            await post_receipt(AnsweringFetch(status), "https://x", "t", RECEIPT)
        kinds.add(told.type)
    assert len(kinds) == 1
    raise told.value


SENDING = Sending(
    "k",
    Kind.NEW,
    AgencyCode("000.00.37.H40"),
    (AgencyCode("000.00.00.G01"),),
    "doc-1",
    "k",
    NOON,
)


async def documents(said: str) -> None:
    kinds = set()
    for status in statuses(said, but={409}):
        door = DocumentsDoor(AnsweringFetch(status), "https://x", "t")
        with pytest.raises((PermanentFailure, SourceUnavailable)) as told:
            await door.hand(SENDING, b"<edXML/>")
        kinds.add(told.type)
    assert len(kinds) == 1
    raise told.value


async def soap(said: str) -> None:
    told = {
        "Client": "<f><faultcode>s:Client</faultcode></f>",
        "not IsSuccess": "<r><IsSuccess>false</IsSuccess></r>",
        "other": "<f><faultcode>s:Server</faultcode></f>",
    }
    ours = f"<f><faultcode>s:Client</faultcode><Code>{said}</Code></f>"
    fetch = AnsweringFetch(500, told.get(said, ours).encode())
    door = DocumentsDoor(fetch, "https://x", "t", DocumentsBy.SOAP)
    await door.hand(SENDING, b"<edXML/>")


def axis(codes_: Any, said: str) -> None:
    if said.startswith("HTTP "):
        replies.read(Reply(int(said[5:]), {}, b'{"message": "no"}'), codes_)
    if said == "other":
        for status in OTHERS:
            with pytest.raises(SourceUnavailable):
                replies.read(Reply(status, {}, b'{"message": "no"}'), codes_)
    body = json.dumps({"status": "FAIL", "ErrorCode": said}).encode()
    replies.read(Reply(200, {}, body), codes_)


async def lgsp_login(_: str) -> None:
    body = b'{"status": "fail", "errorCode": "10", "errorDesc": "no such user"}'
    session = Session(
        AnsweringFetch(200, body),
        SteppingClock(),
        "https://lgsp",
        Login("u", "p", "s", "k"),
        lgsp.CODES,
    )
    await session.token()


def portal_says(said: str) -> None:
    if said == "other":
        for status in OTHERS:
            with pytest.raises(SourceUnavailable):
                portal.read(Reply(status, {}, b'{"error_code": 9}')).check()
        reply = Reply(200, {}, b'{"error_code": 9, "message": "tu moi"}')
    elif said.startswith("HTTP "):
        reply = Reply(int(said[5:]), {}, b'{"error_code": 9}')
    else:
        told = {"error_code": 3, "message": f"Hồ sơ: {said.upper()}!"}
        reply = Reply(200, {}, json.dumps(told).encode())
    portal.read(reply).check()


def smtp(said: str) -> None:
    match said:
        case "other":
            for error in (TimeoutError(), OSError(), aiosmtplib.SMTPConnectError("x")):
                assert isinstance(_ours(error), SourceUnavailable)
            raise _ours(aiosmtplib.SMTPServerDisconnected("x"))
        case "5yz" | "4yz":
            code = int(said[0]) * 100 + 50
        case _:
            code = int(said)
    raise _ours(aiosmtplib.SMTPResponseException(code, "x"))


async def webhook(_: str) -> None:
    row = OutboxRow("x", OutboxKind.ALERT, "operators", NOON, headers={"matter": "m"})
    for status in (301, 400, 401, 404, 410, 422, 500):
        with pytest.raises(SourceUnavailable) as told:
            await OperatorAlarm(AnsweringFetch(status), "https://hook").call(row)
    raise told.value


def statuses(said: str, but: Container[int] = ()) -> list[int]:
    """Of a row; of the last one, whatever the others do not name."""
    if said != "other":
        return [int(said.removeprefix("HTTP "))]
    return [status for status in OTHERS if status not in but]


def answered(row: Answered) -> Awaitable[None]:
    """What the code that reads a row raises for it."""
    ways: dict[Wire, Callable[[str], Awaitable[None]]] = {
        Wire.AMQP: amqp,
        Wire.PUSH: push,
        Wire.DOCUMENTS: documents,
        Wire.SOAP: soap,
        Wire.AXIS: both_axes,
        Wire.VXP: partial(later, axis, vxp.CODES),
        Wire.LGSP: lgsp_login,
        Wire.PORTAL: partial(later, portal_says),
        Wire.SMTP: partial(later, smtp),
        Wire.WEBHOOK: webhook,
    }
    return ways[row.wire](row.said)


async def later(function, *words) -> None:
    function(*words)


async def both_axes(said: str) -> None:
    with pytest.raises((PermanentFailure, SourceUnavailable)) as first:
        axis(vxp.CODES, said)
    with pytest.raises(type(first.value)):
        axis(lgsp.CODES, said)
    raise first.value


EXPECTED: dict[Trouble, tuple[type[Exception], ...]] = {
    Trouble.PERMANENT: (PermanentFailure, Unroutable),
    Trouble.TEMPORARY: (TemporaryFailure,),
    Trouble.CREDENTIALS: (TemporaryFailure,),
    Trouble.SESSION: (TemporaryFailure,),
}


@pytest.mark.parametrize(
    "row",
    [row for row in ANSWERS if row.trouble is not Trouble.EXISTS],
    ids=lambda row: f"{row.wire} {row.said}",
)
async def test_each_row_is_what_the_code_makes_of_it(row):
    with pytest.raises(EXPECTED[row.trouble]):
        await answered(row)


def test_what_the_portal_has_already_is_sent_as_an_update():
    [row] = [row for row in ANSWERS if row.trouble is Trouble.EXISTS]
    told = {"error_code": 3, "message": f"Hồ sơ {row.said}"}
    read = portal.read(Reply(200, {}, json.dumps(told).encode()))
    assert read.trouble is Trouble.EXISTS


async def test_a_full_queue_and_one_that_is_gone_are_told_apart():
    with pytest.raises(BrokerUnavailable):
        await amqp("refused, queue full")
    with pytest.raises(Unroutable):
        await amqp("refused, no queue")


def test_no_answer_stands_there_twice():
    known = [(row.wire, row.said) for row in ANSWERS]
    assert len(known) == len(set(known))


def test_every_wire_is_in_the_table():
    assert {row.wire for row in ANSWERS} == set(Wire)


def test_codes_and_statuses_are_read_apart_and_the_rest_is_no_code():
    assert "other" not in codes(Wire.PORTAL)
    assert http(Wire.PUSH)[410] is Trouble.PERMANENT
    assert not any(code.startswith("HTTP") for code in codes(Wire.AXIS))
