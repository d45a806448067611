"""What can be wrong with a policy although every key has the right form."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import pairwise

from hub.model.decisions import Lane
from hub.model.documents import DocumentType, PaperDuty
from hub.model.limits import Limits
from hub.model.policy import (
    DeliveryPolicy,
    GridRow,
    PaperDeskPolicy,
    PaperPeriod,
    PaperPolicy,
    Policy,
    Remedy,
    RetryChange,
    SignaturePolicy,
    SignedColumn,
    StatusPolicy,
    VerificationPolicy,
)
from hub.model.retention import RetentionPolicy
from hub.rules.letters import run_together

#: Letters of a policy's name for people: it stands in tables.
_EDITION = 80
#: NIST SP 800-131A: below this RSA was given up long before edXML.
_LEAST_RSA_BITS = 1024
_MOST_FUTURE_DAYS = 366
_MOST_WORKING_DAYS = 366
_MOST_WORKING_HOURS = 2000
#: Days: a mistyped 3 must not erase last week; nobody keeps a hundred years "for now".
_LEAST_KEPT, _MOST_KEPT = 30, 36_600
#: "in" would read as the exchange agencies write to.
_TAKEN_LANES = frozenset((*Lane, "in"))
_STOPPED = frozenset({PaperDuty.HOLD, PaperDuty.REFUSE})


def problems_of(policy: Policy) -> Iterator[str]:
    """One sentence a problem."""
    if "default" not in policy.signatures:
        yield "signatures: the entry `default` is missing"
    if not 0 < len(policy.edition.strip()) <= _EDITION:
        yield f"edition: must name this version for people, up to {_EDITION} letters"
    yield from _signatures(policy.signatures)
    if not policy.secrecy.marks or not all(map(run_together, policy.secrecy.marks)):
        yield "secrecy.marks: must name at least one mark, and none of them empty"
    yield from _paper(policy.paper)
    yield from _paper_desk(policy.paper_desk)
    yield from _retention(policy.retention)
    yield from _statuses(policy.statuses)
    yield from _limits(policy.limits)
    yield from _verification(policy.verification)
    yield from _delivery(policy.delivery)


def _signatures(sources: Mapping[str, SignaturePolicy]) -> Iterator[str]:
    for name, policy in sources.items():
        place = f"signatures.{name}"
        if len(set(policy.signed_fields)) < len(policy.signed_fields):
            yield f"{place}.signed_fields: names a field twice"
        if policy.failed is Remedy.DELIVER:
            yield f"{place}.failed: a broken signature is never simply delivered"


def _paper(paper: PaperPolicy) -> Iterator[str]:
    for both in sorted(set(paper.paperless_types) & set(paper.parallel_types)):
        yield f"paper: {both} is named paperless and in parallel"
    if DocumentType.UNKNOWN in paper.paperless_types:
        yield "paper.paperless_types: a type nobody knows cannot go without paper"
    if not 0 <= paper.future_days <= _MOST_FUTURE_DAYS:
        yield f"paper.future_days: between 0 and {_MOST_FUTURE_DAYS}"
    yield from _order(paper.periods)
    for period in paper.periods:
        yield from _cells(period)


def _paper_desk(desk: PaperDeskPolicy) -> Iterator[str]:
    for one in fields(PaperDeskPolicy):
        if not 0 <= getattr(desk, one.name) <= _MOST_WORKING_DAYS:
            yield f"paper_desk.{one.name}: between 0 and {_MOST_WORKING_DAYS}"


def _retention(retention: RetentionPolicy) -> Iterator[str]:
    names = [one.name for one in retention.classes]
    if len(set(names)) < len(names) or "" in names:
        yield "retention.classes: names must differ, and none of them be empty"
    for one in retention.classes:
        for key in ("particulars_days", "bodies_days"):
            yield from _days(f"retention.classes.{one.name}.{key}", getattr(one, key))
    yield from _days("retention.operators_days", retention.operators_days)


def _days(place: str, days: int | None) -> Iterator[str]:
    if days is not None and not _LEAST_KEPT <= days <= _MOST_KEPT:
        yield f"{place}: days between {_LEAST_KEPT} and {_MOST_KEPT}, or null"


def _statuses(statuses: StatusPolicy) -> Iterator[str]:
    for one in fields(StatusPolicy):
        if not 0 <= getattr(statuses, one.name) <= _MOST_WORKING_HOURS:
            yield f"statuses.{one.name}: between 0 and {_MOST_WORKING_HOURS}"


def _order(periods: tuple[PaperPeriod, ...]) -> Iterator[str]:
    if not periods or periods[0].first_day is not None:
        yield "paper.periods: the first period must have `first_day: null`"
    days = [period.first_day for period in periods[1:]]
    if None in days:
        yield "paper.periods: only the first period may have `first_day: null`"
    dated = [day for day in days if day]
    if any(later <= earlier for earlier, later in pairwise(dated)):
        yield "paper.periods: must stand in the order of their first days"
    if len({period.name for period in periods}) < len(periods):
        yield "paper.periods: names must differ"


def _cells(period: PaperPeriod) -> Iterator[str]:
    for row in GridRow:
        for column in SignedColumn:
            place = f"paper.periods.{period.name}.{row}.{column}"
            duty = period.cells.get(row, {}).get(column)
            if duty is None:
                yield f"{place}: the cell is missing"
            elif column is SignedColumn.SIGNED and duty in _STOPPED:
                yield f"{place}: what is signed and sound cannot be stopped by paper"
            elif column is not SignedColumn.SIGNED and duty is PaperDuty.PAPERLESS:
                yield f"{place}: only what is signed may go without paper"


def _limits(limits: Limits) -> Iterator[str]:
    for one in fields(Limits):
        if getattr(limits, one.name) <= 0:
            yield f"limits.{one.name}: must be more than nothing"


def _verification(verification: VerificationPolicy) -> Iterator[str]:
    if verification.minimum_rsa_bits < _LEAST_RSA_BITS:
        yield f"verification.minimum_rsa_bits: at least {_LEAST_RSA_BITS}"
    if verification.clock_skew_seconds < 0:
        yield "verification.clock_skew_seconds: must not be negative"


def _delivery(delivery: DeliveryPolicy) -> Iterator[str]:
    yield from _retries("delivery", delivery)
    for kind, change in delivery.kinds.items():
        yield from _retries(f"delivery.kinds.{kind}", change)
    for name, change in delivery.targets.items():
        yield from _retries(f"delivery.targets.{name}", change)
    if min(delivery.inline_bytes, delivery.large_arrival_bytes) < 0:
        yield "delivery: sizes must not be negative"
    for key in ("inbound_bytes", "queue_length", "unread_minutes"):
        if getattr(delivery, key) <= 0:
            yield f"delivery.{key}: must be more than nothing"
    yield from _lanes(delivery)


def _lanes(delivery: DeliveryPolicy) -> Iterator[str]:
    """A lane is a queue's name, and a priority takes one lane only."""
    for name in delivery.lanes:
        if name in _TAKEN_LANES:
            yield f"delivery.lanes.{name}: this name is taken"
    grades = [grade for own in delivery.lanes.values() for grade in own]
    if len(set(grades)) < len(grades):
        yield "delivery.lanes: a priority may take one lane only"


def _retries(place: str, said: DeliveryPolicy | RetryChange) -> Iterator[str]:
    """What is wrong with a plan of retries, or with what changes one."""
    waits, jitter = said.backoff_seconds, said.jitter
    if waits is not None and (not waits or min(waits) <= 0):
        yield f"{place}.backoff_seconds: must name at least one wait, all above 0"
    if jitter is not None and not 0 <= jitter <= 1:
        yield f"{place}.jitter: a share between 0 and 1"
    for key in ("deadline_hours", "breaker_failures", "breaker_seconds"):
        value = getattr(said, key)
        if value is not None and value <= 0:
            yield f"{place}.{key}: must be more than nothing"
