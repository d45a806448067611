"""The whole path of `hub up`, and a floor pipeline beside it on the same broker.

A document counts from the journal's `arrival:accepted` to its last `delivery:queued`:
HTTP in, queue out. What the axis and this program use of the two processors is in it.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hub.journal.store import open_journal
from hub.model.records import Entry, Tag
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.running import RunningHub
from hub.rehearsal.stage import Stage, Wishes, set_stage
from hub.settings import load
from tests.bench.documents import SIZES, Room, Signed, documents
from tests.bench.pipeline import FloorPipeline
from tests.bench.processes import Spent
from tests.bench.rows import Rounds, Row

WORKERS = (1, 2)
_IN_FLIGHT = 16
_SEQUENTIAL = 20
_ROUNDS = 5
_PATIENCE = 300.0


def rows(room: Room, folder: Path, rounds: Rounds) -> list[Row]:
    """For one worker and for two: the ratio, the rate, and where the time goes."""
    count = min(rounds.count, _ROUNDS)
    total = _SEQUENTIAL + (count + 1) * rounds.documents
    made = documents(room, SIZES["158 KB"], total)
    return [
        row
        for workers in WORKERS
        for row in asyncio.run(
            _Path(room, folder / f"workers-{workers}", made, workers).measure(
                count, rounds.documents
            )
        )
    ]


@dataclass(slots=True)
class _Path:
    """One hub with so many workers, and the documents it is given."""

    room: Room
    folder: Path
    made: Sequence[Signed]
    workers: int
    _given: int = field(default=0, init=False)

    async def measure(self, rounds: int, each: int) -> list[Row]:
        """Warm, one after another, then in rounds with the floor."""
        self.folder.mkdir()
        stage = set_stage(
            self.folder,
            self.room.pki,
            at=self.room.now,
            wishes=Wishes(workers=self.workers),
        )
        running = RunningHub(stage)
        axis = RehearsalAxis(
            stage.hub_url,
            stage.token("axis"),
            stage.token("receipts"),
            port=stage.axis_port,
        )
        async with axis:
            broker = await running.start()
            try:
                floor = FloorPipeline(broker, self.folder, self.workers)
                return await self._measure(
                    Scene(stage, axis, running, floor), rounds, each
                )
            finally:
                await running.stop()

    async def _measure(self, scene: "Scene", rounds: int, each: int) -> list[Row]:
        await self._send(scene, self._next(each), _IN_FLIGHT)  # warm
        alone = await self._send(scene, self._next(_SEQUENTIAL), 1)
        ours, least, spent = [], [], Spent.of(scene.running.pid).nothing()
        async with scene.floor:
            for _ in range(rounds):
                before = Spent.of(scene.running.pid)
                batch = self._next(each)
                ours.append((await self._send(scene, batch, _IN_FLIGHT)).seconds / each)
                spent += Spent.of(scene.running.pid) - before
                least.append(await scene.floor.seconds(batch) / each)
        return [
            self._rate(statistics.median(ours), statistics.median(least)),
            *(self._stage(name, ms) for name, ms in alone.stages()),
            *(self._cpu(name, s / rounds / each) for name, s in spent.each()),
        ]

    def _next(self, count: int) -> Sequence[Signed]:
        found = self.made[self._given : self._given + count]
        self._given += count
        assert len(found) == count
        return found

    async def _send(
        self, scene: "Scene", batch: Sequence[Signed], in_flight: int
    ) -> "_Sent":
        """Hand a batch in and wait for every receipt."""
        waiting, spent = iter(batch), []
        since = await scene.last_entry()

        async def one_after_another() -> None:
            for one in waiting:
                began = time.perf_counter()
                handed = await scene.axis.send(one.sample)
                assert handed.taken, handed
                spent.append(time.perf_counter() - began)
                if in_flight == 1:
                    await scene.axis.receipt_for(handed.door_id, _PATIENCE)

        async with asyncio.timeout(_PATIENCE):
            await asyncio.gather(*(one_after_another() for _ in range(in_flight)))
        entries = await scene.entries_until(since, len(batch))
        return _Sent(entries, statistics.median(spent) * 1000)

    def _rate(self, ours: float, least: float) -> Row:
        return Row(
            f"path, {self.workers} worker(s), 158 KB: {1 / ours:.1f} documents/s",
            ours / least,
            f"floor pipeline, {self.workers} consumer(s): {1 / least:.0f} documents/s",
            ours * 1000,
            least * 1000,
            5 if self.workers > 1 else None,
            3.5 if self.workers > 1 else None,
        )

    def _stage(self, name: str, ms: float) -> Row:
        return Row(
            f"path, {self.workers} worker(s), one at a time: {name}", ms, "ms, median"
        )

    def _cpu(self, name: str, seconds: float) -> Row:
        return Row(
            f"path, {self.workers} worker(s), loaded: {name}",
            seconds * 1000,
            "ms of processor per document",
        )


@dataclass(frozen=True, slots=True)
class _Sent:
    """What the journal says of one batch."""

    entries: Sequence[Entry]
    accept_ms: float

    @property
    def seconds(self) -> float:
        """From the first accepted to the last queued."""
        first = min(e.moment for e in self.entries if e.tag is Tag.ARRIVAL_ACCEPTED)
        last = max(e.moment for e in self.entries if e.tag is Tag.DELIVERY_QUEUED)
        return (last - first).total_seconds()

    def stages(self) -> list[tuple[str, float]]:
        """Median milliseconds between entries of one arrival."""
        moments: dict[str, dict[Tag, datetime]] = {}
        for entry in self.entries:
            if entry.arrival:
                moments.setdefault(entry.arrival, {})[entry.tag] = entry.moment
        steps = (
            ("wake, examine, decide", Tag.ARRIVAL_ACCEPTED, Tag.DOCUMENT_DECIDED),
            ("deliver", Tag.DOCUMENT_DECIDED, Tag.DELIVERY_QUEUED),
            ("receipt", Tag.DELIVERY_QUEUED, Tag.RECEIPT_SENT),
        )
        return [("accept (HTTP, evidence, journal)", self.accept_ms)] + [
            (
                name,
                statistics.median(
                    (m[end] - m[start]).total_seconds() * 1000 for m in moments.values()
                ),
            )
            for name, start, end in steps
        ]


@dataclass(frozen=True, slots=True)
class Scene:
    """A hub that runs, its axis, and the floor on its broker."""

    stage: Stage
    axis: RehearsalAxis
    running: RunningHub
    floor: FloorPipeline

    async def last_entry(self) -> int:
        """The id of the newest entry; 0 where there is none."""
        async with self._journal() as store:
            newest = await store.queries.log(None, 1)
        return newest[-1].id if newest else 0

    async def entries_until(self, since: int, documents: int) -> list[Entry]:
        """Every entry after an id, once so many receipts were sent."""
        found: list[Entry] = []
        async with self._journal() as store, asyncio.timeout(_PATIENCE):
            while sum(e.tag is Tag.RECEIPT_SENT for e in found) < documents:
                more = await store.queries.log(found[-1].id if found else since, 2000)
                found += more
                if not more:
                    await asyncio.sleep(0.2)
        return found

    def _journal(self):
        return open_journal(load(self.stage.settings).journal_url, migrate=False)
