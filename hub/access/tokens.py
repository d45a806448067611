"""Bearer tokens of sources and agencies; only their SHA-256 is held in memory."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from hub.errors import NotAllowed
from hub.model.arrivals import Credential, Door, Shown, Source
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode

#: A token shorter than this can be guessed; `hub check` says so.
SHORTEST_TOKEN = 24

T = TypeVar("T")


def token_hash(token: str) -> bytes:
    """How a token is remembered."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


@dataclass(slots=True)
class _Bucket:
    """Requests one source may still make; refills with time."""

    left: float
    at: float


class TokenAccess:
    """Implements the port Access for bearer tokens."""

    def __init__(
        self,
        sources: Sequence[tuple[Credential, Sequence[Source]]],
        agencies: Mapping[bytes, AgencyCode],
        *,
        per_second: float,
        burst: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._sources = {token_hash(c.token): tuple(s) for c, s in sources if c.token}
        self._agencies = dict(agencies)
        self._per_second = per_second
        self._burst = burst
        self._monotonic = monotonic
        self._buckets: dict[str, _Bucket] = {}

    def source(self, door: Door, shown: Shown) -> Source:
        """See the port."""
        known = match_token(self._sources, shown.headers.get("authorization", "")) or ()
        source = next((s for s in known if s.door == door), None)
        if source is None:
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        self._spend(source.name)
        return source

    def agency(self, authorization: str) -> AgencyCode:
        """See the port."""
        code = match_token(self._agencies, authorization)
        if code is None:
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        self._spend(code)
        return code

    def _spend(self, name: str) -> None:
        now = self._monotonic()
        bucket = self._buckets.setdefault(name, _Bucket(self._burst, now))
        refill = (now - bucket.at) * self._per_second
        bucket.left, bucket.at = min(self._burst, bucket.left + refill), now
        if bucket.left < 1:
            raise NotAllowed(Fault(FaultCode.RATE))
        bucket.left -= 1


def match_token(known: Mapping[bytes, T], authorization: str) -> T | None:
    """Compare with every token in constant time each, so that time tells nothing."""
    scheme, _, token = authorization.partition(" ")
    offered = token_hash(token.strip())
    found: T | None = None
    for held, owner in known.items():
        if hmac.compare_digest(held, offered):
            found = owner
    return found if scheme.lower() == "bearer" else None
