"""What a replay and a discard change: when their entry is written, and by rebuild."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, select, update

from hub.journal import projecting
from hub.journal.followers import followers_hear
from hub.journal.forward_rows import forward_state
from hub.journal.recall_rows import receivers_of
from hub.journal.tables import deliveries, desk, outbox
from hub.model.records import OutboxKind, OutboxState, Tag


@dataclass(frozen=True, slots=True)
class Moved:
    """What an entry on a dead letter keeps for `rebuild`."""

    message_id: str
    #: Until when it is tried; None: for ever, or never again.
    deadline: datetime | None = None


def dead_moved(connection: Connection, tag: Tag, moved: Moved, at: datetime) -> None:
    """What an entry on a dead letter says of it."""
    if tag is Tag.DELIVERY_REPLAYED:
        _replayed(connection, moved, at)
    else:
        _discarded(connection, moved, at)


def _replayed(connection: Connection, moved: Moved, at: datetime) -> None:
    """It leaves again, frozen as it was; what it was before is forgotten."""
    again = {
        "state": OutboxState.WAITING,
        "attempts": 0,
        "due_at": at,
        "deadline": moved.deadline,
        "lease": "",
        "lease_until": None,
    }
    here = outbox.c.id == moved.message_id
    connection.execute(update(outbox).where(here).values(again))
    anew = {"state": projecting.PLANNED, "queued_at": None, "fetched_at": None}
    connection.execute(update(deliveries).where(_unknown_to(moved)).values(anew))
    forward_state(connection, moved.message_id, projecting.PLANNED)
    _off_the_lists(connection, moved, at)


def _discarded(connection: Connection, moved: Moved, at: datetime) -> None:
    """It never leaves; notices on it neither, and receipts that wait say so."""
    here = outbox.c.id == moved.message_id
    row = connection.execute(select(outbox).where(here)).one()
    if row.state == OutboxState.GIVEN_UP:
        ended = update(outbox).where(here).values(state=OutboxState.CANCELLED)
        connection.execute(ended)
    gone = {"state": projecting.DISCARDED}
    connection.execute(update(deliveries).where(_unknown_to(moved)).values(gone))
    forward_state(connection, moved.message_id, projecting.DISCARDED)
    _off_the_lists(connection, moved, at)
    if row.kind == OutboxKind.DELIVER:
        followers_hear(connection, row.document, (row.agency,))
    if row.kind == OutboxKind.FORWARD:
        followers_hear(connection, row.document, receivers_of(connection, row.id))


def _unknown_to(moved: Moved) -> ColumnElement[bool]:
    """Condition: the delivery, unless its agency said that it has it."""
    unsaid = deliveries.c.acknowledged_at.is_(None)
    return and_(deliveries.c.id == moved.message_id, unsaid)


def _off_the_lists(connection: Connection, moved: Moved, at: datetime) -> None:
    listed = and_(desk.c.outbox == moved.message_id, desk.c.closed_at.is_(None))
    connection.execute(update(desk).where(listed).values(closed_at=at))
