"""Opening, migrating and losing the database."""

import socket

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from hub.errors import JournalUnavailable, SettingsError
from hub.journal.store import open_journal
from hub.journal.tables import metadata
from hub.ports import Journal, Outbox
from tests.integration.journal.scenes import NOW, offer


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
