"""Every sample is what its name says."""

import base64
import zipfile
from io import BytesIO

import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from pyhanko.sign.diff_analysis import ModificationLevel
from signxml.exceptions import InvalidSignature

from hub.model.decisions import Disposition
from hub.model.verdicts import Headline
from hub.rehearsal.catalogue import CASES, DEMO, demo
from hub.rehearsal.family_a import NAMESPACE
from hub.rehearsal.family_b import BOUNDARY
from hub.rehearsal.pki import Identity
from hub.rehearsal.samples import DEFAULT_AT, XML, Sample, revoked_in
from tests.unit.rehearsal.raw import (
    certificates,
    embedded,
    judged,
    xml_signature_holds,
)

PDF_SIGNED = (
    "report-signed",
    "decision-signed",
    "proposal-signed",
    "normative-signed",
    "zipped",
    "family-b",
    "secret-stamp",
)


def root(sample: Sample) -> etree._Element:
    return etree.fromstring(sample.xml)


def values(sample: Sample, name: str) -> list[str]:
    return [e.text or "" for e in root(sample).iter(f"{{{NAMESPACE}}}{name}")]


def receivers(sample: Sample) -> list[str]:
    found = root(sample).iter(f"{{{NAMESPACE}}}To")
    return [to.findtext(f"{{{NAMESPACE}}}OrganId") or "" for to in found]


def page_1(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    document.close()
    return [line.strip() for line in text.splitlines()]


def test_every_case_is_made_under_its_own_name(samples):
    assert list(samples) == list(CASES)
    assert len({sample.xml for sample in samples.values()}) == len(samples)


def test_documents_do_not_share_an_id_unless_one_is_about_the_other(samples):
    ids = [s.document_id for s in samples.values() if s.document_id]
    twice = {one for one in ids if ids.count(one) > 1}
    assert twice == {samples["letter-signed"].document_id}
    assert samples["revoke"].document_id in twice


def test_the_demo_shows_every_kind_of_end(scene):
    made = demo(scene)
    assert tuple(sample.name for sample in made) == DEMO
    ends = {sample.expected.disposition for sample in made}
    assert ends == {Disposition.DELIVER, Disposition.HOLD, Disposition.REFUSE}


def test_only_what_is_delivered_has_receivers(samples):
    for sample in samples.values():
        wanted = sample.expected.disposition is Disposition.DELIVER
        assert bool(sample.expected.receivers) == wanted, sample.name
        assert bool(sample.expected.fault) != wanted, sample.name


@pytest.mark.parametrize("name", PDF_SIGNED)
def test_signatures_inside_pdfs_are_whole_and_trusted(samples, pki, name):
    statuses = judged(samples[name].files[0], pki, DEFAULT_AT)
    assert len(statuses) == 2
    assert all(status.bottom_line for status in statuses)


@pytest.mark.parametrize(
    "name", ["letter-signed", "proposal-signed", "some-receivers-unknown"]
)
def test_signatures_of_envelopes_hold(samples, pki, name):
    signer = Identity(holder(samples[name]), pki.issuing.key)
    signed = xml_signature_holds(samples[name].xml, signer)
    assert samples[name].document_id.encode() in signed
    assert base64.b64encode(samples[name].files[0]) in signed


def holder(sample: Sample) -> bytes:
    (certificate,) = certificates(sample.xml)
    return certificate.public_bytes(Encoding.DER)


def test_a_changed_envelope_does_not_hold(samples, pki):
    made = samples["letter-signed"]
    signer = Identity(holder(made), pki.issuing.key)
    changed = made.xml.replace(b"<edXML:Paper>0", b"<edXML:Paper>1")
    with pytest.raises(InvalidSignature):
        xml_signature_holds(changed, signer)


def test_the_changed_byte_breaks_the_signatures(samples, pki):
    pdf = samples["changed-byte"].files[0]
    assert any("72,5%" in line for line in page_1(pdf))
    assert [status.intact for status in judged(pdf, pki, DEFAULT_AT)] == [False, False]


def test_writing_over_leaves_the_signed_bytes_whole_and_is_not_explained(samples, pki):
    pdf = samples["changed-later"].files[0]
    assert "Bo sung kinh phi 900 trieu dong" in page_1(pdf)
    statuses = judged(pdf, pki, DEFAULT_AT)
    assert all(status.intact and status.valid for status in statuses)
    assert statuses[1].modification_level is ModificationLevel.OTHER


def test_the_strangers_signature_is_whole_and_its_chain_unknown(samples, pki):
    (status,) = judged(samples["stranger"].files[0], pki, DEFAULT_AT)
    assert status.intact
    assert status.valid
    assert not status.trusted
    assert status.signing_cert.issuer.native["common_name"] == "CA của người lạ"


def test_the_revoked_signer_stands_in_the_list_before_its_time_stamp(samples, pki):
    made = samples["revoked"]
    (found,) = embedded(made.files[0])
    ((serial, moment),) = made.revoked
    assert found.signer_cert.serial_number == serial
    assert moment < DEFAULT_AT
    (status,) = judged(made.files[0], pki, DEFAULT_AT)
    stamp = status.timestamp_validity
    assert stamp is not None
    assert stamp.timestamp == DEFAULT_AT
    assert revoked_in(samples.values()) == made.revoked


@pytest.mark.parametrize("name", ["report-unsigned", "letter-signed", "placeholder"])
def test_plain_pdfs_bear_no_signature(samples, name):
    assert embedded(samples[name].files[0]) == []


def test_the_placeholder_is_no_signature_in_any_namespace_that_counts(samples):
    (found,) = values(samples["placeholder"], "X509Certificate")
    assert found == "MIIFqTCCBJG"
    assert b"xmlns:ds" not in samples["placeholder"].xml


def test_attachments_come_out_as_they_went_in(samples):
    for name in ("report-signed", "report-unsigned", "decision-signed"):
        (payload,) = values(samples[name], "ContentTransferEncoded")
        assert base64.b64decode(payload) == samples[name].files[0], name


def test_the_zip_holds_one_entry_named_by_a_uuid(samples):
    (payload,) = values(samples["zipped"], "ContentTransferEncoded")
    with zipfile.ZipFile(BytesIO(base64.b64decode(payload))) as archive:
        (entry,) = archive.namelist()
        assert archive.read(entry) == samples["zipped"].files[0]
    assert len(entry) == len("00000000-0000-0000-0000-000000000000.pdf")
    assert values(samples["zipped"], "AttachmentName")[-1] == "220_BC-SNN.pdf"


def test_both_prefix_habits_and_both_cid_habits_occur(samples):
    kit, langson = samples["report-signed"], samples["report-unsigned"]
    assert [i[:4] for i in values(kit, "ContentId")] == ["cid:", "cid:"]
    assert [i[:4] == "cid:" for i in values(langson, "ContentId")] == [True, False]
    assert b"<edXML:DigitalSignature/>" in langson.xml
    assert kit.xml.index(b"DocumentId>") < kit.xml.index(b"Subject>")
    assert langson.xml.index(b"DocumentId>") > langson.xml.index(b"Subject>")


def test_the_unbound_prefix_is_one(samples):
    with pytest.raises(etree.XMLSyntaxError, match="edXML"):
        root(samples["unbound-prefix"])


def test_the_old_edoc_is_soap_with_a_part_of_base64_text(samples):
    made = samples["family-b"]
    assert made.content_type.startswith("multipart/related;")
    parts = made.xml.split(f"--{BOUNDARY}".encode())
    assert len(parts) == 4
    assert b"soap:Envelope" in parts[1]
    assert base64.b64decode(parts[2].partition(b"\r\n\r\n")[2]) == made.files[0]


def test_receivers_are_the_ones_that_are_told_of(samples):
    some = samples["some-receivers-unknown"]
    assert receivers(some)[:3] == list(some.expected.receivers)
    assert receivers(some)[3:] == ["000.98.37.H40", "000.00.38.H40"]
    assert receivers(samples["all-receivers-unknown"]) == receivers(some)[3:]
    assert receivers(samples["no-receiver"]) == []
    assert values(samples["forged-sender"], "OrganId")[0] == "000.00.37.H40"


def test_secrecy_stands_in_a_field_or_on_the_page_never_in_both(samples):
    assert values(samples["secret-field"], "SecretLevel") == ["Mật"]
    assert "MẬT" not in page_1(samples["secret-field"].files[0])
    assert values(samples["secret-stamp"], "SecretLevel") == []
    assert "MẬT" in page_1(samples["secret-stamp"].files[0])


def test_update_replacement_and_status_say_what_they_are_about(samples):
    letter = samples["letter-signed"].document_id
    assert values(samples["update"], "BussinessDocType") == ["2"]
    assert letter in values(samples["update"], "DocumentId")
    assert values(samples["revoke"], "BussinessDocType") == ["1"]
    assert values(samples["revoke"], "DocumentId") == [letter]
    assert values(samples["replacement"], "BussinessDocType") == ["3"]
    assert letter in values(samples["replacement"], "DocumentId")
    assert values(samples["status-03"], "StatusCode") == ["03"]
    assert receivers(samples["status-03"]) == []


def test_what_cannot_be_read_cannot_be_read(samples):
    assert samples["empty"].xml == b""
    assert samples["not-xml"].xml.startswith("Căn cứ".encode())
    assert b"<!DOCTYPE" in samples["doctype"].xml[:100]
    assert root(samples["utf-16"]).tag.endswith("edXML")
    assert samples["utf-16"].xml[:2] in {b"\xff\xfe", b"\xfe\xff"}
    with pytest.raises(etree.XMLSyntaxError):
        root(samples["truncated"])


def test_damaged_payloads_are_damaged_each_in_its_way(samples):
    (payload,) = values(samples["base64-damaged"], "ContentTransferEncoded")
    with pytest.raises(ValueError, match="base64"):
        base64.b64decode(payload, validate=True)
    ruined = samples["text-damaged"].files[0]
    assert ruined.startswith(b"%PDF")
    assert ruined.count(b"\xef\xbf\xbd") > 1000


def test_ten_thousand_and_one_parts_are_so_many(samples):
    made = samples["many-parts"]
    # One more part is the envelope, one more boundary the end.
    assert made.xml.count(f"--{BOUNDARY}".encode()) == 10_001 + 2


def test_the_impossible_date_is_written_as_it_must_not_be(samples):
    assert values(samples["impossible-date"], "PromulgationDate") == ["2019/02/30"]


def test_samples_that_claim_a_headline_bear_signatures_or_none(samples):
    for sample in samples.values():
        if sample.expected.headline is Headline.UNSIGNED and sample.files:
            assert embedded(sample.files[0]) == [], sample.name
            assert b"<ds:Signature" not in sample.xml, sample.name


def test_content_types_are_xml_but_for_the_frame(samples):
    framed = [name for name, made in samples.items() if made.content_type != XML]
    assert framed == ["family-b", "many-parts"]
