"""Rule `paper`: does it need paper.

One grid in policy.yaml: row (named paperless, named in parallel, unnamed) x column
(what the signatures conclude) x period. The cell is a duty; two duties stop the
document, two say whether paper goes beside it.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hub.model.documents import DocumentType, PaperDuty, PaperRuling
from hub.model.envelopes import Envelope, Kind
from hub.model.faults import FaultCode
from hub.model.policy import GridRow, PaperPeriod, PaperPolicy, SignedColumn
from hub.model.verdicts import Headline, Verdict
from hub.rules.case import Case
from hub.rules.choice import Choice, hold, refuse
from hub.rules.document_types import read_type


def paper(case: Case) -> Choice | None:
    """Hold or refuse where the grid says so."""
    ruling = paper_ruling(case)
    if ruling is None:
        return None
    match ruling.duty:
        case PaperDuty.PAPERLESS | PaperDuty.PAPER_TOO:
            return None
        case PaperDuty.HOLD:
            return hold(_fault(case), detail=ruling.cell)
        case PaperDuty.REFUSE:
            return refuse(_fault(case), detail=ruling.cell)


def paper_ruling(case: Case) -> PaperRuling | None:
    """The ruling on one envelope; None for a status, which is no document.

    A revoke, or an update of what was delivered, raises no duty of its own: what the
    sender says stands. Nor does a citizen's dossier: it is no agency's document, and
    what of it is on paper lies at the counter. A replacement is a new document and
    takes the grid; so does an "update" of a document nobody here has (one e-office
    marks any second delivery so).
    """
    if case.examined.dossier is not None:
        return _no_new_duty(case, "dossier")
    match case.envelope.kind:
        case Kind.STATUS:
            return None
        case Kind.UPDATE if not case.history.about_known:
            return _by_the_grid(case)
        case Kind.REVOKE | Kind.UPDATE:
            return _no_new_duty(case, case.envelope.kind)
        case Kind.NEW | Kind.REPLACE:
            return _by_the_grid(case)


def _no_new_duty(case: Case, what: str) -> PaperRuling:
    ruling = _by_the_grid(case)
    return replace(ruling, duty=PaperDuty.PAPERLESS, cell=f"no-new-duty/{what}")


def _by_the_grid(case: Case) -> PaperRuling:
    grid, issued = case.policy.paper, document_date(case)
    reading = read_type(
        case.envelope,
        None if issued.assumed else issued.day.year,
        normative_decision=grid.normative_decision_is_vbqppl,
    )
    column = column_of(case.examined.verdict, weak_counts=_weak_counts(case))
    period = period_of(grid, issued.day)
    duty = period.cells[row_of(grid, reading.type)][column]
    if reading.conflict and duty is PaperDuty.PAPERLESS:
        duty = PaperDuty.PAPER_TOO
    return PaperRuling(
        duty=duty,
        cell=f"{reading.type}/{column}/{period.name}",
        type=reading.type,
        read_from=reading.read_from,
        conflict=reading.conflict,
        sender_said=_sender_said(case.envelope),
        ours=case.registry.is_ours(case.envelope.sender.code),
    )


def _sender_said(envelope: Envelope) -> int | None:
    return envelope.business.paper if envelope.business else None


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """The day the paper rule goes by."""

    day: date
    #: Something was written for a PromulgationDate, and it cannot be that.
    doubtful: bool = False
    #: The day of arrival stands in for it.
    assumed: bool = False


def document_date(case: Case) -> DocumentDate:
    """The PromulgationDate where plausible, else the day of arrival in Vietnam."""
    envelope, grid = case.envelope, case.policy.paper
    written = envelope.promulgated
    latest = case.today + timedelta(days=grid.future_days)
    if written and grid.earliest <= written <= latest:
        return DocumentDate(written)
    doubtful = bool(written or envelope.promulgated_text.strip())
    return DocumentDate(case.today, doubtful=doubtful, assumed=True)


def row_of(grid: PaperPolicy, kind: DocumentType) -> GridRow:
    """The row a type stands in."""
    if kind in grid.parallel_types:
        return GridRow.PARALLEL_TYPE
    named = kind in grid.paperless_types
    return GridRow.PAPERLESS_TYPE if named else GridRow.UNNAMED_TYPE


def _weak_counts(case: Case) -> bool:
    """Whether the document is of the days when weak algorithms were the rule.

    Its own date and the day it arrived: an old date is written in a moment.
    """
    until = case.policy.paper.weak_until
    return until is not None and max(document_date(case).day, case.today) <= until


def column_of(verdict: Verdict, *, weak_counts: bool = False) -> SignedColumn:
    """The column a verdict stands in.

    Signed is: the document itself is signed and none failed; that another signature
    could not be concluded is the rule `signatures`' matter.
    """
    match verdict.headline:
        case Headline.FAILED:
            return SignedColumn.FAILED
        case _ if verdict.signed or (weak_counts and verdict.weakly_signed):
            return SignedColumn.SIGNED
        case Headline.INDETERMINATE:
            return SignedColumn.INDETERMINATE
        case Headline.UNSIGNED | Headline.PASSED:
            return SignedColumn.UNSIGNED


def period_of(grid: PaperPolicy, day: date) -> PaperPeriod:
    """The last period begun by a day; the first one has no beginning."""
    begun = (p for p in grid.periods if p.first_day is None or p.first_day <= day)
    return max(begun, key=lambda period: period.first_day or date.min)


def _fault(case: Case) -> FaultCode:
    match column_of(case.examined.verdict, weak_counts=_weak_counts(case)):
        case SignedColumn.FAILED:
            return FaultCode.SIGNATURE_BROKEN
        case SignedColumn.UNSIGNED:
            return FaultCode.SIGNATURE_MISSING
        case SignedColumn.INDETERMINATE | SignedColumn.SIGNED:
            return FaultCode.SIGNATURE_UNCERTAIN
