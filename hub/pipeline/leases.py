"""Keeps a lease alive while whoever has it takes its time."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta

from hub.errors import TemporaryFailure
from hub.ports import Clock

log = logging.getLogger(__name__)

#: Prolongs a lease until then; may raise TemporaryFailure.
Renew = Callable[[datetime], Awaitable[None]]


@contextlib.asynccontextmanager
async def renewing(renew: Renew, clock: Clock, lease: timedelta) -> AsyncIterator[None]:
    """Prolong a lease three times in its length, until the block ends."""
    task = asyncio.create_task(_renew(renew, clock, lease))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _renew(renew: Renew, clock: Clock, lease: timedelta) -> None:
    while True:
        await asyncio.sleep(lease.total_seconds() / 3)
        try:
            await renew(clock.now() + lease)
        except TemporaryFailure as error:  # concluding will say whose it is
            log.warning("claim not renewed", extra={"why": str(error)})
