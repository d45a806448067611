"""Time stamps on PDFs: r1 | r2, S a signature, TS a document time stamp."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from hub.model.changes import Changes
from hub.model.findings import SignatureKind, SubIndication
from hub.rehearsal.tamper import alter
from tests.cases.room import (
    HOUR,
    NOW,
    judge_pdf,
    only_pdf,
    paper,
    pki,
    signed_pdf,
)


def document_stamp(data: bytes) -> bytes:
    stamper = PdfTimeStamper(pki().timestamper(NOW - HOUR))
    out = BytesIO()
    work = stamper.async_timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(data)), "sha256", output=out
    )
    with ThreadPoolExecutor(max_workers=1) as beside:
        beside.submit(asyncio.run, work).result()
    return out.getvalue()


def test_document_time_stamp():
    """text S | TS: S ALLOWED and passed; TS passed, and is no signature."""
    first, second = judge_pdf(document_stamp(signed_pdf()))
    assert first.passed
    assert first.changes is Changes.ALLOWED
    assert second.kind is SignatureKind.PDF_TIMESTAMP
    assert second.passed
    assert second.signed_at == NOW - HOUR


def test_document_time_stamp_over_changed_text():
    """text* TS: TOTAL_FAILED, HASH_FAILURE."""
    data = document_stamp(paper())
    finding = only_pdf(alter(data, b"ngay 03 thang 3", b"ngay 08 thang 3"))
    assert finding.kind is SignatureKind.PDF_TIMESTAMP
    assert finding.reasons == (SubIndication.HASH_FAILURE,)
