"""Which parts of a mail are documents, which its text, which neither."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.mail import bodies, smime
from adapters.mail.mime import Node
from hub.edxml import magic

#: Logos and drawn signatures are some kilobytes; a scanned page is more.
_PICTURE_BYTES = 102_400
#: Cards, calendars and signatures come with a mail and are no document.
_NEITHER = frozenset(
    {"text/vcard", "text/x-vcard", "text/directory", "text/calendar"}
    | {"application/pgp-signature", "application/pgp-keys", "message/rfc822"}
)
_EDXML_TYPES = frozenset({"application/edxml", "application/edxml+xml"})
_SNIFFED = 4_096
_NAME_LETTERS = 200


@dataclass(frozen=True, slots=True)
class File:
    """One document of a mail."""

    place: str
    name: str
    content_id: str
    claimed_type: str
    media_type: str
    data: bytes = field(repr=False)

    @property
    def is_edxml(self) -> bool:
        """An edXML envelope, by what it says of itself or by its root element."""
        if self.claimed_type in _EDXML_TYPES or self.name.lower().endswith(".edxml"):
            return True
        xml = self.media_type == magic.XML or self.name.lower().endswith(".xml")
        head = self.data[:_SNIFFED]
        known = (b"edXML", b"e-doc.vn/Schema", b"MessageHeader")
        return xml and any(word in head for word in known)


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail holds."""

    files: tuple[File, ...]
    #: Its text, plain where there is plain; never personal data in logs.
    plain: str = field(default="", repr=False)
    html: str = field(default="", repr=False)


def collect(content: Node) -> Content:
    """Documents in their order and the text; raises MalformedEnvelope (MIME words)."""
    files: list[File] = []
    plain: list[str] = []
    html: list[str] = []
    for leaf in content.leaves:
        kind = leaf.type.value
        if kind in _NEITHER or smime.is_signature(leaf):
            continue
        if _is_text(leaf):
            (plain if kind == "text/plain" else html).append(bodies.text(leaf))
        elif (file := _file(leaf, len(files) + 1)) is not None:
            files.append(file)
    return Content(tuple(files), "\n".join(plain), "\n".join(html))


def _is_text(leaf: Node) -> bool:
    """Text shown as the mail itself."""
    attached = leaf.disposition.value == "attachment" or bool(leaf.filename)
    return leaf.type.value in {"text/plain", "text/html"} and not attached


def _file(leaf: Node, number: int) -> File | None:
    data = bodies.decoded(leaf)
    content_id = leaf.header.text("content-id").strip("<> \t")
    if _is_picture(leaf, content_id, data):
        return None
    written = leaf.filename.replace("\\", "/").rpartition("/")[2]
    name = clean(written)[:_NAME_LETTERS]
    return File(
        place=leaf.place,
        name=name or f"tep-{number}",
        content_id=content_id,
        claimed_type=leaf.type.value,
        media_type=magic.media_type(data),
        data=data,
    )


def _is_picture(leaf: Node, content_id: str, data: bytes) -> bool:
    """A logo or a drawn signature: small, and called by the text or shown in it."""
    if not leaf.type.value.startswith("image/") or len(data) > _PICTURE_BYTES:
        return False
    return bool(content_id) or leaf.disposition.value == "inline"


def clean(text: str) -> str:
    """NFC on one line, without control and invisible letters (RTL marks)."""
    normal = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(c for c in normal if unicodedata.category(c) not in {"Cc", "Cf"})


def in_order(files: Sequence[File], main: File | None) -> tuple[File, ...]:
    """The main document first, the others as they came."""
    if main is None:
        return tuple(files)
    return (main, *(file for file in files if file is not main))
