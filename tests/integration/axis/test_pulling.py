"""Two fronts and one axis that is faulty in every way, over a real journal."""

import random
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from adapters.axis.polling import Pace, Poller
from adapters.axis.pull_settings import AXIS_PULL
from hub.errors import SourceUnavailable
from hub.evidence.folder import FolderEvidence
from hub.journal.marks import SqlMarks
from hub.journal.store import Store, open_journal
from hub.journal.tables import arrivals
from hub.model.arrivals import Source
from hub.pipeline.intake import HubIntake
from tests.fakes.axes import MemoryAxis, Message
from tests.fakes.kits import kit_of
from tests.fakes.outsides import SteppingClock

SOURCE = Source("truc-tinh", AXIS_PULL, carrier=True)


@dataclass
class FaultyAxis(MemoryAxis):
    """Fails before or after doing what it was asked, and lists in any order."""

    chance: random.Random = field(default_factory=lambda: random.Random(4))

    def stumble(self) -> None:
        if self.chance.random() < 0.15:
            raise SourceUnavailable("HTTP 500")

    async def list(self, kind, window, mark=""):
        self.stumble()
        self.chance.shuffle(self.messages)
        return await super().list(kind, window, mark)

    async def acknowledge(self, listed, ack, reason=""):
        self.stumble()
        await super().acknowledge(listed, ack, reason)
        self.stumble()

    async def _chunks(self, data):
        yield data[:4]
        self.stumble()
        yield data[4:]


@pytest.fixture
async def store(tmp_path):
    async with open_journal(f"sqlite:///{tmp_path}/j.db", migrate=True) as opened:
        yield opened


async def door_ids(store: Store) -> list[str]:
    query = select(arrivals.c.door_id)
    return list(await store.database.read(lambda c: c.execute(query).scalars().all()))


async def test_every_message_is_one_arrival_and_the_ledgers_agree(store, tmp_path):
    axis = FaultyAxis([Message(f"doc-{n}") for n in range(200)], page_size=17)
    clock = SteppingClock()

    def front(name: str) -> Poller:
        kit = kit_of(
            evidence=FolderEvidence(tmp_path / "evidence"),
            intake=HubIntake(store.journal, clock),
            marks=SqlMarks(store.database, store.duties, name),
            clock=clock,
        )
        return Poller(SOURCE, axis, kit, Pace(60))

    fronts = [front("one"), front("two")]
    for turn in range(2_000):
        await fronts[turn % 2].once()
        clock.step(60)
        if {m.state for m in axis.messages} == {"done"}:
            break

    assert {m.state for m in axis.messages} == {"done"}
    assert sorted(await door_ids(store)) == sorted(m.doc_id for m in axis.messages)
