"""Making decisions come true: whatever must leave, leaves from here."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import msgspec

from hub.errors import (
    PermanentFailure,
    TemporaryFailure,
    Unroutable,
)
from hub.logs import bound
from hub.mail_ports import Post
from hub.model.agencies import Agency, Takes
from hub.model.faults import Fault, FaultCode
from hub.model.receipts import Receipt, Untold
from hub.model.records import (
    Facts,
    GivenUp,
    Later,
    Left,
    OutboxKind,
    OutboxRow,
    Outcome,
    Sent,
)
from hub.model.sending import Sending
from hub.model.targets import Target, TargetKind, kind_of, target_of
from hub.pipeline.breaker import Breakers
from hub.pipeline.outlet import AgencyOutlet
from hub.pipeline.troubles import HANDLED, Fate, Whose, reason_of, trouble_of
from hub.ports import Adapter, Alarm, Clock, Evidence, Outbox, Publisher

log = logging.getLogger(__name__)

#: What goes to the broker, and what goes to everybody else: each has a window of its
#: own, so that a source that answers slowly costs the agencies nothing.
BROKER_KINDS = (OutboxKind.WAKE, OutboxKind.DELIVER, OutboxKind.NOTICE)
OTHER_KINDS = (OutboxKind.ANSWER, OutboxKind.FORWARD, OutboxKind.ALERT)
#: Of the others' window, what one slow target may fill.
_SHARE = 4
#: The one server by which all mails to agencies leave, as far as shares go.
_POST = Target(TargetKind.AGENCIES, "")
#: How long a row waits whose target has its share already.
_BUSY = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where rows leave by."""

    publisher: Publisher
    #: Source name -> the adapter that answers it.
    adapters: Mapping[str, Adapter]
    evidence: Evidence
    alarm: Alarm
    #: Queue slug -> the agency that has it, and how it takes what it gets.
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    post: Post | None = None

    def outlet(self) -> AgencyOutlet:
        """Where deliveries and notices leave by."""
        return AgencyOutlet(self.publisher, self.evidence, self.agencies, self.post)


class Places(asyncio.Semaphore):
    """The window's places; says how many are free."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.free = count

    async def acquire(self) -> Literal[True]:
        """Take a place."""
        await super().acquire()
        self.free -= 1
        return True

    def release(self) -> None:
        """Give it back."""
        self.free += 1
        super().release()


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """How the relay works; operating values, they change no decision."""

    #: Rows on their way at once.
    window: int = 64
    lease: timedelta = timedelta(seconds=60)
    #: How often an idle relay looks; the wake of an arrival waits so long at most.
    poll_seconds: float = 0.05


class Relay:
    """Drains the outbox; several may run, each row is leased to one."""

    def __init__(
        self,
        outbox: Outbox,
        outlets: Outlets,
        clock: Clock,
        breakers: Breakers,
        settings: RelaySettings = RelaySettings(),
    ) -> None:
        self.outbox = outbox
        self._outlets = outlets
        self._agencies = outlets.outlet()
        self._clock = clock
        self._breakers = breakers
        self._settings = settings
        self._jitter = random.SystemRandom()

    async def relay(self) -> None:
        """Send what is due; what fails stays, with a later moment."""
        async with asyncio.TaskGroup() as tasks:
            for kinds in (BROKER_KINDS, OTHER_KINDS):
                tasks.create_task(self._drain(kinds))

    async def _drain(self, kinds: Sequence[OutboxKind]) -> None:
        """Rows of some kinds, never more on their way than the window."""
        window = Places(self._settings.window)
        async with asyncio.TaskGroup() as tasks:
            async for row in self._due(kinds, window):
                tasks.create_task(self._carry_out(row, window))

    async def _carry_out(self, row: OutboxRow, window: Places) -> None:
        """One row: sent, later, or given up with a reason."""
        try:
            with bound(outbox=row.id, kind=row.kind, target=row.target):
                await self._settle(row, await self.send(row))
        finally:
            window.release()

    async def _settle(self, row: OutboxRow, outcome: Outcome) -> None:
        """A row that cannot be settled now falls due again when its lease ends."""
        try:
            await self.outbox.settle(row, outcome)
        except TemporaryFailure as error:
            log.warning("row not settled", extra={"why": str(error)})

    async def send(self, row: OutboxRow) -> Outcome:
        """Try one row now and say what became of it."""
        if wait := await self._must_wait(row):
            return wait
        busy = self._breakers.of(self._fills(row))
        busy.busy += 1
        try:
            told = await self._send(row)
        except HANDLED as error:
            return await self._failed(row, error)
        finally:
            busy.busy -= 1
        if isinstance(told, Untold):  # nobody was reached: says nothing of the target
            return Left(self._clock.now(), told)
        await self._answered(row)
        return Sent(self._clock.now(), told | {"message_id": row.id})

    async def _answered(self, row: OutboxRow) -> None:
        if await self._breakers.answered(target_of(row)):
            await self._hasten(row)

    async def _hasten(self, row: OutboxRow) -> None:
        """The target is back: what was tried in vain need not wait its time out.

        Urgent rows were tried first, so they would leave last.
        """
        try:
            await self.outbox.hasten(row.kind, row.target, self._clock.now())
        except TemporaryFailure as error:  # they leave when their time comes
            log.warning("rows not hastened", extra={"why": str(error)})

    async def _must_wait(self, row: OutboxRow) -> Later | None:
        now, slow = self._clock.now(), row.kind in OTHER_KINDS or self._by_mail(row)
        filled = self._breakers.of(self._fills(row)).busy * _SHARE
        if slow and filled >= self._settings.window:
            return Later(now + _BUSY, "target busy", counts=False)
        if until := await self._breakers.waits(target_of(row)):
            return Later(until, "breaker open", counts=False)
        return None

    def _fills(self, row: OutboxRow) -> Target:
        """Whose share of the window it takes: mails to all agencies have one server."""
        return _POST if self._by_mail(row) else target_of(row)

    def _by_mail(self, row: OutboxRow) -> bool:
        """Whether it takes seconds, in the window of those that take milliseconds."""
        leaves = row.kind in {OutboxKind.DELIVER, OutboxKind.NOTICE}
        return leaves and self._agencies.way(row) is Takes.MAIL

    async def _failed(self, row: OutboxRow, error: Exception) -> Outcome:
        """What the table of troubles says; a pointer may always leave later."""
        trouble = trouble_of(error)
        reason, now = reason_of(trouble, error), self._clock.now()
        never = trouble.fate is Fate.NEVER
        pointer = row.kind is OutboxKind.WAKE and isinstance(error, Unroutable)
        if trouble.fault is Whose.TARGET or pointer:
            await self._breakers.failed(target_of(row), reason)
        if trouble.fault is Whose.ROW:
            await self._answered(row)
        return (
            GivenUp(now, reason) if never and not pointer else self._later(row, reason)
        )

    async def _send(self, row: OutboxRow) -> Untold | Facts:
        """Why nothing was to be sent, or what its entry says of how it left."""
        match row.kind:
            case OutboxKind.WAKE:
                await self._outlets.publisher.wake(row)
            case OutboxKind.DELIVER | OutboxKind.NOTICE:
                return await self._agencies.send(row)
            case OutboxKind.ANSWER:
                if untold := await self._answer(row):
                    return untold
            case OutboxKind.FORWARD:
                return await self._forward(row)
            case OutboxKind.ALERT:
                await self._outlets.alarm.call(row)
        return {"target": row.target}

    async def _answer(self, row: OutboxRow) -> Untold | None:
        return await self._adapter(row).answer(msgspec.convert(row.headers, Receipt))

    async def _forward(self, row: OutboxRow) -> Facts | Untold:
        adapter = self._adapter(row)
        if row.body is None:
            raise PermanentFailure(Fault(FaultCode.EMPTY, "body"))
        data = await self._outlets.evidence.read(row.body)
        remote = await adapter.forward(msgspec.convert(row.headers, Sending), data)
        if isinstance(remote, Untold):
            return remote
        return {"target": row.target, "remote": remote}

    def _adapter(self, row: OutboxRow) -> Adapter:
        adapter = self._outlets.adapters.get(row.target)
        if adapter is None:
            raise Unroutable(f"no source {row.target} in the settings")
        return adapter

    def _later(self, row: OutboxRow, reason: str) -> Outcome:
        now, plan = self._clock.now(), self._breakers.plan(target_of(row))
        due = now + plan.wait(row.attempts, self._jitter.random())
        if row.deadline is not None and due > row.deadline:
            return GivenUp(now, f"deadline: {reason}")
        return Later(due, reason)

    async def _due(
        self, kinds: Sequence[OutboxKind], window: Places
    ) -> AsyncIterator[OutboxRow]:
        """Rows as they fall due, each with its place in the window."""
        while True:
            async with window:  # until there is a place at all
                pass
            rows = await self._lease(kinds, window)
            for row in rows:
                await window.acquire()
                yield row
            if not rows:  # another process may write a row at any moment: look often
                await asyncio.sleep(self._settings.poll_seconds)

    async def _lease(
        self, kinds: Sequence[OutboxKind], window: Places
    ) -> list[OutboxRow]:
        """Lease no more rows than can start now: a lease must outlast the sending."""
        await self._breakers.look()
        try:
            return await self.outbox.due(
                kinds,
                self._clock.now(),
                self._settings.lease,
                max(1, window.free),
                skip=self._breakers.down({kind_of(kind) for kind in kinds}),
            )
        except TemporaryFailure as error:
            log.warning("outbox not read", extra={"why": str(error)})
            return []
