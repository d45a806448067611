"""Whether signatures that came later are drawn over so much that a page reads anew.

The appearance of a signature is its maker's to draw, white paper with another text,
too, and the object analysis allows it: only its size tells it from a seal.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

#: The part of a page that later signatures may cover; a seal and a hand take 5 %.
_MOST = 0.4
#: Nodes of the page tree looked at, and how deep it may go.
_NODES = 10_000
_DEPTH = 32

_Reference = tuple[int, int]


def covers_a_page(signature: EmbeddedPdfSignature) -> bool:
    """Whether what was signed later covers more than two fifths of any page.

    Raises ValueError for a page tree that is too large or goes in circles, and
    whatever pyHanko does for an odd one.
    """
    signed = signature.reader.get_historical_resolver(signature.signed_revision)
    before = {name for name, _, _ in enumerate_sig_fields(signed, filled_status=True)}
    fields = enumerate_sig_fields(signature.reader, filled_status=True)
    later = [field for name, _, field in fields if name not in before]
    drawn = dict(_drawn(later))
    return bool(drawn) and any(
        sum(drawn.get(r, 0.0) for r in _annotations(page)) > _MOST * _area(box)
        for page, box in _pages(signature.reader.root.raw_get("/Pages"))
    )


def _drawn(fields: Iterable[Any]) -> Iterator[tuple[_Reference, float]]:
    """Widgets with an appearance: their references and areas."""
    for field in fields:
        kids = field.get_object().get("/Kids", ())
        for widget in _raw(kids) or [field]:
            shown = widget.get_object()
            if isinstance(widget, IndirectObject) and "/AP" in shown:
                yield _reference(widget), _area(shown["/Rect"])


def _pages(root: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - pyHanko's objects
    """Every page with its MediaBox, which it may have from the nodes above."""
    waiting = [(root, None, 0)]
    for _ in range(_NODES):
        if not waiting:
            return
        reference, box, depth = waiting.pop()
        node = reference.get_object()
        box = node.get("/MediaBox", box)
        if "/Kids" not in node:
            yield node, box
        elif depth < _DEPTH:
            waiting += [(kid, box, depth + 1) for kid in _raw(node["/Kids"])]
        else:
            raise ValueError("page tree too deep")
    raise ValueError("page tree too large")


def _annotations(page: Any) -> set[_Reference]:  # noqa: ANN401 - pyHanko's object
    found = _raw(page.get("/Annots", ()))
    return {_reference(a) for a in found if isinstance(a, IndirectObject)}


def _raw(array: Any) -> list[Any]:  # noqa: ANN401 - pyHanko's object
    return [array.raw_get(index) for index in range(len(array))]


def _reference(found: IndirectObject) -> _Reference:
    return found.idnum, found.generation


def _area(box: Any) -> float:  # noqa: ANN401 - pyHanko's object
    left, bottom, right, top = map(float, box)
    return abs(right - left) * abs(top - bottom)
