"""Outbox rows as they are planned, one or thousands at once, with their deliveries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, exists, insert, or_, select, update

from hub.journal.databases import in_parts, insert_all_new, insert_if_new
from hub.journal.forward_rows import forward_planned, forward_state
from hub.journal.rows import outbox_values
from hub.journal.tables import deliveries, desk, documents, outbox
from hub.model.deliveries import DeliveryState
from hub.model.ids import Digest, DocumentKey
from hub.model.records import DocumentRow, OutboxKind, OutboxRow, OutboxState


def plan_all(
    connection: Connection,
    rows: Sequence[OutboxRow],
    document: DocumentRow | None,
    at: datetime,
) -> None:
    """Rows of one decision: a document to thousands must not keep others waiting.

    `document`: the one it is about.
    """
    known = _known(connection, [row.id for row in rows])
    keys = {row.document for row in rows}
    contents = {key: _content(connection, document, key) for key in keys}
    new = [row for row in rows if row.id not in known]
    insert_all_new(connection, outbox, [outbox_values(row) for row in new])
    going = [
        _delivery_values(row, at) | {"content": contents[row.document]}
        for row in new
        if row.kind is OutboxKind.DELIVER
    ]
    insert_all_new(connection, deliveries, going)
    for row in new:
        if row.kind is OutboxKind.FORWARD:
            forward_planned(connection, row, at, contents[row.document])
    for row in rows:
        if row.id in known:
            plan(connection, row, at, contents[row.document])


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in in_parts(ids):
        here = outbox.c.id.in_(some)
        found |= set(connection.execute(select(outbox.c.id).where(here)).scalars())
    return found


def _content(
    connection: Connection, document: DocumentRow | None, key: DocumentKey | None
) -> Digest | None:
    """What a row about this document carries: an update gives out another one's."""
    if document is None or key in {document.key, None}:
        return document.content if document else None
    query = select(documents.c.content).where(documents.c.key == key)
    content = connection.execute(query).scalar_one_or_none()
    return Digest(content) if content else None


def plan(
    connection: Connection,
    row: OutboxRow,
    at: datetime,
    content: Digest | None = None,
) -> None:
    """Add an outbox row; one that is there already stays as it is.

    But one that was given up or discarded gets another life, frozen as it was: somebody
    sent the document again, or let it pass.
    """
    if insert_if_new(connection, outbox, outbox_values(row)):
        if row.kind is OutboxKind.DELIVER:
            values = _delivery_values(row, at) | {"content": content}
            connection.execute(insert(deliveries), values)
        if row.kind is OutboxKind.FORWARD:
            forward_planned(connection, row, at, content)
        return
    thrown = exists().where(
        deliveries.c.id == outbox.c.id, deliveries.c.state == DeliveryState.DISCARDED
    )
    ended = or_(outbox.c.state == OutboxState.GIVEN_UP, thrown)
    dead = and_(outbox.c.id == row.id, ended)
    again = {"state": OutboxState.WAITING, "attempts": 0, "due_at": row.due_at}
    revived = update(outbox).where(dead).values(**again, deadline=row.deadline)
    if connection.execute(revived).rowcount:
        here = update(deliveries).where(deliveries.c.id == row.id)
        connection.execute(here.values(state=DeliveryState.PLANNED))
        forward_state(connection, row.id, DeliveryState.PLANNED)
        listed = and_(desk.c.outbox == row.id, desk.c.closed_at.is_(None))
        connection.execute(update(desk).where(listed).values(closed_at=at))


def _delivery_values(row: OutboxRow, at: datetime) -> dict[str, object]:
    return {
        "id": row.id,
        "document": row.document,
        "agency": row.agency,
        "arrival": row.arrival,
        "queue": row.target,
        "body": row.body,
        "state": DeliveryState.PLANNED,
        "planned_at": at,
        "queued_at": None,
        "fetched_at": None,
        "acknowledged_at": None,
        "way": "",
    }
