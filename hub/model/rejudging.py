"""Verdicts left open because revocation was not to be had: judged again by itself.

The decision stands whatever comes of it; a verdict is added beside the first.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from hub.model.arrivals import Arrival
from hub.model.decisions import Lane
from hub.model.findings import SubIndication
from hub.model.ids import AgencyCode, ArrivalId, Digest, DocumentKey, digest_of
from hub.model.records import DeskItem, Facts, NewEntry, OutboxRow
from hub.model.verdicts import Verdict


class VerdictState(StrEnum):
    """Whether a verdict will be judged again by itself."""

    OPEN = "open"
    SETTLED = "settled"
    #: Patience is over: on an operator's list.
    GIVEN_UP = "given-up"


class Turn(StrEnum):
    """What judging again came to, seen from the verdict before."""

    SAME = "same"
    BETTER = "better"
    WORSE = "worse"
    #: Another reason of the same weight.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and for how long, an open verdict is judged again."""

    #: Before the first time; doubled by every time in vain.
    first: timedelta = timedelta(minutes=10)
    longest: timedelta = timedelta(hours=6)
    #: After so long a person is told, and it is judged no more by itself.
    whole: timedelta = timedelta(days=30)

    def wait(self, tries: int) -> timedelta:
        """How long to wait after so many times in vain."""
        doubled = self.first * (1 << min(max(tries, 0), 20))
        return min(doubled, max(self.longest, self.first))


@dataclass(frozen=True, slots=True)
class Holder:
    """An agency that has the document, or will have it as it was frozen."""

    #: Of the delivery.
    message_id: str
    agency: AgencyCode
    queue: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open verdict that a worker has claimed, with all that judging again needs."""

    arrival: Arrival
    document: DocumentKey
    since: datetime
    until: datetime
    #: Times in vain, those of before an operator asked included.
    tries: int
    #: Token of the lease; the arrival's own claim is for carrying.
    claim: str
    #: Claims without an end: past a number, it is a bug.
    claims: int
    #: Facts of the verdict that counts now (`verdict_facts`).
    before: Facts = field(hash=False)
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejudgement:
    """All that one transaction writes when an open verdict was judged again."""

    case: OpenCase
    at: datetime
    #: The first says what happened; it carries what the projections need.
    entries: tuple[NewEntry, ...]
    headline: str
    state: VerdictState
    #: When next, while it is open.
    due_at: datetime
    waits_for: Digest
    outbox: tuple[OutboxRow, ...] = ()
    desk: tuple[DeskItem, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """An arrival whose verdict was left open once, as lists show it."""

    arrival: ArrivalId
    document: DocumentKey
    #: The headline of its decision, and the latest.
    decided: str
    headline: str
    state: VerdictState
    since: datetime
    until: datetime
    due_at: datetime
    tries: int
    #: When a verdict was last added; None: only the first is there.
    judged_at: datetime | None = None


def waits_for(verdict: Verdict) -> Digest:
    """Names the issuers whose revocation data a verdict lacks; the same set, the same.

    A digest: what stands in certificates of strangers is no word for a journal.
    """
    issuers = {
        finding.signer.issuer if finding.signer else ""
        for finding in verdict.findings
        if SubIndication.TRY_LATER in finding.reasons
    }
    return digest_of("\n".join(sorted(issuers)).encode())
