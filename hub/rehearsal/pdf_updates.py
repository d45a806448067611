"""Incremental updates of a PDF written by hand, byte by byte.

For what signing tools do that pyHanko's writer never would: free what nothing refers
to, write objects again as they were, mix tables and streams; and for attacks.
"""

import zlib
from dataclasses import dataclass, field
from io import BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject, Reference
from pyhanko.pdf_utils.reader import PdfFileReader

#: The generation of numbers that are never to be used again.
_FREE_FOR_EVER = 65_535


def text_of(found: PdfObject) -> bytes:
    """An object as it is written in a file."""
    out = BytesIO()
    found.write_to_stream(out, None)
    return out.getvalue()


def dictionary(entries: dict[str, bytes]) -> bytes:
    """A dictionary from raw values."""
    inner = b"".join(k.encode() + b" " + v + b"\n" for k, v in entries.items())
    return b"<<\n" + inner + b">>"


def stream(content: bytes, entries: dict[str, bytes] | None = None) -> bytes:
    """A stream object's body, not packed."""
    head = dictionary({**(entries or {}), "/Length": b"%d" % len(content)})
    return head + b"\nstream\n" + content + b"\nendstream"


def refer(number: int) -> bytes:
    """A reference to an object of generation 0."""
    return b"%d 0 R" % number


@dataclass(slots=True)
class Update:
    """One more revision of a file: what it writes, what it frees."""

    pdf: bytes = field(repr=False)
    objects: dict[int, bytes] = field(default_factory=dict, repr=False)
    freed: set[int] = field(default_factory=set)
    #: Numbers that are said to stand at an offset, nothing being written.
    pointed: dict[int, int] = field(default_factory=dict)
    #: Numbers that are said to stand in an object stream: its number, the seat.
    seats: dict[int, tuple[int, int]] = field(default_factory=dict)
    #: Entries of the trailer beside the usual ones.
    trailer: dict[str, bytes] = field(default_factory=dict)
    reader: PdfFileReader = field(init=False, repr=False)
    #: The next number nobody has.
    next: int = field(init=False)

    def __post_init__(self) -> None:
        self.reader = PdfFileReader(BytesIO(self.pdf), strict=False)
        self.next = int(self.reader.trailer.flatten()["/Size"])

    @property
    def root(self) -> int:
        """The catalogue's number."""
        return int(self.reader.root_ref.idnum)

    @property
    def page(self) -> int:
        """The first page's number."""
        kids = self.reader.root["/Pages"]["/Kids"]
        return int(kids.raw_get(0).idnum)

    def entries(self, number: int) -> dict[str, bytes]:
        """A dictionary's entries as they stand in the file now."""
        found = self._object(number)
        assert isinstance(found, DictionaryObject)
        return {str(key): text_of(found.raw_get(key)) for key in found}

    def reserve(self) -> int:
        """A new number."""
        self.next += 1
        return self.next - 1

    def put(self, body: bytes, number: int | None = None) -> int:
        """Write an object, a new one unless a number is given."""
        number = self.reserve() if number is None else number
        self.objects[number] = body
        return number

    def change(self, number: int, entries: dict[str, bytes]) -> int:
        """Write a dictionary again, some entries changed or added."""
        return self.put(dictionary(self.entries(number) | entries), number)

    def again(self, number: int) -> int:
        """Write an object again as it is."""
        found = self._object(number)
        return self.put(text_of(found), number)

    def _object(self, number: int) -> PdfObject:
        found: PdfObject = Reference(number, 0, self.reader).get_object()
        return found

    def table(self) -> bytes:
        """The file with this revision, under a cross-reference table."""
        out, places = self._bodies()
        start = len(out)
        rows = {0: b"0000000000 65535 f \n"}
        rows |= dict.fromkeys(self.freed, b"0000000000 65535 f \n")
        rows |= {n: b"%010d 00000 n \n" % place for n, place in places.items()}
        out += b"xref\n" + b"".join(_sections(rows))
        out += b"trailer\n" + dictionary(self._trailer())
        return out + b"\nstartxref\n%d\n%%%%EOF\n" % start

    def stream(self) -> bytes:
        """The file with this revision, under a cross-reference stream."""
        own = self.reserve()
        out, places = self._bodies()
        start = len(out)
        places[own] = start
        rows = {n: _row(1, place, 0) for n, place in places.items()}
        rows |= {n: _row(0, 0, _FREE_FOR_EVER) for n in self.freed}
        rows |= {n: _row(2, shelf, seat) for n, (shelf, seat) in self.seats.items()}
        numbers = sorted(rows)
        entries = self._trailer() | {
            "/Type": b"/XRef",
            "/W": b"[1 4 2]",
            "/Index": b"[%s]" % b" ".join(b"%d 1" % n for n in numbers),
            "/Filter": b"/FlateDecode",
        }
        packed = zlib.compress(b"".join(rows[n] for n in numbers))
        out += b"%d 0 obj\n%s\nendobj\n" % (own, stream(packed, entries))
        return out + b"startxref\n%d\n%%%%EOF\n" % start

    def _bodies(self) -> tuple[bytes, dict[int, int]]:
        out = bytearray(self.pdf)
        if not out.endswith(b"\n"):
            out += b"\n"
        places = dict(self.pointed)
        for number, body in self.objects.items():
            places[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        return bytes(out), places

    def _trailer(self) -> dict[str, bytes]:
        old = self.reader.trailer.flatten()
        kept = {"/Root", "/Info", "/ID"} & old.keys()
        usual = {str(key): text_of(old.raw_get(key)) for key in sorted(kept)}
        usual["/Size"] = b"%d" % self.next
        usual["/Prev"] = b"%d" % (self.reader.last_startxref or 0)
        return usual | self.trailer


def _row(kind: int, place: int, generation: int) -> bytes:
    return bytes([kind]) + place.to_bytes(4) + generation.to_bytes(2)


def _sections(rows: dict[int, bytes]) -> list[bytes]:
    """Rows in runs of consecutive numbers, each under its heading."""
    runs: list[list[int]] = []
    for number in sorted(rows):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [
        b"%d %d\n" % (run[0], len(run)) + b"".join(rows[n] for n in run) for run in runs
    ]
