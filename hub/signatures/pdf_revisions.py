"""What each revision of a PDF did, named."""

from dataclasses import dataclass, field
from typing import Any

from hub.model.changes import AlterationKind
from hub.signatures.pdf_fields import compare_forms
from hub.signatures.pdf_glance import Reference
from hub.signatures.pdf_history import NOWHERE, History, View, references_in
from hub.signatures.pdf_pages import compare_pages, paired
from hub.signatures.pdf_same import Comparison

#: Entries of the catalogue that have their own question, or change nothing read.
_ASIDE = frozenset(
    {
        *("/Pages", "/AcroForm", "/DSS", "/Metadata"),
        *("/Version", "/Extensions", "/MarkInfo", "/Perms"),
    }
)
#: Entries of a DSS (ETSI EN 319 142-1, 5.4.2).
_DSS_KEYS = frozenset({"/Type", "/Certs", "/CRLs", "/OCSPs", "/VRI"})


@dataclass(frozen=True, slots=True)
class Revision:
    """What one revision did."""

    number: int
    kinds: frozenset[AlterationKind]
    #: Fields that got a signature; new ones; those of either that show something.
    signed: tuple[str, ...] = ()
    brought: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()


@dataclass(slots=True)
class Story:
    """Every revision of one file, compared with the one before when asked for."""

    history: History
    _told: dict[int, Revision] = field(default_factory=dict)
    _doubled: dict[int, bool] = field(default_factory=dict)

    def revision(self, number: int) -> Revision:
        """What revision `number` (from 1) did; raises PdfError."""
        if number not in self._told:
            self._told[number] = _compare(
                self.history.view(number - 1), self.history.view(number)
            )
        return self._told[number]

    def doubles_trailer(self, number: int) -> bool:
        """Whether that revision's trailer has a key twice; raises PdfError."""
        if number not in self._doubled:
            self._doubled[number] = self.history.view(number).doubles_trailer
        return self._doubled[number]


def _compare(old: View, new: View) -> Revision:
    comparison = Comparison(old, new)
    kinds = _of_the_file(old, new)
    roots = old.trailer.get("/Root"), new.trailer.get("/Root")
    comparison.settle(*roots)
    pairs = paired(comparison)
    form = compare_forms(comparison)
    kinds |= form.kinds
    if pairs is None:
        kinds.add(AlterationKind.PAGE)
    else:
        kinds |= compare_pages(comparison, pairs, form.widgets)
    kinds |= _compare_catalogues(comparison, signed=bool(form.signed))
    kinds |= _bookkeeping(comparison, kinds)
    names = (*form.signed,), (*form.brought,), (*form.drawn,)
    return Revision(new.revision, frozenset(kinds), *names)


def _of_the_file(old: View, new: View) -> set[AlterationKind]:
    """What stands outside the catalogue: encryption, Info, object streams."""
    kinds: set[AlterationKind] = set()
    before, after = old.trailer, new.trailer
    if not Comparison(old, new).same(before.get("/Encrypt"), after.get("/Encrypt")):
        kinds.add(AlterationKind.OTHER)
    if new.says_twice or _shelves(old) & new.written:
        kinds.add(AlterationKind.OTHER)  # or what older entries point into was replaced
    if not Comparison(old, new).same(before.get("/Info"), after.get("/Info")):
        kinds.add(AlterationKind.METADATA)
    return kinds


def _shelves(view: View) -> frozenset[Reference]:
    """The object streams that this revision and those before it use.

    And what their heads refer to: their length may stand elsewhere.
    """
    xrefs = view.history.reader.xrefs
    found = {
        (ref.idnum, ref.generation)
        for number in range(view.revision + 1)
        for ref in xrefs.object_streams_used_in(number)  # type: ignore[no-untyped-call]  # theirs
    }
    heads = (view.history.read(one, view.place(one)) for one in found)
    return frozenset(found.union(*map(references_in, heads)))


def _compare_catalogues(comparison: Comparison, *, signed: bool) -> set[AlterationKind]:
    old = comparison.old.dictionary(comparison.old.trailer.get("/Root"))
    new = comparison.new.dictionary(comparison.new.trailer.get("/Root"))
    kinds: set[AlterationKind] = set()
    if not comparison.same_entries(old, new, _ASIDE):
        kinds.add(AlterationKind.CATALOG)
    if not comparison.same_entry(old, new, "/Perms") and not (
        signed and _brings_certification(comparison, old, new)
    ):
        kinds.add(AlterationKind.CATALOG)
    if not comparison.same_entry(old, new, "/Metadata"):
        kinds.add(AlterationKind.METADATA)
    if not comparison.same_entry(old, new, "/DSS"):
        dss = comparison.new.dictionary(new.get("/DSS"))
        usual = bool(dss) and dss.keys() <= _DSS_KEYS
        kinds.add(AlterationKind.VALIDATION_DATA if usual else AlterationKind.CATALOG)
    if not all(
        comparison.same_entry(old, new, key) for key in ("/Version", "/Extensions")
    ):
        kinds.add(AlterationKind.BOOKKEEPING)
    return kinds


def _brings_certification(
    comparison: Comparison, old: dict[str, Any], new: dict[str, Any]
) -> bool:
    """Whether /Perms came with the signature, and says nothing else."""
    if comparison.old.dictionary(old.get("/Perms")):
        return False
    return comparison.new.dictionary(new.get("/Perms")).keys() == {"/DocMDP"}


def _bookkeeping(
    comparison: Comparison, kinds: set[AlterationKind]
) -> set[AlterationKind]:
    """Freed entries, objects written again as they were, revisions that do nothing."""
    old, new = comparison.old, comparison.new
    if not kinds or new.freed:
        return {AlterationKind.BOOKKEEPING}
    again = [r for r in new.written if old.place(r) != NOWHERE]
    if any(comparison.same_content(reference) for reference in again):
        return {AlterationKind.BOOKKEEPING}
    return set()
