"""What becomes of a delivery once it left: fetched, acknowledged, rejected; once."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, Select, and_, exists, select

from hub.journal import projecting
from hub.journal.entries import OWN, append
from hub.journal.tables import deliveries, desk, outbox, shelf
from hub.model.records import (
    DeskItem,
    DeskName,
    Facts,
    NewEntry,
    OutboxKind,
    Tag,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why what was sent to an agency is a dead letter."""

    #: As it stands on the list (`hub.console.words`).
    reason: str
    #: What else is known: the broker's `x-death`, an SMTP code.
    facts: Facts = field(default_factory=dict, hash=False)
    #: The agency's own words; particulars.
    words: str = field(default="", repr=False)


def record_fetched(
    connection: Connection, delivery: str, at: datetime, actor: str = ""
) -> bool:
    """Record once that an agency has a delivery; False: it had it already.

    `actor`: who says so; "": the agency itself.
    """
    here = (deliveries.c.id == delivery) & deliveries.c.fetched_at.is_(None)
    row = _locked(connection, select(deliveries).where(here))
    if row is None:
        return False
    told = _about(Tag.DELIVERY_FETCHED, row, {"message_id": row["id"]}, at)
    append(connection, [replace(told, actor=actor or row["agency"])])
    projecting.fetched(connection, row["id"], at)
    return True


def record_acknowledged(
    connection: Connection, delivery: str, at: datetime, code: str = ""
) -> bool:
    """Record once that an agency confirmed a delivery; False: it had, or it has none.

    `code`: the status by which it said so ("01", "03"); "": it acknowledged it.
    """
    query = select(deliveries).where(deliveries.c.id == delivery)
    row = _locked(connection, query)
    if row is None or row["acknowledged_at"] is not None:
        return False
    facts = {"message_id": row["id"]} | ({"code": code} if code else {})
    told = _about(Tag.DELIVERY_CONFIRMED, row, facts, at)
    append(connection, [replace(told, actor=row["agency"])])
    projecting.confirmed(connection, row["id"], at)
    return True


def record_notice_taken(connection: Connection, notice: str, at: datetime) -> bool:
    """Record once that an agency took a notice off its shelf; False: it had."""
    stands = exists().where(shelf.c.id == outbox.c.id, shelf.c.off_at.is_(None))
    here = and_(outbox.c.id == notice, outbox.c.kind == OutboxKind.NOTICE, stands)
    row = _locked(connection, select(outbox).where(here))
    if row is None:
        return False
    told = _about(Tag.NOTICE_CONFIRMED, row, {"message_id": notice}, at)
    append(connection, [replace(told, actor=row["agency"])])
    projecting.confirmed(connection, notice, at)
    return True


def record_rejected(
    connection: Connection, message_id: str, refusal: Refusal, at: datetime
) -> bool:
    """List what an agency will not take; False: it is listed, or nothing of ours."""
    row = _left_for_an_agency(connection, message_id)
    if row is None:
        return False
    item = DeskItem(
        id=uuid4().hex,
        desk=DeskName.DEAD,
        since=at,
        reason=refusal.reason,
        arrival=row["arrival"],
        document=row["document"],
        agency=row["agency"],
        outbox=message_id,
    )
    told = {**refusal.facts, "message_id": message_id, OWN: item}
    entry = _about(Tag.DELIVERY_REJECTED, row, told, at)
    said = {"words": refusal.words} if refusal.words else None
    append(connection, [replace(entry, particulars=said)])
    projecting.rejected(connection, message_id, item)
    return True


def _left_for_an_agency(connection: Connection, message_id: str) -> RowMapping | None:
    """A delivery or a notice that no agency has rejected yet."""
    here = select(deliveries).where(deliveries.c.id == message_id)
    row = _locked(connection, here)
    if row is not None:
        return None if row["state"] == projecting.REJECTED else row
    listed = exists().where(desk.c.outbox == outbox.c.id, desk.c.closed_at.is_(None))
    notice = and_(outbox.c.id == message_id, outbox.c.kind == OutboxKind.NOTICE)
    return _locked(connection, select(outbox).where(notice, ~listed))


def _locked(
    connection: Connection, query: Select[*tuple[object, ...]]
) -> RowMapping | None:
    return connection.execute(query.with_for_update()).mappings().one_or_none()


def _about(tag: Tag, row: RowMapping, facts: Facts, at: datetime) -> NewEntry:
    return NewEntry(
        tag, at, row["arrival"], row["document"], row["agency"], facts=facts
    )
