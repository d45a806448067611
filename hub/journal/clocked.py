"""What clocks put on lists and take off them; each is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, and_, select

from hub.journal import projecting
from hub.journal.databases import Database
from hub.journal.entries import OWN, append
from hub.journal.rows import value
from hub.journal.tables import desk
from hub.model.records import DeskItem, DeskName, Facts, NewEntry, OutboxRow, Tag


class Clocked:
    """Lists that only clocks fill, and only clocks empty."""

    def __init__(self, database: Database, lists: Sequence[DeskName]) -> None:
        self._database = database
        self._lists = lists

    async def listed(self) -> list[DeskItem]:
        """What clocks have on lists now."""
        here = desk.c.desk.in_(self._lists) & desk.c.closed_at.is_(None)
        query = select(desk).where(here).order_by(desk.c.since, desk.c.id)

        def work(connection: Connection) -> list[DeskItem]:
            rows = connection.execute(query).mappings()
            return [value(DeskItem, row) for row in rows]

        return await self._database.read(work)

    async def ran_out(
        self,
        items: Sequence[DeskItem],
        alerts: Sequence[OutboxRow],
        read_by: Facts,
        at: datetime,
    ) -> None:
        """Put matters on their lists, and call the operators once for each alert.

        `read_by`: versions of what the clocks were read by, for the entries.
        """
        work = partial(_ran_out, items=items, alerts=alerts, read_by=read_by, at=at)
        await self._database.write(work)

    async def stopped(self, items: Sequence[DeskItem], at: datetime) -> None:
        """Take matters off their lists: what was missed has come."""
        await self._database.write(partial(_stopped, items=items, at=at))


def _ran_out(
    connection: Connection,
    items: Sequence[DeskItem],
    alerts: Sequence[OutboxRow],
    read_by: Facts,
    at: datetime,
) -> None:
    for item in items:
        waits = and_(desk.c.id == item.id, desk.c.closed_at.is_(None))
        if connection.execute(select(desk.c.id).where(waits)).first():
            continue  # another relay was quicker
        facts = {"desk": item.desk, "reason": item.reason, **read_by, OWN: item}
        append(connection, [_entry(Tag.CLOCK_RAN_OUT, item, at, facts)])
        projecting.open_desk(connection, item)
    for alert in alerts:
        if projecting.alert_planned(connection, alert):
            append(connection, [_alert_entry(alert, at)])


def _stopped(connection: Connection, items: Sequence[DeskItem], at: datetime) -> None:
    for item in items:
        facts: Facts = {"desk": item.desk, "reason": item.reason, "item": item.id}
        append(connection, [_entry(Tag.CLOCK_STOPPED, item, at, facts)])
        projecting.off_the_list(connection, item.id, at)


def _entry(tag: Tag, item: DeskItem, at: datetime, facts: Facts) -> NewEntry:
    return NewEntry(tag, at, item.arrival, item.document, item.agency, facts=facts)


def _alert_entry(alert: OutboxRow, at: datetime) -> NewEntry:
    facts = {**alert.headers, OWN: alert}
    return NewEntry(Tag.ALERT_PLANNED, at, agency=alert.agency, facts=facts)
