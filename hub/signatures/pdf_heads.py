"""How objects begin, read as strictly as other readers do."""

import re
from os import SEEK_CUR
from typing import IO, Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.xref import read_object_header

#: Number, generation and the word by which an object is known; a tool's table may be
#: wrong by some blanks.
_BEGINS = re.compile(rb"\s*\d+\s+\d+\s+obj")
_LENGTH = 128
#: Blanks, delimiters and the end (ISO 32000-2, 7.2.3).
_APART = frozenset({b"", *(bytes([c]) for c in b"\x00\t\n\x0c\r ()<>[]{}/%")})


def header_of(source: IO[bytes]) -> tuple[int, int]:
    """Number and generation at the head of an object; raises PdfError.

    pyHanko does not look at the word after them.
    """
    start = source.tell()
    if not _BEGINS.match(source.read(_LENGTH)):
        raise PdfReadError("no object where one should begin")
    source.seek(start)
    number, generation = read_object_header(source, strict=False)  # type: ignore[no-untyped-call]  # theirs
    return int(number), int(generation)


def stands_apart(source: IO[bytes]) -> bool:
    """Whether what was just read has come to its end for every reader.

    pyHanko takes "102Oendobj" for 102, others for nothing (found by tests/fuzz).
    """
    after = source.read(1)
    source.seek(-len(after), SEEK_CUR)
    return after in _APART


def whole(found: Any) -> int:  # noqa: ANN401 - pyHanko's object
    """A number that every reader takes for a whole one; raises PdfError."""
    if not isinstance(found, generic.NumberObject):
        raise PdfReadError("not a whole number")
    return int(found)
