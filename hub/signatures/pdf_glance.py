"""What an object refers to, seen at a glance: without reading it as an object.

An object that stands where it stood needs no comparing, only what it refers to does;
pyHanko takes a tenth of a millisecond to read one, and a tagged report has 60,000.
Whatever could be read in another way than plainly is left to pyHanko: comments,
nested strings, brackets that do not pair. Strings and doubled keys may at most add a
reference too many.
"""

import re

#: Number and generation of an object.
Reference = tuple[int, int]

_BLANK = rb"[\s\x00]"
_HEADER = re.compile(rb"%b*(\d+)%b+(\d+)%b+obj" % (_BLANK, _BLANK, _BLANK))
#: A run of digits is tried from its first alone: the hex of a signature is 32 KB long.
_POINTER = re.compile(rb"(?<!\d)(\d+)%b+(\d+)%b+R" % (_BLANK, _BLANK))
#: A string without brackets inside; what is left of others ends the glance.
_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
#: What brackets of dictionaries and arrays stand between, or they themselves.
_PIECE = re.compile(
    rb"%[^\r\n]*|\((?:[^()\\]|\\.)*\)|<<|>>|[\[\]]|<[0-9a-fA-F\s\x00]*>|[^()<>\[\]%]+",
    re.DOTALL,
)
_BEGINNING = re.compile(rb"%b*stream\r?\n" % _BLANK)
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
#: A reference that goes on: for some readers it is one and for others none.
_GLUED = re.compile(rb"\d%b+\d+%b+R[^\s\x00/]" % (_BLANK, _BLANK))
_CLOSING = {b">>": b"<<", b"]": b"["}
_STREAM = re.compile(rb">>%b*stream[\r\n]" % _BLANK)
_END = re.compile(rb"(?<=[\x00\t\n\x0c\r >)\]])endobj")
#: Longest head of an object that is looked at so; a page tree's root may have 10 KB.
_ROOM = 262_144


def at_offset(
    data: bytes, offset: int, reference: Reference
) -> tuple[Reference, ...] | None:
    """References in the object at an offset; None: it must be read properly."""
    head = _HEADER.match(data, offset)
    if head is None or (int(head[1]), int(head[2])) != reference:
        return None
    start, most = head.end(), head.end() + _ROOM
    end = _END.search(data, start, most)
    if end is None:
        return None
    held = _STREAM.search(data, start, end.start())
    return in_text(data[start : held.start() + 2 if held else end.start()])


def in_text(text: bytes) -> tuple[Reference, ...] | None:
    """References in an object's text; None: it must be read properly."""
    if b"%" in text or not _pairs(_STRING.sub(b" ", text)):
        return None
    found = ((int(m[1]), int(m[2])) for m in _POINTER.finditer(text))
    return tuple(dict.fromkeys(found))


def _pairs(text: bytes) -> bool:
    """Whether no string is left open and all brackets pair."""
    if b"(" in text or b")" in text:
        return False
    return text.count(b"<<") == text.count(b">>") and (
        text.count(b"[") == text.count(b"]")
    )


def is_plainly_closed(text: bytes) -> bool:
    """Whether the object that begins a text ends, its brackets pairing all the way."""
    return _closed_at(text) >= 0


def is_plain_stream(text: bytes) -> bool:
    """Whether a text from a dictionary on goes on with "stream" and a line end.

    Readers begin the payload of others in different places (ISO 32000-2, 7.3.8.1).
    """
    end = _closed_at(text)
    return end >= 0 and _BEGINNING.match(text, end) is not None


def _closed_at(text: bytes) -> int:
    """Where the dictionary or array that begins a text ends; -1: nowhere plainly."""
    position, waiting = 0, list[bytes]()
    while position < len(text):
        piece = _PIECE.match(text, position)
        position = piece.end() if piece else _end_of_string(text, position)
        found = piece[0] if piece else b""
        if (
            position < 0
            or _GLUED.search(found)
            or (found in _CLOSING and (not waiting or waiting.pop() != _CLOSING[found]))
        ):
            return -1
        if found in _CLOSING and not waiting:
            return position
        waiting += [found] if found in {b"<<", b"["} else []
    return -1


def _end_of_string(text: bytes, start: int) -> int:
    """Where a string with brackets inside ends; -1: it is no string, or has no end."""
    depth = 0
    for match in _PARENTHESIS.finditer(text, start):
        if depth == 0 and (match.start() != start or match[0] != b"("):
            return -1
        depth += {b"(": 1, b")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return -1
