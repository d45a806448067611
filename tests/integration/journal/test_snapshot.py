"""A copy of the journal made while others write, and put back, on both databases."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest

from hub.errors import JournalUnavailable, SettingsError
from hub.journal.delivering import record_fetched
from hub.journal.requeue import requeue
from hub.journal.snapshot import kind_of, put_back, require_none, take
from hub.journal.store import open_journal
from hub.model.batches import Asked
from hub.model.ids import digest_of
from hub.model.records import OutboxKind, Sent, Tag
from tests.integration.journal.conftest import POSTGRES
from tests.integration.journal.scenes import (
    LATER,
    MINUTE,
    NOW,
    ONE,
    a_full_day,
    concluded,
    delivery,
    leased,
    offer,
)


async def test_what_is_put_back_is_what_was_copied(store, url, empty, tmp_path):
    await a_full_day(store)
    facts = await take(url, tmp_path / "copy", os.environ)
    assert (facts.number, facts.head) == await store.queries.head()
    assert facts.kind == kind_of(url)
    assert {digest_of(b"doc-1"), digest_of(b"body of doc-1")} <= facts.needed
    await put_back(empty, tmp_path / "copy", os.environ)
    async with open_journal(empty, migrate=False) as restored:
        told = await restored.queries.log(None, 1_000)
        assert told == await store.queries.log(None, 1_000)
        assert await restored.queries.head() == (facts.number, facts.head)


async def test_a_journal_that_is_there_is_never_overwritten(store, url, tmp_path):
    await concluded(store)
    await take(url, tmp_path / "copy", os.environ)
    with pytest.raises(SettingsError):
        await put_back(url, tmp_path / "copy", os.environ)
    assert len(await store.queries.log(None, 10)) == 3


async def test_an_empty_place_is_empty(empty):
    await require_none(empty)


async def test_a_copy_is_of_one_moment_while_others_write(store, url, empty, tmp_path):
    """Each entry names bytes; the copy's facts name all of its entries', no others'."""
    running = True

    async def write():
        number = 0
        while running:
            number += 1
            await store.journal.accept(offer(f"d{number}", str(number).encode()), NOW)
            await store.sealer.seal(10)
        return number

    writing = asyncio.ensure_future(write())
    while len(await store.queries.log(None, 30)) < 30:
        await asyncio.sleep(0)
    facts = await take(url, tmp_path / "copy", os.environ)
    running = False
    written = await writing
    assert 30 <= facts.entries <= written
    assert len(facts.needed) == facts.entries
    await put_back(empty, tmp_path / "copy", os.environ)
    async with open_journal(empty, migrate=False) as restored:
        entries = await restored.queries.log(None, 100_000)
        assert {e.facts["digest"] for e in entries} == facts.needed


@pytest.mark.parametrize("kind", [POSTGRES], indirect=True)
async def test_a_file_that_is_no_dump_is_refused(empty, tmp_path):
    """SQLite's copy is proved by its digest: tests/unit/cli/test_backup.py."""
    (tmp_path / "copy").write_bytes(b"nothing")
    with pytest.raises(JournalUnavailable, match="pg_restore"):
        await put_back(empty, tmp_path / "copy", os.environ)
    await require_none(empty)


async def test_a_journal_that_cannot_be_read_gives_no_copy(tmp_path):
    with pytest.raises(JournalUnavailable):
        await take(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy", os.environ)
    assert not Path(tmp_path / "none.db").exists()


async def test_what_stood_in_queues_leaves_again_with_the_same_id(store):
    arrival = await concluded(store)
    await concluded(store, "doc-2")
    for row in await leased(store, OutboxKind.DELIVER):
        await store.outbox.settle(row, Sent(NOW + MINUTE, {"way": "amqp"}))
    taken = delivery(arrival, ONE, "doc-2").id
    await store.database.write(lambda c: record_fetched(c, taken, LATER))

    asked = Asked("lan", LATER, "khôi phục")
    assert await requeue(store.database, asked, timedelta(hours=72)) == 1
    [row] = await leased(store, OutboxKind.DELIVER, at=LATER)
    assert row.id == delivery(arrival, ONE).id
    assert row.body == digest_of(b"body of doc-1")
    told = await store.queries.entries_of(arrival=arrival.id)
    assert Tag.DELIVERY_REPLAYED in [e.tag for e in told]
