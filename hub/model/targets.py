"""Whom rows go to: one breaker and one plan of retries a target."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.model.records import OutboxKind, OutboxRow


class TargetKind(StrEnum):
    """Kinds of targets, as policy.yaml names them (`delivery.kinds`)."""

    #: Our own queues of pointers.
    ARRIVALS = "arrivals"
    #: An agency attached here, by the slug of its queues.
    AGENCIES = "agencies"
    #: Another system, by the name of its source.
    SOURCES = "sources"
    #: Whoever is called by alerts.
    OPERATORS = "operators"


#: What kind of target a kind of row goes to; whatever is not here goes to a source.
_KINDS: Mapping[OutboxKind, TargetKind] = {
    OutboxKind.WAKE: TargetKind.ARRIVALS,
    OutboxKind.DELIVER: TargetKind.AGENCIES,
    OutboxKind.NOTICE: TargetKind.AGENCIES,
    OutboxKind.ALERT: TargetKind.OPERATORS,
}


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One target; its id is what commands and tables call it."""

    kind: TargetKind
    name: str

    @property
    def id(self) -> str:
        """`agencies/xa-giao-an`."""
        return f"{self.kind}/{self.name}"


def kind_of(kind: OutboxKind) -> TargetKind:
    """What kind of target a kind of row goes to."""
    return _KINDS.get(kind, TargetKind.SOURCES)


def target_of(row: OutboxRow) -> Target:
    """Whom a row goes to."""
    return Target(kind_of(row.kind), row.target)


class BreakerState(StrEnum):
    """Whether anything is sent to a target."""

    CLOSED = "closed"
    #: It failed too often in a row: one try at a time, after a pause.
    OPEN = "open"
    #: An operator opened it: nothing is tried before an operator closes it.
    HELD = "held"


@dataclass(frozen=True, slots=True)
class BreakerRow:
    """A breaker as the journal knows it; a target without a row is closed."""

    target: Target
    state: BreakerState
    #: Since when it has been so.
    since: datetime
    #: "hub", or the operator.
    actor: str
    #: The last trouble ("down: HTTP 503"); "" where an operator opened it.
    why: str = ""
    #: When the next try may go; None unless OPEN.
    open_until: datetime | None = None
