"""The second look at a PDF that changed after signing: whether it reads as it did.

For changes that the object analysis cannot explain. The revision that was signed and
the file as it is are opened by another reader (pdfium, in many browsers), drawn and
compared page by page, with their texts and with what no picture shows. It is a fact
beside the analysis and never makes a change an allowed one.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import pypdfium2

from hub.model.changes import Look
from hub.signatures.pdf_history import FOREIGN as FOREIGN_PDF
from hub.signatures.pdf_overlays import MOST_COVERED
from hub.signatures.pdf_pictures import draw, place_of, takes_ink_away
from hub.signatures.pdf_ranges import gap_of
from hub.signatures.pdf_unseen import Rectangle, Unseen, unseen_in_both

#: Times one file is looked at; a later signature's own changes are within the first's.
MOST_LOOKS = 3
#: XFA forms draw themselves by scripts, in few readers and not in this one.
_DRAWN_FORMS = (pypdfium2.raw.FORMTYPE_NONE, pypdfium2.raw.FORMTYPE_ACRO_FORM)

FOREIGN = (*FOREIGN_PDF, pypdfium2.PdfiumError)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the second look showed; pages are counted from 1."""

    look: Look
    pages: tuple[int, ...] = ()


UNKNOWN = Seen(Look.UNKNOWN)


_HEX_ONLY = re.compile(rb"<[0-9a-fA-F\s]*>")


def signed_end(data: bytes, byte_range: Sequence[int]) -> int | None:
    """Where the signed revision ends; None unless its signature alone is left out."""
    found = gap_of(byte_range, len(data))
    if found is None:
        return None
    before, start, end = found
    return end if _HEX_ONLY.fullmatch(data, before, start) else None


def second_look(data: bytes, end: int | None, most: int) -> Seen:
    """Compare the file with its first `end` bytes, which were signed.

    Over `most` pages the answer is UNKNOWN. The same bytes give the same answer: no
    clock ends it. Never raises for hostile input; what ends the whole process is the
    parent's business.
    """
    if end is None:
        return UNKNOWN
    try:
        return _compared(data[:end], data, most)
    except FOREIGN:
        return UNKNOWN


def _compared(signed: bytes, data: bytes, most: int) -> Seen:
    """Both files in both readers; raises one of FOREIGN."""
    before, after = unseen_in_both(signed, data)
    if max(len(before.pages), len(after.pages)) > most:
        return UNKNOWN
    with (
        closing(pypdfium2.PdfDocument(signed)) as old,
        closing(pypdfium2.PdfDocument(data)) as new,
    ):
        if not (_opens(old, before) and _opens(new, after)):
            return UNKNOWN
        drawn = set(_drawn_otherwise(old, new, after.later))
    pages = sorted(drawn | set(_otherwise(before.pages, after.pages)))
    same = before.document == after.document and not pages
    return Seen(Look.SAME if same else Look.DIFFERENT, tuple(n + 1 for n in pages))


def _opens(document: pypdfium2.PdfDocument, unseen: Unseen) -> bool:
    """Whether pdfium can draw it, forms too, and sees the pages the other one sees."""
    if document.get_formtype() not in _DRAWN_FORMS:
        return False
    document.init_forms()  # before any page: signatures' widgets are parts of forms
    return len(document) == len(unseen.pages)


def _otherwise(before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[int]:
    """Pages that carry other things, and those only one of the two has."""
    common = min(len(before), len(after))
    yield from (n for n in range(common) if before[n] != after[n])
    yield from range(common, max(len(before), len(after)))


def _drawn_otherwise(
    old: pypdfium2.PdfDocument,
    new: pypdfium2.PdfDocument,
    later: dict[int, tuple[Rectangle, ...]],
) -> Iterator[int]:
    for number in range(min(len(old), len(new))):
        with closing(old[number]) as before, closing(new[number]) as after:
            if not _is_same(_Pair(before, after), later.get(number, ())):
                yield number


@dataclass(frozen=True, slots=True)
class _Pair:
    """One page as it was signed and as it is."""

    before: pypdfium2.PdfPage
    after: pypdfium2.PdfPage

    def pictures(self, *, annotations: bool) -> tuple[pypdfium2.PdfBitmap, ...]:
        """Both, four bytes a dot."""
        return tuple(
            draw(page, annotations=annotations) for page in (self.before, self.after)
        )


def _is_same(pair: _Pair, later: Sequence[Rectangle]) -> bool:
    """Size, text and picture; under later signatures, all that they do not draw."""
    if pair.before.get_size() != pair.after.get_size():
        return False
    if _text(pair.before) != _text(pair.after):
        return False
    old, new = pair.pictures(annotations=True)
    if not later:
        return bytes(old.buffer) == bytes(new.buffer)
    return _is_same_around(pair, old, new, later) and _same_without(pair)


def _same_without(pair: _Pair) -> bool:
    """Under all annotations: nothing may hide behind a later signature."""
    old, new = pair.pictures(annotations=False)
    return bytes(old.buffer) == bytes(new.buffer)


def _is_same_around(
    pair: _Pair,
    old: pypdfium2.PdfBitmap,
    new: pypdfium2.PdfBitmap,
    later: Sequence[Rectangle],
) -> bool:
    """The same beside later signatures, and no ink is gone where they stand."""
    places = [place_of(pair.after, rectangle) for rectangle in later]
    covered = sum(place.width * place.height for place in places)
    if covered > MOST_COVERED * new.width * new.height:
        return False
    if any(takes_ink_away(old, new, place) for place in places):
        return False
    for picture in (old, new):
        for place in places:
            picture.fill_rect(
                (255, 255, 255, 255), place.left, place.top, place.width, place.height
            )
    return bytes(old.buffer) == bytes(new.buffer)


def _text(page: pypdfium2.PdfPage) -> str:
    with closing(page.get_textpage()) as text:
        return str(text.get_text_range())
