"""One breaker per target: a target that is down costs the others nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class Breaker:
    """Opens after some failures in a row, then lets one try through at a time."""

    threshold: int = 5
    pause: timedelta = timedelta(seconds=10)
    failures: int = 0
    open_until: datetime | None = None
    #: Tries on their way to this target at this moment.
    busy: int = 0

    def blocks(self, now: datetime) -> datetime | None:
        """Until when nothing is tried; None when a try may go.

        When the pause is over one try goes through, and the rest wait for its end.
        """
        if self.open_until is None:
            return None
        if now < self.open_until:
            return self.open_until
        self.open_until = now + self.pause
        return None

    def is_open(self, now: datetime) -> bool:
        """Whether nothing is to be tried now; asking lets nothing through."""
        return self.open_until is not None and now < self.open_until

    def succeeded(self) -> bool:
        """The target took something: closed again. True when it had been open."""
        opened = self.open_until is not None
        self.failures, self.open_until = 0, None
        return opened

    def failed(self, now: datetime) -> bool:
        """Count a failure; True when this one opened the breaker."""
        self.failures += 1
        if self.failures < self.threshold:
            return False
        opened = self.open_until is None
        self.open_until = now + self.pause
        return opened
