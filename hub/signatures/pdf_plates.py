"""Whether a signature that came later hides what stood on a page.

A signature's appearance is its maker's to draw: white paper with another sum on it,
too, no larger than a seal. No analysis of objects can tell; dark dots that are light
under it can. What earlier signatures drew does not count: seals lie over hands.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import pypdfium2

from hub.model.changes import Look
from hub.signatures.pdf_look import UNKNOWN, Seen
from hub.signatures.pdf_pictures import Place, draw, place_of, size_of, takes_ink_away
from hub.signatures.pdf_unseen import Rectangle

#: Pages with later signatures that are looked at; a paper is signed on one or two.
_MOST_PAGES = 20


def hidden_ink(
    data: bytes, end: int, later: Mapping[int, Sequence[Rectangle]]
) -> Seen | None:
    """Pages where later signatures hide ink of the first `end` bytes; None: nowhere.

    `later`: page (from 0) -> where they are drawn. UNKNOWN where pdfium cannot tell.
    """
    if len(later) > _MOST_PAGES:
        return UNKNOWN
    try:
        with (
            closing(pypdfium2.PdfDocument(data[:end])) as old,
            closing(pypdfium2.PdfDocument(data)) as new,
        ):
            new.init_forms()
            pages = tuple(number + 1 for number in _hiding(old, new, later))
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        return UNKNOWN
    return Seen(Look.DIFFERENT, pages) if pages else None


def _hiding(
    old: pypdfium2.PdfDocument,
    new: pypdfium2.PdfDocument,
    later: Mapping[int, Sequence[Rectangle]],
) -> Iterator[int]:
    for number in sorted(later):
        with closing(old[number]) as before, closing(new[number]) as after:
            if size_of(before) != size_of(after) or any(
                _hides(before, after, place_of(after, each)) for each in later[number]
            ):
                yield number


def _hides(before: pypdfium2.PdfPage, after: pypdfium2.PdfPage, place: Place) -> bool:
    """Only this place is drawn: a tenth of a millisecond, where pages take ten."""
    if not (place.width and place.height):
        return False
    was = draw(before, annotations=False, place=place)
    now = draw(after, annotations=True, place=place)
    return takes_ink_away(was, now, Place(0, 0, place.width, place.height))
