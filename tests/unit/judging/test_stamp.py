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


def beside(*pieces: tuple[int, str], y: int = 700) -> bytes:
    """A page whose pieces stand on one line, each at its own place."""
    register_fonts()
    out = BytesIO()
    canvas = Canvas(out)
    canvas.setFont("DejaVuSerif", 13)
    for x, piece in pieces:
        canvas.drawString(x, y, piece)
    canvas.save()
    return out.getvalue()


DATE = (300, "Nam Định, ngày 02 tháng 12 năm 2019")


@pytest.mark.parametrize("mark", ["MẬT", "M Ậ T", "TỐI MẬT", "- MẬT -"])
def test_a_stamp_beside_the_other_column_is_a_stamp(mark):
    assert find_stamp([beside((90, mark), DATE)], POLICY).strip() == mark


def test_a_stamp_drawn_word_by_word_is_one():
    assert find_stamp([beside((72, "TUYỆT"), (124, "MẬT"), DATE)], POLICY)


def test_a_word_drawn_by_itself_inside_a_sentence_is_no_stamp():
    sentence = beside((72, "Về việc bảo"), (160, "mật"), (194, "thông tin"), DATE)
    assert find_stamp([sentence], POLICY) == ""


def test_a_cell_of_a_table_further_down_is_no_stamp():
    assert find_stamp([beside((90, "Mật"), (300, "Thường"), y=200)], POLICY) == ""


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
