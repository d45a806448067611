"""What stands before the root element of an XML document, on the bytes."""

import re
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_BLANKS = re.compile(rb"[ \t\r\n]*")
_DECLARATION = re.compile(rb"<\?xml[ \t\r\n][^>]*>")
_ENCODING = re.compile(rb"encoding[ \t\r\n]*=[ \t\r\n]*[\"']([^\"']*)[\"']")
_ASCII_NAMES = frozenset({"us-ascii", "ascii"})
_UTF8_NAMES = frozenset({"utf-8", "utf8"})


@dataclass(frozen=True, slots=True)
class Prolog:
    """Where the root's tag begins and what was met on the way; offsets in bytes."""

    #: Of the root's `<`, or of whatever stands in its place.
    root: int
    #: Of a `<!` that is no comment: DOCTYPE, or a stray declaration.
    doctype: int | None
    #: The encoding declared, lower case; "" if none.
    encoding: str

    @property
    def is_ascii(self) -> bool:
        """US-ASCII was declared."""
        return self.encoding in _ASCII_NAMES

    @property
    def is_readable(self) -> bool:
        """UTF-8, US-ASCII or nothing was declared."""
        return self.encoding in _UTF8_NAMES | _ASCII_NAMES | {""}


def read_prolog(data: bytes) -> Prolog:
    """Walk over BOM, blanks, declaration, comments and instructions."""
    at = _blanks(data, len(_BOM) if data.startswith(_BOM) else 0)
    encoding = _declared(data, at)
    while True:
        at = _blanks(data, at)
        end = _misc_end(data, at)
        if end is None:
            break
        at = end
    return Prolog(at, at if data.startswith(b"<!", at) else None, encoding)


def _blanks(data: bytes, at: int) -> int:
    match = _BLANKS.match(data, at)
    return match.end() if match else at


def _declared(data: bytes, at: int) -> str:
    declaration = _DECLARATION.match(data, at)
    found = _ENCODING.search(declaration[0]) if declaration else None
    return found[1].decode("ascii", "replace").strip().lower() if found else ""


def _misc_end(data: bytes, at: int) -> int | None:
    """Where the comment or instruction at `at` ends; None if there is none."""
    for start, stop in ((b"<!--", b"-->"), (b"<?", b"?>")):
        if data.startswith(start, at):
            end = data.find(stop, at + len(start))
            return len(data) if end < 0 else end + len(stop)
    return None
