"""One document to all 38 agencies while one of them cannot be reached for hours."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import pytest_asyncio

from hub.attached import outlets_of
from hub.errors import BrokerUnavailable
from hub.model.agencies import Agency
from hub.model.records import OutboxRow, Tag
from hub.pipeline.breaker import Breakers
from hub.pipeline.relay import Relay, RelaySettings
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.cast import Body
from hub.rehearsal.good import letter_signed
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Scene
from tests.acceptance.district import NOVEMBER, District, district, morning
from tests.acceptance.outsiders import hub as command
from tests.fakes.outsides import ListeningPublisher

pytestmark = [pytest.mark.full, pytest.mark.asyncio(loop_scope="module")]

DOWN = "xa-giao-an"
#: Looked at after so many hours: still down. The longest wait of the plan is shorter.
DOWN_AT = (1, 2, 3, 4, 5, 6)
HOURS = DOWN_AT[-1]


@dataclass
class OneQueueFull(ListeningPublisher):
    """A broker that nacks what is for one queue (reject-publish), while it is so."""

    full: bool = True
    tries: list[OutboxRow] = field(default_factory=list)

    async def deliver(self, row: OutboxRow, body: bytes) -> None:
        if row.target == DOWN:
            self.tries.append(row)
            if self.full:
                raise BrokerUnavailable("nacked")
        await super().deliver(row, body)

    @property
    def reached(self) -> set[str]:
        return {row.target for row, _ in self.delivered}


@dataclass
class Story:
    """What was seen: at once, hours later, and when it was reached again."""

    hub: District
    agencies: tuple[Agency, ...]
    at_once: set[str]
    receipts_before: int
    tries: int
    bodies: set[bytes]
    ids: list[str]
    receipt: dict[str, object]
    arrival: str
    stopped: set[str]


async def until(done) -> None:
    async with asyncio.timeout(180):
        while not done():
            await asyncio.sleep(0.02)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(tmp_path_factory) -> AsyncIterator[Story]:
    pki = Pki.make(DEFAULT_AT)
    folder = tmp_path_factory.mktemp("huyen")
    async with (
        district(folder, pki, NOVEMBER) as hub,
        RehearsalAxis(
            hub.stage.hub_url,
            hub.stage.token("axis"),
            hub.stage.token("receipts"),
            port=hub.stage.axis_port,
        ) as axis,
    ):
        yield await played(hub, axis, pki)


async def played(hub: District, axis: RehearsalAxis, pki: Pki) -> Story:
    parts, broker = hub.parts, OneQueueFull()
    relay = Relay(
        parts.store.outbox,
        outlets_of(parts, broker),
        parts.clock,
        Breakers(parts.store.targets, parts.clock, parts.settings.policy.delivery),
        RelaySettings(poll_seconds=0.01),
    )
    agencies = parts.settings.registry.agencies
    everybody = tuple(Body(a.code, a.name) for a in agencies)
    at = morning(NOVEMBER)
    sample = letter_signed(Scene(pki, at, NOVEMBER, everybody))
    handed = await axis.send(sample)
    await hub.carried(handed.answer["arrival"])
    working = asyncio.create_task(relay.relay())
    await until(lambda: len(broker.reached) == 37 and broker.tries)
    at_once = set(broker.reached)
    for hour in DOWN_AT:
        hub.set_clock(at + timedelta(hours=1 + hour))
        before = len(broker.tries)
        await until(lambda before=before: len(broker.tries) > before)
    stopped = await parts.store.targets.stopped()
    receipts, tries = len(axis.receipts), len(broker.tries)
    broker.full = False
    hub.set_clock(at + timedelta(hours=2 + HOURS))
    receipt = await axis.receipt_for(handed.door_id, 30)
    working.cancel()
    await asyncio.wait([working])
    return Story(
        hub=hub,
        agencies=agencies,
        at_once=at_once,
        receipts_before=receipts,
        tries=tries,
        bodies={body for _, body in broker.delivered},
        ids=[row.id for row, _ in broker.delivered],
        receipt=receipt,
        arrival=handed.answer["arrival"],
        stopped={row.target.name for row in stopped},
    )


async def test_37_have_it_at_once(story):
    assert len(story.agencies) == 38
    assert story.at_once == {a.queue for a in story.agencies} - {DOWN}


async def test_the_one_gets_it_later_once_and_the_same_bytes(story):
    assert len(story.ids) == len(set(story.ids)) == 38
    assert len(story.bodies) == 1


async def test_it_was_tried_by_plan_and_no_oftener(story):
    assert len(DOWN_AT) < story.tries <= 6 * len(DOWN_AT)
    assert story.stopped == {DOWN}


async def test_the_source_hears_that_all_have_it_and_not_before(story):
    assert story.receipts_before == 0
    assert story.receipt["outcome"] == "deliver"
    assert set(story.receipt["delivered_to"]) == {a.code for a in story.agencies}


async def test_the_timeline_shows_each_at_its_moment(story):
    entries = await story.hub.entries(story.arrival)
    queued = {e.agency: e.moment for e in entries if e.tag is Tag.DELIVERY_QUEUED}
    assert len(queued) == 38
    late = next(a.code for a in story.agencies if a.queue == DOWN)
    last = queued.pop(late)
    assert max(queued.values()) - min(queued.values()) < timedelta(minutes=1)
    assert last - max(queued.values()) >= timedelta(hours=HOURS)
    _, told = await command(story.hub.stage, "trace", story.arrival)
    assert told.count("Đã vào hàng đợi của cơ quan") == 38
