"""Finds the long base64 runs of an envelope on its bytes (ENGINEERING.md B.5)."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pybase64

from hub.edxml.names import PAYLOAD

#: Shorter payloads are cheaper to leave where they are.
SHORTEST = 4096
_BLANKS = b" \t\r\n"
_NAME = PAYLOAD.encode()
#: The start tag of a payload element, whole, as it stands before a run.
_TAG = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?" + _NAME + rb"(?:[ \t\r\n][^<>]*)?(?<!/)>")


@dataclass(frozen=True, slots=True)
class Run:
    """One run with the bytes behind it, which are decoded but once."""

    start: int
    end: int
    decoded: bytes = field(repr=False)

    @property
    def is_unbroken(self) -> bool:
        """No blank or line break stands in it: base64 of so many bytes is so long."""
        return self.end - self.start == -(-len(self.decoded) // 3) * 4


def find(data: bytes) -> Iterator[Run]:
    """Each run: all that lies between a payload's tag and `<`.

    Each is strict base64, blanks apart, and at least SHORTEST bytes long.
    """
    at = data.find(_NAME)
    while at >= 0:
        start = data.find(b">", at) + 1
        end = data.find(b"<", start) if start else -1
        if end < 0:
            return
        if end - start >= SHORTEST and _has_tag(data, start):
            decoded = decode(memoryview(data)[start:end])
            if decoded is not None:
                yield Run(start, end, decoded)
        at = data.find(_NAME, end)


def _has_tag(data: bytes, start: int) -> bool:
    """Whether what ends before `start` is the tag of a payload."""
    opening = data.rfind(b"<", max(0, start - SHORTEST), start)
    return opening >= 0 and _TAG.fullmatch(data, opening, start) is not None


def decode(run: bytes | memoryview) -> bytes | None:
    """The bytes behind strict base64 with blanks forgiven; None: it is damaged."""
    try:
        return pybase64.b64decode(run, validate=True)
    except (binascii.Error, ValueError):
        squeezed = bytes(run).translate(None, _BLANKS)
    try:
        return pybase64.b64decode(squeezed, validate=True)
    except (binascii.Error, ValueError):
        return None
