"""Gives committed entries their gap-free number and a link of the hash chain."""

from functools import partial

from sqlalchemy import Connection, delete, func, insert, select

from hub.journal.databases import Database
from hub.journal.entries import BEGINNING, chained
from hub.journal.tables import entries, seals, unsealed
from hub.model.ids import Digest

#: Any number all hubs share: two sealers at once would number twice.
_LOCK = 102_2017


class Sealer:
    """Numbers what has no number yet, in the order of entry ids."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seal(self, limit: int) -> int:
        """Seal at most `limit` entries; returns how many it sealed."""
        return await self._database.write(partial(_seal, limit=limit))


def _last(connection: Connection) -> tuple[int, Digest]:
    query = select(seals.c.number, seals.c.digest).order_by(seals.c.number.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return (row.number, Digest(row.digest)) if row else (0, BEGINNING)


def _seal(connection: Connection, limit: int) -> int:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    query = (
        select(entries)
        .join(unsealed, unsealed.c.entry == entries.c.id)
        .order_by(entries.c.id)
        .limit(limit)
    )
    last, digest = _last(connection)
    rows = []
    for number, entry in enumerate(connection.execute(query), last + 1):
        digest = chained(digest, entry)
        rows.append({"number": number, "entry": entry.id, "digest": digest})
    if rows:
        connection.execute(insert(seals), rows)
        sealed = [row["entry"] for row in rows]
        connection.execute(delete(unsealed).where(unsealed.c.entry.in_(sealed)))
    return len(rows)
