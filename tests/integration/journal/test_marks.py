"""Marks and gathered files on both databases."""

from datetime import timedelta

from hub.journal.marks import SqlMarks
from hub.model.ids import digest_of
from hub.model.knowledge import Gathered
from hub.model.records import Tag
from tests.fakes.outsides import NOON
from tests.integration.journal.scenes import offer

HOUR = timedelta(hours=1)


async def test_a_mark_is_set_only_over_what_was_read(store):
    marks = SqlMarks(store.database, store.duties, "one")
    assert await marks.read("axis:cursor") == ""
    assert await marks.swap("axis:cursor", "", "7")
    assert not await marks.swap("axis:cursor", "", "8")
    assert not await marks.swap("axis:cursor", "6", "8")
    assert await marks.read("axis:cursor") == "7"
    assert await marks.swap("axis:cursor", "7", "8")
    assert await marks.read("axis:cursor") == "8"


async def test_a_lease_is_one_process_at_a_time(store):
    one = SqlMarks(store.database, store.duties, "one")
    two = SqlMarks(store.database, store.duties, "two")
    assert await one.hold("axis:poll", NOON + HOUR, NOON)
    assert not await two.hold("axis:poll", NOON + HOUR, NOON)
    assert await one.hold("axis:poll", NOON + 2 * HOUR, NOON)
    assert await two.hold("axis:poll", NOON + 4 * HOUR, NOON + 3 * HOUR)


async def test_gathered_files_are_recorded_once_with_their_digest(store):
    taken = await store.journal.accept(offer(), NOON)
    file = Gathered("https://portal.example/1?cccd=1", digest_of(b"one"), 3)
    for _ in range(2):
        await store.journal.gather(taken.arrival, [file], NOON)
    (kept,) = await store.journal.gathered(taken.arrival.id)
    assert (kept.url, kept.digest) == (digest_of(file.url.encode()), file.digest)
    told = await store.queries.entries_of(arrival=taken.arrival.id)
    (entry,) = [e for e in told if e.tag is Tag.FILES_GATHERED]
    assert "cccd" not in str(entry.facts)
    assert entry.particulars == {"urls": [file.url]}
    assert file.digest in await store.queries.digests()
