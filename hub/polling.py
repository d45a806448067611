"""What every poller waits with: ever longer while the other side is away."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

#: Who is away is asked no less often than this, seconds.
LONGEST_WAIT = 900.0
_SPREAD = 0.2
_MOST_DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class Timer:
    """Handed in, so that tests need not wait."""

    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    #: 0..1, so that many hubs do not knock together.
    jitter: Callable[[], float] = random.SystemRandom().random

    def wait(self, seconds: float, failures: int) -> float:
        """Seconds until the next round, after so many that broke off in a row."""
        doubled = seconds * 2.0 ** min(failures, _MOST_DOUBLINGS)
        return min(doubled, max(LONGEST_WAIT, seconds)) * (1 + _SPREAD * self.jitter())
