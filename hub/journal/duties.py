"""Leases on duties that one process at a time has: sealing, sweeping."""

from datetime import datetime

from sqlalchemy import Connection, or_, update

from hub.journal.databases import Database, insert_if_new
from hub.journal.tables import duties


class Duties:
    """Who holds which duty."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, name: str, holder: str, until: datetime, at: datetime) -> bool:
        """Take or prolong a duty until then; False: another holds it at `at`."""
        values: dict[str, object] = {"name": name, "holder": holder, "until": until}

        def work(connection: Connection) -> bool:
            mine = or_(duties.c.holder == holder, duties.c.until <= at)
            taking = update(duties).where(duties.c.name == name, mine).values(values)
            taken = connection.execute(taking).rowcount == 1
            return taken or insert_if_new(connection, duties, values)

        return await self._database.write(work)
