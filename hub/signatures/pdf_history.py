"""A PDF's objects as of each of its revisions, read once where they did not change.

Two revisions share an object when its cross-reference entry points at the same place
in both: what is read from there is read once and kept. Payloads of streams are not
kept: a scan of 60 MB stays one.
"""

import zlib
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from struct import error as StructError  # noqa: N812 - a class with a small name
from typing import IO, Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfError, PdfReadError, read_non_whitespace
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import (
    XRefSectionType,
    parse_xref_stream,
    parse_xref_table,
)

from hub.signatures import pdf_glance
from hub.signatures.pdf_glance import Reference
from hub.signatures.pdf_heads import header_of, stands_apart, whole
from hub.signatures.stamps import FOREIGN_CMS

#: What pyHanko raises for odd files.
FOREIGN = (*FOREIGN_CMS, PdfError, StructError, zlib.error, EOFError, StopIteration)

#: Where it is read from: an offset, a seat in an object stream, or nowhere.
Place = tuple[int, ...]

NOWHERE: Place = ()
#: Objects in one object stream; writers put 100 or 200 there.
_SEATS = 100_000
#: Longest object, or head of a stream, whose brackets are looked at.
_HEAD = 4 * 1024 * 1024


def reference_of(value: generic.IndirectObject) -> Reference:
    """Number and generation of what it points at."""
    return value.idnum, value.generation


def name_of(value: Any) -> Reference | None:  # noqa: ANN401 - pyHanko's objects
    """What a reference points at; None for a direct object."""
    return reference_of(value) if isinstance(value, generic.IndirectObject) else None


def pointer(reference: Reference) -> generic.IndirectObject:
    """A value that points at an object, to be asked of a view."""
    return generic.IndirectObject(*reference, None)  # type: ignore[no-untyped-call]  # theirs


def entries_of(found: Any) -> dict[str, Any]:  # noqa: ANN401 - pyHanko's objects
    """A dictionary's entries as they stand, references not followed."""
    return {key: found.raw_get(key) for key in found}


def members_of(found: Any) -> list[Any]:  # noqa: ANN401 - pyHanko's objects
    """An array's members as they stand, references not followed."""
    return [found.raw_get(index) for index in range(len(found))]


@dataclass(slots=True)
class History:
    """One file's objects over all its revisions."""

    reader: PdfFileReader = field(repr=False)
    data: bytes = field(repr=False)
    _objects: dict[tuple[Reference, Place], Any] = field(default_factory=dict)
    _children: dict[tuple[Reference, Place], tuple[Reference, ...]] = field(
        default_factory=dict
    )
    _shelves: dict[Place, "_Shelf"] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The number of the newest revision; the first is 0."""
        return int(self.reader.xrefs.total_revisions) - 1

    def view(self, revision: int) -> "View":
        """The file as it was after that revision."""
        return View(self, revision)

    def read(self, reference: Reference, place: Place) -> Any:  # noqa: ANN401 - pyHanko's objects
        """The object at a place, without a stream's payload; raises PdfError."""
        key = (reference, place)
        if key not in self._objects:
            found = self._read(reference, place)
            if isinstance(found, generic.StreamObject):
                found = Headed(found)
            self._objects[key] = found
        return self._objects[key]

    def payload(self, reference: Reference, place: Place) -> bytes:
        """A stream's bytes as they stand in the file; raises PdfError."""
        found = self._read(reference, place)
        assert isinstance(found, generic.StreamObject)
        return bytes(found.encoded_data or b"")

    def is_plain(self, reference: Reference, place: Place) -> bool:
        """Whether all readers begin a stream's payload where pyHanko does."""
        self.reader.stream.seek(place[0])
        if len(place) > 1 or header_of(self.reader.stream) != reference:
            return False
        read_non_whitespace(self.reader.stream, seek_back=True)  # type: ignore[no-untyped-call]  # theirs
        start = self.reader.stream.tell()
        return pdf_glance.is_plain_stream(self.data[start : start + _HEAD])

    def content(self, reference: Reference, place: Place) -> bytes:
        """A stream's content, unpacked within pyHanko's limits; raises PdfError."""
        found = self._read(reference, place)
        if not isinstance(found, generic.StreamObject):
            raise PdfReadError("a stream was expected")
        return bytes(found.read_data(DecodePurpose.GENERIC))

    def children(self, reference: Reference, place: Place) -> tuple[Reference, ...]:
        """What the object at a place refers to."""
        key = (reference, place)
        if key not in self._children:
            found = self._glance(reference, place)
            if found is None:
                found = (*dict.fromkeys(references_in(self.read(reference, place))),)
            self._children[key] = found
        return self._children[key]

    def _glance(
        self, reference: Reference, place: Place
    ) -> tuple[Reference, ...] | None:
        """What an object refers to, without reading it; None: it must be read."""
        if len(place) == 1:
            return pdf_glance.at_offset(self.data, place[0], reference)
        if place == NOWHERE:
            return ()
        stream, where = place
        text = self._shelf(stream, (where,)).text(reference[0])
        return None if text is None else pdf_glance.in_text(text)

    def _read(self, reference: Reference, place: Place) -> Any:  # noqa: ANN401 - pyHanko's objects
        if place == NOWHERE:
            return generic.NullObject()
        if len(place) > 1:
            return self._from_shelf(reference, place)
        source = self.reader.stream
        source.seek(place[0])
        if header_of(source) != reference:
            raise PdfReadError("another object stands there")
        return self._parse(source, reference)

    def _parse(self, source: IO[bytes], reference: Reference) -> Any:  # noqa: ANN401 - pyHanko's objects
        """One object; raises PdfError where a dictionary has a key twice.

        Some readers take the first, others the last: in a file that needs the lax mode
        pyHanko would take the first in silence. And it takes ">" and any letter for a
        dictionary's end, where others see none (found by tests/fuzz).
        """
        was, start = self.reader.strict, source.tell()
        self.reader.strict = True
        try:
            found = generic.read_object(
                source, generic.Reference(*reference, self.reader)
            )
        finally:
            self.reader.strict = was
        if isinstance(found, generic.DictionaryObject | generic.ArrayObject):
            end = source.tell()
            source.seek(start)
            if not pdf_glance.is_plainly_closed(source.read(min(end - start, _HEAD))):
                raise PdfReadError("brackets that do not pair")
        elif not stands_apart(source):
            raise PdfReadError("a value that goes on")
        return found

    def _from_shelf(self, reference: Reference, place: Place) -> Any:  # noqa: ANN401 - pyHanko's objects
        """An object in an object stream, whose header is read once."""
        stream, where = place
        shelf = self._shelf(stream, (where,))
        if reference[0] not in shelf.offsets:
            raise PdfReadError("object not in its object stream")
        source = BytesIO(shelf.data)
        source.seek(shelf.offsets[reference[0]])
        return self._parse(source, reference)

    def _shelf(self, stream: int, place: Place) -> "_Shelf":
        if place not in self._shelves:
            held = self._read((stream, 0), place)
            if not isinstance(held, generic.StreamObject):
                raise PdfReadError("object stream is none")
            if str(held.get("/Type")) != "/ObjStm":
                raise PdfReadError("object stream not called one")
            data = held.read_data(DecodePurpose.OBJECT_STREAM)
            count, first = whole(held["/N"]), whole(held["/First"])
            numbers = [int(n) for n in data[:first].split()]
            if not len(numbers) == 2 * count <= 2 * _SEATS:
                raise PdfReadError("another number of objects than said")
            seats = zip(numbers[::2], numbers[1::2], strict=True)
            offsets = {n: first + at for n, at in seats}
            if len(offsets) != len(numbers) // 2:
                raise PdfReadError("a number twice in an object stream")
            self._shelves[place] = _Shelf(data, offsets, tuple(offsets))
        return self._shelves[place]

    def seated(self, stream: int, place: Place, index: int) -> int | None:
        """The number of the object in a seat of an object stream; None: no seat."""
        numbers = self._shelf(stream, place).numbers
        return numbers[index] if 0 <= index < len(numbers) else None


@dataclass(slots=True)
class _Shelf:
    """An object stream, unpacked, and where in it objects begin."""

    data: bytes = field(repr=False)
    offsets: dict[int, int]
    #: By their seats.
    numbers: tuple[int, ...]
    _starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._starts = sorted({*self.offsets.values(), len(self.data)})

    def text(self, number: int) -> bytes | None:
        """From where an object begins to where the next does; None: it is not here."""
        start = self.offsets.get(number)
        if start is None:
            return None
        return self.data[start : self._starts[bisect_right(self._starts, start)]]


class Headed:
    """A stream without its payload: what its dictionary says."""

    __slots__ = ("head",)

    def __init__(self, stream: generic.StreamObject) -> None:
        self.head = entries_of(stream)


@dataclass(slots=True)
class View:
    """One revision of a file."""

    history: History = field(repr=False)
    revision: int
    _places: dict[Reference, Place] = field(default_factory=dict, repr=False)

    def place(self, reference: Reference) -> Place:
        """Where the object stands in this revision."""
        if reference not in self._places:
            self._places[reference] = self._find(reference)
        return self._places[reference]

    def _find(self, reference: Reference) -> Place:
        """The newest entry up to this revision, whatever its generation says.

        Not pyHanko's own look-up: it takes an entry "0000000000 65535 f" (iText's
        habit) for none and goes on to older sections, where other readers see nothing.
        """
        number, generation = reference
        xrefs = self.history.reader.xrefs
        for revision in range(self.revision, -1, -1):
            section = xrefs.get_xref_data(revision)
            parts = [section, *([section.hybrid.xref_data] if section.hybrid else [])]
            for part in parts:
                if number in part.standard_xrefs:
                    found, offset = part.standard_xrefs[number]
                    return (int(offset),) if found == generation else NOWHERE
                if number in part.xrefs_in_objstm:
                    seat = part.xrefs_in_objstm[number]
                    stream, index = int(seat.obj_stream_id), int(seat.ix_in_stream)
                    return self._seat(reference, stream, index)
            if number in section.freed:
                return NOWHERE
        return NOWHERE

    def _seat(self, reference: Reference, stream: int, index: int) -> Place:
        """Where in an object stream; some readers go by number, others by seat."""
        number, generation = reference
        where = self.place((stream, 0)) if stream != number else NOWHERE
        if len(where) != 1 or generation != 0:
            raise PdfReadError("object stream out of place")
        if self.history.seated(stream, where, index) != number:
            raise PdfReadError("another object has this seat")
        return (stream, *where)

    def get(self, value: Any) -> Any:  # noqa: ANN401 - pyHanko's objects
        """The value itself, or what it points at in this revision."""
        if not isinstance(value, generic.IndirectObject):
            return value
        reference = reference_of(value)
        found = self.history.read(reference, self.place(reference))
        if isinstance(found, generic.IndirectObject):
            raise PdfReadError("reference to a reference")
        return found

    def dictionary(self, value: Any) -> dict[str, Any]:  # noqa: ANN401 - pyHanko's objects
        """The entries of a dictionary or a stream, raw; empty for anything else."""
        found = self.get(value)
        if isinstance(found, Headed):
            return found.head
        if isinstance(found, generic.DictionaryObject):
            return entries_of(found)
        return {}

    def array(self, value: Any) -> list[Any]:  # noqa: ANN401 - pyHanko's objects
        """The members of an array, raw; empty for anything else."""
        found = self.get(value)
        return members_of(found) if isinstance(found, generic.ArrayObject) else []

    @property
    def trailer(self) -> dict[str, Any]:
        """The trailer's entries as of this revision, raw."""
        return entries_of(self.history.reader.trailer.flatten(self.revision))

    @property
    def written(self) -> frozenset[Reference]:
        """What this revision's cross-reference sections name, freed ones too."""
        found = self.history.reader.xrefs.explicit_refs_in_revision(self.revision)
        return frozenset((ref.idnum, ref.generation) for ref in found)

    @property
    def says_twice(self) -> bool:
        """Whether this revision's cross-references name some number more than once.

        Some readers take the first entry, others the last.
        """
        reader = self.history.reader
        about = reader.xrefs.get_xref_container_info(self.revision)
        reader.stream.seek(about.start_location)
        if about.xref_section_type is XRefSectionType.STREAM:
            reference = header_of(reader.stream)
            found = self.history._read(reference, (about.start_location,))  # noqa: SLF001 - its payload is wanted
            if len(found["/W"]) != 3:  # noqa: PLR2004 - kind, place, generation
                raise PdfReadError("references of other fields")
            entries = [entry.idnum for entry in parse_xref_stream(found)]
        else:
            table = parse_xref_table(reader.stream, strict=False)
            entries = [entry.idnum for entry in table]
        return len(entries) != len(set(entries))

    @property
    def doubles_trailer(self) -> bool:
        """Whether this revision's trailer has a key twice: /Root, for two documents.

        Only a file read in the lax mode can; some readers take the last.
        """
        reader = self.history.reader
        about = reader.xrefs.get_xref_container_info(self.revision)
        if reader.strict:
            return False
        reader.stream.seek(about.start_location)
        reference = (0, 0)
        if about.xref_section_type is XRefSectionType.STREAM:
            reference = header_of(reader.stream)
        else:
            deque(parse_xref_table(reader.stream, strict=False), maxlen=0)
            read_non_whitespace(reader.stream, seek_back=True)  # type: ignore[no-untyped-call]  # theirs
        try:
            self.history._parse(reader.stream, reference)  # noqa: SLF001 - as any object
        except PdfError:
            return True
        return False

    @property
    def freed(self) -> frozenset[Reference]:
        """What this revision says is no more."""
        found = self.history.reader.xrefs.refs_freed_in_revision(self.revision)
        return frozenset((ref.idnum, ref.generation) for ref in found)


def references_in(value: Any) -> Iterator[Reference]:  # noqa: ANN401 - pyHanko's objects
    """References in an object, not those in what it refers to."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, generic.IndirectObject):
            yield reference_of(found)
        elif isinstance(found, Headed):
            waiting += found.head.values()
        elif isinstance(found, generic.DictionaryObject):
            waiting += entries_of(found).values()
        elif isinstance(found, generic.ArrayObject):
            waiting += members_of(found)
