"""Sessions of portals that log in first: kept in the journal's marks, with an end.

One mark a source, so that the number of rows does not grow; a session is known by its
SHA-256 alone.
"""

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from secrets import token_hex

from hub.errors import TemporaryFailure
from hub.model.arrivals import Source
from hub.model.ids import digest_of
from hub.polling import Marked
from hub.ports import Clock, Marks

LIFE = timedelta(minutes=30)
#: Sessions of one source at once; the oldest ends when one more begins.
_MOST = 20
_TRIES = 8
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Open(Marked):
    """The sessions of one source that have not ended."""

    source: Source | None = None
    #: SHA-256 of a session -> when it ends.
    until: dict[str, datetime] = field(default_factory=dict)

    def at(self, now: datetime) -> "_Open":
        """Without those that have ended."""
        return replace(self, until={k: v for k, v in self.until.items() if v > now})


class Sessions:
    """Begins sessions and knows whose one is."""

    def __init__(self, marks: Marks, clock: Clock) -> None:
        self._marks = marks
        self._clock = clock

    async def begin(self, source: Source) -> str:
        """A new session of a source that has proven itself."""
        session = f"{source.name}.{token_hex(24)}"
        name, now = _mark(source.name), self._clock.now()
        for _ in range(_TRIES):
            old = await self._marks.read(name)
            kept = list(_read(old).at(now).until.items())[1 - _MOST :]
            new = _Open(source, dict([*kept, (_hash(session), now + LIFE)]))
            if await self._marks.swap(name, old, new.write()):
                return session
        raise TemporaryFailure("many sessions begin at once")

    async def source_of(self, session: str) -> Source | None:
        """Whose it is; None: nobody's, or it has ended."""
        name, dot, _ = session[:_LONGEST].partition(".")
        if not dot:
            return None
        known = _read(await self._marks.read(_mark(name))).at(self._clock.now())
        asked = _hash(session)
        found = [k for k in known.until if hmac.compare_digest(k, asked)]
        return known.source if found else None


def _mark(source: str) -> str:
    return f"portal-sessions/{source}"


def _hash(session: str) -> str:
    return digest_of(session.encode("utf-8", "surrogatepass"))


def _read(mark: str) -> _Open:
    """A mark as it was written; one that cannot be read holds no session."""
    return _Open.read(mark) or _Open()
