import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from hub.model.names import (
    distinguished,
    hex_digits,
    plain_name,
    same_body,
    same_number,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UBND xã Giao An", "ỦY BAN NHÂN DÂN XÃ GIAO AN"),
        ("UBND huyện Giao Thủy", "Uỷ ban nhân dân  huyện Giao Thuỷ"),
        ("HĐND huyện Giao Thủy", "Hội đồng nhân dân huyện Giao Thủy"),
        ("UBND xa Giao An", "UBND xã Giao An"),
        ("Văn phòng Huyện ủy – HĐND – UBND", "VP Huyện ủy - HĐND - UBND"),
        ("UBND xã Bình Hòa", "UBND xã Bình Hoà"),
        ("Sở Thông tin và Truyền thông", "So Thong tin va Truyen thong"),
        ("Phòng Nội vụ", "Phòng Nội vụ"),
    ],
)
def test_one_body_written_in_two_ways_is_one_body(one, other):
    assert same_body(one, other)
    assert same_body(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UBND xã Giao Hà", "UBND xã Giao Hạ"),
        ("UBND xã Giao Hải", "UBND xã Giao Hà"),
        ("UBND xã Giao Tân", "UBND xã Giao Tấn"),
        ("UBND huyện Giao Thủy", "UBND xã Giao Thủy"),
        ("UBND tỉnh", "UBND tỉnh Nam Định"),
        ("UBND xã Đa Tốn", "UBND xã Da Tốn"),
        ("", ""),
        ("-", "–"),
    ],
)
def test_two_bodies_stay_two(one, other):
    assert not same_body(one, other)
    assert not same_body(other, one)


@given(st.text(max_size=40))
def test_a_name_is_its_own_unless_there_is_none(text):
    assert same_body(text, text) is (plain_name(text) != "")
    assert same_body(text.upper(), text.upper()) is (plain_name(text.upper()) != "")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("3B65B0", "3b:65:b0", True),
        ("00:3B:65:B0", "3B65B0", True),
        ("0x3b65b0", "3B65B0", True),
        ("0", "00", True),
        ("3B65B0", "3B65B1", False),
        ("", "", False),
        ("không", "không", False),
        ("-3B", "3B", False),
    ],
)
def test_numbers_in_hex_are_compared_as_numbers(one, other, same):
    assert same_number(one, other) is same


@given(st.integers(min_value=0, max_value=2**160))
def test_every_serial_is_found_again_however_it_is_written(number):
    octets = number.to_bytes(21).hex(":")
    assert same_number(octets, f"{number:X}")
    assert hex_digits(f"0x{number:x}") == f"{number:X}"


VGCA = "CN=CA phục vụ các cơ quan Nhà nước G2,O=Ban Cơ yếu Chính phủ,C=VN"


@pytest.mark.parametrize(
    "text",
    [
        "C=VN, O=Ban Cơ yếu Chính phủ, CN=CA phục vụ các cơ quan Nhà nước G2",
        "c = vn , o = BAN CƠ YẾU CHÍNH PHỦ , cn = ca phục vụ các cơ quan nhà nước g2",
        "2.5.4.6=VN,2.5.4.10=Ban Cơ yếu Chính phủ,"
        "OID.2.5.4.3=CA phục vụ các cơ quan Nhà nước G2",
        'C=VN,O="Ban Cơ yếu Chính phủ",CN=CA phục vụ các cơ quan Nhà nước G2',
        r"C=VN;O=Ban C\C6\A1 y\E1\BA\BFu Chính phủ"
        ";CN=CA phục vụ các cơ quan Nhà nước G2",
    ],
)
def test_an_issuers_name_is_known_in_the_spelling_of_any_tool(text):
    assert distinguished(text) == distinguished(VGCA)


@pytest.mark.parametrize(
    "text",
    [
        VGCA.replace("G2", "G1"),
        VGCA.replace("C=VN", "C=US"),
        VGCA + ",OU=Phòng",
        VGCA.replace("O=", "OU="),
        VGCA.replace("yếu", "yêu"),
        "CN=Ban Cơ yếu Chính phủ",
    ],
)
def test_another_name_is_another(text):
    assert distinguished(text) != distinguished(VGCA)


@pytest.mark.parametrize("text", ["", " ", "VGCA", "CN=", "=x", ",", "CN=a,b", "CN=\\"])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(ValueError, match="not a distinguished name"):
        distinguished(text)


def test_a_comma_inside_a_value_parts_nothing():
    assert distinguished(r"CN=Mẫu\, Nguyễn,C=VN") == distinguished(
        'C=VN,CN="Mẫu, Nguyễn"'
    )
    assert len(distinguished(r"CN=Mẫu\, Nguyễn,C=VN")) == 2


words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
KINDS = st.sampled_from([NameOID.COMMON_NAME, NameOID.TITLE, NameOID.SERIAL_NUMBER])


@given(st.lists(st.tuples(KINDS, words), min_size=1, max_size=4, unique=True))
def test_every_subject_as_the_library_writes_it_is_read(parts):
    """In whatever order its attributes stand."""
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])
    back = x509.Name([x509.NameAttribute(oid, text) for oid, text in parts[::-1]])
    read = distinguished(name.rfc4514_string())
    assert read == distinguished(back.rfc4514_string())
    assert len(read) == len(parts)
