"""Polls an axis: list, fetch, keep, journal, and only then acknowledge.

A crash between any two steps redelivers, and intake recognises the bytes. Lists are by
day and in no order to rely on, so every round looks some days back; what is settled at
the axis or in trouble here is passed over.
"""

import logging
from dataclasses import dataclass

from adapters.axis.connector import AxisConnector, MessageType
from adapters.axis.pull_round import Round
from hub.errors import PermanentFailure, TemporaryFailure
from hub.kit import Kit
from hub.model.arrivals import Source
from hub.polling import Overtaken, Timer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how far back."""

    poll_seconds: float = 60.0
    #: Days before the last one listed whole that are listed again.
    window_days: int = 2


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
        #: Rounds that broke off in a row.
        self._failures = dict.fromkeys(MessageType, 0)

    async def run(self) -> None:
        """Poll until cancelled; an axis that is away is asked ever less often."""
        while True:
            await self.once()
            await self._timer.pause(self.wait())

    def wait(self) -> float:
        """Seconds until the next round, by the kind of message that does best."""
        failures = min(self._failures.values())
        return self._timer.wait(self._pace.poll_seconds, failures)

    async def once(self) -> bool:
        """One round over documents and statuses; False: one of them broke off.

        Where another front has the lease, nothing is done, and all is well.
        """
        try:
            done = [await self._one(kind) for kind in MessageType]
        except Overtaken:
            return True
        return all(done)

    async def _one(self, kind: MessageType) -> bool:
        days = self._pace.window_days
        try:
            await Round(self._source, self._connector, self._kit, kind, days).run()
        except (TemporaryFailure, PermanentFailure) as error:
            self._tell("axis is away", kind, first=not self._failures[kind], why=error)
            self._failures[kind] += 1
            return False
        self._tell("axis is back", kind, first=self._failures[kind] > 0)
        self._failures[kind] = 0
        return True

    def _tell(
        self, told: str, kind: MessageType, *, first: bool, why: object = ""
    ) -> None:
        """A log line when it goes and when it comes, not at every try."""
        if first:
            facts = {"source": self._source.name, "kind": kind, "why": str(why)}
            log.warning(told, extra=facts)
