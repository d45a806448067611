"""The documents look and read like administrative documents."""

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from hub.errors import SettingsError
from hub.rehearsal.papers import decision, letter, proposal, report
from hub.rehearsal.pdfs import draw, register_fonts

DAY = date(2019, 12, 2)


def lines(pdf: bytes, page: int = 0) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    sheet = document[page]
    text = sheet.get_textpage().get_text_range()
    document.close()
    return [line.strip() for line in text.splitlines()]


@pytest.mark.parametrize("paper", [report(DAY), letter(DAY), decision(DAY)])
def test_every_part_a_document_must_have_stands_on_it(paper):
    found = lines(draw(paper).pdf)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in found
    assert "Độc lập - Tự do - Hạnh phúc" in found
    assert f"Số: {paper.notation}" in found
    assert "Nam Định, ngày 02 tháng 12 năm 2019" in found
    assert "Nơi nhận:" in found
    assert paper.position in found
    assert paper.signer in found
    assert paper.agency.upper() in " ".join(found)
    assert paper.subject in " ".join(found)


def test_a_letter_has_its_subject_under_the_number_and_no_type_name():
    found = lines(draw(letter(DAY)).pdf)
    assert found[found.index("Số: 1107/STTTT-CNTT") + 1].startswith("V/v kết nối")


def test_a_secrecy_stamp_stands_on_a_line_of_its_own():
    found = lines(draw(replace(proposal(DAY), secrecy="TỐI MẬT")).pdf)
    assert "TỐI MẬT" in found
    assert not [line for line in lines(draw(proposal(DAY)).pdf) if "MẬT" in line]


def test_the_font_is_embedded():
    assert draw(report(DAY)).pdf.count(b"/FontFile2") == 2


def test_a_missing_font_is_told_with_its_remedy(tmp_path):
    with pytest.raises(SettingsError, match="fonts-dejavu-core"):
        register_fonts(tmp_path)


def test_the_same_words_give_the_same_bytes():
    assert draw(report(DAY)).pdf == draw(report(DAY)).pdf


def test_a_long_document_goes_on_on_a_numbered_page_and_is_signed_there():
    paper = replace(report(DAY), paragraphs=report(DAY).paragraphs * 3)
    made = draw(paper)
    assert made.page == 1
    assert lines(made.pdf, 1)[0] == "2"
    assert paper.signer in lines(made.pdf, 1)
    assert paper.signer not in lines(made.pdf, 0)


def test_the_seal_lies_over_a_third_of_the_signature():
    made = draw(report(DAY))
    # The drawing of a hand fills the middle 60 points of its box.
    left = (made.hand[0] + made.hand[2]) / 2 - 30
    assert left < made.seal[2] < left + 30
    assert made.seal[0] < left
