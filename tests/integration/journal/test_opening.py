"""Opening, migrating and losing the database."""

import socket

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from hub.errors import JournalUnavailable, SettingsError
from hub.journal.columns import metadata
from hub.journal.store import open_journal
from hub.ports import Journal, Outbox
from tests.integration.journal.conftest import POSTGRES
from tests.integration.journal.scenes import NOW, offer


# SQLite tells of no index over an expression; PostgreSQL does, and alembic compares it.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified")
async def test_the_migrations_make_exactly_the_tables_of_the_code(store):
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert await store.database.read(differences) == []


async def test_what_was_committed_is_there_after_opening_again(url, store):
    taken = await store.journal.accept(offer(), NOW)
    async with open_journal(url, migrate=True) as again:
        assert await again.queries.arrival(taken.arrival.id) == taken.arrival


async def test_the_parts_are_the_ports(store):
    journal: Journal = store.journal
    outbox: Outbox = store.outbox
    assert journal is store.journal
    assert outbox is store.outbox


async def test_a_database_that_is_not_migrated_is_not_opened(url, store):
    await store.database.write(lambda c: c.execute(text("DROP TABLE alembic_version")))
    with pytest.raises(SettingsError, match="not migrated"):
        async with open_journal(url, migrate=False):
            pass


async def test_a_database_of_a_newer_hub_is_not_opened(url, store):
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await store.database.write(lambda c: c.execute(newer))
    for migrate in (True, False):
        with pytest.raises(SettingsError):
            async with open_journal(url, migrate=migrate):
                pass


async def test_a_server_that_is_not_there_is_a_temporary_failure():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(JournalUnavailable):
        async with open_journal(f"postgresql://hub@127.0.0.1:{port}/x", migrate=True):
            pass


async def test_wrong_sql_does_not_leak_the_librarys_exceptions(store):
    for run in (store.database.read, store.database.write):
        with pytest.raises(JournalUnavailable):
            await run(lambda c: c.execute(text("SELECT * FROM nowhere")))


async def test_a_read_cannot_write(store):
    wrong = text("DELETE FROM particulars")
    with pytest.raises(JournalUnavailable):
        await store.database.read(lambda c: c.execute(wrong))


@pytest.mark.parametrize("kind", [POSTGRES], indirect=True)
async def test_connections_cut_by_the_server_cost_nobody_his_turn(store, second):
    await store.journal.accept(offer("a"), NOW)
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await second.database.write(lambda c: c.execute(cut))
    assert not (await store.journal.accept(offer("b"), NOW)).repeated


@pytest.mark.parametrize("kind", [POSTGRES], indirect=True)
@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_what_postgresql_wants_tried_again_is_tried_again(store, state):
    tries = []

    def work(connection):
        tries.append(1)
        if len(tries) < 3:
            fail = f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$"
            connection.execute(text(fail))
        return len(tries)

    assert await store.database.write(work) == 3


@pytest.mark.parametrize("kind", [POSTGRES], indirect=True)
async def test_no_other_fault_is_tried_again(store):
    tries = []

    def work(connection):
        tries.append(1)
        connection.execute(text("DO $$ BEGIN RAISE SQLSTATE '23505'; END $$"))

    with pytest.raises(JournalUnavailable):
        await store.database.write(work)
    assert len(tries) == 1
