"""The arrivals in hand: inspect, examine and write share one reading of each."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from hub.errors import MalformedEnvelope
from hub.judging import examine
from hub.judging.examine import Craft, Matter
from hub.judging.protocol import Request
from hub.model.ids import Digest, digest_of

#: A worker has so many documents in hand (carry.py).
_MOST = 2
#: Together no more than this, in bytes as received; one alone may be larger.
_MOST_BYTES = 32 * 1024 * 1024

#: All that a reading depends on.
_Key = tuple[Digest, str, str]


@dataclass(slots=True)
class Hand:
    """Keeps the last readings, and gives them up before it reads another."""

    craft: Craft
    _held: dict[_Key, Matter] = field(default_factory=dict)

    def take(self, request: Request) -> Matter:
        """The arrival of a request, read where it can be.

        Raises ValueError where the bytes are no longer those that were kept.
        """
        key = (request.digest, request.door, request.content_type)
        if held := self._held.get(key):
            return replace(held, at=request.at)
        path = Path(request.path)
        self._make_room(path.stat().st_size)
        data = path.read_bytes()
        if digest_of(data) != request.digest:
            message = "evidence does not match its digest"
            raise ValueError(message)
        matter = Matter(data, *key[1:], request.at, request.digest)
        try:
            matter = replace(matter, reading=examine.read(matter, self.craft))
        except MalformedEnvelope:
            return matter  # whoever asks reads it again and says why
        self._held[key] = matter
        return matter

    def lay_down(self, request: Request) -> None:
        """Nothing more will be asked of it, most likely."""
        self._held.pop((request.digest, request.door, request.content_type), None)

    def _make_room(self, size: int) -> None:
        while self._held and not self._fits(size):
            del self._held[next(iter(self._held))]

    def _fits(self, size: int) -> bool:
        total = sum(len(matter.data) for matter in self._held.values())
        return len(self._held) < _MOST and total + size <= _MOST_BYTES
