"""The header of a mail or of a part, read so that no two readers differ on it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.mail.faults import ambiguous, beside

#: Real headers are some kilobytes; a long way through lists some tens.
_HEADER_BYTES = 65_536
_FIELDS = 300
#: RFC 5322, 3.6: at most once; MIME's own (RFC 2045) likewise.
_ONCE = frozenset(
    {"from", "sender", "subject", "date", "message-id", "to", "cc", "mime-version"}
    | {"content-type", "content-transfer-encoding", "content-disposition"}
    | {"content-id", "reply-to"}
)
_NAME = re.compile(rb"([!-9;-~]+):")
_BLANK = {b"\r\n": re.compile(rb"^\r\n|\r\n\r\n"), b"\n": re.compile(rb"^\n|\n\n")}


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: its name in small letters, its value unfolded."""

    name: str
    value: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The value as UTF-8 (RFC 6532); other bytes became U+FFFD."""
        return self.value.decode("utf-8", "replace").strip()


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of one header, topmost first."""

    fields: tuple[Field, ...]

    def all(self, name: str) -> tuple[Field, ...]:
        """The fields of a name (small letters)."""
        return tuple(f for f in self.fields if f.name == name)

    def has(self, name: str) -> bool:
        """Whether there is a field of that name."""
        return any(f.name == name for f in self.fields)

    def text(self, name: str) -> str:
        """The first field's value as text; "" where there is none."""
        return next((f.text for f in self.fields if f.name == name), "")


def line_end(data: bytes) -> bytes:
    """The line end of a mail: CRLF as sent, or LF as some stores keep it.

    Raises MalformedEnvelope: `line-endings` where both or a bare CR stand in it,
    `nul` where a NUL does.
    """
    if b"\0" in data:
        ambiguous(f"byte {data.index(bytes(1)) + 1}", "nul")
    pairs, feeds = data.count(b"\r\n"), data.count(b"\n")
    if data.count(b"\r") != pairs or pairs not in {0, feeds}:
        ambiguous("", "line-endings")
    return b"\r\n" if pairs else b"\n"


def split(data: bytes, place: str, end: bytes) -> tuple[Header, bytes]:
    """The header and the body behind the first blank line.

    Raises MalformedEnvelope: `header-too-long`, `header-syntax`, `two-headers`.
    """
    blank = _BLANK[end].search(data, 0, _HEADER_BYTES + 2 * len(end))
    if blank is None and len(data) > _HEADER_BYTES:
        ambiguous(beside(place, "header"), "header-too-long")
    head = data[: blank.start()] if blank else data.removesuffix(end)
    body = data[blank.end() :] if blank else b""
    fields = _fields(head.split(end) if head else [], place)
    _check_once(fields, place)
    return Header(tuple(fields)), body


def _fields(lines: Sequence[bytes], place: str) -> list[Field]:
    found: list[tuple[str, list[bytes]]] = []
    for line in lines:
        if line[:1] in {b" ", b"\t"}:
            if not found or not line.strip():
                ambiguous(beside(place, "header"), "header-syntax")
            found[-1][1].append(line)
            continue
        match = _NAME.match(line)
        if match is None:
            ambiguous(beside(place, "header"), "header-syntax")
        found.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
    if len(found) > _FIELDS:
        ambiguous(beside(place, "header"), "header-too-long")
    return [Field(name, b"".join(pieces).strip()) for name, pieces in found]


def _check_once(fields: Sequence[Field], place: str) -> None:
    seen: set[str] = set()
    for each in fields:
        if each.name in seen:
            shown = "-".join(word.capitalize() for word in each.name.split("-"))
            ambiguous(beside(place, f"header {shown}"), "two-headers")
        if each.name in _ONCE:
            seen.add(each.name)
