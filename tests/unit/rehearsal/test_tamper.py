"""Files are broken in exactly the one way that was asked for."""

import pypdfium2
import pytest

from hub.rehearsal.papers import report
from hub.rehearsal.pdfs import draw
from hub.rehearsal.samples import DEFAULT_DAY
from hub.rehearsal.tamper import alter, as_if_text, weigh_down, write_over


@pytest.fixture(scope="module")
def pdf():
    return draw(report(DEFAULT_DAY)).pdf


def text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    sheet = document[0]
    found = str(sheet.get_textpage().get_text_range())
    document.close()
    return found


def test_one_visible_byte_is_altered(pdf):
    changed = alter(pdf, b"12,5%", b"72,5%")
    assert sum(a != b for a, b in zip(pdf, changed, strict=True)) == 1
    assert "12,5%" in text(pdf)
    assert "72,5%" in text(changed)


@pytest.mark.parametrize(("old", "new"), [(b"nowhere", b"NOWHERE"), (b"12,5%", b"1%")])
def test_what_cannot_be_altered_is_an_error(pdf, old, new):
    with pytest.raises(ValueError, match="alter"):
        alter(pdf, old, new)


def test_a_later_revision_shows_more_and_keeps_what_was(pdf):
    changed = write_over(pdf, "Bo sung 900 trieu dong")
    assert changed.startswith(pdf)
    assert "Bo sung 900 trieu dong" in text(changed)
    assert "12,5%" in text(changed)


def test_text_conversion_leaves_replacement_characters(pdf):
    ruined = as_if_text(pdf)
    assert ruined.startswith(b"%PDF-1.4")
    assert ruined.count(b"\xef\xbf\xbd") > 1000


def test_weight_does_not_change_what_is_seen(pdf):
    heavy = weigh_down(pdf, 300_000)
    assert 300_000 < len(heavy) - len(pdf) < 302_000
    assert text(heavy) == text(pdf)
