"""What a picture of a PDF does not show: actions, scripts, files, layers, values.

Of two readings of one file (as it was signed, as it is) every page and the document
get a digest of what stands there beside contents and text. Later signatures and their
widgets are left out and told apart: where they stand, pictures will differ.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from hub.signatures.pdf_glance import Reference
from hub.signatures.pdf_history import members_of, name_of, reference_of

#: Left, bottom, right, top in points.
Rectangle = tuple[float, float, float, float]

#: Objects looked at in one file, and how deep one may lie in another.
_OBJECTS = 50_000
_DEPTH = 60

#: Of the catalogue: pages are looked at one by one; what signing tools keep; names of
#: the parts for readers aloud, which later signatures join.
_CATALOG_LEFT_OUT = frozenset(
    {"/Pages", "/AcroForm", "/DSS", "/Extensions", "/Version", "/Perms", "/Metadata"}
    | {"/PieceInfo", "/StructTreeRoot", "/MarkInfo"}
)
#: Of a page: what pictures and texts show, and bookkeeping.
_PAGE_LEFT_OUT = frozenset(
    {"/Contents", "/Resources", "/Annots", "/Parent", "/StructParents", "/Tabs"}
    | {"/LastModified", "/PieceInfo", "/Metadata", "/Type"}
)
_FORM_KEPT = ("/XFA", "/NeedAppearances", "/CO")
#: Ways back up, and dates of change.
_NEVER = frozenset({"/P", "/Parent", "/M", "/StructParent"})
#: What a signature's widget has no business with.
_ACTIONS = ("/A", "/AA")


@dataclass(frozen=True, slots=True)
class Unseen:
    """One reading of a file; equal digests stand for equal things."""

    document: bytes
    #: One for each page, in order.
    pages: tuple[bytes, ...]
    #: Page (from 0) -> where widgets of later signatures stand.
    later: dict[int, tuple[Rectangle, ...]] = field(default_factory=dict, hash=False)


def unseen_in_both(signed: bytes, whole: bytes) -> tuple[Unseen, Unseen]:
    """The file as it was signed, and as it is; raises one of pdf_history's FOREIGN."""
    before = PdfFileReader(BytesIO(signed), strict=False)
    after = PdfFileReader(BytesIO(whole), strict=False)
    names = _filled(after) - _filled(before) | _empty_since(before, after)
    return _read(before, names), _read(after, names)


def _filled(reader: PdfFileReader) -> set[str]:
    return {name for name, _, _ in enumerate_sig_fields(reader, filled_status=True)}


def _empty_since(before: PdfFileReader, after: PdfFileReader) -> set[str]:
    """Empty fields that came later and show nothing: somebody else is to sign."""
    known = {name for name, _, _ in enumerate_sig_fields(before)}
    fields = enumerate_sig_fields(after, filled_status=False)
    bare = {n for n, _, f in fields if not {"/AP", "/Kids"} & set(f.get_object())}
    return bare - known


def _read(reader: PdfFileReader, names: set[str]) -> Unseen:
    pages = tuple(_pages(reader))
    later = {
        reference_of(each): each
        for name, _, one in enumerate_sig_fields(reader)
        if name in names
        for each in (one, *_raw(_at(one.get_object(), "/Kids")))
        if isinstance(each, generic.IndirectObject)
    }
    digests = _Digests({reference_of(page): n for n, page in enumerate(pages)})
    return Unseen(
        _document(reader.root, digests, set(later)),
        tuple(_page(p.get_object(), digests, set(later)) for p in pages),
        {n: _places(p.get_object(), later) for n, p in enumerate(pages)},
    )


def _pages(reader: PdfFileReader) -> Iterator[Any]:
    """References of all pages in order; raises ValueError for an odd tree."""
    waiting, looked_at = [(reader.root.raw_get("/Pages"), 0)], 0
    while waiting:
        reference, depth = waiting.pop()
        looked_at += 1
        if depth > _DEPTH or looked_at > _OBJECTS:
            raise ValueError("page tree too large")
        node = reference.get_object()
        if "/Kids" in node:
            kids = _raw(node["/Kids"])
            waiting += [(kid, depth + 1) for kid in reversed(kids)]
        else:
            yield reference


def _document(root: Any, digests: "_Digests", later: set[Reference]) -> bytes:  # noqa: ANN401 - pyHanko's object
    """Catalogue and form, without the fields of later signatures."""
    form = _at(root, "/AcroForm") or {}
    fields = [f for f in _raw(_at(form, "/Fields")) if name_of(f) not in later]
    parts = [digests.of_dictionary(root, _CATALOG_LEFT_OUT)]
    parts += [digests.of(form[key]) for key in _FORM_KEPT if key in form]
    return _sum([*parts, *sorted(digests.of(f) for f in fields)])


def _page(page: Any, digests: "_Digests", later: set[Reference]) -> bytes:  # noqa: ANN401 - pyHanko's object
    """Boxes, actions and annotations, without the widgets of later signatures."""
    found = _raw(_at(page, "/Annots"))
    standing = [digests.of(a) for a in found if name_of(a) not in later]
    acting = [
        digests.of(a.get_object()[key])
        for a in found
        if name_of(a) in later
        for key in _ACTIONS
        if key in a.get_object()
    ]
    own = digests.of_dictionary(page, _PAGE_LEFT_OUT)
    return _sum([own, *sorted(standing), b"acting", *sorted(acting)])


def _places(page: Any, later: dict[Reference, Any]) -> tuple[Rectangle, ...]:  # noqa: ANN401 - pyHanko's object
    names = [name_of(a) for a in _raw(_at(page, "/Annots"))]
    shown = [later[n].get_object() for n in names if n in later]
    return tuple(_rectangle(w["/Rect"]) for w in shown if "/AP" in w)


def _rectangle(found: Any) -> Rectangle:  # noqa: ANN401 - pyHanko's object
    one, two, three, four = map(float, found)
    return min(one, three), min(two, four), max(one, three), max(two, four)


class _Digests:
    """Digests of objects and all they refer to; numbers of objects do not count."""

    def __init__(self, pages: dict[Reference, int]) -> None:
        self._known = {key: b"page %d" % number for key, number in pages.items()}
        self._left = _OBJECTS
        self._depth = 0

    def of(self, found: Any) -> bytes:  # noqa: ANN401 - pyHanko's object
        """Raises ValueError for what is too large or too deep."""
        self._left -= 1
        if not self._left or self._depth > _DEPTH:
            raise ValueError("too many objects")
        self._depth += 1
        try:
            return self._of(found)
        finally:
            self._depth -= 1

    def _of(self, found: Any) -> bytes:  # noqa: ANN401 - pyHanko's object
        if isinstance(found, generic.IndirectObject):
            return self._of_reference(found)
        if isinstance(found, generic.DictionaryObject):
            return self.of_dictionary(found, frozenset())
        if isinstance(found, generic.ArrayObject):
            return _sum([b"array", *(self.of(each) for each in _raw(found))])
        out = BytesIO()
        found.write_to_stream(out, None)
        return _sum([out.getvalue()])

    def of_dictionary(self, found: Any, without: frozenset[str]) -> bytes:  # noqa: ANN401 - pyHanko's object
        """A dictionary's, or a stream's with its bytes, some keys left out."""
        parts = [b"dictionary"]
        for key in sorted(set(found) - without - _NEVER):
            parts += [key.encode(), self.of(found.raw_get(key))]
        if isinstance(found, generic.StreamObject):
            parts.append(found.encoded_data)
        return _sum(parts)

    def _of_reference(self, found: generic.IndirectObject) -> bytes:
        key = reference_of(found)
        if key not in self._known:
            self._known[key] = b"above"  # what it leads back to
            meant: Any = found
            self._known[key] = self.of(meant.get_object())
        return self._known[key]


def _sum(parts: list[bytes]) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()


def _at(dictionary: Any, key: str) -> Any:  # noqa: ANN401 - pyHanko's object
    """What stands there, followed through references; None for nothing or null."""
    try:
        return dictionary[key]
    except KeyError:
        return None


def _raw(array: Any) -> list[Any]:  # noqa: ANN401 - pyHanko's object
    """Members as they stand; none of what is no array."""
    return members_of(array) if isinstance(array, generic.ArrayObject) else []
