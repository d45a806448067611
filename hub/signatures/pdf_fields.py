"""What one revision did to a PDF's form: signatures put in, fields touched."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

from hub.model.changes import AlterationKind
from hub.signatures.pdf_glance import Reference
from hub.signatures.pdf_history import NOWHERE, View, name_of
from hub.signatures.pdf_same import Comparison

_FIELDS = 20_000
_DEPTH = 32

#: What a signing tool may write into a signature field of its own (ISO 32000-2, 12.5,
#: 12.7); actions (/A, /AA) are not among it.
_NEW_KEYS = frozenset(
    {
        *("/Type", "/Subtype", "/FT", "/T", "/TU", "/TM", "/V", "/Rect", "/P", "/F"),
        *("/Ff", "/AP", "/AS", "/MK", "/BS", "/Border", "/Lock", "/SV", "/DA", "/DR"),
        *("/DS", "/Q", "/Kids", "/Parent", "/StructParent", "/M", "/NM", "/C", "/H"),
        "/Contents",
    }
)
#: What it may change in an empty one that it fills.
_FILLED_KEYS = frozenset(
    {"/V", "/AP", "/AS", "/F", "/M", "/MK", "/DA", "/DR", "/Q", "/BS", "/Border"}
)
#: Of the form itself; /DR and /DA have their own question.
_FORM_KEYS = frozenset({"/Fields", "/SigFlags", "/DR", "/DA", "/NeedAppearances"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, terminal or not."""

    raw: Any = field(repr=False)
    entries: dict[str, Any] = field(repr=False)
    is_signature: bool
    #: Widgets beside the field's own dictionary.
    widgets: tuple[Any, ...] = field(repr=False)
    #: Whether pyHanko, which finds signatures, goes on from here: it and all above it
    #: are no direct objects and have names.
    is_listed: bool = True

    @property
    def value(self) -> Any:  # noqa: ANN401 - pyHanko's objects
        """The raw /V; None for an empty field."""
        return self.entries.get("/V")


@dataclass(slots=True)
class FormChanges:
    """What became of a form in one revision."""

    kinds: set[AlterationKind] = field(default_factory=set)
    #: Fields that got a signature.
    signed: list[str] = field(default_factory=list)
    #: New signature fields; new or filled ones that show something.
    brought: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    #: Widgets of new signature fields: what pages may have got.
    widgets: set[Reference] = field(default_factory=set)


def form_of(view: View) -> dict[str, Any]:
    """The interactive form's entries, raw; empty where there is none."""
    return view.dictionary(view.dictionary(view.trailer.get("/Root")).get("/AcroForm"))


def fields_of(view: View) -> dict[str, Field]:
    """All fields by their full names; one of several of a name by name and number."""
    found: dict[str, Field] = {}
    met: Counter[str] = Counter()
    for name, one in _walk(view):
        met[name] += 1
        found[name if met[name] == 1 else f"{name}#{met[name]}"] = one
    return found


def _walk(view: View) -> Iterator[tuple[str, Field]]:
    top = view.array(form_of(view).get("/Fields"))
    waiting = [(raw, "", "", 0, True) for raw in top]
    for _ in range(_FIELDS):
        if not waiting:
            return
        raw, above, kind, depth, listed = waiting.pop(0)
        entries = view.dictionary(raw)
        listed &= isinstance(raw, generic.IndirectObject) and "/T" in entries
        kind = str(view.get(entries.get("/FT", kind)))
        name = ".".join(filter(None, (above, _name(view.get(entries.get("/T"))))))
        kids = view.array(entries.get("/Kids"))
        below = [kid for kid in kids if "/T" in view.dictionary(kid)]
        if below and depth >= _DEPTH:
            raise PdfReadError("form too deep")
        waiting += [(kid, name, kind, depth + 1, listed) for kid in below]
        widgets = tuple(kid for kid in kids if kid not in below)
        yield name, Field(raw, entries, kind == "/Sig", widgets, listed)
    raise PdfReadError("form too large")


def _name(value: Any) -> str:  # noqa: ANN401 - pyHanko's objects
    return str(value) if isinstance(value, str) else repr(value or "")


def compare_forms(comparison: Comparison) -> FormChanges:
    """What one revision did to the form; pages must be settled already."""
    old, new = fields_of(comparison.old), fields_of(comparison.new)
    changes = FormChanges()
    for name in old.keys() & new.keys():
        _settle(comparison, old[name], new[name])
    if old.keys() - new.keys():
        changes.kinds.add(AlterationKind.FORM)
    for name in new.keys() & old.keys():
        _compare_field(comparison, name, (old[name], new[name]), changes)
    for name in new.keys() - old.keys():
        _look_at_new_field(comparison, name, new[name], changes)
    values = Counter(_signature_of(one) for one in new.values())
    if any(count > 1 for value, count in values.items() if value):
        changes.kinds.add(AlterationKind.FORM)
    only_signatures = all(one.is_signature for one in old.values() if not _is_node(one))
    if not _same_form(comparison, only_signatures=only_signatures):
        changes.kinds.add(AlterationKind.FORM)
    return changes


def _is_node(one: Field) -> bool:
    return "/Kids" in one.entries and not one.widgets


def _settle(comparison: Comparison, old: Field, new: Field) -> None:
    comparison.settle(old.raw, new.raw)
    for one, other in zip(old.widgets, new.widgets, strict=False):
        comparison.settle(one, other)


def _compare_field(
    comparison: Comparison, name: str, pair: tuple[Field, Field], changes: FormChanges
) -> None:
    old, new = pair
    filled = old.is_signature and old.value is None and new.value is not None
    if filled and _is_new_signature(comparison, new):
        changes.kinds.add(_kind_of(comparison.new, new))
        changes.signed.append(name)
        if _shows(comparison.new, new):
            changes.drawn.append(name)
    may = _FILLED_KEYS if filled else frozenset[str]()
    if not (
        _same_but(comparison, old.entries, new.entries, may)
        and _same_widgets(comparison, old, new, may)
    ) or (filled and name not in changes.signed):
        changes.kinds.add(AlterationKind.FORM)


def _same_but(
    comparison: Comparison,
    old: dict[str, Any],
    new: dict[str, Any],
    may: frozenset[str],
) -> bool:
    """Whether two dictionaries are the same but for what filling may bring."""
    brought = (new.keys() - old.keys()) & _NEW_KEYS if may else frozenset[str]()
    return comparison.same_entries(old, new, {*may, *brought, "/Kids"})


def _same_widgets(
    comparison: Comparison, old: Field, new: Field, may: frozenset[str]
) -> bool:
    if len(old.widgets) != len(new.widgets):
        return False
    return all(
        _same_but(
            comparison,
            comparison.old.dictionary(one),
            comparison.new.dictionary(other),
            may,
        )
        for one, other in zip(old.widgets, new.widgets, strict=True)
    )


def _look_at_new_field(
    comparison: Comparison, name: str, new: Field, changes: FormChanges
) -> None:
    view = comparison.new
    usual = all(part.keys() <= _NEW_KEYS for part in _parts(view, new))
    if not (usual and (new.is_signature or _is_node(new))):
        changes.kinds.add(AlterationKind.FORM)
        return
    changes.brought.append(name)
    shows = _shows(view, new)
    if shows:
        changes.drawn.append(name)
    names = map(name_of, (new.raw, *new.widgets))
    changes.widgets |= {name for name in names if name is not None}
    if new.value is None:
        empty = AlterationKind.SIGNATURE_FIELD
        changes.kinds.add(AlterationKind.FORM if shows else empty)
    elif _is_new_signature(comparison, new):
        changes.kinds.add(_kind_of(view, new))
        changes.signed.append(name)
    else:
        changes.kinds.add(AlterationKind.FORM)


def _shows(view: View, one: Field) -> bool:
    return any("/AP" in part for part in _parts(view, one))


def _parts(view: View, one: Field) -> list[dict[str, Any]]:
    """Its own entries, and those of its widgets."""
    return [one.entries, *(view.dictionary(widget) for widget in one.widgets)]


def _is_new_signature(comparison: Comparison, one: Field) -> bool:
    """Whether its value is a signature that no earlier revision had.

    And one that gets a finding of its own: or anybody may draw a seal that nobody asks.
    """
    reference = _signature_of(one)
    if reference is None or comparison.old.place(reference) != NOWHERE:
        return False
    if not one.is_listed:
        return False
    return {"/ByteRange", "/Contents"} <= comparison.new.dictionary(one.value).keys()


def _signature_of(one: Field) -> Reference | None:
    return name_of(one.value) if one.is_signature else None


def _kind_of(view: View, one: Field) -> AlterationKind:
    entries = view.dictionary(one.value)
    if str(view.get(entries.get("/SubFilter"))) == "/ETSI.RFC3161":
        return AlterationKind.DOCUMENT_TIMESTAMP
    return AlterationKind.SIGNATURE


def _same_form(comparison: Comparison, *, only_signatures: bool) -> bool:
    """Whether the form's own entries are the same, as far as fields hang on them.

    Signing tools write /SigFlags, and /DR and /DA where there are none (ISO 32000-2,
    12.7.3). Where there is nothing but signatures, nothing is drawn by the form.
    """
    old, new = form_of(comparison.old), form_of(comparison.new)
    if not comparison.same_entries(old, new, _FORM_KEYS):
        return False
    if only_signatures:
        return True
    if "/DA" in old and not comparison.same(old["/DA"], new.get("/DA")):
        return False
    needs = comparison.new.get(new.get("/NeedAppearances", old.get("/NeedAppearances")))
    had = comparison.old.get(old.get("/NeedAppearances"))
    return needs == had and _only_more_resources(comparison, old, new)


def _only_more_resources(
    comparison: Comparison, old: dict[str, Any], new: dict[str, Any]
) -> bool:
    """Whether /DR has all it had, fonts and the like added at most."""
    had = comparison.old.dictionary(old.get("/DR"))
    has = comparison.new.dictionary(new.get("/DR"))
    for kind, raw in had.items():
        names, more = (
            comparison.old.dictionary(raw),
            comparison.new.dictionary(has.get(kind)),
        )
        if not names and not more:
            if not comparison.same(raw, has.get(kind)):
                return False
            continue
        if not all(n in more and comparison.same(v, more[n]) for n, v in names.items()):
            return False
    return True
