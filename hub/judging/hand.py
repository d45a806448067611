"""The arrivals in hand: inspect, examine and write share one reading of each."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from hub.errors import MalformedEnvelope
from hub.judging import examine
from hub.judging.examine import Craft, Matter
from hub.judging.protocol import FileAt, Request
from hub.model.frames import RemoteFile
from hub.model.ids import Digest, digest_of

#: A worker has so many documents in hand (carry.py).
_MOST = 2
#: Together no more than this, in bytes as received; one alone may be larger.
_MOST_BYTES = 32 * 1024 * 1024

#: All that a reading depends on.
_Key = tuple[Digest, str, str, str, tuple[FileAt, ...]]


@dataclass(slots=True)
class Hand:
    """Keeps the last readings, and gives them up before it reads another."""

    craft: Craft
    _held: dict[_Key, Matter] = field(default_factory=dict)

    def take(self, request: Request) -> Matter:
        """The arrival of a request, read where it can be.

        Raises ValueError where the bytes are no longer those that were kept.
        """
        key = _key(request)
        if held := self._held.get(key):
            return replace(held, at=request.at)
        paths = [Path(request.path), *(Path(f.path) for f in request.files if f.path)]
        self._make_room(sum(path.stat().st_size for path in paths))
        matter = Matter(
            _evidence(request.path, request.digest),
            request.door,
            request.content_type,
            request.at,
            source=request.source,
            files={file.url: _remote(file) for file in request.files},
            digest=request.digest,
        )
        try:
            matter = replace(matter, reading=examine.read(matter, self.craft))
        except MalformedEnvelope:
            return matter  # whoever asks reads it again and says why
        self._held[key] = matter
        return matter

    def lay_down(self, request: Request) -> None:
        """Nothing more will be asked of it, most likely."""
        self._held.pop(_key(request), None)

    def _make_room(self, size: int) -> None:
        while self._held and not self._fits(size):
            del self._held[next(iter(self._held))]

    def _fits(self, size: int) -> bool:
        total = sum(_weight(matter) for matter in self._held.values())
        return len(self._held) < _MOST and total + size <= _MOST_BYTES


def _key(request: Request) -> _Key:
    door, kind = request.door, request.content_type
    return request.digest, door, request.source, kind, request.files


def _weight(matter: Matter) -> int:
    files = sum(len(file.data) for file in matter.files.values())
    return len(matter.data) + files


def _remote(file: FileAt) -> RemoteFile:
    if file.fault is not None:
        return RemoteFile(fault=file.fault)
    return RemoteFile(_evidence(file.path, file.digest))


def _evidence(path: str, digest: str) -> bytes:
    data = Path(path).read_bytes()
    if digest_of(data) != digest:
        message = "evidence does not match its digest"
        raise ValueError(message)
    return data
