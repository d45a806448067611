"""What one revision did to a PDF's pages and to what lies on them."""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.misc import PdfReadError

from hub.model.changes import AlterationKind
from hub.signatures.pdf_glance import Reference
from hub.signatures.pdf_history import View, name_of
from hub.signatures.pdf_same import Comparison

_NODES = 20_000
_DEPTH = 32
#: The order in which a key leads through a page; signing tools set it.
_ASIDE = frozenset({"/Annots", "/Kids", "/Tabs"})

_Pair = tuple[Any, Any]


def pages_of(view: View) -> Iterator[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """Nodes of the page tree in order: raw, entries, those with what is inherited.

    Raises PdfError for a tree that is too large, too deep or goes in circles.
    """
    root = view.dictionary(view.trailer.get("/Root")).get("/Pages")
    waiting: list[tuple[Any, dict[str, Any], int]] = [(root, {}, 0)]
    for _ in range(_NODES):
        if not waiting:
            return
        raw, above, depth = waiting.pop()
        entries = view.dictionary(raw)
        whole = above | entries
        yield raw, entries, whole
        if depth >= _DEPTH:
            raise PdfReadError("page tree too deep")
        kids = reversed(view.array(entries.get("/Kids")))
        waiting += [(kid, {**whole, "/Kids": None}, depth + 1) for kid in kids]
    raise PdfReadError("page tree too large")


def paired(comparison: Comparison) -> list[_Pair] | None:
    """Old and new nodes of the page tree side by side; None: another tree.

    Each pair is settled: what refers to a page refers to the same one.
    """
    old = [raw for raw, _, _ in pages_of(comparison.old)]
    new = [raw for raw, _, _ in pages_of(comparison.new)]
    if len(old) != len(new):
        return None
    pairs = list(zip(old, new, strict=True))
    for one, other in pairs:
        comparison.settle(one, other)
    return pairs


def compare_pages(
    comparison: Comparison, pairs: list[_Pair], widgets: set[Reference]
) -> set[AlterationKind]:
    """What differs; `widgets` are those of new signatures, which pages may show."""
    kinds: set[AlterationKind] = set()
    for old, new in pairs:
        one, other = comparison.old.dictionary(old), comparison.new.dictionary(new)
        if not _same_shape(comparison, one, other):
            kinds.add(AlterationKind.PAGE)
        if not comparison.same_entries(one, other, _ASIDE):
            kinds.add(AlterationKind.PAGE)
        kinds |= _compare_annotations(comparison, one, other, widgets)
    return kinds


def _same_shape(
    comparison: Comparison, old: dict[str, Any], new: dict[str, Any]
) -> bool:
    """Whether both are leaves or have as many kids; a page with none is no leaf."""
    if ("/Kids" in old) != ("/Kids" in new):
        return False
    had, has = old.get("/Kids"), new.get("/Kids")
    return len(comparison.old.array(had)) == len(comparison.new.array(has))


def _compare_annotations(
    comparison: Comparison,
    old: dict[str, Any],
    new: dict[str, Any],
    widgets: set[Reference],
) -> set[AlterationKind]:
    """What became of a page's annotations: the old ones stay, in their order."""
    kinds: set[AlterationKind] = set()
    left = comparison.old.array(old.get("/Annots"))
    for found in comparison.new.array(new.get("/Annots")):
        if left and _is_same_one(left[0], found):
            if not comparison.same(left.pop(0), found):
                kinds.add(_kind_of(comparison.new, found))
        elif name_of(found) not in widgets:
            kinds.add(_kind_of(comparison.new, found))
    return kinds | ({AlterationKind.ANNOTATION} if left else set())


def _is_same_one(old: Any, new: Any) -> bool:  # noqa: ANN401 - pyHanko's objects
    """Both stand there themselves, or under the same number."""
    return name_of(old) == name_of(new)


def _kind_of(view: View, found: Any) -> AlterationKind:  # noqa: ANN401 - pyHanko's objects
    widget = str(view.get(view.dictionary(found).get("/Subtype"))) == "/Widget"
    return AlterationKind.FORM if widget else AlterationKind.ANNOTATION
