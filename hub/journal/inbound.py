"""What agencies published and no door could take: on a person's list, once."""

from datetime import datetime
from functools import partial
from uuid import UUID, uuid5

from sqlalchemy import Connection, and_, select

from hub.journal import projecting
from hub.journal.databases import Database
from hub.journal.entries import OWN, WHOLE, append, read_entry
from hub.journal.tables import desk, entries
from hub.model.ids import AgencyCode, Digest
from hub.model.inbound import Unaccepted, UnacceptedItem
from hub.model.records import DeskItem, DeskName, Entry, Facts, NewEntry, Tag

#: Never change it: the same message is the same matter, however often it comes.
_NAMESPACE = UUID("8d0e3f6a-0b58-4a59-9a07-6f3a1f6f1d02")


class SqlUnaccepted:
    """See `hub.agencies.inbound.Refusals`; and what a person does with them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unaccepted(self, what: Unaccepted, at: datetime) -> bool:
        """Put it on its list; False: it was put there before."""
        return await self._database.write(partial(_list, what=what, at=at))

    async def listed(self) -> list[UnacceptedItem]:
        """What waits for a person, oldest first."""
        return await self._database.read(_listed)

    async def settled(self, item: str, actor: str, reason: str, at: datetime) -> bool:
        """A person took note of one; False: it is off its list."""
        work = partial(_settled, item=item, actor=actor, reason=reason, at=at)
        return await self._database.write(work)


def _list(connection: Connection, what: Unaccepted, at: datetime) -> bool:
    item = DeskItem(
        id=uuid5(_NAMESPACE, f"{what.source}\n{what.message_id}\n{what.digest}").hex,
        desk=DeskName.INBOUND,
        since=at,
        reason=what.reason,
        agency=what.agency,
    )
    known = select(desk.c.id).where(desk.c.id == item.id)
    if connection.execute(known).first():
        return False
    entry = NewEntry(
        Tag.MESSAGE_REFUSED,
        at,
        agency=what.agency,
        actor=what.source,
        facts={**_facts(what), OWN: item},
        particulars={"story": what.story},
    )
    append(connection, [entry])
    projecting.open_desk(connection, item)
    return True


def _facts(what: Unaccepted) -> Facts:
    return {
        "source": what.source,
        "inbound_id": what.message_id,
        "user_id": what.user_id,
        "digest": what.digest,
        "size": what.size,
        "content_type": what.content_type,
        "reason": what.reason,
    }


def _listed(connection: Connection) -> list[UnacceptedItem]:
    waits = and_(desk.c.desk == DeskName.INBOUND, desk.c.closed_at.is_(None))
    waiting = set(connection.execute(select(desk.c.id).where(waits)).scalars())
    if not waiting:
        return []
    query = WHOLE.where(entries.c.tag == Tag.MESSAGE_REFUSED).order_by(entries.c.id)
    told = [read_entry(row) for row in connection.execute(query)]
    return [_read(entry) for entry in told if entry.facts[OWN]["id"] in waiting]


def _read(entry: Entry) -> UnacceptedItem:
    facts = entry.facts
    what = Unaccepted(
        agency=AgencyCode(entry.agency) if entry.agency else None,
        source=facts["source"],
        message_id=facts["inbound_id"],
        reason=facts["reason"],
        digest=Digest(facts["digest"]),
        size=facts["size"],
        user_id=facts["user_id"],
        content_type=facts["content_type"],
        story=(entry.particulars or {}).get("story", ""),
    )
    return UnacceptedItem(facts[OWN]["id"], entry.moment, what)


def _settled(
    connection: Connection, item: str, actor: str, reason: str, at: datetime
) -> bool:
    here = and_(desk.c.id == item, desk.c.desk == DeskName.INBOUND)
    stands = and_(here, desk.c.closed_at.is_(None))
    row = connection.execute(select(desk).where(stands).with_for_update()).first()
    if row is None:
        return False
    told = NewEntry(
        Tag.DESK_SEEN,
        at,
        agency=row.agency,
        actor=actor,
        facts={"desk": DeskName.INBOUND, "item": item},
        particulars={"reason": reason},
    )
    append(connection, [told])
    projecting.off_the_list(connection, item, at)
    return True
