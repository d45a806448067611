"""Retention's part of the journal: what is kept, and erasing it, never an entry."""

from datetime import datetime
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from hub.journal.databases import Database
from hub.journal.entries import append
from hub.journal.retention_rows import (
    document_of,
    documents_after,
    stray_of,
    strays_after,
)
from hub.journal.tables import arrivals, entries, particulars
from hub.journal.verdict_rows import forget
from hub.model.ids import ArrivalId
from hub.model.records import Facts, NewEntry, Tag
from hub.model.retention import Erasure, Kept


class Retention:
    """Pages of what is kept, and erasing one document in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def documents(self, after: str, limit: int) -> list[Kept]:
        """Documents in the order of their keys, past one ("": from the first)."""
        work = partial(documents_after, after=after, limit=limit)
        return await self._database.read(work)

    async def strays(self, after: str, limit: int) -> list[Kept]:
        """Arrivals that were no document, in the order of their ids, past one."""
        work = partial(strays_after, after=after, limit=limit)
        return await self._database.read(work)

    async def erase(self, kept: Kept, what: Erasure, at: datetime) -> bool:
        """Erase of one document what its class says, and say so in entries.

        The bytes are needed no more from then on; who collects evidence erases them.
        False: something happened to it since it was read, nothing was touched.
        """
        work = partial(_erase, kept=kept, what=what, at=at)
        return await self._database.write(work)

    async def loose(self, before: datetime) -> int:
        """How many entries about no document, older than that, have particulars."""
        query = select(func.count()).select_from(_loose(before).subquery())
        return await self._database.read(lambda c: c.execute(query).scalar_one())

    async def erase_loose(self, before: datetime, what: Erasure, at: datetime) -> int:
        """Erase some of those particulars; how many, 0 when none are left."""
        work = partial(_erase_loose, before=before, what=what, at=at)
        return await self._database.write(work)


#: Entries in one transaction: others write too.
_AT_ONCE = 500


def _loose(before: datetime) -> Select[tuple[int, str]]:
    return (
        select(entries.c.id, particulars.c.id.label("kept"))
        .join(particulars, particulars.c.id == entries.c.particulars)
        .where(entries.c.arrival.is_(None), entries.c.document.is_(None))
        .where(entries.c.moment < before)
    )


def _erase_loose(
    connection: Connection, before: datetime, what: Erasure, at: datetime
) -> int:
    query = _loose(before).order_by(entries.c.id).limit(_AT_ONCE)
    rows = connection.execute(query).all()
    if not rows:
        return 0
    ids = [row.kept for row in rows]
    connection.execute(delete(particulars).where(particulars.c.id.in_(ids)))
    facts: Facts = {"entries": [row.id for row in rows], **_by(what)}
    told = NewEntry(Tag.PARTICULARS_ERASED, at, actor=what.actor, facts=facts)
    append(connection, [told])
    return len(rows)


def _erase(connection: Connection, kept: Kept, what: Erasure, at: datetime) -> bool:
    if kept.document is not None:
        now = document_of(connection, kept.document)
    else:
        now = stray_of(connection, kept.arrivals[0])
    if now != [kept] or kept.blocks:
        return False
    if what.particulars:
        _erase_particulars(connection, kept, what, at)
    if what.bodies:
        _let_go(connection, kept, what, at)
    return True


def _erase_particulars(
    connection: Connection, kept: Kept, what: Erasure, at: datetime
) -> None:
    about: ColumnElement[bool] = entries.c.arrival.in_(kept.arrivals)
    if kept.document is not None:
        about = or_(about, entries.c.document == kept.document)
    query = (
        select(entries.c.id, entries.c.arrival, particulars.c.id.label("kept"))
        .join(particulars, particulars.c.id == entries.c.particulars)
        .where(about)
        .order_by(entries.c.id)
    )
    rows = connection.execute(query).all()
    ids = [row.kept for row in rows]
    connection.execute(delete(particulars).where(particulars.c.id.in_(ids)))
    told: dict[ArrivalId, list[int]] = {}
    for row in rows:
        # What somebody else's arrival said of it is told with the first of its own.
        mine = row.arrival if row.arrival in kept.arrivals else kept.arrivals[0]
        told.setdefault(mine, []).append(row.id)
    for arrival, entries_of_it in told.items():
        facts: Facts = {"entries": entries_of_it}
        _tell(
            connection, _entry(Tag.PARTICULARS_ERASED, kept, what, at, (arrival, facts))
        )


def _let_go(connection: Connection, kept: Kept, what: Erasure, at: datetime) -> None:
    here = arrivals.c.id.in_(kept.arrivals)
    query = select(arrivals.c.id).where(here, arrivals.c.erased_at.is_(None))
    for arrival in connection.execute(query.order_by(arrivals.c.id)).scalars().all():
        bodies_erased(connection, arrival, at)
        _tell(connection, _entry(Tag.BODIES_ERASED, kept, what, at, (arrival, {})))


def _tell(connection: Connection, entry: NewEntry) -> None:
    """Nothing of it is judged again: a verdict would name anew what was erased."""
    append(connection, [entry])
    if entry.arrival is not None:
        forget(connection, entry.arrival)


def _entry(
    tag: Tag,
    kept: Kept,
    what: Erasure,
    at: datetime,
    told: tuple[ArrivalId, Facts],
) -> NewEntry:
    arrival, facts = told
    told_by = {**facts, **_by(what)}
    return NewEntry(tag, at, arrival, kept.document, actor=what.actor, facts=told_by)


def _by(what: Erasure) -> Facts:
    return {"class": what.retention_class, "policy_version": what.policy_version}


def bodies_erased(connection: Connection, arrival: ArrivalId, at: datetime) -> None:
    """The bytes of an arrival need be kept no more."""
    still = and_(arrivals.c.id == arrival, arrivals.c.erased_at.is_(None))
    connection.execute(update(arrivals).where(still).values(erased_at=at))
