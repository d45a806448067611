"""Reads of dossiers, and what their clocks put on lists and take off them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from hub.journal import projecting
from hub.journal.databases import Database
from hub.journal.dossier_rows import dossier_of
from hub.journal.entries import OWN, append
from hub.journal.rows import value
from hub.journal.tables import desk, dossiers
from hub.model.dossiers import ENDED, STOOD, DossierRow, DossierStatus
from hub.model.records import DeskItem, Facts, NewEntry, OutboxRow, Tag


class Dossiers:
    """What the portal's messages came to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def every(self) -> list[DossierRow]:
        """All that have not ended, oldest first."""
        goes_on = dossiers.c.status.not_in(sorted(ENDED))
        return await self._rows(and_(dossiers.c.finished_at.is_(None), goes_on))

    async def doubted(self) -> list[DossierRow]:
        """Those told done straight after they had been told to wait, oldest first."""
        done = dossiers.c.status == DossierStatus.DONE
        return await self._rows(and_(done, dossiers.c.status_before.in_(STOOD)))

    async def find(self, number: str) -> list[DossierRow]:
        """Those that bear a number, as MaHoSo or as the other one."""
        named = or_(dossiers.c.number == number, dossiers.c.other_number == number)
        return await self._rows(named)

    async def listed(self) -> list[DeskItem]:
        """What clocks have on lists now."""
        query = select(desk).where(
            desk.c.desk.in_(projecting.CLOCKED), desk.c.closed_at.is_(None)
        )

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
        """Take matters off their lists: their dossiers were taken up, or done."""
        await self._database.write(partial(_stopped, items=items, at=at))

    async def _rows(self, wanted: ColumnElement[bool]) -> list[DossierRow]:
        query: Select[*tuple[object, ...]] = select(dossiers).where(wanted)
        ordered = query.order_by(dossiers.c.first_at, dossiers.c.key)

        def work(connection: Connection) -> list[DossierRow]:
            return [dossier_of(row) for row in connection.execute(ordered).mappings()]

        return await self._database.read(work)


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
    return NewEntry(tag, at, item.arrival, agency=item.agency, facts=facts)


def _alert_entry(alert: OutboxRow, at: datetime) -> NewEntry:
    facts = {**alert.headers, OWN: alert}
    return NewEntry(Tag.ALERT_PLANNED, at, agency=alert.agency, facts=facts)
