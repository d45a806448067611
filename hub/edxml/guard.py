"""What is refused before any XML parser that builds something sees the bytes.

DOCTYPE and encodings are settled on the bytes (ENGINEERING.md A: lxml still parses
most DTD attacks with `resolve_entities=False`). Depth and number of elements are
counted by expat, which keeps nothing, over the bytes without their payload runs.
"""

import codecs
import re
from collections.abc import Iterator
from pyexpat import ExpatError, ParserCreate
from typing import Never

from hub.edxml import runs
from hub.edxml.prolog import Prolog, read_prolog
from hub.edxml.runs import Run
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.limits import Limits

_WINDOW = 1 << 20
#: UTF-16 and UTF-32 with their marks, UTF-7 and EBCDIC spellings of `<`.
_FOREIGN_STARTS = (
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x00",
    b"<\x00",
    b"+ADw",
    b"+/v",
    b"\x4c\x6f\xa7\x94",
)
_SOMETHING = re.compile(rb"[^\xef\xbb\xbf \t\r\n]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
#: expat: no element found, unclosed token, partial character, unclosed CDATA.
_CUT_OFF = frozenset({3, 5, 6, 20})


def check(data: bytes, limits: Limits) -> tuple[Run, ...]:
    """Raise MalformedEnvelope with code and place unless `data` is safe to parse.

    In this order: EMPTY, TOO_LARGE, NOT_XML where no `<` begins it, ENCODING,
    DOCTYPE, then TRUNCATED, NOT_XML, TOO_DEEP or TOO_MANY_ELEMENTS, whichever comes
    first in the document. Gives the payload runs that were met.
    """
    first = _SOMETHING.search(data)
    if first is None:
        _refuse(FaultCode.EMPTY)
    if len(data) > limits.document_bytes:
        place = f"byte {limits.document_bytes + 1}"
        _refuse(FaultCode.TOO_LARGE, place, str(limits.document_bytes))
    if first[0] != b"<" and not data.startswith(_FOREIGN_STARTS):
        _refuse(FaultCode.NOT_XML, f"byte {first.start() + 1}")
    prolog, found = read_prolog(data), tuple(runs.find(data))
    _check_encoding(data, prolog, found)
    if prolog.doctype is not None:
        _refuse(FaultCode.DOCTYPE, f"byte {prolog.doctype + 1}")
    _Scan(limits).run(data, found)
    return found


def _check_encoding(data: bytes, prolog: Prolog, found: tuple[Run, ...]) -> None:
    if data.startswith(_FOREIGN_STARTS):
        _refuse(FaultCode.ENCODING, "byte 1")
    if not prolog.is_readable:
        name = "".join(c for c in prolog.encoding if c.isalnum() or c in "-_.:")
        _refuse(FaultCode.ENCODING, "line 1", name[:40])
    if data.isascii():
        return
    if prolog.is_ascii and (first := _BEYOND_ASCII.search(data)):
        _refuse(FaultCode.ENCODING, f"byte {first.start() + 1}", prolog.encoding)
    _check_utf8(data, found)


def _check_utf8(data: bytes, found: tuple[Run, ...]) -> None:
    """Decode window by window: a second copy of a large document is not needed.

    Runs are ASCII between a `>` and a `<`: no letter reaches into or over them.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    for start, end in _windows(len(data), found):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(view[start:end])
        except UnicodeDecodeError as error:
            place = f"byte {start - pending + error.start + 1}"
            raise MalformedEnvelope(
                Fault(FaultCode.ENCODING, place, "utf-8")
            ) from error


def _windows(size: int, found: tuple[Run, ...]) -> Iterator[tuple[int, int]]:
    """Stretches of at most _WINDOW bytes, of all that is no run."""
    edges = [0, *(edge for run in found for edge in (run.start, run.end)), size]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        for at in range(start, end, _WINDOW):
            yield at, min(at + _WINDOW, end)


class _Scan:
    """One pass of expat over a document; keeps two numbers."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.depth = self.elements = 0
        self.parser = ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def run(self, data: bytes, found: tuple[Run, ...]) -> None:
        """Feed everything but payload runs, which hold nothing but base64."""
        view = memoryview(data)
        kept = self.removed = 0
        self.data = data
        try:
            for run in found:
                self.parser.Parse(view[kept : run.start], False)  # noqa: FBT003 - pyexpat takes no keyword
                self.removed += run.end - run.start
                kept = run.end
            self.parser.Parse(view[kept:], True)  # noqa: FBT003 - pyexpat takes no keyword
        except ExpatError as error:
            code = FaultCode.NOT_XML
            if error.code in _CUT_OFF:
                raise MalformedEnvelope(
                    Fault(FaultCode.TRUNCATED, f"byte {len(data)}")
                ) from error
            offset = self.parser.ErrorByteIndex + self.removed
            raise MalformedEnvelope(Fault(code, self._line(offset))) from error

    def _start(self, _name: str, _attributes: object) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > self.limits.depth:
            self._stop(FaultCode.TOO_DEEP, self.limits.depth)
        if self.elements > self.limits.elements:
            self._stop(FaultCode.TOO_MANY_ELEMENTS, self.limits.elements)

    def _end(self, _name: str) -> None:
        self.depth -= 1

    def _doctype(self, *_declaration: object) -> None:
        self._stop(FaultCode.DOCTYPE)

    def _stop(self, code: FaultCode, limit: int | None = None) -> Never:
        offset = self.parser.CurrentByteIndex + self.removed
        _refuse(code, self._line(offset), "" if limit is None else str(limit))

    def _line(self, offset: int) -> str:
        return f"line {self.data.count(10, 0, max(offset, 0)) + 1}"


def _refuse(code: FaultCode, place: str = "", detail: str = "") -> Never:
    raise MalformedEnvelope(Fault(code, place, detail))
