"""Whether signatures that came later are drawn over so much that a page reads anew.

The appearance of a signature is its maker's to draw, white paper with another text,
too, and no analysis of objects can forbid it: only its size tells it from a seal.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils.generic import IndirectObject

from hub.signatures.pdf_fields import Field, fields_of
from hub.signatures.pdf_history import Reference, View, reference_of
from hub.signatures.pdf_pages import pages_of

#: The part of a page that later signatures may cover; a seal and a hand take 5 %.
_MOST = 0.4


def covers_a_page(signed: View, now: View) -> bool:
    """Whether what was signed in between covers more than two fifths of any page.

    Raises PdfError for a page tree that is too large or goes in circles, and
    ValueError or TypeError for boxes that are none.
    """
    before = {name for name, one in fields_of(signed).items() if one.value is not None}
    found = fields_of(now).items()
    later = [one for name, one in found if one.value is not None and name not in before]
    drawn = dict(_drawn(now, later))
    return bool(drawn) and any(
        sum(drawn.get(r, 0.0) for r in _annotations(now, entries))
        > _MOST * _area(now, whole.get("/MediaBox"))
        for _, entries, whole in pages_of(now)
        if "/Annots" in entries
    )


def _drawn(view: View, fields: Iterable[Field]) -> Iterator[tuple[Reference, float]]:
    """Widgets with an appearance: their references and areas."""
    for one in fields:
        for widget in (one.raw, *one.widgets):
            shown = view.dictionary(widget)
            if isinstance(widget, IndirectObject) and "/AP" in shown:
                yield reference_of(widget), _area(view, shown.get("/Rect"))


def _annotations(view: View, page: dict[str, Any]) -> set[Reference]:
    found = view.array(page.get("/Annots"))
    return {reference_of(a) for a in found if isinstance(a, IndirectObject)}


def _area(view: View, box: Any) -> float:  # noqa: ANN401 - pyHanko's object
    left, bottom, right, top = (float(view.get(n)) for n in view.array(box))
    return abs(right - left) * abs(top - bottom)
