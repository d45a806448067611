"""Time stamps on PDFs: r1 | r2, S a signature, TS a document time stamp."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from hub.model.changes import Changes
from hub.model.findings import SignatureKind, SubIndication, TimeProof
from hub.rehearsal.pki import _stamping
from hub.rehearsal.signing import sign_pdf
from hub.rehearsal.tamper import alter
from tests.cases.room import (
    DAY,
    HOUR,
    NOW,
    ground,
    judge_pdf,
    knowledge,
    office,
    only_pdf,
    paper,
    pki,
    signed_pdf,
)


def test_proven_time():
    """text S + time-stamp token: TOTAL_PASSED, the moment is the TSA's."""
    finding = only_pdf(signed_pdf(at=NOW - DAY, timestamp=True))
    assert finding.passed
    assert finding.time_proof is TimeProof.TIMESTAMP
    assert finding.signed_at == NOW - DAY


def test_time_stamp_of_an_unknown_authority():
    """text S + token of a TSA nobody vouches for: the time is only claimed."""
    tsa = _stamping(NOW, pki().other_root)
    data = sign_pdf(
        paper(), office(), replace(pki(), tsa=tsa), at=NOW - HOUR, timestamp=True
    )
    finding = only_pdf(data)
    assert finding.passed
    assert finding.time_proof is TimeProof.CLAIMED


def test_time_stamp_by_a_certificate_for_something_else():
    """text S + token signed by an agency's certificate: the time is only claimed."""
    other = replace(pki(), tsa=office())
    data = sign_pdf(paper(), office(), other, at=NOW - HOUR, timestamp=True)
    assert only_pdf(data).time_proof is TimeProof.CLAIMED


def test_revoked_time_stamping_authority():
    """text S + token of a TSA that root revoked: the time is only claimed."""
    made = pki()
    root = made.crl([(made.tsa.serial, NOW - DAY)], at=NOW, issuer=made.root)
    known = replace(knowledge(), crls=(root, made.crl((), at=NOW)))
    finding = only_pdf(signed_pdf(timestamp=True), ground(known))
    assert finding.passed
    assert finding.time_proof is TimeProof.CLAIMED


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
