"""What one document of 60 MB costs the small ones that pass beside it.

Small documents come one every 50 ms; in every second round a large one is on its way.
Latency is the journal's, from `arrival:accepted` to `delivery:queued`, of small ones
that came while the large one was between door and queue.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hub.model.records import Entry, Tag
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.running import RunningHub
from hub.rehearsal.samples import Sample
from hub.rehearsal.stage import Wishes, set_stage
from tests.bench.documents import SIZES, Room, documents
from tests.bench.path import Scene
from tests.bench.pipeline import FloorPipeline
from tests.bench.rows import Rounds, Row

_LARGE_BYTES = 60_000_000
_PACE = 0.05
#: Small documents of a round without a large one; with one, as many as it takes.
_QUIET = 60
_MOST_SMALL = 400
_PATIENCE = 300.0


def rows(room: Room, folder: Path, rounds: Rounds) -> list[Row]:
    """The 99th percentile beside a large one / without."""
    turns = min(rounds.count, 5)
    small = documents(room, SIZES["158 KB"], turns * (_QUIET + _MOST_SMALL))
    large = documents(room, _LARGE_BYTES, turns)
    given = _Given([s.sample for s in small], [one.sample for one in large])
    return [asyncio.run(_measure(room, folder / "beside", given, turns))]


@dataclass(slots=True)
class _Given:
    """Documents, each sent once."""

    small: list[Sample]
    large: list[Sample]


@dataclass(slots=True)
class _Passing:
    """One hub, and how long small documents took with it."""

    scene: Scene
    axis: RehearsalAxis
    given: _Given
    quiet: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    async def round(self) -> None:
        """A quiet turn, then one with a large document on its way."""
        since = await self.scene.last_entry()
        ids = [await self._one() for _ in range(_QUIET)]
        await self._heard(ids)
        self.quiet += (await self._latencies(since, len(ids))).values()
        since = await self.scene.last_entry()
        large = asyncio.create_task(self._sent(self.given.large.pop()))
        ids = []
        while not large.done():
            ids.append(await self._one())
        await self._heard([*ids, await large])
        self.beside += (await self._latencies(since, len(ids) + 1)).values()

    async def _one(self) -> str:
        """Hand one small document in and keep the pace."""
        began = time.perf_counter()
        handed = await self.axis.send(self.given.small.pop())
        assert handed.taken, handed
        await asyncio.sleep(max(0.0, _PACE - (time.perf_counter() - began)))
        return handed.door_id

    async def _sent(self, sample: Sample) -> str:
        """The large one: over when its receipt has come."""
        handed = await self.axis.send(sample)
        await self.axis.receipt_for(handed.door_id, _PATIENCE)
        return handed.door_id

    async def _heard(self, door_ids: Sequence[str]) -> None:
        for door_id in door_ids:
            await self.axis.receipt_for(door_id, _PATIENCE)

    async def _latencies(self, since: int, receipts: int) -> dict[str, float]:
        """Seconds from accepted to queued, of each small arrival since an entry."""
        entries = await self.scene.entries_until(since, receipts)
        return {
            arrival: (moments[Tag.DELIVERY_QUEUED] - accepted).total_seconds()
            for arrival, moments in _moments(entries).items()
            if (accepted := moments.get(Tag.ARRIVAL_ACCEPTED))
            and Tag.DELIVERY_QUEUED in moments
        }


def _moments(entries: Sequence[Entry]) -> dict[str, dict[Tag, datetime]]:
    """By arrival; the large ones left out, which have their own worker."""
    found: dict[str, dict[Tag, datetime]] = {}
    for entry in entries:
        large = int(entry.facts.get("size", 0)) >= _LARGE_BYTES
        if entry.arrival and not large:
            found.setdefault(entry.arrival, {})[entry.tag] = entry.moment
    return found


async def _measure(room: Room, folder: Path, given: _Given, turns: int) -> Row:
    folder.mkdir()
    stage = set_stage(folder, room.pki, at=room.now, wishes=Wishes(workers=2))
    tokens = stage.token("axis"), stage.token("receipts")
    async with RehearsalAxis(stage.hub_url, *tokens, port=stage.axis_port) as axis:
        running = RunningHub(stage)
        broker = await running.start()
        try:
            scene = Scene(stage, axis, running, FloorPipeline(broker, folder, 1))
            passing = _Passing(scene, axis, given)
            for _ in range(turns):
                await passing.round()
        finally:
            await running.stop()
    return _row(passing)


def _row(passing: _Passing) -> Row:
    beside, quiet = _p99(passing.beside), _p99(passing.quiet)
    return Row(
        f"p99 of 158 KB while 60 MB pass, {len(passing.beside)} documents",
        beside / quiet,
        f"the same without, {len(passing.quiet)} documents; door to queue",
        beside * 1000,
        quiet * 1000,
        must=1.2,
    )


def _p99(seconds: Sequence[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
