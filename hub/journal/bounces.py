"""The port `Bounces`: receipts that could not be delivered after all."""

from datetime import datetime
from functools import partial
from hashlib import sha256

from sqlalchemy import Connection, and_, exists, func, select

from hub.journal import projecting
from hub.journal.databases import Database
from hub.journal.delivering import Refusal, record_rejected
from hub.journal.entries import OWN, append
from hub.journal.forward_rows import SENT, forward_lost
from hub.journal.tables import deliveries, desk, entries, forwards, outbox
from hub.model.records import DeskItem, DeskName, NewEntry, OutboxKind, Tag

#: An outbox row that left for an agency by mail, as its entry says.
_mailed = exists().where(
    outbox.c.kind.in_((OutboxKind.DELIVER, OutboxKind.NOTICE)),
    entries.c.document == outbox.c.document,
    entries.c.tag.in_((Tag.DELIVERY_QUEUED, Tag.NOTICE_QUEUED)),
    entries.c.facts.contains('"way":"mail"'),
    entries.c.facts.contains(outbox.c.id),
)
_known = exists().where(
    deliveries.c.id == outbox.c.id, deliveries.c.acknowledged_at.is_not(None)
)


def _came_back(
    connection: Connection, message_id: str, status: str, at: datetime
) -> bool:
    """What an agency's mailbox did not take after all; once.

    Anybody can write a report: what went another way never came back by mail, and what
    an agency acknowledged has arrived, whatever a report claims.
    """
    mailed = select(outbox.c.id).where(outbox.c.id == message_id, _mailed, ~_known)
    if connection.execute(mailed).first() is None:
        return False
    refusal = Refusal(f"bounced {status}", {"status": status})
    record_rejected(connection, message_id, refusal, at)
    return True


def _letter_came_back(
    connection: Connection, message_id: str, status: str, at: datetime
) -> bool:
    """What a body elsewhere did not take after all; once.

    A letter is known at the other side by our own id, what went another way is not.
    """
    here = and_(forwards.c.outbox == message_id, forwards.c.remote == message_id)
    sent = select(outbox).join(forwards, forwards.c.outbox == outbox.c.id)
    row = connection.execute(sent.where(here, forwards.c.state == SENT)).first()
    if row is None:
        return False
    item = DeskItem(
        id=_matter(connection, message_id),
        desk=DeskName.DEAD,
        since=at,
        reason=f"bounced {status}",
        arrival=row.arrival,
        document=row.document,
        outbox=message_id,
    )
    facts = {"message_id": message_id, "status": status, OWN: item}
    told = NewEntry(Tag.FORWARD_BOUNCED, at, row.arrival, row.document, facts=facts)
    append(connection, [told])
    forward_lost(connection, message_id)
    projecting.open_desk(connection, item)
    return True


class SqlBounces:
    """See `hub.mail_ports.Bounces`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bounced(self, receipt: str, status: str, at: datetime) -> bool:
        work = partial(_bounced, receipt=receipt, status=status, at=at)
        return await self._database.write(work)


def _bounced(connection: Connection, receipt: str, status: str, at: datetime) -> bool:
    if _came_back(connection, receipt, status, at):
        return True
    if _letter_came_back(connection, receipt, status, at):
        return True
    here = (outbox.c.id == receipt) & (outbox.c.kind == OutboxKind.ANSWER)
    row = connection.execute(select(outbox).where(here).with_for_update()).first()
    if row is None:
        return False
    item = DeskItem(
        id=_matter(connection, receipt),
        desk=DeskName.DEAD,
        since=at,
        reason=f"bounced {status}",
        arrival=row.arrival,
        document=row.document,
        agency=row.agency,
        outbox=receipt,
    )
    known = select(exists().where(desk.c.id == item.id))
    if not connection.execute(known).scalar_one():
        facts = {"receipt": receipt, "status": status, OWN: item}
        told = NewEntry(
            Tag.RECEIPT_BOUNCED, at, row.arrival, row.document, row.agency, facts=facts
        )
        append(connection, [told])
        projecting.open_desk(connection, item)
    return True


def _matter(connection: Connection, receipt: str) -> str:
    """One matter however many reports come; another once it was sent again."""
    sent = select(outbox.c.arrival).where(outbox.c.id == receipt)
    replays = and_(
        entries.c.tag == Tag.DELIVERY_REPLAYED,
        entries.c.arrival == sent.scalar_subquery(),
        entries.c.facts.contains(receipt),
    )
    lives = connection.execute(select(func.count()).where(replays)).scalar_one()
    name = f"bounced/{receipt}/{lives}" if lives else f"bounced/{receipt}"
    return sha256(name.encode()).hexdigest()[:32]
