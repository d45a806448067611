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


@pytest.mark.parametrize(
    "common_name",
    [
        "Bộ Nội vụ",
        "Chính phủ",
        "Trường THCS Giao Hà",
        "Trường Tiểu học Nguyễn Văn Trỗi",
        "Trạm Y tế xã Giao Hà",
        "Hội Nông dân huyện Giao Thủy",
        "Đoàn Thanh niên Cộng sản Hồ Chí Minh",
        "Hạt Kiểm lâm",
        "Huyện ủy Lý Nhân",
        "Huyện uỷ Giao Thuỷ",
        "Huyện đoàn Giao Thủy",
        "Ủy ban Kiểm tra Huyện ủy",
        "Phòng Văn hóa và Thông tin",
        "Phòng Lý luận",
        "Trung tâm Hỗ trợ",
        "UBND xa Giao Ha",
        "Uy ban nhan dan huyen Giao Thuy",
        "Phong Tai chinh - Ke hoach",
        "TRUONG THPT GIAO THUY",
    ],
)
def test_names_of_bodies(common_name):
    """Beside another body's name in O, so that only the words can tell."""
    other = {"ORGANIZATION_NAME": "Tỉnh"}
    assert is_organization(name(COMMON_NAME=common_name, **other), PERSON)


def test_a_body_that_leaves_marks_out_in_one_place():
    parts = {"COMMON_NAME": "Bao Nam Dinh", "ORGANIZATION_NAME": "Báo Nam Định"}
    assert is_organization(name(**parts), PERSON)


@pytest.mark.parametrize(
    "common_name",
    [
        "Thanh tra Nguyễn Văn A",
        "Thanh tra Lê Nam",
        "Phòng Văn Hùng",
        "Phòng Thị Lan",
        "Phòng Hồ Sơn",
        "Phong Van Hung",
        "Phong Nguyen Van A",
        "Sở Trần Nam",
        "Công an Lê Văn A",
        "Huyện ủy Trần Văn A",
        "Đoàn Văn Hậu",
        "Doan Van Hau",
        "Trương Cao Thắng",
        "Truong Cao Thang",
        "Trường Sơn",
        "Hội",
        "Công ty TNHH Gì Đó",
    ],
)
def test_names_of_persons_and_companies(common_name):
    other = {"ORGANIZATION_NAME": "UBND huyện Giao Thủy"}
    assert not is_organization(name(COMMON_NAME=common_name, **other), PERSON)


def test_the_rehearsal_names_both_kinds_rightly():
    assert describe(read(office().certificate), PERSON).is_organization
    signer = describe(read(leader().certificate), PERSON)
    assert not signer.is_organization
    assert signer.common_name == "Nguyễn Văn Mẫu"
    assert signer.organization == "UBND huyện Giao Thủy"


def test_what_cannot_be_read_names_nothing():
    assert needs_of([b"", b"\x30\x03abc"]).issuers == ()
