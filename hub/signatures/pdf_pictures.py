"""Pages of a PDF as pictures, drawn by pdfium, and what became of their ink."""

import math
from dataclasses import dataclass

import pypdfium2

from hub.signatures.pdf_unseen import Rectangle

#: Dots to an inch are PDF's 72, fewer for pages larger than two sheets of A3: every
#: dot is compared, and smaller letters than these are no news to the reader.
_MOST_DOTS = 2_100_000
#: Green is what light is mostly made of: ink is darker, paper is lighter.
_INK, _PAPER = 128, 200
_INK_ONLY = bytes(value < _INK for value in range(256))
_PAPER_ONLY = bytes(value > _PAPER for value in range(256))


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a picture, in dots from its left upper corner."""

    left: int
    top: int
    width: int
    height: int


def size_of(page: pypdfium2.PdfPage) -> tuple[int, int]:
    """Width and height of its picture, in dots."""
    width, height = page.get_size()
    scale = _scale(page)
    return math.ceil(width * scale), math.ceil(height * scale)


def _scale(page: pypdfium2.PdfPage) -> float:
    area = float(page.get_width()) * float(page.get_height())
    return min(1.0, math.sqrt(_MOST_DOTS / area)) if area > 0 else 1.0


def draw(
    page: pypdfium2.PdfPage, *, annotations: bool, place: Place | None = None
) -> pypdfium2.PdfBitmap:
    """The page or a place of it, four bytes a dot.

    Widgets are drawn where the document's forms are open. Raises ValueError for a
    page or a place without any dots.
    """
    scale = _scale(page)
    return page.render(
        scale=scale,
        crop=_margins(page, place) if place else (0, 0, 0, 0),
        draw_annots=annotations,
        may_draw_forms=annotations,  # the widgets of forms, and signatures
        prefer_bgrx=True,
    )


def _margins(page: pypdfium2.PdfPage, place: Place) -> tuple[float, ...]:
    """Left, bottom, right, top in points; pdfium rounds up to dots."""
    width, height = size_of(page)
    right = width - place.left - place.width
    bottom = height - place.top - place.height
    dots = place.left, bottom, right, place.top
    return tuple(max(number - 0.25, 0) / _scale(page) for number in dots)


def place_of(page: pypdfium2.PdfPage, rectangle: Rectangle) -> Place:
    """Where it stands, one dot more on every side for edges between two dots."""
    width, height = size_of(page)
    to = pypdfium2.PdfPosConv(page, (0, 0, width, height, 0)).to_bitmap
    left, bottom, right, top = rectangle
    corners = [to(left, bottom), to(right, top)]
    xs = [min(max(x + d, 0), width) for x, _ in corners for d in (-1, 1)]
    ys = [min(max(y + d, 0), height) for _, y in corners for d in (-1, 1)]
    return Place(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def takes_ink_away(
    old: pypdfium2.PdfBitmap, new: pypdfium2.PdfBitmap, place: Place
) -> bool:
    """Whether a dot that was dark is light now; both are as wide and as high.

    A red seal over black letters is ink on ink; a white plate over them takes it away.
    """
    before, after = memoryview(old.buffer).cast("B"), memoryview(new.buffer).cast("B")
    for row in range(place.top, place.top + place.height):
        start = row * old.stride + place.left * 4 + 1
        green = slice(start, start + place.width * 4, 4)
        ink = bytes(before[green]).translate(_INK_ONLY)
        paper = bytes(after[green]).translate(_PAPER_ONLY)
        if int.from_bytes(ink) & int.from_bytes(paper):
            return True
    return False
