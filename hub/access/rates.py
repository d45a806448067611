"""How often one source or agency may ask."""

from collections.abc import Callable
from dataclasses import dataclass

from hub.errors import NotAllowed
from hub.model.faults import Fault, FaultCode


@dataclass(slots=True)
class _Bucket:
    """Requests one source may still make; refills with time."""

    left: float
    at: float


class Rates:
    """A bucket of `burst` requests for each name, refilled by `per_second`."""

    def __init__(
        self, per_second: float, burst: float, monotonic: Callable[[], float]
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._monotonic = monotonic
        self._buckets: dict[str, _Bucket] = {}

    def spend(self, name: str) -> None:
        """One request; raises NotAllowed(RATE) when it comes too fast."""
        now = self._monotonic()
        bucket = self._buckets.setdefault(name, _Bucket(self._burst, now))
        refill = (now - bucket.at) * self._per_second
        bucket.left, bucket.at = min(self._burst, bucket.left + refill), now
        if bucket.left < 1:
            raise NotAllowed(Fault(FaultCode.RATE))
        bucket.left -= 1
