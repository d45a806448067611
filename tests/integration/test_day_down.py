"""The axis and the portal down for a day: intake goes on, then all leaves in order.

A real journal and relay; the clock is the test's.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from hub.errors import SourceUnavailable
from hub.journal.store import open_journal
from hub.model.decisions import Disposition, Lane
from hub.model.ids import AgencyCode
from hub.model.policy import DeliveryPolicy
from hub.model.receipts import Receipt
from hub.model.records import OutboxKind
from hub.model.sending import Sending
from hub.pipeline.breaker import Breakers
from hub.pipeline.relay import Outlets, Relay, RelaySettings
from tests.fakes.outsides import (
    ListeningAlarm,
    ListeningPublisher,
    MemoryEvidence,
    SteppingClock,
)
from tests.integration.journal.scenes import NOW, conclusion, offer, receipt

DOCUMENTS = 288  # one every five minutes
SOURCES = ("axis", "portal")
STEP = timedelta(minutes=5)
WINDOW = 16


@dataclass
class DownSource:
    """Implements the port Adapter: unreachable, until the test says otherwise."""

    name: str
    clock: SteppingClock
    down: bool = True
    tries: list[datetime] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def run(self) -> None:
        return

    async def answer(self, receipt: Receipt) -> None:
        self.tries.append(self.clock.now())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.down:
            raise SourceUnavailable("down")
        self.answers.append(receipt.id)

    async def forward(self, sending: Sending, data: bytes) -> str:
        raise SourceUnavailable("down")

    async def check(self) -> list[str]:
        return []


@pytest.fixture
async def store(tmp_path):
    url = f"sqlite:///{tmp_path}/journal.db"
    async with open_journal(url, migrate=True) as one:
        yield one


async def take(store, number: int, at: datetime) -> None:
    """One document accepted and concluded; every twelfth is urgent."""
    source = SOURCES[number % 2]
    given = offer(f"doc-{number}")
    given = replace(given, source=replace(given.source, name=source))
    taken = await store.journal.accept(given, at)
    arrival = await store.journal.claim(taken.arrival.id, at, STEP)
    lane = Lane.URGENT if number % 12 < 2 else Lane.ORDINARY
    told = Receipt(
        id=f"receipt-{number:04}",
        hub=AgencyCode("000.90.37.H40"),
        arrival=arrival.id,
        door_id=arrival.door_id,
        sha256=arrival.digest,
        outcome=Disposition.REFUSE,
        at=at,
        rule="readable",
    )
    row = replace(
        receipt(arrival),
        id=told.id,
        target=source,
        lane=lane,
        due_at=at,
        headers={k: getattr(told, k) for k in Receipt.__slots__}
        | {"at": at.isoformat()},
    )
    done = conclusion(arrival, f"doc-{number}", document=None, outbox=(row,))
    assert await store.journal.conclude(done, unless_changed=0)


async def settle(clock: SteppingClock, steps: int, each) -> None:
    """Let time go by; the relay gets its turns in each step."""
    for step in range(steps):
        await each(step)
        for _ in range(12):
            await asyncio.sleep(0.001)
        clock.step(STEP.total_seconds())


@pytest.mark.full
async def test_after_a_day_everything_leaves_urgent_first_and_without_a_storm(store):
    clock = SteppingClock(NOW)
    sources = {name: DownSource(name, clock) for name in SOURCES}
    outlets = Outlets(ListeningPublisher(), sources, MemoryEvidence(), ListeningAlarm())
    relay = Relay(
        store.outbox,
        outlets,
        clock,
        Breakers(store.targets, clock, DeliveryPolicy()),
        # Five minutes go by in milliseconds here: no lease may lapse over a commit.
        RelaySettings(window=WINDOW, lease=timedelta(days=2), poll_seconds=0.0005),
    )
    working = asyncio.create_task(relay.relay())

    async def one_more(step: int) -> None:
        await take(store, step, clock.now())

    async def nothing(_: int) -> None:
        return

    await settle(clock, DOCUMENTS, one_more)
    for source in sources.values():
        assert not source.answers
        # One knock a step at most, after the breaker has opened.
        assert len(source.tries) <= DOCUMENTS + 20
        source.down, source.tries, source.most_at_once = False, [], 0
    async with asyncio.timeout(60):
        while await store.outbox.next_due([OutboxKind.ANSWER]):
            await settle(clock, 1, nothing)
    working.cancel()
    await asyncio.wait([working])

    for source in sources.values():
        mine = [n for n in range(DOCUMENTS) if SOURCES[n % 2] == source.name]
        urgent = {f"receipt-{n:04}" for n in mine if n % 12 < 2}
        assert sorted(source.answers) == [f"receipt-{n:04}" for n in mine]
        assert len(source.tries) == len(mine), "each was tried once"
        assert source.most_at_once <= WINDOW // 4
        probe, places = 1, {name: n for n, name in enumerate(source.answers)}
        in_hand = WINDOW  # leased before the word came that it is back
        last = max(places[name] for name in urgent)
        assert last <= len(urgent) + probe + in_hand
