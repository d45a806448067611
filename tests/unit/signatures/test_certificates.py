"""Whose certificate it is: a body's or a person's."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from hub.signatures.certificates import describe, is_organization, needs_of, read
from tests.cases.room import leader, office

PERSON = ("given_name", "surname")


def name(**parts: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(getattr(NameOID, oid), text)
            for oid, text in parts.items()
            if text
        ]
    )


@pytest.mark.parametrize(
    "parts",
    [
        {"COMMON_NAME": "UBND huyện Giao Thủy", "ORGANIZATION_NAME": "UBND tỉnh"},
        {"COMMON_NAME": "Sở Y tế", "ORGANIZATION_NAME": "sở  y tế"},
        {"COMMON_NAME": "Ủy ban nhân dân xã A", "ORGANIZATION_NAME": "UBND xã A"},
        {"COMMON_NAME": "VP UBND huyện", "ORGANIZATION_NAME": "UBND tỉnh Nam Định"},
        {"COMMON_NAME": "Hội Chữ thập đỏ", "USER_ID": "MST:0600123456"},
        {"COMMON_NAME": "Đoàn A", "ORGANIZATIONAL_UNIT_NAME": "Đoàn A"},
        {"COMMON_NAME": "Báo A", "ORGANIZATION_IDENTIFIER": "VATVN-0600123456"},
    ],
)
def test_a_body(parts):
    assert is_organization(name(**parts), PERSON)


@pytest.mark.parametrize(
    "parts",
    [
        {"COMMON_NAME": "Nguyễn Văn A", "ORGANIZATION_NAME": "UBND huyện Giao Thủy"},
        {"COMMON_NAME": "Phong Văn A", "ORGANIZATION_NAME": "UBND huyện Giao Thủy"},
        {"COMMON_NAME": "Sở Y tế", "ORGANIZATION_NAME": "Sở Y tế", "SURNAME": "Trần"},
        {"COMMON_NAME": "A", "ORGANIZATION_NAME": "A", "USER_ID": "CMND:036012345"},
        {"COMMON_NAME": "A", "ORGANIZATION_NAME": "A", "SERIAL_NUMBER": "CCCD:0360"},
        {"COMMON_NAME": "Ban"},
        {"ORGANIZATION_NAME": "UBND huyện Giao Thủy"},
        {},
    ],
)
def test_a_person_or_unsure(parts):
    assert not is_organization(name(**parts), PERSON)


def test_the_rehearsal_names_both_kinds_rightly():
    assert describe(read(office().certificate), PERSON).is_organization
    signer = describe(read(leader().certificate), PERSON)
    assert not signer.is_organization
    assert signer.common_name == "Nguyễn Văn Mẫu"
    assert signer.organization == "UBND huyện Giao Thủy"


def test_what_cannot_be_read_names_nothing():
    assert needs_of([b"", b"\x30\x03abc"]).issuers == ()
