"""The AMQP door of agencies at a real broker: taken once, by whom, and nothing lost."""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aio_pika import DeliveryMode, Message

from hub.agencies.inbound import AgencyInbox, Room
from hub.broker.connection import Link
from hub.broker.topology import (
    AGENCY_DELIVERY_LIMIT,
    DEAD,
    INBOUND_DEAD,
    agency_queue,
    inbound_exchange,
    inbound_queue,
)
from hub.errors import JournalUnavailable
from hub.model.agencies import Agency, AgencyKind
from hub.model.arrivals import Offer
from hub.model.decisions import Lane
from hub.model.ids import AgencyCode, digest_of
from hub.model.inbound import Unaccepted
from tests.fakes.outsides import SteppingClock, arrival
from tests.integration.broker.conftest import SLUG, until

OFFICE = Agency(AgencyCode("H40.37"), "UBND huyện", AgencyKind.COMMITTEE, SLUG)


@dataclass
class Desk:
    """Implements Intake, Evidence.keep_bytes and Refusals; may be away."""

    away: bool = False
    tries: int = 0
    offers: list[Offer] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    listed: list[Unaccepted] = field(default_factory=list)

    async def accept(self, offer: Offer):
        self.tries += 1
        if self.away:
            raise JournalUnavailable("down")
        self.offers.append(offer)
        return arrival()

    async def keep_bytes(self, data: bytes):
        self.kept.append(data)
        return digest_of(data)

    async def unaccepted(self, what: Unaccepted, at) -> bool:
        self.listed.append(what)
        return True


@pytest.fixture
def desk():
    return Desk()


@asynccontextmanager
async def open_door(broker_url, desk):
    """The front takes from agencies meanwhile."""
    inbox = AgencyInbox(Room(desk, desk, desk, SteppingClock(), 1000), {SLUG: OFFICE})
    async with Link(broker_url, "front") as own:
        task = asyncio.create_task(inbox.run(own))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def publish(channel, body: bytes, **properties) -> None:
    exchange = await channel.get_exchange(inbound_exchange(SLUG), ensure=False)
    mode = DeliveryMode.PERSISTENT
    await exchange.publish(Message(body, delivery_mode=mode, **properties), "any")


async def waiting(channel, queue: str) -> int:
    found = await channel.declare_queue(queue, passive=True)
    return found.declaration_result.message_count or 0


async def test_what_is_published_is_taken_and_then_gone(
    link, witness, broker_url, desk
):
    await publish(witness, b"<edXML/>", message_id="m-1", user_id="hub")
    async with open_door(broker_url, desk):
        await until(lambda: bool(desk.offers))
    (offer,) = desk.offers
    assert (offer.door_id, offer.user_id) == ("m-1", "hub")
    assert offer.source.codes == (OFFICE.code,)
    assert desk.kept == [b"<edXML/>"]
    assert await waiting(witness, inbound_queue(SLUG)) == 0


async def test_a_journal_that_is_away_loses_nothing(link, witness, broker_url, desk):
    desk.away = True
    await publish(witness, b"<edXML/>", message_id="m-1")
    async with open_door(broker_url, desk):
        await until(lambda: desk.tries > 1)
        desk.away = False
        await until(lambda: bool(desk.offers))


async def test_what_ran_out_before_anybody_took_it_is_taken_all_the_same(
    link, witness, broker_url, desk
):
    """A time to live its sender gave it must not make a document disappear.

    Nor may it stand among dead deliveries, under an id of another's delivery.
    """
    await publish(witness, b"<edXML/>", message_id="of-another", expiration=0.001)
    async with asyncio.timeout(30):
        while not await waiting(witness, INBOUND_DEAD):
            await asyncio.sleep(0.05)
    assert await waiting(witness, DEAD) == 0
    async with open_door(broker_url, desk):
        await until(lambda: bool(desk.offers))
    assert desk.offers[0].source.name == f"agency.{SLUG}"
    assert desk.listed == []


async def test_what_can_be_no_arrival_is_listed_and_does_not_stand_in_the_way(
    link, witness, broker_url, desk
):
    await publish(witness, b"x" * 1001, message_id="large")
    await witness.default_exchange.publish(
        Message(b"by name", message_id="forged"), inbound_queue(SLUG)
    )
    await publish(witness, b"<edXML/>", message_id="m-1")
    async with open_door(broker_url, desk):
        await until(lambda: bool(desk.offers) and len(desk.listed) == 2)
    reasons = {what.message_id: what.reason for what in desk.listed}
    assert reasons == {"large": "too-large", "forged": "not-permitted"}
    assert [offer.door_id for offer in desk.offers] == ["m-1"]


async def test_a_consumer_that_crashes_on_every_message_ends_at_the_dead_letters(
    link, witness
):
    """Its own message alone: what comes after it is not kept waiting for ever."""
    name = agency_queue(SLUG, Lane.ORDINARY)
    queue = await witness.get_queue(name)
    await witness.default_exchange.publish(Message(b"poison", message_id="p"), name)
    for _ in range(AGENCY_DELIVERY_LIMIT + 1):
        async with asyncio.timeout(30):
            while (message := await queue.get(fail=False)) is None:
                await asyncio.sleep(0.01)
        await message.nack(requeue=True)
    async with asyncio.timeout(30):
        while not await waiting(witness, DEAD):
            await asyncio.sleep(0.05)
    dead = await (await witness.get_queue(DEAD)).get()
    assert dead.message_id == "p"
    assert dead.headers["x-first-death-reason"] == "delivery_limit"


class _NoText(str):
    """A short string whose bytes are no UTF-8, as some clients send."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe"


class _FarAway(datetime):
    """A moment in nanoseconds where seconds belong."""

    def timestamp(self) -> int:
        return 2**62


def _nested(depth: int) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for _ in range(depth):
        table = {"a": table}
    return table


def _odd_properties() -> Iterator[Message]:
    yield Message(b"1", headers={_NoText("a"): 1})
    yield Message(b"2", headers={"t": _FarAway(2019, 11, 15, tzinfo=UTC)})
    yield Message(b"3", headers=_nested(200))
    message = Message(b"4")
    message.message_id = _NoText("m")
    yield message
    message = Message(b"5")
    message.timestamp = _FarAway(2019, 11, 15, tzinfo=UTC)
    yield message


async def test_properties_that_cannot_be_read_stop_no_other_agencys_messages(
    link, witness, broker_url, desk
):
    """One connection serves all: what cannot be read must not end it."""
    exchange = await witness.get_exchange(inbound_exchange(SLUG), ensure=False)
    for message in _odd_properties():
        await exchange.publish(message, "")
    await publish(witness, b"<edXML/>", message_id="m-1")
    async with open_door(broker_url, desk):
        await until(lambda: len(desk.offers) == 6, 20)
    assert desk.kept == [b"1", b"2", b"3", b"4", b"5", b"<edXML/>"]
