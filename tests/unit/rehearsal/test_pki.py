"""The rehearsal PKI is one a verifier takes seriously."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from hub.rehearsal.pki import Identity, Pki

AT = datetime(2019, 12, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.make(AT)


def attribute(identity: Identity, oid: x509.ObjectIdentifier) -> str:
    return str(identity.parsed.subject.get_attributes_for_oid(oid)[0].value)


def test_each_certificate_is_signed_by_the_one_above_it(pki):
    leaf = pki.leaf("Ủy ban nhân dân huyện Giao Thủy")
    leaf.parsed.verify_directly_issued_by(pki.issuing.parsed)
    pki.issuing.parsed.verify_directly_issued_by(pki.root.parsed)
    pki.tsa.parsed.verify_directly_issued_by(pki.root.parsed)
    pki.other_issuing.parsed.verify_directly_issued_by(pki.other_root.parsed)


def test_a_strangers_leaf_is_not_ours(pki):
    leaf = pki.leaf("Sở Lạ", issuer=pki.other_issuing)
    with pytest.raises(ValueError, match="does not match"):
        leaf.parsed.verify_directly_issued_by(pki.issuing.parsed)


def test_an_agency_and_a_person_are_named_as_official_certificates_name_them(pki):
    agency = pki.leaf("Ủy ban nhân dân huyện Giao Thủy")
    person = pki.leaf("Nguyễn Văn An", "Ủy ban nhân dân huyện Giao Thủy", person=True)
    assert attribute(agency, NameOID.ORGANIZATION_NAME).endswith("huyện Giao Thủy")
    assert attribute(agency, NameOID.STATE_OR_PROVINCE_NAME) == "Nam Định"
    assert not agency.parsed.subject.get_attributes_for_oid(NameOID.SURNAME)
    assert attribute(person, NameOID.COMMON_NAME) == "Nguyễn Văn An"
    assert attribute(person, NameOID.SURNAME) == "Nguyễn"
    assert attribute(person, NameOID.GIVEN_NAME) == "Văn An"


@pytest.mark.parametrize(("usage", "digital"), [("both", True), ("nonrepudiation", 0)])
def test_key_usage_is_as_asked(pki, usage, digital):
    leaf = pki.leaf("Phòng Nội vụ", usage=usage)
    found = leaf.parsed.extensions.get_extension_for_class(x509.KeyUsage).value
    assert found.content_commitment
    assert found.digital_signature == bool(digital)


def test_validity_and_crl_place_are_as_asked(pki):
    span = (AT - timedelta(days=9), AT - timedelta(days=2))
    leaf = pki.leaf("Phòng Y tế", valid=span, crl_url="http://127.0.0.1/x.crl")
    points = leaf.parsed.extensions.get_extension_for_class(x509.CRLDistributionPoints)
    assert leaf.parsed.not_valid_after_utc == span[1]
    assert points.value[0].full_name[0].value == "http://127.0.0.1/x.crl"


def test_a_crl_names_the_revoked_and_bears_its_authoritys_signature(pki):
    leaf = pki.leaf("Phòng Tư pháp")
    crl = x509.load_der_x509_crl(pki.crl([(leaf.serial, AT)], at=AT))
    assert crl.is_signature_valid(pki.issuing.key.public_key())
    assert crl.get_revoked_certificate_by_serial_number(leaf.serial) is not None
    assert crl.get_revoked_certificate_by_serial_number(1) is None


def test_an_ocsp_answer_says_good_or_revoked(pki):
    leaf = pki.leaf("Phòng Tư pháp")
    good = ocsp.load_der_ocsp_response(pki.ocsp(leaf, at=AT))
    bad = ocsp.load_der_ocsp_response(pki.ocsp(leaf, at=AT, revoked_at=AT))
    assert good.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert bad.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert bad.serial_number == leaf.serial


def test_the_trust_folder_holds_anchors_intermediates_and_crls(pki, tmp_path):
    leaf = pki.leaf("Phòng Tư pháp")
    pki.write_trust(tmp_path, at=AT, revoked=[(leaf.serial, AT)])
    anchors = list(tmp_path.glob("anchors/*.crt"))
    middle = list(tmp_path.glob("intermediates/*.crt"))
    crls = [
        x509.load_der_x509_crl(path.read_bytes()) for path in tmp_path.glob("crls/*")
    ]
    assert [x509.load_pem_x509_certificate(p.read_bytes()) for p in anchors] == [
        pki.root.parsed
    ]
    assert [x509.load_pem_x509_certificate(p.read_bytes()) for p in middle] == [
        pki.issuing.parsed
    ]
    assert {crl.issuer for crl in crls} == {
        pki.root.parsed.subject,
        pki.issuing.parsed.subject,
    }


def test_certificates_of_one_name_share_one_key(pki):
    one, two = pki.leaf("Phòng Y tế"), pki.leaf("Phòng Y tế")
    assert one.key is two.key
    assert one.serial != two.serial
