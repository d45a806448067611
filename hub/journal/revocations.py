"""What all processes know about revocation answers; see `hub.trust.downloads`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, or_, select, true, update

from hub.journal.databases import Database, insert_if_new, lapsed
from hub.journal.tables import revocations as table
from hub.model.ids import Digest
from hub.model.revocations import KeptAnswer, Remembered, RevocationKind, Wanted


class SqlRevocations:
    """Implements `hub.trust.memory.Memory`; a cache: lost, it is gathered again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, keys: Sequence[Digest]) -> dict[Digest, Remembered]:
        return await self._read(table.c.key.in_(keys))

    async def lists(self, since: datetime) -> dict[Digest, Remembered]:
        is_list = table.c.kind == RevocationKind.CRL.value
        return await self._read(is_list & (table.c.wanted_at >= since))

    async def claim(
        self, wanted: Wanted, at: datetime, until: datetime, *, early: bool = False
    ) -> bool:
        values = _new(wanted, at) | {"claimed_until": until}

        def work(connection: Connection) -> bool:
            free = lapsed(table.c.claimed_until, at)
            due = true() if early else table.c.due_at <= at
            mine = update(table).where(table.c.key == wanted.key, free, due)
            if connection.execute(mine.values(claimed_until=until)).rowcount:
                return True
            return insert_if_new(connection, table, values)

        return await self._database.write(work)

    async def keep(
        self, key: Digest, answer: KeptAnswer, at: datetime, due_at: datetime
    ) -> bool:
        newer = or_(
            table.c.this_update.is_(None), table.c.this_update <= answer.this_update
        )
        values = {
            "digest": answer.digest,
            "size": answer.size,
            "this_update": answer.this_update,
            "next_update": answer.next_update,
            "fetched_at": at,
            "due_at": due_at,
            "claimed_until": None,
            "failures": 0,
            "why": "",
        }
        taken = update(table).where(table.c.key == key, newer).values(values)
        return await self._database.write(lambda c: c.execute(taken).rowcount == 1)

    async def fail(
        self, wanted: Wanted, why: str, at: datetime, again: datetime
    ) -> None:
        values = {"due_at": again, "claimed_until": None, "why": why}
        counted = {**values, "failures": table.c.failures + 1}
        new = _new(wanted, at) | values | {"failures": 1}

        def work(connection: Connection) -> bool:
            again_ = update(table).where(table.c.key == wanted.key).values(counted)
            if connection.execute(again_).rowcount:
                return True
            return insert_if_new(connection, table, new)

        await self._database.write(work)

    async def touch(self, keys: Sequence[Digest], at: datetime) -> None:
        seen = update(table).where(table.c.key.in_(keys)).values(wanted_at=at)
        await self._database.write(lambda c: c.execute(seen).rowcount)

    async def forget(self, keys: Sequence[Digest]) -> None:
        gone = delete(table).where(table.c.key.in_(keys))
        await self._database.write(lambda c: c.execute(gone).rowcount)

    async def tidy(self, before: datetime) -> int:
        old = delete(table).where(table.c.wanted_at < before)
        return await self._database.write(lambda c: c.execute(old).rowcount)

    async def _read(self, condition: ColumnElement[bool]) -> dict[Digest, Remembered]:
        query = select(table).where(condition)

        def work(connection: Connection) -> dict[Digest, Remembered]:
            return _by_key(connection.execute(query).mappings())

        return await self._database.read(work)


def _by_key(rows: Iterable[Any]) -> dict[Digest, Remembered]:
    return {Digest(row["key"]): _remembered(row) for row in rows}


def _new(wanted: Wanted, at: datetime) -> dict[str, object]:
    return {
        "key": wanted.key,
        "kind": wanted.kind.value,
        "url": wanted.url,
        "issuer": wanted.issuer,
        "names": " ".join(wanted.names),
        "due_at": at,
        "failures": 0,
        "why": "",
        "wanted_at": at,
    }


def _remembered(row: Any) -> Remembered:  # noqa: ANN401 - a row's mapping has no type
    answer = None
    if row["digest"] is not None:
        answer = KeptAnswer(
            Digest(row["digest"]), row["size"], row["this_update"], row["next_update"]
        )
    return Remembered(
        wanted=Wanted(
            Digest(row["key"]),
            RevocationKind(row["kind"]),
            row["url"],
            Digest(row["issuer"]),
            tuple(row["names"].split()),
        ),
        answer=answer,
        fetched_at=row["fetched_at"],
        due_at=row["due_at"],
        claimed_until=row["claimed_until"],
        failures=row["failures"],
        why=row["why"],
        wanted_at=row["wanted_at"],
    )
