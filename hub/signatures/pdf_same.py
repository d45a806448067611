"""Whether what two revisions say is the same, however it is written down.

Objects written again as they were, moved to other numbers, freed and unused: none of
it changes what is read, and none of it is seen here. What is compared is everything
that can be reached; nothing is taken for new and harmless because nobody used it
before (the shadow attack "replace" defines later what was left undefined: Mainka,
Mladenov and Rohlmann, "Shadow Attacks", NDSS 2021).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

from hub.signatures.pdf_glance import Reference
from hub.signatures.pdf_history import (
    Headed,
    View,
    entries_of,
    members_of,
    pointer,
    reference_of,
)

#: Pairs of objects looked at in one comparison; a tagged report of 300 pages has
#: some 60,000 objects.
_PAIRS = 500_000

_Pair = tuple[Reference, Reference]
_STRINGS = (generic.TextStringObject, generic.ByteStringObject)
_NUMBERS = (generic.NumberObject, generic.FloatObject)
#: How a stream is packed; what is in it is compared as it stands in the file.
_LENGTH = "/Length"


@dataclass(slots=True)
class Comparison:
    """Two neighbouring revisions, and pairs of objects that need no second look."""

    old: View
    new: View
    #: Pairs judged by their role (pages, fields, the catalogue), or found the same.
    settled: set[_Pair] = field(default_factory=set)

    def settle(self, old: Any, new: Any) -> None:  # noqa: ANN401 - pyHanko's objects
        """What these two refer to is judged elsewhere, entry by entry.

        A stream in that place is not: one object may be a field and what a page draws.
        """
        both = (
            isinstance(old, generic.IndirectObject),
            isinstance(new, generic.IndirectObject),
        )
        found = self.old.get(old), self.new.get(new)
        if all(both) and not any(isinstance(one, Headed) for one in found):
            self.settled.add((reference_of(old), reference_of(new)))

    def same(self, old: Any, new: Any) -> bool:  # noqa: ANN401 - pyHanko's objects
        """Whether two values and all they refer to say the same.

        Raises PdfError for what cannot be read, and for too much of it.
        """
        waiting: list[tuple[Any, Any]] = [(old, new)]
        seen: set[_Pair] = set()
        while waiting:
            if len(seen) > _PAIRS:
                raise PdfReadError("too many objects to compare")
            one, other = waiting.pop()
            more = self._step(one, other, seen)
            if more is None:
                return False
            waiting += more
        self.settled |= seen
        return True

    def same_content(self, reference: Reference) -> bool:
        """Whether the object of a number says the same, settled or not."""
        if not self._same_payload((reference, reference)):
            return False
        one = pointer(reference)
        return self.same(self.old.get(one), self.new.get(one))

    def same_entries(
        self, old: dict[str, Any], new: dict[str, Any], but: Iterable[str] = ()
    ) -> bool:
        """Whether two dictionaries say the same, some keys apart."""
        return all(self.same(one, other) for one, other in _entries(old, new, but))

    def same_entry(self, old: dict[str, Any], new: dict[str, Any], key: str) -> bool:
        """Whether two dictionaries say the same under one key."""
        return self.same_entries(old, new, (old.keys() | new.keys()) - {key})

    def _step(
        self,
        old: Any,  # noqa: ANN401 - pyHanko's objects
        new: Any,  # noqa: ANN401 - pyHanko's objects
        seen: set[_Pair],
    ) -> list[tuple[Any, Any]] | None:
        """What is left to compare when these two are; None: they differ."""
        if isinstance(old, generic.IndirectObject) and isinstance(
            new, generic.IndirectObject
        ):
            pair = (reference_of(old), reference_of(new))
            if pair in self.settled or pair in seen:
                return []
            seen.add(pair)
            if self._unmoved(pair):
                return self._below(pair[0])
            if not self._same_payload(pair):
                return None
        return _parts(self.old.get(old), self.new.get(new))

    def _unmoved(self, pair: _Pair) -> bool:
        one, other = pair
        return one == other and self.old.place(one) == self.new.place(other)

    def _below(self, reference: Reference) -> list[tuple[Any, Any]]:
        """The same bytes in both revisions; what they refer to may still differ."""
        children = self.old.history.children(reference, self.old.place(reference))
        made = [pointer(child) for child in children]
        return [(child, child) for child in made]

    def _same_payload(self, pair: _Pair) -> bool:
        places = self.old.place(pair[0]), self.new.place(pair[1])
        history = self.old.history
        found = [history.read(r, p) for r, p in zip(pair, places, strict=True)]
        if not any(isinstance(one, Headed) for one in found):
            return True
        if places[0] == places[1] or not all(isinstance(o, Headed) for o in found):
            return places[0] == places[1]
        one, other = (history.payload(r, p) for r, p in zip(pair, places, strict=True))
        return (
            one == other
            and _is_as_long(self.old, found[0].head, one)
            and _is_as_long(self.new, found[1].head, other)
            and history.is_plain(pair[1], places[1])
        )


def _is_as_long(view: View, head: dict[str, Any], payload: bytes) -> bool:
    """Whether a payload ended there in that revision, too.

    pyHanko asks the newest one how long it is; a number that stands elsewhere may have
    been another when the stream was signed.
    """
    said = head.get(_LENGTH)
    if not isinstance(said, generic.IndirectObject):
        return True
    return bool(view.get(said) == len(payload))


def _parts(old: Any, new: Any) -> list[tuple[Any, Any]] | None:  # noqa: ANN401 - pyHanko's objects
    """Pairs of parts that must be the same; None: these two differ already."""
    if isinstance(old, Headed) and isinstance(new, Headed):
        return _entries(old.head, new.head, {_LENGTH})
    if isinstance(old, generic.DictionaryObject) and isinstance(
        new, generic.DictionaryObject
    ):
        return _entries(entries_of(old), entries_of(new))
    if isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
        return _members(old, new)
    return [] if _same_primitive(old, new) else None


def _entries(
    old: dict[str, Any], new: dict[str, Any], but: Iterable[str] = ()
) -> list[tuple[Any, Any]]:
    null = generic.NullObject()  # an entry that is null is none (ISO 32000, 7.3.7)
    keys = (old.keys() | new.keys()) - set(but)
    return [(old.get(key, null), new.get(key, null)) for key in keys]


def _members(
    old: generic.ArrayObject, new: generic.ArrayObject
) -> list[tuple[Any, Any]] | None:
    if len(old) != len(new):
        return None
    return list(zip(members_of(old), members_of(new), strict=True))


def _same_primitive(old: Any, new: Any) -> bool:  # noqa: ANN401 - pyHanko's objects
    for kind in (_STRINGS, _NUMBERS):
        if isinstance(old, kind) and isinstance(new, kind):
            return bool(_plain(old) == _plain(new))
    return type(old) is type(new) and bool(old == new)


def _plain(value: Any) -> Any:  # noqa: ANN401 - pyHanko's objects
    return value.original_bytes if isinstance(value, _STRINGS) else value
