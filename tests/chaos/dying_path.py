"""The whole path, killed by SIGKILL before and after every call of a port.

`python -m tests.chaos.dying_path TOLD RESULTS`: TOLD is a JSON file (see `Told`). One
warmed process forks for every life that is to die, and lives the next one itself, an
hour later, until nothing is left to do; then it says what it sees.
"""

import asyncio
import gc
import os
import shutil
import signal
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
from sqlalchemy import Connection, Table, select

from hub.journal.rebuild import rebuild
from hub.journal.recall_tables import recalls
from hub.journal.status_tables import statuses
from hub.journal.store import Store, open_journal
from hub.journal.tables import (
    arrivals,
    deliveries,
    desk,
    documents,
    forwards,
    outbox,
)
from hub.journal.verify import verify
from hub.model.records import OutboxKind, Tag
from tests.chaos.path_life import Life, Steps, World
from tests.chaos.path_scenes import SCENES

#: Seconds after which a life that hangs is ended.
_LIFE = 120
#: Written again by another life without any effect of their own.
_HARMLESS = {Tag.ARRIVAL_REPEATED, Tag.SWEEP_WOKE}


class Told(msgspec.Struct):
    """What one matrix is about."""

    folder: str
    scene: str
    #: A migrated journal's file; or a node of PostgreSQL with a database "model".
    model: str = ""
    node: str = ""
    #: Every how-manieth step.
    stride: int = 1
    #: Instead of them: so many pairs of steps, drawn; the second life dies, too.
    pairs: int = 0


class Seen(msgspec.Struct):
    """What is there when nothing is left to do."""

    #: Rows of the projections, without ids and moments of this run.
    rows: dict[str, list[list[str]]]
    #: "tag agency" -> how many entries.
    log: dict[str, int]
    #: Of verifying and of rebuilding the journal.
    problems: list[str]
    waiting: list[str]
    #: The names of the steps of this life.
    steps: list[str]


class Trial(msgspec.Struct):
    """One death, or two, and what came after it."""

    #: How many lives were killed, and the names of the steps they died at.
    deaths: int
    died_at: list[str]
    seen: Seen
    #: The ledger's lines.
    left: list[dict[str, Any]]
    pointers: list[dict[str, Any]]
    taken: list[str]


class Results(msgspec.Struct):
    """The life that nobody killed, and all trials."""

    calm: Trial
    trials: list[Trial]


#: What of a projection is the same in every run.
_LASTING: Mapping[Table, tuple[str, ...]] = {
    arrivals: ("door_id", "source", "state"),
    documents: ("document_id", "kind", "disposition", "sender"),
    deliveries: ("document", "agency", "state"),
    forwards: ("document", "agency", "source", "state"),
    statuses: ("document", "agency", "code"),
    recalls: ("document", "agency", "relation", "state"),
    desk: ("desk", "reason", "closed_at"),
}


def _rows(connection: Connection) -> dict[str, list[list[str]]]:
    found = {}
    for table, names in _LASTING.items():
        query = select(*(table.c[name] for name in names))
        rows = [[_said(cell) for cell in row] for row in connection.execute(query)]
        found[table.name] = sorted(rows)
    query = select(outbox.c.kind, outbox.c.target, outbox.c.state)
    left = connection.execute(query.where(outbox.c.kind != OutboxKind.WAKE))
    found["outbox"] = sorted([str(cell) for cell in row] for row in left)
    return found


def _said(cell: object) -> str:
    return "at some moment" if isinstance(cell, datetime) else str(cell)


def _waiting(connection: Connection) -> list[str]:
    query = select(outbox.c.kind, outbox.c.id).where(outbox.c.state == "waiting")
    return [f"{kind} {name}" for kind, name in connection.execute(query)]


async def seen(world: World, store: Store, steps: Steps) -> Seen:
    log = await store.queries.log(0, 5_000)
    told = Counter(f"{e.tag} {e.agency}" for e in log if e.tag not in _HARMLESS)
    report = await verify(store, evidence=world.evidence)
    rows = await store.database.read(_rows)
    waiting = await store.database.read(_waiting)
    differences = (await rebuild(store)).differences
    problems = [*report.problems, *differences]
    return Seen(rows, dict(told), problems, waiting, steps.names)


async def live(world: World, scene: str, step: int, hours: int) -> None:
    """One life; at its end, if it comes to one, it says what it sees."""
    steps = Steps(step, world.folder / "died")
    async with open_journal(world.url, migrate=False) as store:
        await Life(world, store, steps, hours).play(SCENES[scene])
        told = await seen(world, store, steps)
    (world.folder / "seen").write_bytes(msgspec.json.encode(told))


def in_this_process(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end here, which warms whatever children will need."""
    asyncio.run(work)
    if threading.active_count() > 1:
        raise RuntimeError("a thread stayed: nothing can be forked")


def died(work: Coroutine[Any, Any, None]) -> bool:
    """Run it in a child; whether SIGKILL ended it, and not its own end."""
    if pid := os.fork():
        work.close()
        status = os.waitpid(pid, 0)[1]
        if status not in {0, signal.SIGKILL}:
            raise RuntimeError(f"it ended with {status}")
        return status == signal.SIGKILL
    try:
        signal.alarm(_LIFE)
        asyncio.run(work)
        os._exit(0)
    finally:  # nothing of this child may do the parent's work
        traceback.print_exc()
        os._exit(1)


class Matrix:
    """One scene, killed at every step."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.folder = Path(told.folder)

    def run(self) -> Results:
        with self._beginning() as beginning:
            calm = self._trial(beginning, ())
            plans = list(self._plans(len(calm.seen.steps)))
            return Results(calm, [self._trial(beginning, plan) for plan in plans])

    def _plans(self, last: int) -> Iterator[tuple[int, ...]]:
        """At which steps the lives of a trial die."""
        drawn = Random(6)  # the same ones in every run
        for _ in range(self.told.pairs):
            yield drawn.randint(1, last), drawn.randint(1, last)
        if not self.told.pairs:
            yield from ((step,) for step in range(1, last + 1, self.told.stride))

    @contextmanager
    def _beginning(self) -> Iterator[World]:
        """The world as it is when the scene begins."""
        with self._world("beginning", self._database("model")) as world:
            for hours, scene in enumerate(SCENES):
                if scene == self.told.scene:
                    break
                in_this_process(live(world, scene, 0, hours))
            yield world

    def _trial(self, beginning: World, plan: tuple[int, ...]) -> Trial:
        scene, began = self.told.scene, list(SCENES).index(self.told.scene)
        with self._world("trial", beginning.url, beginning.folder) as world:
            deaths = sum(
                [died(live(world, scene, k, began + n)) for n, k in enumerate(plan)]
            )
            in_this_process(live(world, scene, 0, began + len(plan)))
            names = world.folder / "died"
            return Trial(
                deaths,
                names.read_text().splitlines() if plan else [],
                msgspec.json.decode((world.folder / "seen").read_bytes(), type=Seen),
                world.ledger.lines("left"),
                world.ledger.lines("pointer"),
                [line["door_id"] for line in world.ledger.lines("taken")],
            )

    @contextmanager
    def _world(
        self, name: str, like: str, folder: Path | None = None
    ) -> Iterator[World]:
        """A world of its own, as another is now."""
        mine = self.folder / name
        if folder:
            shutil.copytree(folder, mine)
        else:
            mine.mkdir()
        url = self._copied(like, mine)
        try:
            yield World(mine, url)
        finally:
            if self.told.node:
                self._command(f"DROP DATABASE {_name(url)} WITH (FORCE)")
            shutil.rmtree(mine)

    def _database(self, name: str) -> str:
        node = self.told.node
        return f"{node}/{name}" if node else f"sqlite:///{self.told.model}"

    def _copied(self, like: str, folder: Path) -> str:
        if not self.told.node:
            path = folder / "journal.db"
            shutil.copy(like.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        name = f"t{uuid4().hex}"
        self._command(f"CREATE DATABASE {name} TEMPLATE {_name(like)}")
        return self._database(name)

    def _command(self, sql: str) -> None:
        async def work() -> None:
            connection = await asyncpg.connect(f"{self.told.node}/postgres")
            try:
                await connection.execute(sql)
            finally:
                await connection.close()

        in_this_process(work())


def _name(url: str) -> str:
    return url.rpartition("/")[2]


if __name__ == "__main__":
    gc.freeze()  # children share what was imported, and look through none of it
    asked = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Told)
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(Matrix(asked).run()))
