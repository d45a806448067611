"""How objects begin, read as strictly as other readers do."""

import re
from typing import IO, Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.xref import read_object_header

#: Number, generation and the word by which an object is known; a tool's table may be
#: wrong by some blanks.
_BEGINS = re.compile(rb"\s*\d+\s+\d+\s+obj")
_LENGTH = 128


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


def whole(found: Any) -> int:  # noqa: ANN401 - pyHanko's object
    """A number that every reader takes for a whole one; raises PdfError."""
    if not isinstance(found, generic.NumberObject):
        raise PdfReadError("not a whole number")
    return int(found)
