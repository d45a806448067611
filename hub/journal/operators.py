"""What persons and agencies do to what is recorded; each is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    delete,
    exists,
    select,
)

from hub.journal import projecting
from hub.journal.asking import broke
from hub.journal.databases import Database
from hub.journal.delivering import Refusal, record_fetched, record_rejected
from hub.journal.entries import OWN, append
from hub.journal.reopening import locked, refuse, reopen, word
from hub.journal.tables import (
    desk,
    entries,
    particulars,
)
from hub.journal.verdict_rows import forget
from hub.journal.waking import Waking
from hub.model.batches import Asked
from hub.model.ids import ArrivalId
from hub.model.records import (
    DeskItem,
    DeskName,
    Facts,
    NewEntry,
    Tag,
)


class Operators:
    """Entries that are not the path's own."""

    def __init__(self, database: Database, waking: Waking) -> None:
        self._database = database
        self._waking = waking

    async def release(
        self, arrival: ArrivalId, actor: str, reason: str, at: datetime
    ) -> bool:
        """Let a held arrival through; False: it is not held.

        What is secret is never let through, what was buried was judged by nobody.
        """
        asked = Asked(actor, at, reason)
        return await self._reopen(Tag.ARRIVAL_RELEASED, arrival, asked, DeskName.HELD)

    async def refuse(self, arrival: ArrivalId, asked: Asked, code: str = "") -> bool:
        """Refuse a held arrival; False: it is not held.

        `code` "": by the one for which it was held. The source hears it as any refusal.
        """
        work = partial(
            refuse, waking=self._waking, arrival=arrival, asked=asked, code=code
        )
        return await self._database.write(work)

    async def bury(self, arrival: ArrivalId, story: str, at: datetime) -> None:
        """Put an arrival that no worker can carry on a list, with its story, once."""
        await self._database.write(partial(_bury, arrival=arrival, story=story, at=at))

    async def reject(self, message_id: str, facts: Facts, at: datetime) -> bool:
        """List a delivery that an agency's consumer rejected.

        False: it is listed already, or no delivery of ours has this id.
        """
        refusal = Refusal("rejected by the agency's consumer", facts)
        work = partial(record_rejected, message_id=message_id, refusal=refusal, at=at)
        return await self._database.write(work)

    async def fetched(self, delivery: str, at: datetime) -> bool:
        """Record once that an agency has a delivery; False: it had it already."""
        work = partial(record_fetched, delivery=delivery, at=at)
        return await self._database.write(work)

    async def erase(self, arrival: ArrivalId, actor: str, at: datetime) -> int:
        """Erase the particulars of an arrival's entries; returns how many."""
        work = partial(_erase, arrival=arrival, actor=actor, at=at)
        return await self._database.write(work)

    async def retry(
        self, arrival: ArrivalId, actor: str, reason: str, at: datetime
    ) -> bool:
        """Examine a buried arrival again, judged like any other; False: it is none.

        No yes of a person stands in it: what was broken then is refused now.
        """
        asked = Asked(actor, at, reason)
        return await self._reopen(Tag.DESK_CLOSED, arrival, asked, DeskName.BURIED)

    async def _reopen(
        self, tag: Tag, arrival: ArrivalId, asked: Asked, desk: DeskName
    ) -> bool:
        entry = word(tag, arrival, asked)
        work = partial(reopen, waking=self._waking, entry=entry, desks=(desk,))
        return await self._database.write(work)


def _any(connection: Connection, condition: ColumnElement[bool]) -> bool:
    return bool(connection.execute(select(exists().where(condition))).scalar_one())


def _bury(connection: Connection, arrival: ArrivalId, story: str, at: datetime) -> None:
    if broke(connection, arrival, story, at):
        return
    row = locked(connection, arrival)
    buried = (
        (desk.c.arrival == arrival)
        & (desk.c.desk == DeskName.BURIED)
        & desk.c.closed_at.is_(None)
    )
    if row is None or _any(connection, buried):
        return
    item = DeskItem(
        id=uuid4().hex,
        desk=DeskName.BURIED,
        since=at,
        reason="buried",
        arrival=arrival,
        document=row["document"],
    )
    facts = {"desk": DeskName.BURIED, OWN: item}
    entry = NewEntry(
        Tag.DESK_OPENED, at, arrival, facts=facts, particulars={"story": story}
    )
    append(connection, [entry])
    projecting.open_desk(connection, item)


def _erase(connection: Connection, arrival: ArrivalId, actor: str, at: datetime) -> int:
    query = (
        select(entries.c.id, particulars.c.id.label("kept"))
        .join(particulars, particulars.c.id == entries.c.particulars)
        .where(entries.c.arrival == arrival)
        .order_by(entries.c.id)
    )
    rows: Sequence[RowMapping] = connection.execute(query).mappings().all()
    if not rows:
        return 0
    kept = [row["kept"] for row in rows]
    connection.execute(delete(particulars).where(particulars.c.id.in_(kept)))
    forget(connection, arrival)
    facts = {"entries": [row["id"] for row in rows]}
    told = NewEntry(Tag.PARTICULARS_ERASED, at, arrival, actor=actor, facts=facts)
    append(connection, [told])
    return len(rows)
