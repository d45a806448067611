"""Looks for a secrecy stamp: a line of its own on page 1 of a PDF."""

import re
from collections.abc import Sequence

import pypdfium2

from hub.model.policy import SecrecyPolicy
from hub.rules.letters import run_together

#: A scanned page has no text; a real first page has some 80 lines.
_LINES = 400
#: Stretches of text looked at one by one; a real first page has some 200.
_RECTANGLES = 2_000

#: Letters that normal form makes one of: a vowel, its sign, its tone.
_DECOMPOSED = 3
#: Left, bottom, right, top in points.
_Box = tuple[float, float, float, float]
#: What may stand on a stamp's line beside the mark (TT 24/2020/TT-BCA's forms).
_ASIDE = re.compile(r"^\s*độ\s+mật\s*[:：]|[-–,;.]?\s*bản\s+số\b.*$", re.IGNORECASE)


def find_stamp(pdfs: Sequence[bytes], policy: SecrecyPolicy) -> str:
    """The first line that is a secrecy mark and nothing else; "" if there is none.

    Letters are compared as the rule `secrecy` does, so that "M Ậ T" is not lost here.
    A word inside a sentence or a subject is no stamp. A file that cannot be opened
    has none: that it cannot be opened is found elsewhere.
    """
    marks = {run_together(mark) for mark in policy.marks} - {""}
    longest = _DECOMPOSED * max(map(len, marks), default=0)
    for pdf in pdfs:
        for line in dict.fromkeys(_first_page_lines(pdf)):
            said = _ASIDE.sub("", line)
            if _letters(said) <= longest and run_together(said) in marks:
                return line.strip()
    return ""


def _letters(text: str) -> int:
    """Letters of whole words: a sentence has too many to be compared any further."""
    return sum(len(word) for word in text.split() if word.isalpha())


def _runs(page: pypdfium2.PdfTextPage) -> list[str]:
    """Texts standing together: a stamp beside the motto is a line of its own.

    pdfium joins what shares a baseline; its rectangles end at wide gaps.
    """
    rects = [page.get_rect(n) for n in range(min(page.count_rects(), _LINES))]
    return [str(page.get_text_bounded(*rect)) for rect in rects]


def _first_page_lines(pdf: bytes) -> list[str]:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return []
    try:
        page = document[0]
        text = page.get_textpage()
        lines = str(text.get_text_range()).splitlines()[:_LINES]
        return [*lines, *_pieces(text, page.get_height() / 2)]
    except (pypdfium2.PdfiumError, IndexError, UnicodeDecodeError):
        return []
    finally:
        document.close()


def _pieces(text: pypdfium2.PdfTextPage, above: float) -> list[str]:
    """What stands by itself in the upper half, with a wide gap on either side.

    The stamp's place is under the number, on the left (NĐ 30/2020, Phụ lục I, ô 10a);
    the right column may stand on its very line.
    """
    pieces: list[list[str]] = []
    last: _Box = (0, 0, 0, 0)
    for number in range(min(text.count_rects(), _RECTANGLES)):
        box = text.get_rect(number)
        if box[1] < above:
            continue
        if not (pieces and _goes_on(last, box)):
            pieces.append([])
        pieces[-1].append(str(text.get_text_bounded(*box)))
        last = box
    return [" ".join(piece) for piece in pieces]


def _goes_on(last: _Box, box: _Box) -> bool:
    """On the same line, no further away than two letters are high."""
    height = max(last[3] - last[1], box[3] - box[1])
    same_line = abs(last[1] - box[1]) < height / 2
    return same_line and -height < box[0] - last[2] < 2 * height
