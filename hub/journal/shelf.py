"""The port `Shelf`: what waits for an agency that comes and asks, and traces."""

from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Select, select

from hub.journal.databases import Database
from hub.journal.operators import record_fetched
from hub.journal.tables import deliveries, documents
from hub.model.ids import AgencyCode
from hub.model.shelf import Trace, Waiting

_COLUMNS = (
    deliveries.c.id,
    documents.c.document_id,
    documents.c.sender,
    deliveries.c.planned_at.label("since"),
    deliveries.c.body,
)


def _of(agency: AgencyCode) -> Select[*tuple[object, ...]]:
    """Deliveries of one agency; a secret document is on nobody's shelf."""
    joined = deliveries.join(documents, documents.c.key == deliveries.c.document)
    mine = deliveries.c.agency == agency
    return (
        select(*_COLUMNS)
        .select_from(joined)
        .where(mine, ~documents.c.secret, deliveries.c.body.is_not(None))
    )


def _pending(connection: Connection, agency: AgencyCode, limit: int) -> list[Waiting]:
    query = (
        _of(agency)
        .where(deliveries.c.fetched_at.is_(None))
        .order_by(documents.c.lane.desc(), deliveries.c.planned_at, deliveries.c.id)
        .limit(limit)
    )
    return [Waiting(**row) for row in connection.execute(query).mappings()]


def _find(connection: Connection, agency: AgencyCode, delivery: str) -> Waiting | None:
    query = _of(agency).where(deliveries.c.id == delivery)
    row = connection.execute(query).mappings().one_or_none()
    return Waiting(**row) if row else None


class SqlShelf:
    """See `hub.ports.Shelf`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(self, agency: AgencyCode, limit: int) -> list[Waiting]:
        return await self._database.read(partial(_pending, agency=agency, limit=limit))

    async def find(self, agency: AgencyCode, delivery: str) -> Waiting | None:
        work = partial(_find, agency=agency, delivery=delivery)
        return await self._database.read(work)

    async def confirm(self, agency: AgencyCode, delivery: str, at: datetime) -> bool:
        def work(connection: Connection) -> bool:
            if _find(connection, agency, delivery) is None:
                return False
            record_fetched(connection, delivery, at)
            return True

        return await self._database.write(work)

    async def traces(
        self, source: str, since: datetime | None, limit: int
    ) -> list[Trace]:
        raise NotImplementedError
