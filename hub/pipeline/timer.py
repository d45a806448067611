"""Wakes verdicts that are due to be judged again, and all of them when trust changed.

The timers stand in the journal; one relay has the duty of looking at them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from hub.errors import TemporaryFailure
from hub.pipeline.sweep import Duties
from hub.ports import Clock, Marks

log = logging.getLogger(__name__)

DUTY = "rejudge"
#: What the trust material was when everything that waits was last made due.
MARK = "rejudge:trust"
_LEASE = timedelta(seconds=30)
#: Pointers a look: new documents wait in the same queues.
_AT_ONCE = 50

#: A word for the trust material at hand: another word, other material.
TrustVersion = Callable[[], Awaitable[str]]


class Timed(Protocol):
    """The journal's part."""

    async def wake(self, at: datetime, limit: int) -> int:
        """Give pointers to what is due; how many got one."""

    async def hasten(self, at: datetime) -> int:
        """Make everything that waits due at once; how many that is."""


class VerdictTimer:
    """Looks at the timers of open verdicts, again and again."""

    def __init__(
        self, timed: Timed, duties: Duties, marks: Marks, clock: Clock, holder: str
    ) -> None:
        self._timed = timed
        self._duties = duties
        self._marks = marks
        self._clock = clock
        self._holder = holder

    async def watch(self, version: TrustVersion, every: float = 5) -> None:
        """Until cancelled; trouble that passes is looked at the next time."""
        while True:
            now = self._clock.now()
            try:
                if await self._duties.hold(DUTY, self._holder, now + _LEASE, now):
                    await self.look(version, now)
            except TemporaryFailure as error:
                log.warning("open verdicts not looked at", extra={"why": str(error)})
            await asyncio.sleep(every)

    async def look(self, version: TrustVersion, now: datetime) -> int:
        """Look once; returns how many were woken."""
        await self._hasten(await version(), now)
        woken = await self._timed.wake(now, _AT_ONCE)
        if woken:
            log.info("verdicts woken", extra={"count": woken})
        return woken

    async def _hasten(self, version: str, now: datetime) -> None:
        """What came into the trust folder may be what they wait for."""
        known = await self._marks.read(MARK)
        if version == known:
            return
        hastened = await self._timed.hasten(now)
        await self._marks.swap(MARK, known, version)
        if hastened:
            log.info("trust changed", extra={"verdicts": hastened})
