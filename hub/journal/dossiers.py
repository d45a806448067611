"""Reads of dossiers, beside what their clocks put on lists and take off them."""

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from hub.journal import projecting
from hub.journal.clocked import Clocked
from hub.journal.databases import Database
from hub.journal.dossier_rows import dossier_of
from hub.journal.tables import dossiers
from hub.model.dossiers import ENDED, STOOD, DossierRow, DossierStatus


class Dossiers(Clocked):
    """What the portal's messages came to."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, projecting.CLOCKED)

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

    async def _rows(self, wanted: ColumnElement[bool]) -> list[DossierRow]:
        query: Select[*tuple[object, ...]] = select(dossiers).where(wanted)
        ordered = query.order_by(dossiers.c.first_at, dossiers.c.key)

        def work(connection: Connection) -> list[DossierRow]:
            return [dossier_of(row) for row in connection.execute(ordered).mappings()]

        return await self._database.read(work)
