"""The one transaction of a conclusion, on both databases."""

import asyncio
from dataclasses import replace

import pytest

from hub.errors import JournalUnavailable
from hub.model.decisions import Disposition, Earlier, History
from hub.model.documents import Identity
from hub.model.ids import ArrivalId, DocumentKey, digest_of
from hub.model.records import DeskName, GivenUp, NewEntry, OutboxKind, Tag
from tests.integration.journal.scenes import (
    LEASE,
    NOW,
    ONE,
    TWO,
    claimed,
    concluded,
    conclusion,
    delivery,
    document,
    held,
    identity,
    key,
    leased,
    paper,
)


async def test_all_of_a_conclusion_is_there(store):
    arrival = await concluded(store, paper=(paper(),))

    assert await store.queries.document(key()) == document()
    assert [d.agency for d in await store.queries.deliveries(key())] == [ONE]
    assert [a.id for a in await store.queries.arrivals_of(key())] == [arrival.id]
    assert await store.queries.paper_tasks() == [paper()]
    tags = [e.tag for e in await store.queries.entries_of(document=key())]
    assert tags == [Tag.ARRIVAL_READ, Tag.DOCUMENT_DECIDED]
    kinds = {row.kind for row in await leased(store)}
    assert kinds == {OutboxKind.WAKE, OutboxKind.DELIVER, OutboxKind.ANSWER}


async def test_headers_of_a_row_leave_as_they_were_frozen(store):
    arrival = await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    planned = delivery(arrival, ONE)
    assert row.headers == planned.headers
    assert (row.id, row.body, row.deadline) == (
        planned.id,
        planned.body,
        planned.deadline,
    )


async def test_an_unknown_document_has_no_history(store):
    arrival = await claimed(store)
    assert await store.journal.background(arrival.id, identity()) == History()
    assert await store.journal.background(arrival.id, None) == History()


async def test_the_history_tells_content_disposition_and_who_has_it(store):
    await concluded(store)
    copy = await claimed(store, "copy")
    assert await store.journal.background(copy.id, identity()) == History(
        version=1,
        earlier=Earlier(key(), identity().content, Disposition.DELIVER, (ONE,)),
    )


async def test_who_decided_on_an_old_history_decides_again(store):
    first, second = await claimed(store, "a"), await claimed(store, "b")
    assert await store.journal.conclude(conclusion(first), unless_changed=0)
    before = await store.queries.log(None, 100)

    assert not await store.journal.conclude(conclusion(second), unless_changed=0)
    assert await store.queries.log(None, 100) == before
    history = await store.journal.background(second.id, identity())
    assert await store.journal.conclude(
        conclusion(second), unless_changed=history.version
    )


@pytest.mark.parametrize("known", [False, True])
async def test_of_many_who_race_for_one_document_one_wins(store, second, known):
    if known:
        await concluded(store)
    version = int(known)
    racers = [(s, await claimed(s, f"r{i}")) for i, s in enumerate((store, second) * 4)]

    async def race(opened, arrival):
        return await opened.journal.conclude(
            conclusion(arrival), unless_changed=version
        )

    won = await asyncio.gather(*(race(s, arrival) for s, arrival in racers))
    assert won.count(True) == 1
    history = await store.journal.background(racers[0][1].id, identity())
    assert history.version == version + 1


async def test_a_delivery_planned_before_stays_as_it_is(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    copy = await claimed(store, "copy")
    again = (delivery(copy, ONE), delivery(copy, TWO))
    assert await store.journal.conclude(
        conclusion(copy, outbox=again), unless_changed=1
    )

    [fresh] = await leased(store, OutboxKind.DELIVER)
    assert fresh.agency == TWO
    planned = await store.queries.deliveries(key())
    assert [(d.agency, d.id) for d in planned] == [(ONE, row.id), (TWO, fresh.id)]


async def test_what_cannot_be_read_is_concluded_without_a_document(store):
    arrival = await claimed(store)
    told = (NewEntry(Tag.ARRIVAL_READ, NOW, arrival.id, facts={"fault": "not-xml"}),)
    refusal = conclusion(arrival, document=None, entries=told)
    assert await store.journal.conclude(refusal, unless_changed=0)
    tags = [e.tag for e in await store.queries.entries_of(arrival=arrival.id)]
    assert tags == [Tag.ARRIVAL_ACCEPTED, Tag.ARRIVAL_READ, Tag.DOCUMENT_DECIDED]
    assert await store.journal.claim(arrival.id, NOW, LEASE) is None


async def test_a_conclusion_without_entries_is_a_bug(store):
    arrival = await claimed(store)
    with pytest.raises(ValueError, match="at least one entry"):
        await store.journal.conclude(conclusion(arrival, entries=()), unless_changed=0)


async def test_a_conclusion_that_breaks_in_the_middle_leaves_nothing(store):
    arrival = await claimed(store)
    nobodys = replace(delivery(arrival, TWO), agency=None)
    broken = conclusion(arrival, outbox=(delivery(arrival, ONE), nobodys))
    with pytest.raises(JournalUnavailable):
        await store.journal.conclude(broken, unless_changed=0)

    assert await store.queries.document(key()) is None
    assert await store.queries.deliveries(key()) == []
    assert len(await store.queries.log(None, 100)) == 1
    assert await store.journal.conclude(conclusion(arrival), unless_changed=0)


async def test_a_forged_twin_does_not_take_a_delivered_document_over(store):
    await concluded(store)
    twin = await claimed(store, "twin")
    other = digest_of(b"other content")
    assert await store.journal.conclude(held(twin, content=other), unless_changed=1)

    history = await store.journal.background(twin.id, identity())
    assert history.version == 2
    assert history.earlier.content == identity().content
    assert history.earlier.disposition is Disposition.DELIVER
    assert [item.desk for item in await store.queries.desk()] == [DeskName.HELD]


async def test_a_discarded_copy_does_not_speak_for_a_held_document(store):
    first = await claimed(store, "a")
    assert await store.journal.conclude(held(first), unless_changed=0)
    copy = await claimed(store, "b")
    row = document(disposition=Disposition.DISCARD)
    discard = conclusion(copy, document=row, outbox=())
    assert await store.journal.conclude(discard, unless_changed=1)
    assert (await store.queries.document(key())).disposition is Disposition.HOLD


async def test_a_good_second_try_replaces_a_refused_document(store):
    first = await claimed(store, "a")
    row = document(disposition=Disposition.REFUSE, content=digest_of(b"damaged"))
    refusal = conclusion(first, document=row, outbox=())
    assert await store.journal.conclude(refusal, unless_changed=0)
    second = await claimed(store, "b")
    assert await store.journal.conclude(conclusion(second), unless_changed=1)
    assert await store.queries.document(key()) == document()


async def test_an_arrival_may_revise_what_it_said_itself(store):
    arrival = await claimed(store)
    assert await store.journal.conclude(held(arrival), unless_changed=0)
    assert await store.operators.release(arrival.id, "lan", "xem lại", NOW)
    again = await store.journal.claim(arrival.id, NOW, LEASE)
    row = document(disposition=Disposition.REFUSE)
    refusal = conclusion(again, document=row, outbox=())
    assert await store.journal.conclude(refusal, unless_changed=1)
    assert (await store.queries.document(key())).disposition is Disposition.REFUSE


async def test_a_document_key_is_never_shared(store):
    await concluded(store, "doc-1")
    await concluded(store, "doc-2")
    assert await store.queries.document(key("doc-2")) == document("doc-2")
    assert await store.queries.document(DocumentKey("0" * 64)) is None


async def test_who_has_a_document_is_asked_with_its_content(store):
    await concluded(store)
    other = Identity(key(), digest_of(b"other content"))
    told = await store.journal.background(ArrivalId("0" * 32), other)
    assert told.earlier.delivered_to == ()
    assert told.earlier.content == identity().content
    same = await store.journal.background(ArrivalId("0" * 32), identity())
    assert same.earlier.delivered_to == (ONE,)


async def test_a_delivery_that_died_is_not_had_and_lives_again_when_sent_again(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, GivenUp(NOW, "unroutable: no queue"))
    told = await store.journal.background(ArrivalId("0" * 32), identity())
    assert told.earlier.delivered_to == ()
    again = await claimed(store, "again")
    done = conclusion(again, outbox=(delivery(again, ONE),))
    assert await store.journal.conclude(done, unless_changed=told.version)
    [revived] = await leased(store, OutboxKind.DELIVER)
    assert (revived.id, revived.headers) == (row.id, row.headers)
    assert await store.queries.desk(DeskName.UNROUTABLE) == []
