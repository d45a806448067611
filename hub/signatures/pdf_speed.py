"""Seven contained speed-ups of pyHanko 0.38, each with the original behind it.

What they cure is measured in ENGINEERING.md B.3d. Their logic is the library's; a
test compares results with and without them. With another version of the library
nothing is replaced. (CRLs with thousands of entries, the fifth cure there, do not
reach pyHanko here: revocation.py reads them by other means.)
"""

import binascii
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from typing import IO, Any

from asn1crypto import x509
from pyhanko.pdf_utils import generic, misc
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.midway import Midway

#: The version whose code these replace.
KNOWN_VERSION = "0.38.0"

_READ_HEX = generic.read_hex_string_from_stream
_NAME_EQ: Callable[[Any, object], bool] = x509.Name.__eq__
_PREPARE: Callable[[Any, str], str] = x509.NameTypeAndValue._ldap_string_prep  # noqa: SLF001 - replaced by a cache of itself

_READ_POINTER: Callable[[IO[bytes], Any], Any] = generic.IndirectObject.read_from_stream
_NEXT: Callable[..., bytes] = misc.read_non_whitespace
_READ_NAME: Callable[[IO[bytes]], Any] = generic.NameObject.read_from_stream

_CHUNK = 8192
#: A name of printable ASCII without escapes, and what must come after it.
_NAME = re.compile(
    rb"/[^\x00-\x20\x7f-\xff\[\]#%()/<>{}]+(?=[\x00\t\n\f\r \[\]%()/<>{}])"
)
_NAME_ROOM = 48
_POINTER = re.compile(rb"([1-9][0-9]{0,8}) ([0-9]{1,5}) R")
_POINTER_ROOM = 18
_BLANKS = b" \n\r"
_NOT_AT_ONCE = b" \n\r\t\f\x00%"


def speed_up() -> bool:
    """Put the replacements in place; False with a version nobody measured."""
    if version("pyhanko") != KNOWN_VERSION:
        return False
    for holder, name, _, cure in _cures():
        setattr(holder, name, cure)
    return True


def slow_down() -> None:
    """Put the library's own functions back; for the test that compares."""
    for holder, name, own, _ in _cures():
        setattr(holder, name, own)


def _cures() -> tuple[tuple[Any, str, Any, Any], ...]:
    """Where a function stands, its name, the library's own and ours."""
    reader = "read_from_stream"
    return (
        (generic, "read_hex_string_from_stream", _READ_HEX, _read_hex),
        (generic, "read_non_whitespace", _NEXT, _next),
        (misc, "read_non_whitespace", _NEXT, _next),
        (generic.NameObject, reader, *_static(_READ_NAME, _read_name)),
        (generic.IndirectObject, reader, *_static(_READ_POINTER, _read_pointer)),
        (x509.Name, "__eq__", _NAME_EQ, _same_name),
        (x509.NameTypeAndValue, "_ldap_string_prep", _PREPARE, _prepare_name),
    )


def _static(own: Any, cure: Any) -> tuple[Any, Any]:  # noqa: ANN401 - functions
    return staticmethod(own), staticmethod(cure)


def _read_hex(stream: IO[bytes]) -> Any:  # noqa: ANN401 - pyHanko's own union
    """A hex string read in chunks; anything but plain hex goes to the original."""
    start = stream.tell()
    stream.read(1)
    found = bytearray()
    while (end := found.find(b">")) < 0:
        chunk = stream.read(_CHUNK)
        if not chunk:
            stream.seek(start)
            return _READ_HEX(stream)
        found += chunk
    digits = bytes(found[:end])
    try:
        value = binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error:  # blanks, comments, errors
        stream.seek(start)
        return _READ_HEX(stream)
    stream.seek(start + 1 + end + 1)
    return generic.pdf_string(value)


def _read_name(stream: IO[bytes]) -> Any:  # noqa: ANN401 - pyHanko's name
    """A name read at once; pyHanko reads byte by byte, a fifth of a file's time."""
    start = stream.tell()
    found = _NAME.match(stream.read(_NAME_ROOM))
    if found is None:  # escapes, other letters, a long one, the end of the file
        stream.seek(start)
        return _READ_NAME(stream)
    stream.seek(start + found.end())
    return generic.NameObject(found[0].decode("ascii"))


def _read_pointer(stream: IO[bytes], container: Any) -> Any:  # noqa: ANN401 - theirs
    """A reference read at once; with other blanks it goes to the original."""
    start = stream.tell()
    found = _POINTER.match(stream.read(_POINTER_ROOM))
    if found is None:
        stream.seek(start)
        return _READ_POINTER(stream, container)
    stream.seek(start + found.end())
    return generic.IndirectObject(  # type: ignore[no-untyped-call]  # theirs
        int(found[1]), int(found[2]), container.get_pdf_handler()
    )


def _next(
    stream: IO[bytes],
    seek_back: bool = False,  # noqa: FBT001, FBT002 - pyHanko's own
    allow_eof: bool = False,  # noqa: FBT001, FBT002 - pyHanko's own
) -> bytes:
    """The next letter after one blank at most; else the original looks for it."""
    start = stream.tell()
    found = stream.read(1)
    if found in _BLANKS:
        found = stream.read(1)
    if found in _NOT_AT_ONCE:  # an empty one, too: the end of the file
        stream.seek(start)
        return _NEXT(stream, seek_back, allow_eof)
    if seek_back:
        stream.seek(-1, 1)
    return found


def _same_name(name: Any, other: object) -> bool:  # noqa: ANN401 - asn1crypto has no types
    """Equal bytes are equal names; others are compared by their prepared forms."""
    if name is other:
        return True
    if not isinstance(other, x509.Name):
        return False
    first, second = name.chosen.dump(), other.chosen.dump()
    return bool(first == second or _name_key(first) == _name_key(second))


@lru_cache(maxsize=4096)
def _name_key(der: bytes) -> str:
    key: str = x509.Name.load(der).hashable
    return key


def _prepare_name(_self: object, text: str) -> str:
    return _prepared(text)


@lru_cache(maxsize=4096)
def _prepared(text: str) -> str:
    return _PREPARE(None, text)


def predigest(
    signature: EmbeddedPdfSignature, data: bytes, midway: Midway | None = None
) -> None:
    """Hash the byte range in one go; pyHanko reads 4 KB at a time.

    Only an ordinary range inside the file, and an algorithm hashlib has: everything
    else is left to pyHanko. A range over all of a large file but the signature goes on
    from where the file's own digest was (`midway`).
    """
    name = str(signature.external_md_algorithm)
    numbers = [int(value) for value in signature.byte_range]
    if len(numbers) != 4 or name not in hashlib.algorithms_guaranteed:  # noqa: PLR2004 - two pairs
        return
    pieces = [(numbers[0], numbers[1]), (numbers[2], numbers[3])]
    if any(o < 0 or n < 0 or o + n > len(data) for o, n in pieces):
        return
    (begin, before), (after, rest) = pieces
    whole = begin == 0 and before <= after and after + rest == len(data)
    if midway is not None and midway.data is data and whole and name == "sha256":
        signature.external_digests[name] = midway.without(before, after)
        return
    digest = hashlib.new(name, usedforsecurity=False)
    for offset, length in pieces:
        digest.update(memoryview(data)[offset : offset + length])
    if digest.digest_size:
        signature.external_digests[name] = digest.digest()
