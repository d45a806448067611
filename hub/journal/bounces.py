"""The port `Bounces`: receipts that could not be delivered after all."""

from datetime import datetime
from functools import partial
from hashlib import sha256

from sqlalchemy import Connection, exists, select

from hub.journal import projecting
from hub.journal.databases import Database
from hub.journal.entries import OWN, append
from hub.journal.tables import desk, outbox
from hub.model.records import DeskItem, DeskName, NewEntry, OutboxKind, Tag


class SqlBounces:
    """See `hub.ports.Bounces`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bounced(self, receipt: str, status: str, at: datetime) -> bool:
        work = partial(_bounced, receipt=receipt, status=status, at=at)
        return await self._database.write(work)


def _bounced(connection: Connection, receipt: str, status: str, at: datetime) -> bool:
    here = (outbox.c.id == receipt) & (outbox.c.kind == OutboxKind.ANSWER)
    row = connection.execute(select(outbox).where(here).with_for_update()).first()
    if row is None:
        return False
    item = DeskItem(
        id=sha256(f"bounced/{receipt}".encode()).hexdigest()[:32],
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
