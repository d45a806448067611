"""Each of the hub's disks full in turn: nothing acknowledged is lost, and it goes on.

Three small file systems of their own: the journal's, the evidence's, the spool's. What
fills them is a file, and what makes room again is taking it away.
"""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from hub.app import carrier_of, judge_of, web_app
from hub.errors import EvidenceUnavailable, JournalUnavailable
from hub.judging.parent import ChildJudge
from hub.model.decisions import Decision, Disposition
from hub.model.ids import ArrivalId, digest_of
from hub.model.policy import DeliveryPolicy
from hub.model.records import OutboxKind
from hub.parts import Parts, built
from hub.pipeline.breaker import Breakers
from hub.pipeline.carry import Carrier
from hub.pipeline.relay import Outlets, Relay
from hub.rehearsal.axis import DOOR
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import Sample, Scene
from hub.rehearsal.stage import set_stage
from hub.settings import load
from tests.fakes.outsides import ListeningAlarm, ListeningPublisher

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts small disks"),
]

_MEGABYTE = 1 << 20
#: The journal's begins with its tables, the evidence's holds a few documents.
SIZES = {"journal": 8, "evidence": 8, "spool": 4}


@dataclass
class Disks:
    """Small file systems that a test fills and empties."""

    data: Path
    places: dict[str, Path] = field(default_factory=dict)

    def mount(self) -> None:
        for name, size in SIZES.items():
            place = self.data if name == "journal" else self.data / name
            place.mkdir(parents=True, exist_ok=True)
            options = f"size={size}m,mode=0700"
            words = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
            subprocess.run(words, check=True)
            self.places[name] = place

    def unmount(self) -> None:
        for name in reversed(self.places):
            subprocess.run(["umount", "-l", str(self.places[name])], check=True)

    def fill(self, name: str) -> None:
        """Not one byte is left."""
        with (self.places[name] / "filler").open("wb", buffering=0) as file:
            for size in (_MEGABYTE, 4096, 1):
                while True:
                    try:
                        file.write(b"\0" * size)
                    except OSError:
                        break

    def free(self, name: str) -> None:
        (self.places[name] / "filler").unlink()


@dataclass
class World:
    """A hub without a broker: front, a worker's hand, a relay's."""

    disks: Disks
    parts: Parts
    client: TestClient[web.Request, web.Application]
    judge: ChildJudge
    carrier: Carrier
    publisher: ListeningPublisher
    relay: Relay
    token: str
    sample: Sample

    async def send(self, key: str) -> tuple[int, dict[str, str]]:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": self.sample.content_type,
            "Idempotency-Key": key,
        }
        async with self.client.post(
            DOOR, data=self.sample.xml, headers=headers
        ) as reply:
            return reply.status, {**await reply.json(), **reply.headers}

    async def taken(self, key: str = "doc-1") -> ArrivalId:
        status, told = await self.send(key)
        assert status == 202, told
        return ArrivalId(told["arrival"])

    async def carry(self, arrival: ArrivalId) -> Decision:
        """A worker takes it until it is decided."""
        decision = await self.carrier.take(arrival)
        assert decision is not None
        assert decision.disposition is Disposition.DELIVER, decision
        return decision

    async def deliver(self) -> None:
        """The relay sends what is due."""
        running = asyncio.create_task(self.relay.relay())
        async with asyncio.timeout(20):
            while await self.parts.store.outbox.next_due([OutboxKind.DELIVER]):
                await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.wait([running])


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.make(datetime.now(UTC))


@pytest.fixture
def disks(tmp_path: Path) -> Iterator[Disks]:
    small = Disks(tmp_path / "data")
    try:
        small.mount()
        yield small
    finally:
        small.unmount()


@asynccontextmanager
async def hub(tmp_path: Path, disks: Disks, pki: Pki) -> AsyncIterator[World]:
    now = datetime.now(UTC)
    scene = Scene(pki, at=now - timedelta(hours=1), day=now.date())
    stage = set_stage(tmp_path, pki, at=now)
    assert stage.data == disks.data
    settings = load(stage.settings)
    async with built(settings, migrate=True) as parts:
        judge = judge_of(settings, parts.evidence)
        await judge.start()
        publisher = ListeningPublisher()
        outlets = Outlets(publisher, {}, parts.evidence, ListeningAlarm())
        breakers = Breakers(parts.store.targets, parts.clock, DeliveryPolicy())
        relay = Relay(parts.store.outbox, outlets, parts.clock, breakers)
        async with TestClient(TestServer(web_app(parts))) as client:
            yield World(
                disks,
                parts,
                client,
                judge,
                carrier_of(parts, judge),
                publisher,
                relay,
                stage.token("axis"),
                CASES["report-signed"](scene),
            )
        await judge.close()


@pytest.fixture
async def world(tmp_path: Path, disks: Disks, pki: Pki) -> AsyncIterator[World]:
    async with hub(tmp_path, disks, pki) as one:
        yield one


async def whole_way(world: World, arrival: ArrivalId) -> None:
    """Decide it, deliver it, and let nothing else be there."""
    await world.carry(arrival)
    await world.deliver()
    originals = {r.headers["original_sha256"] for r, _ in world.publisher.delivered}
    assert originals == {digest_of(world.sample.xml)}


@pytest.mark.parametrize("disk", ["journal", "evidence"])
async def test_the_door_says_not_now_and_takes_it_once_there_is_room(world, disk):
    world.disks.fill(disk)
    status, told = await world.send("doc-1")
    assert (status, told["Retry-After"]) == (503, "5"), told
    world.disks.free(disk)
    arrival = await world.taken("doc-1")
    assert await world.taken("doc-1") == arrival, "the same receipt again"
    await whole_way(world, arrival)


@pytest.mark.parametrize("disk", ["evidence", "spool"])
async def test_a_worker_without_room_puts_the_document_off(world, disk):
    arrival = await world.taken()
    world.disks.fill(disk)
    assert await world.carrier.take(arrival) is None
    assert await world.parts.store.queries.desk() == []
    world.disks.free(disk)
    await whole_way(world, arrival)


async def test_a_worker_without_a_journal_leaves_the_pointer_where_it_is(world):
    arrival = await world.taken()
    world.disks.fill("journal")
    with pytest.raises(JournalUnavailable):
        await world.carrier.take(arrival)
    world.disks.free("journal")
    await whole_way(world, arrival)


async def test_a_journal_that_fills_up_midway_concludes_nothing_by_halves(world):
    arrival = await world.taken()
    claimed = await world.parts.store.journal.claim(
        arrival, datetime.now(UTC), timedelta(seconds=1)
    )
    assert claimed is not None
    world.disks.fill("journal")
    with pytest.raises(JournalUnavailable):
        await world.carrier.carry(claimed)
    world.disks.free("journal")
    tags = await world.parts.store.queries.entries_of(arrival=arrival)
    assert [entry.tag for entry in tags] == ["arrival:accepted"]
    await asyncio.sleep(1.1)  # the lease of whoever died with it
    await whole_way(world, arrival)


async def test_what_left_while_the_journal_was_full_leaves_again_as_a_copy(world):
    arrival = await world.taken()
    await world.carry(arrival)
    store = world.parts.store
    lease = timedelta(seconds=1)
    rows = await store.outbox.due([OutboxKind.DELIVER], datetime.now(UTC), lease, 10)
    world.disks.fill("journal")
    for row in rows:
        outcome = await world.relay.send(row)
        with pytest.raises(JournalUnavailable):
            await store.outbox.settle(row, outcome)
    world.disks.free("journal")
    first = [(row.id, body) for row, body in world.publisher.delivered]
    assert first
    await world.deliver()
    again = [(row.id, body) for row, body in world.publisher.delivered[len(first) :]]
    assert sorted(again) == sorted(first), "the same ids and bytes"


async def test_the_evidence_says_which_disk_it_was(world):
    world.disks.fill("evidence")
    with pytest.raises(EvidenceUnavailable, match="evidence"):
        await world.parts.evidence.keep_bytes(b"x" * 10)
    world.disks.free("evidence")


async def test_the_chain_holds_after_all_of_it(world):
    for number, disk in enumerate(("journal", "evidence", "journal")):
        world.disks.fill(disk)
        assert (await world.send(f"doc-{number}"))[0] == 503
        world.disks.free(disk)
        await world.taken(f"doc-{number}")
    while await world.parts.store.sealer.seal(100):
        pass
    head = await world.parts.store.queries.head()
    entries = await world.parts.store.queries.log(None, 100)
    assert head is not None
    assert head[0] == len(entries) == 3
