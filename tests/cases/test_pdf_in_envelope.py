"""A signed PDF inside a signed envelope: each finding stands for itself."""

from hub.model.findings import Indication
from hub.rehearsal.signing import sign_xml
from hub.rehearsal.tamper import alter
from hub.signatures.judge import judge
from tests.cases.room import envelope, ground, office, plain, signed_pdf


def test_changed_pdf_inside_a_validly_signed_envelope():
    """edXML S over everything, a PDF changed before: S passes, the PDF fails."""
    data = alter(signed_pdf(), b"ngay 03 thang 3", b"ngay 08 thang 3")
    xml = sign_xml(envelope(payload=data), office())
    outer, inner = judge(plain(xml), ((1, data),), ground())
    assert outer.passed
    assert inner.indication is Indication.TOTAL_FAILED
