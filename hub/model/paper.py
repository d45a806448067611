"""The paper that goes beside a document: one task a receiver, and its steps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.model.ids import AgencyCode, ArrivalId, DocumentKey


class PaperWay(StrEnum):
    """Which way the paper goes, seen from the district."""

    #: The sender is attached here: it prints and sends.
    OUT = "out"
    #: The sender is elsewhere: its paper is awaited, and compared when it comes.
    IN = "in"


class PaperState(StrEnum):
    """How far the paper of one receiver is."""

    OPEN = "open"
    PRINTED = "printed"
    SENT = "sent"
    RECEIVED = "received"
    #: The paper that came is not what the electronic copy says: a person's matter.
    DIFFERS = "differs"
    NOT_NEEDED = "not-needed"
    #: The document was recalled, or this receiver was taken off it.
    RECALLED = "recalled"


_S = PaperState
#: Nothing is left to do.
ENDED = frozenset({_S.RECEIVED, _S.NOT_NEEDED, _S.RECALLED})
UNDER_WAY = frozenset(_S) - ENDED

#: Step -> the states it may be taken from. Clerks skip steps; nobody goes back but by
#: OPEN, which puts a mistake right.
STEPS: dict[PaperState, frozenset[PaperState]] = {
    _S.OPEN: frozenset(_S) - {_S.OPEN, _S.RECALLED},
    _S.PRINTED: frozenset({_S.OPEN}),
    _S.SENT: frozenset({_S.OPEN, _S.PRINTED}),
    _S.RECEIVED: UNDER_WAY,
    _S.DIFFERS: frozenset({_S.OPEN, _S.PRINTED, _S.SENT, _S.RECEIVED}),
    _S.NOT_NEEDED: UNDER_WAY,
    _S.RECALLED: UNDER_WAY,
}
#: Steps that nobody believes without a word why.
WANT_A_REASON = frozenset({_S.OPEN, _S.DIFFERS, _S.NOT_NEEDED})


@dataclass(frozen=True, slots=True)
class PaperStep:
    """One step of a task, as an operator says it."""

    task: str
    state: PaperState
    at: datetime
    actor: str
    #: Number of the post's slip; letters, digits, hyphens. Only with SENT.
    post_number: str = ""
    #: Free text: particulars.
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One task with what lists show of its document."""

    id: str
    document: DocumentKey
    agency: AgencyCode
    opened_at: datetime
    way: PaperWay
    #: Paperless by type and signed, but the sender keeps to paper.
    kept: bool
    state: PaperState
    #: When the state was reached.
    moved_at: datetime
    arrival: ArrivalId | None
    sent_at: datetime | None
    post_number: str
    sender: AgencyCode
    document_id: str
    notation: str
    type: str
    headline: str
