"""One life of the whole path: door, worker, relay and sweep in one process.

Journal, evidence store, intake, carrier, relay and sweep are the hub's; the outside is
a file (outside.py), the judging child has read everything beforehand.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hub.evidence.folder import FolderEvidence
from hub.journal.store import Store
from hub.model.ids import ArrivalId
from hub.model.policy import DeliveryPolicy
from hub.model.records import OutboxKind
from hub.model.ways import Way, Ways
from hub.pipeline.breaker import Breakers
from hub.pipeline.intake import HubIntake
from hub.pipeline.relay import BROKER_KINDS, OTHER_KINDS, Outlets, Relay
from tests.chaos.outside import FileAlarm, FileBroker, FileSource, Ledger
from tests.chaos.path_scenes import READ, SOURCES, Coming
from tests.fakes.district import LEASE, District
from tests.fakes.outsides import SteppingClock
from tests.unit.rules.cases import CARRIER

#: Longer than any lease: what the dead had in hand is free.
_LATER = timedelta(hours=1)


@dataclass
class Steps:
    """Counts calls of ports, each twice, and kills this process at its last."""

    last: int
    died: Path
    names: list[str] = field(default_factory=list)

    def step(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.last:
            with self.died.open("a") as file:
                file.write(f"{name}\n")
            os.kill(os.getpid(), signal.SIGKILL)


class Stepping:
    """A port whose calls are steps; what it answers is the real port's."""

    def __init__(self, name: str, port: Any, steps: Steps) -> None:
        self._name = name
        self._port = port
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._port, name)
        if not asyncio.iscoroutinefunction(real):
            return real
        return self._stepping(f"{self._name}.{name}", real)

    def _stepping(
        self, name: str, real: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **named: Any) -> Any:
            self._steps.step(f"before {name}")
            answer = await real(*args, **named)
            self._steps.step(f"after {name}")
            return answer

        return call


@dataclass(frozen=True)
class World:
    """A folder and a journal that outlive their processes."""

    folder: Path
    url: str

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.folder / "outside.jsonl")

    @property
    def evidence(self) -> FolderEvidence:
        return FolderEvidence(self.folder / "evidence")


class Life:
    """Door, worker, relay and sweep in one process, one call after the other."""

    def __init__(self, world: World, store: Store, steps: Steps, hours: int) -> None:
        def port(name: str, real: Any) -> Any:
            return Stepping(name, real, steps)

        ledger, clock = world.ledger, SteppingClock()
        clock.moment += hours * _LATER
        self.ledger, self.clock = ledger, clock
        self.evidence = port("evidence", world.evidence)
        self.store = replace(
            store,
            journal=port("journal", store.journal),
            outbox=port("outbox", store.outbox),
            sweep=port("sweep", store.sweep),
            sealer=port("sealer", store.sealer),
        )
        self.intake = port("intake", HubIntake(store.journal, clock))
        self.broker = port("broker", FileBroker(ledger))
        self.sources = {
            name: port("source", FileSource(ledger, name)) for name in SOURCES
        }
        district = District(
            self.store,
            world.folder,
            clock=clock,
            evidence=self.evidence,
            sources=dict(SOURCES),
            ways=Ways((Way(CARRIER.name),)),
        )
        district.judge.read.update(READ)
        district.judge = port("judge", district.judge)
        self.carrier = district.carrier
        alarm = port("alarm", FileAlarm(ledger))
        self.relay = Relay(
            self.store.outbox,
            Outlets(self.broker, self.sources, self.evidence, alarm),
            clock,
            Breakers(store.targets, clock, DeliveryPolicy()),
        )

    async def play(self, scene: tuple[Coming, ...]) -> None:
        """Bring what was not taken yet, and work until nothing is left to do."""
        taken = {line["door_id"] for line in self.ledger.lines("taken")}
        for coming in scene:
            if coming.door_id not in taken:
                await self._bring(coming)
                self.clock.step(1)  # what came first is carried first
        while await self._round():
            pass
        while await self.store.sealer.seal(500):
            pass

    async def _bring(self, coming: Coming) -> None:
        await self.evidence.keep_bytes(coming.data)
        await self.intake.accept(coming.offer)
        await self.sources[coming.source.name].hears_taken(coming.door_id)

    async def _round(self) -> bool:
        """Whether there was anything to do: all comings first, then what leaves."""
        if await self._pointers() or await self._send(OutboxKind.WAKE):
            return True
        for kinds in (BROKER_KINDS, OTHER_KINDS):
            if await self._send(*kinds):
                return True
        now = self.clock.now()
        lost = await self.store.sweep.stranded(now, timedelta(seconds=30))
        return bool(lost and await self.store.sweep.wake(lost, now))

    async def _pointers(self) -> bool:
        """A message is acknowledged when the worker is done with it."""
        waiting = list(self.ledger.waiting())
        for place, arrival in waiting:
            await self.carrier.take(ArrivalId(arrival))
            await self.broker.acknowledge(place)
        return bool(waiting)

    async def _send(self, *kinds: OutboxKind) -> bool:
        """Several are leased, one is on its way."""
        rows = await self.store.outbox.due(kinds, self.clock.now(), LEASE, 100)
        for row in rows:
            outcome = await self.relay.send(row)
            await self.store.outbox.settle(row, outcome)
        return bool(rows)
