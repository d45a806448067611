"""Knowledge on its way to the child: named by digests, each item sent once.

Both sides keep the same shelf of items by the same rule, so the parent knows what the
child has without asking: a list of 20,000 entries goes over once and is then named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from hub.model.ids import Digest
from hub.model.knowledge import Binding, Knowledge, item_digest

#: Items a child keeps, in bytes; what the document in hand needs always stays.
_SHELF_BYTES = 64 * 1024 * 1024

T = TypeVar("T")


class Shelf(Generic[T]):
    """Items by digest, those used longest ago given up first."""

    def __init__(self, most: int = _SHELF_BYTES) -> None:
        self._most = most
        self._items: dict[Digest, tuple[T, int]] = {}
        self._total = 0

    def __contains__(self, name: Digest) -> bool:
        return name in self._items

    def __getitem__(self, name: Digest) -> T:
        return self._items[name][0]

    def put(self, name: Digest, item: T, size: int) -> None:
        """Add an item that is not there."""
        self._items[name] = (item, size)
        self._total += size

    def settle(self, used: Iterable[Digest]) -> None:
        """Note what was used now, in order; then give up what is over the limit."""
        kept = dict.fromkeys(used)
        for name in kept:
            self._items[name] = self._items.pop(name)
        for name in [name for name in self._items if name not in kept]:
            if self._total <= self._most:
                return
            self._total -= self._items.pop(name)[1]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One document's knowledge: every item by its digest, new ones with their bytes."""

    version: str
    anchors: tuple[Digest, ...]
    intermediates: tuple[Digest, ...]
    crls: tuple[Digest, ...]
    ocsps: tuple[Digest, ...]
    #: DKIM keys and bindings, packed.
    rest: Digest
    #: What the child does not have yet.
    items: dict[Digest, bytes] = field(hash=False, repr=False)

    @property
    def names(self) -> tuple[Digest, ...]:
        """Every item it needs."""
        lists = (*self.anchors, *self.intermediates, *self.crls, *self.ocsps)
        return (*lists, self.rest)


@dataclass(frozen=True, slots=True)
class _Rest:
    dkim_keys: dict[str, str]
    bindings: tuple[Binding, ...]


def pack(knowledge: Knowledge, known: Shelf[None]) -> Parcel:
    """What to send to a child that has `known`, which is brought up to date."""
    rest = _Rest(dict(sorted(knowledge.dkim_keys.items())), knowledge.bindings)
    packed = msgspec.msgpack.encode(rest)
    certificates = (*knowledge.anchors, *knowledge.intermediates)
    items: dict[Digest, bytes] = {}
    for item in (*certificates, *knowledge.crls, *knowledge.ocsps, packed):
        name = item_digest(item)
        if name not in known:
            items[name] = item
            known.put(name, None, len(item))
    parcel = Parcel(
        version=knowledge.version,
        anchors=_names(knowledge.anchors),
        intermediates=_names(knowledge.intermediates),
        crls=_names(knowledge.crls),
        ocsps=_names(knowledge.ocsps),
        rest=item_digest(packed),
        items=items,
    )
    known.settle(parcel.names)
    return parcel


def unpack(parcel: Parcel, shelf: Shelf[bytes]) -> Knowledge:
    """The knowledge again; raises KeyError where the sides are out of step."""
    for name, item in parcel.items.items():
        shelf.put(name, item, len(item))
    shelf.settle(parcel.names)
    rest = _rest(shelf[parcel.rest])
    return Knowledge(
        anchors=_items(parcel.anchors, shelf),
        intermediates=_items(parcel.intermediates, shelf),
        crls=_items(parcel.crls, shelf),
        ocsps=_items(parcel.ocsps, shelf),
        dkim_keys=rest.dkim_keys,
        bindings=rest.bindings,
        version=parcel.version,
    )


def _names(items: Iterable[bytes]) -> tuple[Digest, ...]:
    return tuple(map(item_digest, items))


def _items(names: Iterable[Digest], shelf: Shelf[bytes]) -> tuple[bytes, ...]:
    return tuple(shelf[name] for name in names)


@lru_cache(maxsize=4)
def _rest(packed: bytes) -> _Rest:
    return msgspec.msgpack.decode(packed, type=_Rest)
