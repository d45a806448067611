"""The structure of a mail on its bytes; whatever can be read in two ways is held."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.mail import headers, parameters
from adapters.mail.faults import ambiguous, beside
from adapters.mail.headers import Header
from adapters.mail.parameters import Structured
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.limits import Limits

#: Real mails are four deep.
_DEEPEST = 10
#: RFC 2046, 5.1.1.
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]*[0-9A-Za-z'()+_,./:=?-]")
_BOUNDARY_LETTERS = 70
#: "This is a multi-part message in MIME format", in any language.
_PREAMBLE_BYTES = 1_000
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True)
class Node:
    """A mail or one part of it."""

    #: "" for the mail itself, "part 2", "part 2.1".
    place: str
    header: Header = field(repr=False)
    type: Structured
    disposition: Structured
    #: As it stands there, header included, its transfer encoding not undone.
    raw: bytes = field(repr=False)
    body: bytes = field(repr=False)
    children: tuple["Node", ...] = ()

    @property
    def encoding(self) -> str:
        """Content-Transfer-Encoding in small letters; "" where there is none."""
        return self.header.text("content-transfer-encoding").lower()

    @property
    def filename(self) -> str:
        """The file's name as the sender gave it; "" where it gave none."""
        return self.disposition.get("filename") or self.type.get("name")

    @property
    def leaves(self) -> Iterator["Node"]:
        """The parts that hold something, in their order."""
        if self.type.value.startswith("multipart/"):
            for child in self.children:
                yield from child.leaves
        else:
            yield self


@dataclass(slots=True)
class _Reader:
    """What stays the same while one mail is read."""

    end: bytes
    left: int
    most: int

    def node(
        self, data: bytes, place: str, outer: tuple[str, ...], default: str
    ) -> Node:
        self.left -= 1
        if self.left < 0:
            detail = str(self.most)
            raise MalformedEnvelope(Fault(FaultCode.TOO_MANY_PARTS, place, detail))
        header, body = headers.split(data, place, self.end)
        kind = _type(header, place, default)
        found = Node(place, header, kind, _disposition(header, place), data, body)
        if not kind.value.startswith("multipart/"):
            return found
        children = self._children(found, outer)
        return Node(place, header, kind, found.disposition, data, body, tuple(children))

    def _children(self, node: Node, outer: tuple[str, ...]) -> list[Node]:
        if node.encoding not in _IDENTITY:
            ambiguous(
                beside(node.place, "header Content-Transfer-Encoding"), "encoding"
            )
        boundary = _boundary(node, outer)
        if len(outer) >= _DEEPEST:
            ambiguous(node.place, "nesting")
        inner = (*outer, boundary)
        default = "text/plain"
        if node.type.value == "multipart/digest":
            default = "message/rfc822"
        return [
            self.node(piece, _child_place(node.place, number), inner, default)
            for number, piece in enumerate(_pieces(node, boundary, self.end), 1)
        ]


def read(data: bytes, limits: Limits, place: str = "") -> Node:
    """The tree of a mail or of a MIME entity.

    Raises MalformedEnvelope: TOO_MANY_PARTS, or MIME_AMBIGUOUS with its word.
    """
    reader = _Reader(headers.line_end(data), limits.parts, limits.parts)
    return reader.node(data, place, (), "text/plain")


def _child_place(place: str, number: int) -> str:
    return f"{place}.{number}" if place.startswith("part") else f"part {number}"


def _type(header: Header, place: str, default: str) -> Structured:
    text = header.text("content-type")
    if not header.has("content-type"):
        return Structured(default, {})
    where = beside(place, "header Content-Type")
    found = parameters.read(text, where)
    if found.value.count("/") != 1:
        ambiguous(where, "header-syntax")
    return found


def _disposition(header: Header, place: str) -> Structured:
    if not header.has("content-disposition"):
        return Structured("", {})
    where = beside(place, "header Content-Disposition")
    return parameters.read(header.text("content-disposition"), where)


def _boundary(node: Node, outer: tuple[str, ...]) -> str:
    where = beside(node.place, "header Content-Type")
    boundary = node.type.get("boundary")
    if not boundary:
        ambiguous(where, "boundary-missing")
    if len(boundary) > _BOUNDARY_LETTERS:
        ambiguous(where, "boundary-long")
    if not _BOUNDARY.fullmatch(boundary):
        ambiguous(where, "boundary-odd")
    for other in outer:
        if boundary.startswith(other) or other.startswith(boundary):
            ambiguous(where, "boundary-prefix")
    return boundary


def _pieces(node: Node, boundary: str, end: bytes) -> list[bytes]:
    """What stands between the delimiter lines (RFC 2046, 5.1.1), strictly."""
    body, place = node.body, node.place
    lines = list(_delimiters(body, b"--" + boundary.encode("ascii")))
    if not lines:
        ambiguous(place, "boundary-missing")
    _check_lines(body, lines, place)
    outside = body[: lines[0][0]].strip()
    if len(outside) > _PREAMBLE_BYTES:
        ambiguous(place, "preamble")
    if body[lines[-1][2] :].strip():
        ambiguous(place, "epilogue")
    starts = [stop + len(end) for _, _, stop in lines[:-1]]
    stops = [max(start - len(end), 0) for start, _, _ in lines[1:]]
    if not starts:
        ambiguous(place, "multipart-empty")
    return [
        body[start : max(start, stop)]
        for start, stop in zip(starts, stops, strict=True)
    ]


def _delimiters(body: bytes, mark: bytes) -> Iterator[tuple[int, int, int]]:
    """Lines that begin with a delimiter: where they start, end it, and end."""
    at = 0 if body.startswith(mark) else body.find(b"\n" + mark) + 1
    while at > 0 or body.startswith(mark, at):
        tail = at + len(mark)
        feed = body.find(b"\n", tail)
        stop = len(body) if feed < 0 else feed - (body[feed - 1 : feed] == b"\r")
        yield at, tail, max(stop, tail)
        at = body.find(b"\n" + mark, tail) + 1
        if not at:
            return


def _check_lines(body: bytes, lines: list[tuple[int, int, int]], place: str) -> None:
    """Delimiters, and the last of them the closing one."""
    for number, (_, start, stop) in enumerate(lines, 1):
        tail = body[start:stop].rstrip(b" \t")
        last = number == len(lines)
        if tail == b"--" and not last:
            ambiguous(place, "boundary-after-end")
        if last and not tail:
            ambiguous(place, "boundary-end")
        if tail not in {b"", b"--"}:
            ambiguous(place, "boundary-prefix")
