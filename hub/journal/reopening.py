"""An operator's word on an arrival that waits: it is examined again under it."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, and_, exists, select

from hub.journal import projecting
from hub.journal.entries import append, facts_of
from hub.journal.tables import arrivals, desk, entries
from hub.journal.waking import Waking
from hub.model.batches import Asked
from hub.model.ids import ArrivalId
from hub.model.records import DeskName, NewEntry, Tag


def word(tag: Tag, arrival: ArrivalId, asked: Asked, code: str = "") -> NewEntry:
    """The entry of an operator's word on an arrival; `code`: of a refusal."""
    return NewEntry(
        tag,
        asked.at,
        arrival,
        actor=asked.actor,
        facts={"code": code} if code else {},
        particulars={"reason": asked.reason},
    )


def reopen(
    connection: Connection,
    waking: Waking,
    entry: NewEntry,
    desks: Sequence[DeskName],
) -> bool:
    """Write the word and wake the arrival; False: it is on none of these lists."""
    row = locked(connection, entry.arrival)
    waits = and_(desk.c.arrival == entry.arrival, desk.c.closed_at.is_(None))
    about_it = and_(waits, desk.c.outbox == "", desk.c.desk.in_(desks))
    listed = connection.execute(select(exists().where(about_it))).scalar_one()
    if row is None or not listed:
        return False
    append(connection, [entry])
    projecting.reopened(connection, row["id"], entry.moment)
    waking.wake(connection, row["id"], row["size"], entry.moment)
    return True


def refuse(
    connection: Connection,
    waking: Waking,
    arrival: ArrivalId,
    asked: Asked,
    code: str = "",
) -> bool:
    """Refuse what is held; `code` "": by the one for which it was held."""
    held = and_(
        desk.c.arrival == arrival,
        desk.c.closed_at.is_(None),
        desk.c.desk == DeskName.HELD,
        desk.c.outbox == "",
    )
    why = select(desk.c.reason).where(held).order_by(desk.c.since, desk.c.id).limit(1)
    reason = connection.execute(why).scalar_one_or_none()
    if reason is None:
        return False
    told = word(Tag.ARRIVAL_REFUSED, arrival, asked, code or reason)
    return reopen(connection, waking, told, (DeskName.HELD,))


def locked(connection: Connection, arrival: ArrivalId | None) -> RowMapping | None:
    """The row of an arrival, held until the transaction ends."""
    query = select(arrivals).where(arrivals.c.id == arrival).with_for_update()
    return connection.execute(query).mappings().one_or_none()


def last_word(connection: Connection, arrival: ArrivalId) -> tuple[bool, str]:
    """An operator's last word on an arrival: a yes, or the code of a no."""
    words = (Tag.ARRIVAL_RELEASED, Tag.ARRIVAL_REFUSED)
    said = and_(entries.c.arrival == arrival, entries.c.tag.in_(words))
    query = select(entries.c.tag, entries.c.facts).where(said)
    row = connection.execute(query.order_by(entries.c.id.desc()).limit(1)).first()
    if row is None:
        return False, ""
    yes = row.tag == Tag.ARRIVAL_RELEASED
    return yes, "" if yes else facts_of(row.facts)["code"]
