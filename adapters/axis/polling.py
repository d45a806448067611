"""Polls an axis: list, fetch, keep, journal, and only then acknowledge.

A crash between any two steps redelivers, and intake recognises the bytes. Lists are by
day and in no order to rely on, so every round looks some days back; what is settled at
the axis or in trouble here is passed over.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.axis.connector import AxisConnector, MessageType
from adapters.axis.pull_round import Overtaken, Round
from hub.errors import PermanentFailure, TemporaryFailure
from hub.kit import Kit
from hub.model.arrivals import Source

log = logging.getLogger(__name__)

#: An axis that is away is asked no less often than this.
LONGEST_WAIT = 900.0
_SPREAD = 0.2


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how far back."""

    poll_seconds: float = 60.0
    #: Days before the last one listed whole that are listed again.
    window_days: int = 2


@dataclass(frozen=True, slots=True)
class Timer:
    """What a poller waits with; handed in so that tests need not wait."""

    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    #: 0..1, so that many hubs do not knock together.
    jitter: Callable[[], float] = random.SystemRandom().random


class Poller:
    """Fetches from one axis, one front at a time."""

    def __init__(
        self,
        source: Source,
        connector: AxisConnector,
        kit: Kit,
        pace: Pace,
        timer: Timer = Timer(),
    ) -> None:
        self._source = source
        self._connector = connector
        self._kit = kit
        self._pace = pace
        self._timer = timer
        self._failures = 0

    async def run(self) -> None:
        """Poll until cancelled; an axis that is away is asked ever less often."""
        while True:
            await self.once()
            await self._timer.pause(self.wait())

    def wait(self) -> float:
        """Seconds until the next round."""
        spread = 1 + _SPREAD * self._timer.jitter()
        doubled = self._pace.poll_seconds * 2.0 ** min(self._failures, 16)
        most = max(LONGEST_WAIT, self._pace.poll_seconds)
        return min(doubled, most) * spread

    async def once(self) -> bool:
        """One round over documents and statuses; False: it broke off."""
        try:
            for kind in MessageType:
                await self._round(kind).run()
        except Overtaken:
            return True  # another front has the lease: its matter
        except (TemporaryFailure, PermanentFailure) as error:
            self._failed(error)
            return False
        if self._failures:
            log.warning("axis is back", extra={"source": self._source.name})
        self._failures = 0
        return True

    def _round(self, kind: MessageType) -> Round:
        days = self._pace.window_days
        return Round(self._source, self._connector, self._kit, kind, days)

    def _failed(self, error: Exception) -> None:
        """Told once when it goes away, not at every try."""
        self._failures += 1
        if self._failures == 1:
            facts = {"source": self._source.name, "why": str(error)}
            log.warning("axis is away", extra=facts)
