"""Does what operators asked for on many matters, bit by bit; outlives a restart.

The list is frozen in the journal; one relay at a time has the duty, and whatever it had
not done is done by the next.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Protocol

from hub.errors import TemporaryFailure
from hub.model.batches import Patience
from hub.model.policy import DeliveryPolicy
from hub.pipeline.sweep import Duties
from hub.ports import Clock

log = logging.getLogger(__name__)

DUTY = "batches"
_LEASE = timedelta(seconds=30)
#: Matters a transaction: others write too.
AT_ONCE = 50


class Steps(Protocol):
    """The journal's part."""

    async def running(self) -> list[str]:
        """Ids of what is not over, oldest first."""

    async def advance(
        self, batch: str, at: datetime, patience: Patience, limit: int
    ) -> bool:
        """Do the next `limit` matters; False: nothing is left, or it was cancelled."""


def patience_of(policy: DeliveryPolicy) -> Patience:
    """How long what is sent again is tried, by its target."""
    return lambda target: policy.plan(target).patience


class BatchRunner:
    """Looks for batches that are not over, again and again."""

    def __init__(
        self,
        steps: Steps,
        duties: Duties,
        clock: Clock,
        holder: str,
        patience: Patience,
    ) -> None:
        self._steps = steps
        self._duties = duties
        self._clock = clock
        self._holder = holder
        self._patience = patience

    async def watch(self, every: float = 1) -> None:
        """Until cancelled; trouble that passes is met again the next time."""
        while True:
            try:
                await self.work()
            except TemporaryFailure as error:
                log.warning("batches put off", extra={"why": str(error)})
            await asyncio.sleep(every)

    async def work(self) -> None:
        """Do all there is, as long as this process has the duty."""
        for batch in await self._steps.running():
            more = True
            while more and await self._on_duty():
                now = self._clock.now()
                more = await self._steps.advance(batch, now, self._patience, AT_ONCE)
            if not more:
                log.info("batch over", extra={"batch": batch})

    async def _on_duty(self) -> bool:
        now = self._clock.now()
        return await self._duties.hold(DUTY, self._holder, now + _LEASE, now)
