"""What waits, at one glance."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from hub.journal.tables import arrivals, desk, outbox, unsealed, verdicts
from hub.model.arrivals import ArrivalState
from hub.model.records import DeskName, OutboxKind, OutboxState
from hub.model.rejudging import VerdictState


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many outbox rows of one kind wait for one target."""

    kind: OutboxKind
    target: str
    rows: int


@dataclass(frozen=True, slots=True)
class DeskCount:
    """How many matters stand open on one list."""

    desk: DeskName
    items: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits, at one glance."""

    outbox: tuple[Backlog, ...]
    desks: tuple[DeskCount, ...]
    undecided: int
    #: When the oldest undecided arrival came.
    oldest: datetime | None
    unsealed: int
    #: Verdicts that lack revocation data and will be judged again.
    open_verdicts: int


def counts(connection: Connection) -> Counts:
    """Count it all in one view."""
    waiting = (
        select(outbox.c.kind, outbox.c.target, func.count())
        .where(outbox.c.state == OutboxState.WAITING)
        .group_by(outbox.c.kind, outbox.c.target)
        .order_by(outbox.c.kind, outbox.c.target)
    )
    desks = (
        select(desk.c.desk, func.count())
        .where(desk.c.closed_at.is_(None))
        .group_by(desk.c.desk)
        .order_by(desk.c.desk)
    )
    moment = arrivals.c.accepted_at.type
    open_ = select(func.count(), func.min(arrivals.c.accepted_at, type_=moment)).where(
        arrivals.c.state == ArrivalState.ACCEPTED
    )
    undecided, oldest = connection.execute(open_).one()
    listed = select(func.count()).select_from(unsealed)
    lacking = select(func.count()).where(verdicts.c.state == VerdictState.OPEN)
    return Counts(
        outbox=tuple(
            Backlog(OutboxKind(kind), target, rows)
            for kind, target, rows in connection.execute(waiting)
        ),
        desks=tuple(
            DeskCount(DeskName(name), items)
            for name, items in connection.execute(desks)
        ),
        undecided=undecided,
        oldest=oldest,
        unsealed=connection.execute(listed).scalar_one(),
        open_verdicts=connection.execute(lacking).scalar_one(),
    )
