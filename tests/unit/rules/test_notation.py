import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.documents import DocumentType
from hub.rules.notation import ABBREVIATIONS, read_notation

T = DocumentType


def only(number, notation, year=None):
    read = read_notation(number, notation, year)
    assert read is not None
    return next(iter(read.types)) if read.certain else None


@pytest.mark.parametrize(
    ("number", "notation", "expected"),
    [
        ("12", "QĐ-UBND", T.DECISION),
        ("340", " /TTr - UBND", T.PROPOSAL),
        ("", "340 /TTr - UBND", T.PROPOSAL),
        ("12/BC-UBND", "", T.REPORT),
        ("12-BC/HU", "", T.REPORT),
        ("05a", "KH/HU", T.PLAN),
        ("7", "bc_ubnd", T.REPORT),
        ("7", "ctr-ubnd", T.PROGRAMME),
        ("7", "CT-UBND", T.DIRECTIVE),
        ("7", "QC-UBND", T.REGULATION),
        ("7", "QyĐ-UBND", T.RULES),
        ("7", "ĐA-UBND", T.SCHEME),
        ("7", "DA-UBND", T.PROJECT),
        ("7", "HĐ-UBND", T.CONTRACT),
        ("7", "HD-UBND", T.GUIDANCE),
        ("7", "CĐ-UBND", T.DISPATCH),
        ("7", "CV-UBND", T.LETTER),
        ("7", "Q\u00d0-UBND", T.DECISION),
    ],
)
def test_the_first_word_after_the_number_is_the_type(number, notation, expected):
    assert only(number, notation) is expected


@pytest.mark.parametrize(
    "notation",
    [
        "UBND-VP",
        "SGDĐT-VP",
        "VPCP-TTĐT",
        "BCĐ-VP",
        "SNN-KH",
        "BTC-QLCS",
        "TTĐT",
        "KHĐT",
        "UBND-TC",
        "MTTQ-BTT",
        "TTHĐND-VP",
        "HĐND",
        "HDND-VP",
        "PC08-TM",
        "TTrH-VP",
        "K17-VP2",
        "UBND-CV",
        "WTO",
    ],
)
def test_a_word_that_is_no_type_is_a_notation_without_type(notation):
    read = read_notation("15", notation, None)
    assert read is not None
    assert read.types == frozenset()


@pytest.mark.parametrize("notation", ["QD-UBND", "CD-UBND", "TT-UBND", "ND-CP", "QyD"])
def test_a_word_that_may_be_a_mistyped_type_is_neither(notation):
    read = read_notation("15", notation, None)
    assert read is not None
    assert read.types
    assert not read.certain


@pytest.mark.parametrize(
    "notation",
    [
        "QĐUBND",
        "QĐUB",
        "QĐSNN",
        "TTrUBND",
        "KHUBND",
        "Q.Đ-UBND",
        "T.Tr-UBND",
        "Qy.Đ-UBND",
        "UBND-QĐ",
        "UBND-TTr",
        "UBND-QD",
        "VP/Q.Đ",
        "Q§-UBND",
        "QÑ-UBND",
        "Q\u0110\u0323-UBND",
        "\u051a\u0110-UBND",
        "Quyết-định",
        "CV-QĐ",
    ],
)
def test_what_looks_like_a_type_is_a_doubt_and_no_letter(notation):
    read = read_notation("15", notation, None)
    assert read is not None
    assert read.types
    assert not read.certain


@pytest.mark.parametrize(
    ("number", "notation", "expected"),
    [
        ("", "12QĐ-UBND", T.DECISION),
        ("", "12TTr-UBND", T.PROPOSAL),
        ("12QĐ", "UBND", T.DECISION),
        ("12a", "QĐ-UBND", T.DECISION),
        ("", "Số: 12/QĐ-UBND", T.DECISION),
        ("Số 12", "Số 12/QĐ-UBND", T.DECISION),
        ("", "Số, ký hiệu: 12/QĐ-UBND", T.DECISION),
        ("", "№ 12/QĐ-UBND", T.DECISION),
        ("", "QĐ12/UBND", T.DECISION),
        ("12", "\uff31\u0110-UBND", T.DECISION),
        ("12", "Q\u200bĐ-UBND", T.DECISION),
        ("12", "Q\u00adĐ-UBND", T.DECISION),
        ("12", "KH-TTr", T.PLAN),
        ("12", "CV-VP", T.LETTER),
    ],
)
def test_a_type_is_found_whatever_it_is_glued_to(number, notation, expected):
    assert only(number, notation) is expected


@pytest.mark.parametrize(
    "written", [("", ""), ("12", ""), ("", "  / - "), ("12/2019", "")]
)
def test_where_no_word_is_written_nothing_is_read(written):
    number, notation = written
    assert read_notation(number, notation, None) is None


@pytest.mark.parametrize(
    ("number", "notation", "inside"),
    [
        ("12", "2019/QĐ-UBND", True),
        ("12/2019", "QĐ-UBND", True),
        ("", "12/2019/QĐ-UBND", True),
        ("12/2019/QĐ-UBND", "", True),
        ("12", "12/2019/QĐ-UBND", True),
        ("12", "QĐ-UBND", False),
        ("2019", "QĐ-UBND", False),
        ("2019", "2019/QĐ-UBND", False),
        ("12", "QĐ-UBND-2019", False),
        ("12", "150/QĐ-UBND", False),
        ("12", "2150/QĐ-UBND", False),
    ],
)
def test_the_year_stands_inside_only_after_a_number(number, notation, inside):
    read = read_notation(number, notation, None)
    assert read is not None
    assert read.year is inside


def test_another_year_than_that_of_promulgation_is_no_sign():
    for year, inside in ((2019, True), (2018, False)):
        read = read_notation("12", "2019/QĐ-UBND", year)
        assert read is not None
        assert read.year is inside


def test_circulars_and_decrees_are_normative_only_with_their_year():
    assert only("41", "2017/TT-BTTTT") is T.NORMATIVE
    assert only("30", "2020/NĐ-CP") is T.NORMATIVE
    assert only("41", "TT-BTTTT") is None


BLANKS = st.text(" \t\u00a0", max_size=2)


@given(
    st.sampled_from(sorted(ABBREVIATIONS)),
    st.sampled_from(["NFC", "NFD"]),
    st.booleans(),
    st.sampled_from(["-", "/", " - ", "–", "_", "."]),
    BLANKS,
)
def test_every_abbreviation_is_read_whatever_form_it_comes_in(
    token, form, upper, separator, blank
):
    written = unicodedata.normalize(form, token.upper() if upper else token)
    notation = f"{blank}{written}{separator}UBND"
    assert only("12", notation) is ABBREVIATIONS[token]
    assert only("", f"12{blank}/{notation}") is ABBREVIATIONS[token]


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_the_reading(number, notation):
    read = read_notation(number, notation, 2019)
    assert read is None or len(read.types) == 1 or not read.certain
