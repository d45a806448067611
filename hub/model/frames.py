"""Bytes between the door and the envelope: what the pure half works on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.model.envelopes import Envelope
from hub.model.quirks import Quirk


@dataclass(frozen=True, slots=True)
class Part:
    """One file that travels beside the XML (family B, multipart)."""

    content_id: str
    name: str
    content_type: str
    #: Decoded from its transfer encoding, nothing else undone.
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """An arrival with its transport frame taken off: the XML as signed, the parts."""

    xml: bytes = field(repr=False)
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Hoisted:
    """A document whose long base64 runs were replaced by random tokens.

    `runs` maps each token to the run exactly as it stood in the document; a digest
    over the canonical skeleton is expanded with them (ENGINEERING.md B.5).
    """

    skeleton: bytes = field(repr=False)
    runs: Mapping[str, bytes | memoryview] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a frame gave; `files[i]` are the bytes of attachment i, or None."""

    envelope: Envelope
    quirks: tuple[Quirk, ...]
    files: tuple[bytes | None, ...] = field(repr=False)
    #: The XML to verify signatures on: hoisted where safe, else as received.
    hoisted: Hoisted = field(repr=False)
