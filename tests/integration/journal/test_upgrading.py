"""A journal of the hub before this one becomes one of this, with what is in it."""

from pathlib import Path

from alembic import command
from sqlalchemy import select, text

from hub.journal.databases import url_of
from hub.journal.migrating import _config
from hub.journal.postgres import PostgresDatabase
from hub.journal.sqlite import SqliteDatabase
from hub.journal.store import open_journal
from hub.journal.tables import arrivals, paper_tasks
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

_DECIDED = (
    "INSERT INTO entries (tag, moment, arrival, document, actor, facts) VALUES"
    " ('document:decided', 5, 'a', 'k', 'hub', '{\"own\":[{\"id\":\"paper-1\"}]}')"
)


def _before(connection):
    command.upgrade(_config(connection), "0003")
    no = "0" if connection.dialect.name == "sqlite" else "false"
    for statement in (_ARRIVAL.format(no=no), _TASK):
        connection.execute(text(statement))
    connection.exec_driver_sql(_DECIDED)


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
        told = select(paper_tasks.c.arrival, arrivals.c.document).join_from(
            paper_tasks, arrivals, arrivals.c.document == paper_tasks.c.document
        )
        found = await store.database.read(lambda c: c.execute(told).one())
        assert tuple(found) == ("a", "k"), "as a rebuild makes them from the entries"
        assert (await store.queries.digests()) == frozenset()
