"""What agencies publish: who brought it, and what could not be taken."""

from dataclasses import replace

from hub.journal.inbound import SqlUnaccepted
from hub.journal.rebuild import dump, rebuild
from hub.model.ids import AgencyCode, digest_of
from hub.model.inbound import Unaccepted
from hub.model.records import DeskName, Tag
from tests.integration.journal.scenes import MINUTE, NOW, ONE, offer

MESSAGE = Unaccepted(
    agency=ONE,
    source="agency.noi-vu",
    message_id="m-1",
    reason="too-large",
    digest=digest_of(b"large"),
    size=5,
    user_id="agency.noi-vu",
    story="a story",
)


async def test_the_user_who_published_it_is_a_fact_of_the_arrivals_entry(store):
    taken = await store.journal.accept(replace(offer(), user_id="agency.noi-vu"), NOW)

    (entry,) = await store.queries.entries_of(arrival=taken.arrival.id)
    assert entry.facts["user_id"] == "agency.noi-vu"
    assert (await rebuild(store)).differences == ()


async def test_what_was_not_taken_is_listed_once_with_its_story(store):
    refusals = SqlUnaccepted(store.database)

    assert await refusals.unaccepted(MESSAGE, NOW)
    assert not await refusals.unaccepted(MESSAGE, NOW + MINUTE)
    assert await refusals.unaccepted(replace(MESSAGE, message_id="m-2"), NOW)

    items = await store.queries.desk()
    assert {(i.desk, i.reason, i.agency) for i in items} == {
        (DeskName.INBOUND, "too-large", ONE)
    }
    assert len(items) == 2
    entry = (await store.queries.log(None, 10))[0]
    assert (entry.tag, entry.moment) == (Tag.MESSAGE_REFUSED, NOW)
    assert entry.actor == "agency.noi-vu"
    assert entry.particulars == {"story": "a story"}
    # Its bytes are named by the entry: nobody collects them.
    assert MESSAGE.digest in await store.queries.digests()


async def test_a_person_sees_it_whole_and_takes_it_off_with_a_reason(store):
    refusals = SqlUnaccepted(store.database)
    assert await refusals.listed() == []
    await refusals.unaccepted(MESSAGE, NOW)
    await refusals.unaccepted(replace(MESSAGE, agency=None, message_id=""), NOW)

    one, other = await refusals.listed()
    assert (one.since, one.what) == (NOW, MESSAGE)
    assert other.what.agency is None
    assert await refusals.settled(one.id, "lan", "đã gọi cơ quan", NOW + MINUTE)
    assert not await refusals.settled(one.id, "lan", "lần nữa", NOW + MINUTE)
    assert [item.id for item in await refusals.listed()] == [other.id]

    seen = (await store.queries.log(None, 10))[-1]
    assert (seen.tag, seen.actor, seen.agency) == (Tag.DESK_SEEN, "lan", ONE)
    assert seen.particulars == {"reason": "đã gọi cơ quan"}
    before = await dump(store)
    assert (await rebuild(store)).differences == ()
    assert await dump(store) == before


async def test_it_survives_a_rebuild_even_of_an_agency_nobody_knows(store):
    refusals = SqlUnaccepted(store.database)
    await refusals.unaccepted(replace(MESSAGE, agency=None), NOW)
    await refusals.unaccepted(replace(MESSAGE, agency=AgencyCode("x")), NOW)
    before = await dump(store)

    assert (await rebuild(store)).differences == ()
    assert await dump(store) == before
