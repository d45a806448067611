"""A journal of the hub before this one becomes one of this, with what is in it."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from hub.journal.databases import url_of
from hub.journal.migrating import _config
from hub.journal.postgres import PostgresDatabase
from hub.journal.sqlite import SqliteDatabase
from hub.journal.store import open_journal
from hub.model.paper import PaperState, PaperWay

_ARRIVAL = (
    "INSERT INTO arrivals (id, source, door, door_id, digest, size, content_type,"
    " accepted_at, trace, state, secret, claim, claims, touched_at) VALUES"
    " ('a', 'axis', 'axis-rest', 'd', 'x', 1, '', 5, '', 'decided', {no}, '', 0, 5)"
)
_TASK = (
    "INSERT INTO paper_tasks (id, document, agency, opened_at)"
    " VALUES ('paper-1', 'k', 'H40.1', 1573804800000000)"
)


def _before(connection):
    command.upgrade(_config(connection), "0003")
    no = "0" if connection.dialect.name == "sqlite" else "false"
    for statement in (_ARRIVAL.format(no=no), _TASK):
        connection.execute(text(statement))


async def test_paper_tasks_from_before_the_desk_are_open_ones_that_come_in(empty):
    url = url_of(empty)
    postgres = url.drivername == "postgresql"
    database = (
        PostgresDatabase(url) if postgres else SqliteDatabase(Path(url.database or ""))
    )
    await database.write(_before)
    await database.close()
    async with open_journal(empty, migrate=True) as store:
        [task] = await store.paper.tasks()
        assert (task.state, task.way, task.kept) == (
            PaperState.OPEN,
            PaperWay.IN,
            False,
        )
        assert task.moved_at == task.opened_at
        assert (await store.queries.digests()) == frozenset()
