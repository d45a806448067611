"""One PDF opened for the verifier, and what its signatures share."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from hub.model.findings import Finding, SignatureKind, Slot, SubIndication
from hub.model.midway import Midway
from hub.signatures.pdf_changes import Chronicle
from hub.signatures.pdf_dss import Offered, dss_of
from hub.signatures.pdf_history import FOREIGN, History
from hub.signatures.pdf_look import MOST_LOOKS
from hub.signatures.pdf_speed import speed_up
from hub.signatures.policy import Ground, Refused

__all__ = ["FOREIGN", "File"]

speed_up()
# pyHanko logs what it meets in hostile files; findings say it in our own words.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

#: Field names are the sender's: what goes into a place is short and printable.
_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class File:
    """One PDF with its reader."""

    position: int
    data: bytes = field(repr=False)
    reader: PdfFileReader = field(repr=False)
    ground: Ground = field(repr=False)
    chronicle: Chronicle = field(repr=False)
    #: Names and dictionaries of filled signature fields.
    fields: tuple[tuple[str, Any], ...] = field(repr=False)
    #: Revocation data and certificates in the file as it is now.
    offered: Offered = field(repr=False)
    #: One for each second look that may still be taken.
    looks: Iterator[int] = field(
        default_factory=lambda: iter(range(MOST_LOOKS)), repr=False, compare=False
    )

    #: How the file was hashed, where it is large.
    midway: Midway | None = field(default=None, repr=False)

    @classmethod
    def open(
        cls, position: int, data: bytes, ground: Ground, midway: Midway | None = None
    ) -> "File":
        """Open it; raises Refused for a closed file, FOREIGN for what is none."""
        reader, fields = _open(data)
        history = History(reader, data)
        brings = fields and "/DSS" in reader.root
        offered = dss_of(history.view(history.last)) if brings else Offered()
        chronicle = Chronicle.of(data, history)
        return cls(
            position,
            data,
            reader,
            ground,
            chronicle,
            fields,
            offered,
            midway=midway,
        )

    def blank(self, name: str, kind: SignatureKind = SignatureKind.PDF) -> Finding:
        """A finding about the signature field of that name, nothing found yet."""
        shown = "".join(c for c in name[:_NAME_LENGTH] if c.isprintable())
        place = f"attachment {self.position}, {shown}"
        return Finding(kind, place, Slot.SIGNATURE, attachment=self.position)


_Fields = tuple[tuple[str, Any], ...]


def _open(data: bytes) -> tuple[PdfFileReader, _Fields]:
    """Strictly where the file allows it; Word's hybrid files need the lax mode."""
    try:
        reader = PdfFileReader(BytesIO(data), strict=True)
        if not reader.xrefs.hybrid_xrefs_present:
            return reader, _fields(reader)
    except FOREIGN:
        pass
    reader = PdfFileReader(BytesIO(data), strict=False)
    return reader, _fields(reader)


def _fields(reader: PdfFileReader) -> _Fields:
    """Filled signature fields; an encrypted file opens where it asks no password.

    Raises Refused where it asks for one.
    """
    if reader.encrypted and reader.decrypt(b"").status is AuthStatus.FAILED:
        raise Refused(SubIndication.UNSUPPORTED, "encrypted")
    found = enumerate_sig_fields(reader, filled_status=True)
    return tuple((str(name), one) for name, _, one in found)
