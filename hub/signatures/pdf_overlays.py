"""Whether signatures that came later are drawn over so much that a page reads anew.

The appearance of a signature is its maker's to draw, white paper with another text,
too, and no analysis of objects can forbid it: only its size tells it from a seal.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils.generic import IndirectObject

from hub.signatures.pdf_fields import Field, fields_of
from hub.signatures.pdf_glance import Reference
from hub.signatures.pdf_history import View, reference_of
from hub.signatures.pdf_pages import pages_of
from hub.signatures.pdf_unseen import Rectangle

#: The part of a page that later signatures may cover; a seal and a hand take 5 %.
MOST_COVERED = 0.4


def drawn_later(signed: View, now: View) -> dict[int, list[Rectangle]]:
    """Page (from 0) -> where signatures that came between are drawn.

    Raises PdfError.
    """
    drawn = dict(_drawn(now, _later(signed, now)))
    leaves = (one for _, one, _ in pages_of(now) if "/Kids" not in one)
    found = {
        number: [_box(now, drawn[r]) for r in _annotations(now, page) if r in drawn]
        for number, page in enumerate(leaves if drawn else ())
    }
    return {number: places for number, places in found.items() if places}


def covers_a_page(signed: View, now: View) -> bool:
    """Whether what was signed in between covers more than two fifths of any page.

    Raises PdfError for a page tree that is too large or goes in circles, and
    ValueError or TypeError for boxes that are none.
    """
    drawn = {r: _area(now, box) for r, box in _drawn(now, _later(signed, now))}
    return bool(drawn) and any(
        sum(drawn.get(r, 0.0) for r in _annotations(now, entries))
        > MOST_COVERED * _area(now, whole.get("/MediaBox"))
        for _, entries, whole in pages_of(now)
        if "/Annots" in entries
    )


def _later(signed: View, now: View) -> list[Field]:
    before = {name for name, one in fields_of(signed).items() if one.value is not None}
    found = fields_of(now).items()
    return [one for name, one in found if one.value is not None and name not in before]


def _drawn(view: View, fields: Iterable[Field]) -> Iterator[tuple[Reference, Any]]:
    """Widgets with an appearance: their references and rectangles, raw."""
    for one in fields:
        for widget in (one.raw, *one.widgets):
            shown = view.dictionary(widget)
            if isinstance(widget, IndirectObject) and "/AP" in shown:
                yield reference_of(widget), shown.get("/Rect")


def _annotations(view: View, page: dict[str, Any]) -> set[Reference]:
    found = view.array(page.get("/Annots"))
    return {reference_of(a) for a in found if isinstance(a, IndirectObject)}


def _area(view: View, box: Any) -> float:  # noqa: ANN401 - pyHanko's object
    left, bottom, right, top = _box(view, box)
    return (right - left) * (top - bottom)


def _box(view: View, box: Any) -> Rectangle:  # noqa: ANN401 - pyHanko's object
    one, two, three, four = (float(view.get(n)) for n in view.array(box))
    return min(one, three), min(two, four), max(one, three), max(two, four)
