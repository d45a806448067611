"""Group commit on SQLite: neighbours, full disks, kills."""

import asyncio
import os
import signal
import sqlite3
import sys
from threading import Event

import pytest
from sqlalchemy import text

from hub.errors import JournalUnavailable
from hub.evidence.folder import FolderEvidence
from hub.journal.sqlite import SqliteDatabase
from hub.journal.store import open_journal
from hub.journal.verify import verify
from hub.model.ids import ArrivalId
from hub.model.records import OutboxKind


@pytest.fixture
async def database(tmp_path):
    opened = SqliteDatabase(tmp_path / "j.db")
    await opened.write(lambda c: c.execute(text("CREATE TABLE t (x UNIQUE)")))
    yield opened
    await opened.close()


def insert(value):
    return lambda c: (
        c.execute(text("INSERT INTO t VALUES (:x)"), {"x": value}) and value
    )


def count(connection):
    return connection.execute(text("SELECT count(*) FROM t")).scalar_one()


async def stall(database):
    """Keep the writer busy, so that what is asked meanwhile becomes one batch."""
    busy, go = Event(), Event()

    def work(_):
        busy.set()
        go.wait(30)

    waiting = asyncio.create_task(database.write(work))
    await asyncio.to_thread(busy.wait, 30)
    return waiting, go


async def as_one_batch(database, works):
    waiting, go = await stall(database)
    asked = [asyncio.create_task(database.write(work)) for work in works]
    await asyncio.sleep(0)  # lets each of them put its work into the queue
    go.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    await waiting
    return answers


async def test_what_has_queued_is_one_commit(database):
    before = database.commits
    answers = await as_one_batch(database, [insert(n) for n in range(100)])
    assert answers == list(range(100))
    assert database.commits == before + 2, "the stall, and everything behind it"
    assert await database.read(count) == 100


async def test_who_queues_while_another_process_writes_is_in_the_next_commit(
    tmp_path, database
):
    other = sqlite3.connect(tmp_path / "j.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    first = asyncio.create_task(database.write(insert("first")))
    await asyncio.sleep(0)
    while not database._jobs.empty():  # until the writer has taken it up and waits
        await asyncio.sleep(0.001)
    before = database.commits
    others = [asyncio.create_task(database.write(insert(n))) for n in range(10)]
    await asyncio.sleep(0)
    other.execute("COMMIT")
    other.close()
    assert await asyncio.gather(first, *others) == ["first", *range(10)]
    assert database.commits == before + 1


async def test_one_alone_that_fails_leaves_nothing_and_costs_no_commit(database):
    def half(connection):
        insert("half")(connection)
        raise LookupError("a bug")

    before = database.commits
    with pytest.raises(LookupError):
        await database.write(half)
    assert await database.read(count) == 0
    assert database.commits == before


async def test_one_that_fails_does_not_undo_its_neighbours(database):
    def half(connection):
        insert("half")(connection)
        raise LookupError("a bug")

    works = [insert("a"), insert("a"), half, insert("b")]
    first, twice, broken, last = await as_one_batch(database, works)
    assert (first, last) == ("a", "b")
    assert isinstance(twice, JournalUnavailable)
    assert isinstance(broken, LookupError)
    assert await database.read(count) == 2


async def test_a_bug_in_one_work_leaves_the_writer_alive(database):
    with pytest.raises(ZeroDivisionError):
        await database.write(lambda _: 1 // 0)
    assert await database.write(insert("x")) == "x"


async def test_on_a_full_disk_nobody_is_told_that_it_is_kept(database):
    def fill(connection):
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
        connection.execute(text("INSERT INTO t VALUES (:x)"), {"x": "y" * 100_000})

    first, full, last = await as_one_batch(
        database, [insert("first"), fill, insert("last")]
    )
    kept = await database.read(count)
    told = [a for a in (first, last) if not isinstance(a, JournalUnavailable)]
    assert isinstance(full, JournalUnavailable)
    assert len(told) == kept

    await database.write(lambda c: c.execute(text("PRAGMA max_page_count=100000")))
    assert await database.write(insert("after")) == "after"


async def test_a_transaction_undone_beneath_us_fails_the_whole_batch(database):
    """SQLite does so on some I/O errors; the commit would then do nothing."""

    def undo(connection):
        connection.connection.dbapi_connection.execute("ROLLBACK")

    answers = await as_one_batch(database, [insert("a"), undo, insert("b")])
    assert all(isinstance(answer, JournalUnavailable) for answer in answers)
    assert await database.read(count) == 0
    assert await database.write(insert("after")) == "after"


async def test_who_was_cancelled_does_not_disturb_the_others(database):
    waiting, go = await stall(database)
    gone = asyncio.create_task(database.write(insert("gone")))
    stays = asyncio.create_task(database.write(insert("stays")))
    await asyncio.sleep(0)
    gone.cancel()
    go.set()
    await waiting
    assert await stays == "stays"
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_closing_commits_what_has_queued_and_refuses_more(tmp_path, database):
    waiting, go = await stall(database)
    asked = asyncio.create_task(database.write(insert("last")))
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    with pytest.raises(JournalUnavailable):
        await database.write(insert("late"))
    with pytest.raises(JournalUnavailable):
        await database.read(count)
    go.set()
    await closing
    await waiting
    assert await asked == "last"
    again = SqliteDatabase(tmp_path / "j.db")
    assert await again.read(count) == 1
    await again.close()


async def test_the_record_is_kept_with_wal_and_full_sync(database):
    def settings(connection):
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return [
            connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names
        ]

    assert await database.write(settings) == ["wal", 2, 1, 1]


async def test_a_read_sees_one_moment_while_others_write(database):
    started, go = Event(), Event()

    def twice(connection):
        first = count(connection)
        started.set()
        go.wait(30)
        return first, count(connection)

    reading = asyncio.create_task(database.read(twice))
    await asyncio.to_thread(started.wait, 30)
    await database.write(insert("x"))
    go.set()
    assert await reading == (0, 0)


_ACCEPTING = """
import asyncio, sys
from datetime import UTC, datetime
from hub.journal.store import open_journal
from hub.model.arrivals import Door, Offer, Source
from hub.model.ids import digest_of

AXIS = Source("axis", Door("axis-rest"))

async def door(store, name):
    number = 0
    while True:
        offer = Offer(AXIS, f"{name}-{number}", digest_of(b""), 0, "application/xml")
        taken = await store.journal.accept(offer, datetime.now(UTC))
        sys.stdout.write(taken.arrival.id + chr(10))
        sys.stdout.flush()
        number += 1

async def main():
    async with open_journal(sys.argv[1], migrate=True) as store:
        await asyncio.gather(*(door(store, name) for name in range(20)))

asyncio.run(main())
"""


@pytest.mark.parametrize("after", [1, 50, 400])
async def test_what_was_acknowledged_outlives_kill_9(tmp_path, after):
    """Killed in the middle of group commits: what was told is there, and whole."""
    url = f"sqlite:///{tmp_path}/journal.db"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ACCEPTING, url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = [await process.stdout.readline() for _ in range(after)]
    os.kill(process.pid, signal.SIGKILL)
    told += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    ids = [ArrivalId(line.decode().strip()) for line in told if line.endswith(b"\n")]
    assert len(ids) >= after

    async with open_journal(url, migrate=False) as store:
        assert all([await store.queries.arrival(one) for one in ids])
        counts = await store.queries.counts()
        [waiting] = [b for b in counts.outbox if b.kind is OutboxKind.WAKE]
        assert waiting.rows == counts.undecided >= len(ids)
        while await store.sealer.seal(1_000):
            pass
        evidence = FolderEvidence(tmp_path / "e")
        await evidence.keep_bytes(b"")
        report = await verify(store, evidence)
        assert report.sound
        assert report.sealed == counts.undecided
