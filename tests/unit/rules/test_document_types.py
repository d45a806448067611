import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.documents import DocumentType
from hub.rules.document_types import TypeReading, hinted_type, read_type
from hub.rules.letters import without_marks
from tests.unit.rules.cases import envelope

T = DocumentType
NAMES = {
    "Báo cáo": T.REPORT,
    "Chỉ thị": T.DIRECTIVE,
    "Chương trình": T.PROGRAMME,
    "Công điện": T.DISPATCH,
    "Giấy mời": T.INVITATION,
    "Hướng dẫn": T.GUIDANCE,
    "Quy chế": T.REGULATION,
    "Kế hoạch": T.PLAN,
    "Thông báo": T.NOTICE,
    "Đề án": T.SCHEME,
    "Công văn": T.LETTER,
    "Quyết định": T.DECISION,
    "Tờ trình": T.PROPOSAL,
    "Nghị quyết": T.RESOLUTION,
    "Quy định": T.RULES,
    "Thông cáo": T.COMMUNIQUE,
    "Phương án": T.OPTION,
    "Dự án": T.PROJECT,
    "Biên bản": T.MINUTES,
    "Hợp đồng": T.CONTRACT,
    "Bản ghi nhớ": T.MEMORANDUM,
    "Bản thỏa thuận": T.AGREEMENT,
    "Giấy ủy quyền": T.AUTHORIZATION,
    "Giấy giới thiệu": T.INTRODUCTION,
    "Giấy nghỉ phép": T.LEAVE,
    "Phiếu gửi": T.SENDING_SLIP,
    "Phiếu chuyển": T.TRANSFER_SLIP,
    "Phiếu báo": T.NOTICE_SLIP,
    "Thư công": T.OPEN_LETTER,
    "Văn bản quy phạm pháp luật": T.NORMATIVE,
    "Thông tư": T.NORMATIVE,
    "Nghị định": T.NORMATIVE,
}


def read(type_name="", notation="", number="12", year=2019, **more):
    written = envelope(type_name=type_name, notation=notation, number=number)
    return read_type(written, year, **more)


def test_every_type_has_a_name_here():
    assert set(NAMES.values()) == set(T) - {T.UNKNOWN}


@given(
    st.sampled_from(sorted(NAMES)),
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from([str.upper, str.lower, str.title, without_marks]),
    st.sampled_from(["{}", " {} ", "{} (cá biệt)", "{}.", "{} (QPPL)"]),
)
def test_a_name_is_known_in_every_form(name, form, casing, frame):
    written = unicodedata.normalize(form, frame.format(casing(name)))
    assert read(written.replace(" ", "  ")) == TypeReading(NAMES[name], "type-name")


@pytest.mark.parametrize(
    ("type_name", "notation", "expected"),
    [
        # The name first, confirmed or at least not contradicted by the notation.
        ("Báo cáo", "BC-UBND", TypeReading(T.REPORT, "type-name")),
        ("Báo cáo", "VPCP-TTĐT", TypeReading(T.REPORT, "type-name")),
        ("Quyết định", "QD-UBND", TypeReading(T.DECISION, "type-name")),
        ("Tờ trình", "TT-UBND", TypeReading(T.PROPOSAL, "type-name")),
        ("Công văn", "CV-UBND", TypeReading(T.LETTER, "type-name")),
        ("QĐ", "QĐ-UBND", TypeReading(T.DECISION, "type-name")),
        # They disagree: for the clerk, and paper.
        ("Báo cáo", "QĐ-UBND", TypeReading(T.REPORT, "type-name", conflict=True)),
        ("Công văn", "TTr-UBND", TypeReading(T.LETTER, "type-name", conflict=True)),
        ("Công văn", "QD-UBND", TypeReading(T.LETTER, "type-name", conflict=True)),
        ("Đề án", "DA-UBND", TypeReading(T.SCHEME, "type-name", conflict=True)),
        # No name: the notation, whole word by whole word.
        ("", "TTr-UBND", TypeReading(T.PROPOSAL, "notation")),
        ("Văn bản", "GM-UBND", TypeReading(T.INVITATION, "notation")),
        ("", "UBND-VP", TypeReading(T.LETTER, "notation")),
        ("", "QD-UBND", TypeReading(T.UNKNOWN, "notation")),
        ("", "", TypeReading(T.UNKNOWN, "default")),
        # A name nobody told us of cannot confirm anything.
        ("Phiếu lấy ý kiến", "", TypeReading(T.UNKNOWN, "type-name")),
        ("Phiếu lấy ý kiến", "UBND-VP", TypeReading(T.UNKNOWN, "type-name")),
        (
            "Thư mời họp",
            "GM-UBND",
            TypeReading(T.INVITATION, "notation", conflict=True),
        ),
    ],
)
def test_the_type_is_read_from_name_then_notation(type_name, notation, expected):
    assert read(type_name, notation) == expected


@pytest.mark.parametrize("name", ["Quyết định", "", "Văn bản quy phạm pháp luật"])
def test_a_decision_with_the_year_inside_is_normative(name):
    found = read(name, "2019/QĐ-UBND")
    assert (found.type, found.conflict) == (T.NORMATIVE, False)


@pytest.mark.parametrize("name", ["Quyết định", "", "Văn bản quy phạm pháp luật"])
def test_with_its_key_off_it_is_a_decision_like_any_other(name):
    found = read(name, "2019/QĐ-UBND", normative_decision=False)
    assert found.type is T.DECISION


def test_an_individual_decision_with_the_year_inside_contradicts_itself():
    found = read("Quyết định (cá biệt)", "2019/QĐ-UBND")
    assert found == TypeReading(T.DECISION, "type-name", conflict=True)


def test_a_normative_name_without_the_year_contradicts_itself():
    assert read("Văn bản quy phạm pháp luật", "QĐ-UBND").conflict


def test_resolutions_and_circulars_with_the_year_are_normative_whatever_the_key():
    for notation in ("2019/NQ-HĐND", "2019/TT-BTTTT", "2019/NĐ-CP"):
        assert read("", notation, normative_decision=False).type is T.NORMATIVE
    assert read("Thông tư", "2019/TT-BTTTT") == TypeReading(T.NORMATIVE, "type-name")


def test_a_letter_with_the_year_inside_stays_a_letter():
    assert read("", "2019/UBND-VP") == TypeReading(T.LETTER, "notation")


@pytest.mark.parametrize(
    ("number", "detail", "expected"),
    [
        (2, 18, T.LETTER),
        (18, 0, T.LETTER),
        (3, None, T.DIRECTIVE),
        (1, 5, None),
        (None, 2, None),
        (2, 99, None),
        (None, None, None),
    ],
)
def test_the_numbers_are_a_hint_in_the_lists_of_2022(number, detail, expected):
    assert hinted_type(envelope(type_number=number, type_detail=detail)) is expected


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=10))
def test_no_text_breaks_the_reading(type_name, notation, number):
    assert read(type_name, notation, number).type in T
