"""Looks for a secrecy stamp: a line of its own on page 1 of a PDF."""

from collections.abc import Sequence

import pypdfium2

from hub.model.policy import SecrecyPolicy
from hub.rules.letters import run_together

#: A scanned page has no text; a real first page has some 80 lines.
_LINES = 400


def find_stamp(pdfs: Sequence[bytes], policy: SecrecyPolicy) -> str:
    """The first line that is a secrecy mark and nothing else; "" if there is none.

    Letters are compared as the rule `secrecy` does, so that "M Ậ T" is not lost here.
    A word inside a sentence or a subject is no stamp. A file that cannot be opened
    has none: that it cannot be opened is found elsewhere.
    """
    marks = {run_together(mark) for mark in policy.marks} - {""}
    for pdf in pdfs:
        for line in _first_page_lines(pdf):
            if run_together(line) in marks:
                return line.strip()
    return ""


def _first_page_lines(pdf: bytes) -> list[str]:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return []
    try:
        text = str(document[0].get_textpage().get_text_range())
        return text.splitlines()[:_LINES]
    except (pypdfium2.PdfiumError, IndexError, UnicodeDecodeError):
        return []
    finally:
        document.close()
