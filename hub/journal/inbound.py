"""What agencies published and no door could take: on a person's list, once."""

from datetime import datetime
from functools import partial
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from hub.journal import projecting
from hub.journal.databases import Database
from hub.journal.entries import OWN, append
from hub.journal.tables import desk
from hub.model.inbound import Unaccepted
from hub.model.records import DeskItem, DeskName, NewEntry, Tag

#: Never change it: the same message is the same matter, however often it comes.
_NAMESPACE = UUID("8d0e3f6a-0b58-4a59-9a07-6f3a1f6f1d02")


class SqlUnaccepted:
    """See `hub.agencies.inbound.Refusals`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unaccepted(self, what: Unaccepted, at: datetime) -> bool:
        """Put it among the dead letters; False: it was put there before."""
        return await self._database.write(partial(_list, what=what, at=at))


def _list(connection: Connection, what: Unaccepted, at: datetime) -> bool:
    item = DeskItem(
        id=uuid5(_NAMESPACE, f"{what.source}\n{what.message_id}\n{what.digest}").hex,
        desk=DeskName.DEAD,
        since=at,
        reason=what.reason,
        agency=what.agency,
    )
    known = select(desk.c.id).where(desk.c.id == item.id)
    if connection.execute(known).first():
        return False
    facts = {
        "source": what.source,
        "inbound_id": what.message_id,
        "user_id": what.user_id,
        "digest": what.digest,
        "size": what.size,
        "content_type": what.content_type,
        "reason": what.reason,
        OWN: item,
    }
    entry = NewEntry(
        Tag.MESSAGE_REFUSED,
        at,
        agency=what.agency,
        actor=what.source,
        facts=facts,
        particulars={"story": what.story},
    )
    append(connection, [entry])
    projecting.open_desk(connection, item)
    return True
