"""Splits MIME multiparts on their bytes, without copying large bodies twice."""

import binascii
import quopri
from collections.abc import Iterator
from dataclasses import dataclass

import pybase64

from hub.edxml import mimeheaders
from hub.edxml.mimeheaders import Header
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.limits import Limits

#: The headers of one part; real ones are some hundred bytes.
_HEADER_BYTES = 16_384
#: RFC 2046, 5.1.1.
_BOUNDARY_LETTERS = 70


@dataclass(frozen=True, slots=True)
class Piece:
    """One part, its transfer encoding undone."""

    name: str
    filename: str
    content_id: str
    content_type: str
    data: bytes


def split(content_type: Header, data: bytes, limits: Limits) -> list[Piece]:
    """The parts of a multipart body.

    Raises MalformedEnvelope: FRAME (no boundary, no end, damaged part) or
    TOO_MANY_PARTS.
    """
    boundary = content_type.get("boundary").encode("ascii", "replace")
    if not 0 < len(boundary) <= _BOUNDARY_LETTERS:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, "Content-Type", "boundary"))
    pieces: list[Piece] = []
    for start, end in _bodies(data, b"--" + boundary):
        if len(pieces) >= limits.parts:
            place = f"part {len(pieces) + 1}"
            detail = str(limits.parts)
            raise MalformedEnvelope(Fault(FaultCode.TOO_MANY_PARTS, place, detail))
        pieces.append(_piece(data, start, end, len(pieces) + 1))
    return pieces


def _bodies(data: bytes, delimiter: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each part, from behind its delimiter line."""
    at = _delimiter(data, delimiter, 0)
    if at < 0:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, "byte 1", "boundary"))
    while not data.startswith(b"--", at + len(delimiter)):
        line_end = data.find(b"\n", at)
        following = _delimiter(data, delimiter, line_end) if line_end >= 0 else -1
        if following < 0:
            raise MalformedEnvelope(Fault(FaultCode.TRUNCATED, f"byte {len(data)}"))
        end = following - 1  # the line break belongs to the delimiter
        if data.startswith(b"\r", end - 1):
            end -= 1
        yield line_end + 1, max(end, line_end + 1)
        at = following


def _delimiter(data: bytes, delimiter: bytes, at: int) -> int:
    """Offset of the next delimiter that begins a line; -1 if none."""
    while (at := data.find(delimiter, at)) >= 0:
        after = data[at + len(delimiter) : at + len(delimiter) + 1]
        if (at == 0 or data[at - 1] == ord("\n")) and after in b"-\r\n \t":
            return at
        at += 1
    return -1


def _piece(data: bytes, start: int, end: int, number: int) -> Piece:
    head_end, body = _head(data, start, end)
    if head_end - start > _HEADER_BYTES:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, f"part {number}", "headers"))
    head = mimeheaders.fields(data[start:head_end])
    disposition = mimeheaders.structured(head.get("content-disposition", ""))
    encoding = head.get("content-transfer-encoding", "").lower()
    return Piece(
        name=disposition.get("name"),
        filename=disposition.get("filename"),
        content_id=bare_id(head.get("content-id", "")),
        content_type=mimeheaders.structured(head.get("content-type", "")).value,
        data=_decoded(encoding, data[body:end], number),
    )


def _head(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the headers end and where the body begins."""
    for blank in (b"\r\n", b"\n"):
        if data.startswith(blank, start):
            return start, start + len(blank)
    ends = [
        (at, at + len(gap))
        for gap in (b"\r\n\r\n", b"\n\n")
        if (at := data.find(gap, start, min(end, start + 2 * _HEADER_BYTES))) >= 0
    ]
    return min(ends, default=(end, end))


def _decoded(encoding: str, body: bytes, number: int) -> bytes:
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding != "base64":
        return body
    try:
        return pybase64.b64decode(body.translate(None, b" \t\r\n"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedEnvelope(
            Fault(FaultCode.FRAME, f"part {number}", "base64")
        ) from error


def bare_id(content_id: str) -> str:
    """A Content-ID without its angle brackets."""
    return content_id.strip().removeprefix("<").removesuffix(">")
