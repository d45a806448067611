"""What makes a PDF signature last: validation data and document time stamps.

Levels LT and LTA of ETSI EN 319 142-1, clause 5.4 and 5.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from hub.rehearsal.pdf_updates import Update, dictionary, refer, stream
from hub.rehearsal.pki import Pki
from hub.rehearsal.signing import finish


@dataclass(frozen=True, slots=True)
class Material:
    """Certificates, CRLs and OCSP answers to put into a file, DER."""

    certificates: Sequence[bytes] = field(default=(), repr=False)
    crls: Sequence[bytes] = field(default=(), repr=False)
    ocsps: Sequence[bytes] = field(default=(), repr=False)


def with_material(pdf: bytes, material: Material) -> bytes:
    """The file with a DSS, as one more revision; what was in an older one stays out."""
    update = Update(pdf)
    kinds = {
        "/Certs": material.certificates,
        "/CRLs": material.crls,
        "/OCSPs": material.ocsps,
    }
    entries = {"/Type": b"/DSS"}
    for kind, pieces in kinds.items():
        numbers = [update.put(stream(piece)) for piece in pieces]
        if numbers:
            entries[kind] = b"[%s]" % b" ".join(refer(n) for n in numbers)
    update.change(update.root, {"/DSS": refer(update.put(dictionary(entries)))})
    return update.table()


def stamp_document(pdf: bytes, pki: Pki, at: datetime, digest: str = "sha256") -> bytes:
    """The file with a document time stamp of the TSA at a moment."""
    stamper = PdfTimeStamper(pki.timestamper(at))
    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    finish(stamper.async_timestamp_pdf(writer, digest, output=out))
    return out.getvalue()
