"""One breaker per target: a target that is down costs the others nothing.

Failures are counted in each relay; that a breaker is open stands in the journal, so
every relay knows it, one try at a time goes through, and operators see and set it.
Where the journal does not answer, each relay goes by what it knows itself.
"""

import asyncio
import logging
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.errors import TemporaryFailure
from hub.model.policy import DeliveryPolicy, RetryPlan
from hub.model.targets import BreakerRow, BreakerState, Target, TargetKind
from hub.ports import Clock

log = logging.getLogger(__name__)

#: How often a relay looks at what the others and the operators did.
_LOOK_SECONDS = 1.0


class Targets(Protocol):
    """Breakers that all relays share; a target without a row is closed."""

    async def stopped(self) -> list[BreakerRow]:
        """Whatever is open, or held open by an operator."""

    async def open(
        self, target: Target, why: str, at: datetime, until: datetime
    ) -> None:
        """It failed too often: an entry, unless it was open already."""

    async def probe(self, target: Target, at: datetime, until: datetime) -> bool:
        """Take the one try of an open breaker whose pause is over.

        The others wait until `until`. True also where the breaker is not open.
        """

    async def close(self, target: Target, at: datetime) -> None:
        """It answers again: an entry, where it was open; what is held stays so."""


@dataclass(slots=True)
class Breaker:
    """What one relay knows of a target."""

    failures: int = 0
    open_until: datetime | None = None
    #: An operator opened it.
    held: bool = False
    #: Tries on their way to this target at this moment.
    busy: int = 0

    def is_open(self, now: datetime) -> bool:
        """Whether nothing is to be tried now; asking lets nothing through."""
        return self.held or (self.open_until is not None and now < self.open_until)

    def closed(self) -> bool:
        """The target took something. True when it had been open."""
        opened = self.open_until is not None
        self.failures, self.open_until = 0, None
        return opened

    def shut(self) -> None:
        """It is closed elsewhere; one that never was open goes on counting."""
        if self.held or self.open_until is not None:
            self.held = False
            self.closed()


class Breakers:
    """The breakers of one relay, over the table that all relays share."""

    def __init__(self, shared: Targets, clock: Clock, policy: DeliveryPolicy) -> None:
        self._shared = shared
        self._clock = clock
        self._policy = policy
        self._known: dict[Target, Breaker] = {}
        self._plans: dict[Target, RetryPlan] = {}
        self._looked = float("-inf")

    def of(self, target: Target) -> Breaker:
        """What is known of a target here."""
        return self._known.setdefault(target, Breaker())

    def plan(self, target: Target) -> RetryPlan:
        """How a target is tried."""
        if target not in self._plans:
            self._plans[target] = self._policy.plan(target)
        return self._plans[target]

    def down(self, kinds: Container[TargetKind]) -> list[str]:
        """Targets that nothing is tried at: their rows stay untouched."""
        now = self._clock.now()
        return [
            target.name
            for target, breaker in self._known.items()
            if target.kind in kinds and breaker.is_open(now)
        ]

    async def look(self) -> None:
        """Take over what the table says, once a second."""
        moment = asyncio.get_running_loop().time()
        if moment - self._looked < _LOOK_SECONDS:
            return
        self._looked = moment
        try:
            rows = await self._shared.stopped()
        except TemporaryFailure as error:
            log.warning("breakers not read", extra={"why": str(error)})
            return
        self._take_over({row.target: row for row in rows})

    def _take_over(self, rows: dict[Target, BreakerRow]) -> None:
        for target in {*self._known, *rows}:
            breaker, row = self.of(target), rows.get(target)
            if row is None:  # another relay, or an operator, closed it
                breaker.shut()
                continue
            breaker.held = row.state is BreakerState.HELD
            # No entry tells until when: a rebuild may have lost it, and a try may go.
            lost = None if breaker.held else row.since
            breaker.open_until = row.open_until or lost

    async def waits(self, target: Target) -> datetime | None:
        """Until when nothing is tried; None when a try may go.

        When the pause is over one try goes through, whichever relay asks first, and
        the rest wait for its end.
        """
        now, breaker, pause = (
            self._clock.now(),
            self.of(target),
            self.plan(target).pause,
        )
        if breaker.held:
            return now + pause
        if breaker.open_until is None:
            return None
        if now < breaker.open_until:
            return breaker.open_until
        breaker.open_until = now + pause
        return None if await self._may_probe(target, now) else breaker.open_until

    async def _may_probe(self, target: Target, now: datetime) -> bool:
        try:
            until = now + self.plan(target).pause
            return await self._shared.probe(target, now, until)
        except TemporaryFailure:
            return True

    async def failed(self, target: Target, why: str) -> None:
        """Count a failure; enough of them in a row open the breaker."""
        breaker, plan, now = self.of(target), self.plan(target), self._clock.now()
        breaker.failures += 1
        if breaker.failures < plan.breaker_failures:
            return
        opened = breaker.open_until is None
        breaker.open_until = now + plan.pause
        if opened:
            log.warning("target down", extra={"why": why})
            with suppress(TemporaryFailure):  # this relay knows it; so will the next
                await self._shared.open(target, why, now, breaker.open_until)

    async def answered(self, target: Target) -> bool:
        """It took something or said no: it is there. True when it had been open."""
        if not self.of(target).closed():
            return False
        log.info("target back")
        with suppress(TemporaryFailure):
            await self._shared.close(target, self._clock.now())
        return True
