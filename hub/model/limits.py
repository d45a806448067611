"""Every limit on what comes from outside, each with the reason for its default."""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one envelope; sizes in bytes, times in seconds."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    #: A scanned 200-page decision is some 60 MB as base64; the axis refuses more.
    document_bytes: int = 104_857_600
    #: The plain XML path needs 6-7 x the document in memory (ENGINEERING.md B.4).
    plain_xml_bytes: int = 26_214_400
    #: The largest real manifest seen holds 40 files; 10,001 parts is an attack.
    parts: int = 1_000
    #: A ministry writes to some 700 districts at once; each is written down many times.
    receivers: int = 5_000
    #: Real envelopes are 9 deep; libxml2 itself stops at 256.
    depth: int = 64
    #: Elements of one envelope: more than `parts` can be counted and told as parts.
    elements: int = 200_000
    #: Longest text of one business field; the longest real one is 500 letters.
    field_characters: int = 10_000
    #: One attachment after base64 and ZIP are undone.
    attachment_bytes: int = 83_886_080
    #: All attachments of an envelope together.
    attachments_bytes: int = 157_286_400
    #: Entries of a ZIP in base64; the VNPT kit puts one, a gateway a handful.
    zip_entries: int = 100
    #: A ZIP that swells more than this is a bomb; office files reach 20.
    zip_ratio: int = 200
    #: Certificates in one CMS or KeyInfo: ten of one name take over 100 s to chain.
    certificates: int = 8
    #: Signatures looked at in one envelope with its files.
    signatures: int = 50
    #: References of one XML signature; real ones carry up to three.
    references: int = 30
    #: Pages of a PDF drawn twice to see what changed (the second look); 200 of a scan
    #: would take all the time there is.
    look_pages: int = 100
    #: Seconds the judging child may take for one envelope; then once more, doubled.
    judging_seconds: float = 30.0
    #: Address space of the judging child.
    judging_memory_bytes: int = 2_147_483_648
