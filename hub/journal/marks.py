"""The port `Marks`: leases and cursors of pollers and doors."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from hub.journal.databases import Database, insert_if_new
from hub.journal.duties import Duties
from hub.journal.tables import marks


class SqlMarks:
    """See `hub.ports.Marks`; `holder` names this process."""

    def __init__(self, database: Database, duties: Duties, holder: str) -> None:
        self._database = database
        self._duties = duties
        self._holder = holder

    async def hold(self, name: str, until: datetime, at: datetime) -> bool:
        return await self._duties.hold(name, self._holder, until, at)

    async def read(self, name: str) -> str:
        query = select(marks.c.value).where(marks.c.name == name)

        def work(connection: Connection) -> str:
            return connection.execute(query).scalar_one_or_none() or ""

        return await self._database.read(work)

    async def swap(self, name: str, old: str, new: str) -> bool:
        def work(connection: Connection) -> bool:
            stands = (marks.c.name == name) & (marks.c.value == old)
            changed = connection.execute(update(marks).where(stands).values(value=new))
            if changed.rowcount:
                return True
            values: dict[str, object] = {"name": name, "value": new}
            return not old and insert_if_new(connection, marks, values)

        return await self._database.write(work)
