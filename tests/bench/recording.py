"""The journal: commits per accepted document, and a raw group commit beside it."""

import asyncio
import sqlite3
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from hub.journal.sqlite import SqliteDatabase
from hub.journal.store import Store, open_journal
from hub.model.arrivals import Door, Offer, Source
from hub.model.ids import Digest
from tests.bench.documents import Room
from tests.bench.rows import Rounds, Row

_SOURCE = Source("truc-tinh", Door("axis-rest"), carrier=True)
IN_FLIGHT = (10, 100)


def rows(room: Room, folder: Path, rounds: Rounds) -> list[Row]:
    """For each number in flight: commits each, and the floor's rate by ours."""
    return [
        row
        for count in IN_FLIGHT
        for row in asyncio.run(_measure(room, folder / f"at-{count}", count, rounds))
    ]


async def _measure(room: Room, folder: Path, count: int, rounds: Rounds) -> list[Row]:
    folder.mkdir()
    raw = _Raw(folder / "raw.db")
    ours, floor, commits = [], [], 0
    url = f"sqlite:///{folder / 'journal.db'}"
    async with open_journal(url, migrate=True) as store:
        assert isinstance(store.database, SqliteDatabase)
        await _accept(store, room, (0,), count)  # warm
        before = store.database.commits
        for turn in range(rounds.count):
            numbers = range(
                1 + turn * rounds.messages, 1 + (turn + 1) * rounds.messages
            )
            ours.append(await _accept(store, room, numbers, count))
            floor.append(raw.insert(numbers, count))
        commits = store.database.commits - before
    each = commits / (rounds.count * rounds.messages)
    took, least = statistics.median(ours), statistics.median(floor)
    return [
        Row(
            f"journal, {count} in flight: commits per accepted document",
            each,
            "one fsync a commit; the body file has its own two",
            must=0.25,
        ),
        Row(
            f"journal, {count} in flight: raw sqlite / ours "
            f"({rounds.messages / took:,.0f} accepts/s)",
            took / least,
            "same rows per commit, one 300-byte row for our three",
            took * 1000 / rounds.messages,
            least * 1000 / rounds.messages,
        ),
    ]


async def _accept(
    store: Store, room: Room, numbers: Sequence[int], in_flight: int
) -> float:
    """Seconds for all of them, so many waiting at any time."""
    waiting = iter(numbers)

    async def one_after_another() -> None:
        for number in waiting:
            await store.journal.accept(_offer(number), room.now)

    began = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(in_flight)))
    return time.perf_counter() - began


def _offer(number: int) -> Offer:
    return Offer(
        source=_SOURCE,
        door_id=f"bench-{number}",
        digest=Digest(f"{number:064x}"),
        size=158_000,
        content_type="application/xml",
    )


class _Raw:
    """WAL, synchronous=FULL, one indexed row of 300 bytes, so many per commit."""

    def __init__(self, path: Path) -> None:
        self._open = sqlite3.connect(path, isolation_level=None)
        self._open.execute("PRAGMA journal_mode=WAL")
        self._open.execute("PRAGMA synchronous=FULL")
        self._open.execute("CREATE TABLE t (id TEXT PRIMARY KEY, facts TEXT)")

    def insert(self, numbers: Sequence[int], per_commit: int) -> float:
        """Seconds for all of them."""
        began = time.perf_counter()
        for start in range(0, len(numbers), per_commit):
            self._open.execute("BEGIN IMMEDIATE")
            for number in numbers[start : start + per_commit]:
                row = (f"{number:064x}", "x" * 236)
                self._open.execute("INSERT INTO t VALUES (?, ?)", row)
            self._open.execute("COMMIT")
        return time.perf_counter() - began
