"""SHA-256 of large bytes with its states on the way, so that nothing is hashed twice.

A PDF's own digest and the digest of its signature's byte range run over the same
bytes, but for the few KB that hold the signature: the second begins where the first
was at that place.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from hub.model.ids import Digest

if TYPE_CHECKING:
    from hashlib import _Hash

#: Bytes between two states; a state costs a microsecond and some hundred bytes.
STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Midway:
    """The digest of `data`, and what is needed to begin again in the middle."""

    data: bytes = field(repr=False)
    digest: Digest
    _states: tuple["_Hash", ...] = field(repr=False)

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Hash it once."""
        running, states, view = sha256(), [], memoryview(data)
        for at in range(0, len(data), STEP):
            states.append(running.copy())
            running.update(view[at : at + STEP])
        return cls(data, Digest(running.hexdigest()), tuple(states))

    def without(self, start: int, end: int) -> bytes:
        """The digest of all but `data[start:end]`; the bytes up to `end` are cheap."""
        view = memoryview(self.data)
        at = min(start // STEP, len(self._states) - 1)
        running = self._states[at].copy()
        running.update(view[at * STEP : start])
        running.update(view[end:])
        return running.digest()
