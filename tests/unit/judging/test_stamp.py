"""A secrecy stamp is a line of its own on page 1; a word in a sentence is none."""

import unicodedata
from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from hub.judging.stamp import find_stamp
from hub.model.policy import SecrecyPolicy
from hub.rehearsal.pdfs import register_fonts

POLICY = SecrecyPolicy()
MARKS = [
    "MẬT",
    "Mật",
    "TỐI MẬT",
    "Tuyệt mật",
    "M Ậ T",
    "TUYỆT  MẬT",
    "- MẬT -",
    "[Mật]",
]


def pdf(*pages: list[str], **options: str) -> bytes:
    """Pages of lines, one under the other."""
    register_fonts()
    out = BytesIO()
    canvas = Canvas(out, **options)
    for lines in pages:
        canvas.setFont("DejaVuSerif", 13)
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 24 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_line_of_its_own_is_a_stamp_in_every_spelling(mark, form):
    page = ["Số: 2700/QĐ-UBND", unicodedata.normalize(form, mark), "QUYẾT ĐỊNH"]
    assert find_stamp([pdf(page)], POLICY)


@pytest.mark.parametrize(
    "line",
    ["V/v bảo mật thông tin", "BẢO MẬT", "Độ mật: không", "Mật ong", "mặt", "MAT", ""],
)
def test_a_word_in_a_sentence_is_no_stamp(line):
    assert find_stamp([pdf(["BÁO CÁO", line])], POLICY) == ""


def test_only_page_one_is_looked_at():
    assert find_stamp([pdf(["BÁO CÁO"], ["MẬT"])], POLICY) == ""


def test_every_file_is_looked_at():
    assert find_stamp([pdf(["BÁO CÁO"]), b"%PDF-", pdf(["MẬT"])], POLICY) == "MẬT"


def test_the_marks_are_those_of_the_policy():
    own = SecrecyPolicy(marks=("Lưu hành nội bộ",))
    assert find_stamp([pdf(["LƯU HÀNH NỘI BỘ"])], own)
    assert find_stamp([pdf(["MẬT"])], own) == ""


def test_a_mark_without_letters_marks_nothing():
    assert find_stamp([pdf(["----", "BÁO CÁO"])], SecrecyPolicy(marks=("", "-"))) == ""


def test_a_file_that_cannot_be_opened_has_no_stamp():
    whole = pdf(["MẬT"])
    locked = pdf(["MẬT"], encrypt="password")
    for data in (b"", b"%PDF-1.7", whole[: len(whole) // 2], b"\xff" * 99, locked):
        assert find_stamp([data], POLICY) == ""
