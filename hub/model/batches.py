"""An operator's work on many matters at once; its list is frozen when it begins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.model.ids import Digest
from hub.model.records import DeskItem, OutboxKind
from hub.model.targets import Target


class BatchAction(StrEnum):
    """What is done to each matter."""

    #: A dead letter leaves again: the same id, the same bytes.
    REPLAY = "replay"
    #: It never leaves, and whoever waits for it hears so.
    DISCARD = "discard"
    #: A held document passes.
    RELEASE = "release"
    #: Its source hears a refusal.
    REFUSE = "refuse"


class BatchState(StrEnum):
    """Whether anything of it is still to be done."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Batch:
    """What an operator asked for, whole; stands in the entry that begins it."""

    id: str
    action: BatchAction
    #: Ids of matters on lists (`DeskItem.id`), each once.
    items: tuple[str, ...]
    #: Code of the refusal; "": the one for which each was held.
    code: str = ""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as lists show it."""

    id: str
    action: BatchAction
    actor: str
    state: BatchState
    begun_at: datetime
    total: int
    #: Looked at so far, and how many of those were off their list already.
    done: int
    skipped: int
    ended_at: datetime | None = None
    #: The operator's words; "" where they were erased.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for it, when, and why: nothing is moved without a reason."""

    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What only a person can move, with what it is grouped by."""

    item: DeskItem
    kind: OutboxKind
    target: str
    attempts: int
    #: SHA-256 of the certificates that signed the document, as last judged.
    certificates: tuple[Digest, ...] = ()
    #: DocumentId and number of the document; "" where it is secret or not read.
    document_id: str = ""
    notation: str = ""

    @property
    def cause(self) -> str:
        """What its reason begins with: "deadline", "unroutable", a fault's code."""
        return cause_of(self.item.reason)


#: How long a row to a target is tried.
Patience = Callable[[Target], timedelta]


def cause_of(reason: str) -> str:
    """The group of a reason; the rest of it differs from row to row."""
    begin, colon, _ = reason.partition(":")
    if colon:
        return begin.strip()
    return "bounced" if reason.startswith("bounced ") else reason
