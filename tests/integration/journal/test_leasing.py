"""What stands on a shelf is leased to one client at a time, and never lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.journal.leasing import (
    MOST_LEASES,
    WORN_OUT,
    Lease,
    Leasing,
    ShelfDepth,
)
from hub.journal.rebuild import dump, rebuild
from hub.journal.tables import deliveries
from hub.model.batches import Asked, BatchAction
from hub.model.decisions import Lane
from hub.model.records import DeskName, OutboxKind, OutboxState, Sent, Tag
from tests.integration.journal.scenes import (
    LATER,
    MINUTE,
    NOW,
    ONE,
    TWO,
    case_of,
    claimed,
    concluded,
    concluded_open,
    conclusion,
    delivery,
    document,
    key,
    leased,
    rejudgement,
)

QUEUE, OTHER = f"agency-{ONE}", f"agency-{TWO}"
PULLED = {"way": "pull"}


def wish(most: int = 10, at=LATER, seconds: float = 60, queue: str = QUEUE) -> Lease:
    return Lease(queue, most, at, at + timedelta(seconds=seconds))


async def on_the_shelf(store, *names: str, **changes) -> Leasing:
    """Deliveries that left for an agency that comes and asks, a minute apart."""
    for number, name in enumerate(names):
        await concluded(store, name, **changes)
        for row in await leased(store, OutboxKind.DELIVER):
            await store.outbox.settle(row, Sent(NOW + number * MINUTE, PULLED))
    return Leasing(store.database)


async def row_of(store, message_id: str):
    query = select(deliveries).where(deliveries.c.id == message_id)
    return await store.database.read(lambda c: c.execute(query).one())


async def tags_of(store, name: str = "doc-1") -> list[Tag]:
    return [e.tag for e in await store.queries.entries_of(document=key(name))]


async def test_a_lease_is_one_clients_until_it_ends(store):
    shelf = await on_the_shelf(store, "doc-1")
    (one,) = await shelf.lease(wish())
    assert (one.kind, one.leases, one.since) == ("deliver", 1, NOW)
    assert await shelf.lease(wish(at=LATER + timedelta(seconds=59))) == []
    (again,) = await shelf.lease(wish(at=LATER + timedelta(seconds=60)))
    assert (again.id, again.leases) == (one.id, 2)


async def test_two_clients_never_get_the_same(store):
    shelf = await on_the_shelf(store, *(f"doc-{n}" for n in range(8)))
    wishes = (wish(3) for _ in range(4))
    found = await asyncio.gather(*(shelf.lease(each) for each in wishes))
    ids = [one.id for lot in found for one in lot]
    assert len(ids) == len(set(ids)) == 8


async def test_urgent_comes_first_then_the_oldest(store):
    shelf = await on_the_shelf(store, "a", "b")
    arrival = await claimed(store, "c", b"c")
    urgent = replace(delivery(arrival, ONE, "c"), lane=Lane.URGENT)
    done = conclusion(arrival, "c", document=document("c"), outbox=(urgent,))
    assert await store.journal.conclude(done, unless_changed=0)
    for due in await leased(store, OutboxKind.DELIVER):
        await store.outbox.settle(due, Sent(NOW + 9 * MINUTE, PULLED))
    first, second = await shelf.lease(wish(2))
    assert (first.id, second.since) == (urgent.id, NOW)
    assert len(await shelf.look(QUEUE, 10)) == 3


async def test_what_left_another_way_stands_on_no_shelf(store):
    await concluded(store)
    (row,) = await leased(store, OutboxKind.DELIVER)
    shelf = Leasing(store.database)
    assert await shelf.look(QUEUE, 10) == [], "planned, and not there yet"
    await store.outbox.settle(row, Sent(NOW, {"way": "amqp"}))
    assert await shelf.look(QUEUE, 10) == []
    assert (await row_of(store, row.id)).way == "amqp"
    assert await shelf.find(QUEUE, row.id), (
        "it may be had and acknowledged all the same"
    )


async def test_each_state_has_its_moment(store):
    shelf = await on_the_shelf(store, "doc-1")
    (one,) = await shelf.lease(wish())
    await shelf.fetched(QUEUE, one.id, LATER)
    await shelf.fetched(QUEUE, one.id, LATER + MINUTE)
    assert (await row_of(store, one.id)).state == "fetched"
    assert await shelf.acknowledge(QUEUE, one.id, LATER + 2 * MINUTE)
    assert await shelf.acknowledge(QUEUE, one.id, LATER + 3 * MINUTE)
    row = await row_of(store, one.id)
    moments = (row.queued_at, row.fetched_at, row.acknowledged_at)
    assert moments == (NOW, LATER, LATER + 2 * MINUTE)
    assert (row.state, row.way) == ("acknowledged", "pull")
    assert (await tags_of(store))[-3:] == [
        Tag.DELIVERY_QUEUED,
        Tag.DELIVERY_FETCHED,
        Tag.DELIVERY_CONFIRMED,
    ]


async def test_an_acknowledgement_after_the_lease_ended_counts(store):
    shelf = await on_the_shelf(store, "doc-1")
    (one,) = await shelf.lease(wish())
    assert await shelf.acknowledge(QUEUE, one.id, LATER + 60 * MINUTE)
    assert await shelf.lease(wish(at=LATER + 61 * MINUTE)) == []


async def test_who_had_it_and_never_says_so_stays_to_be_seen(store):
    """It acknowledges to itself and loses: fetched, never acknowledged."""
    shelf = await on_the_shelf(store, "doc-1")
    (one,) = await shelf.lease(wish())
    await shelf.fetched(QUEUE, one.id, LATER)
    row = await row_of(store, one.id)
    assert (row.state, row.acknowledged_at) == ("fetched", None)
    assert [w.id for w in await shelf.look(QUEUE, 10)] == [one.id]


async def test_nobody_reaches_what_is_anothers(store):
    shelf = await on_the_shelf(store, "doc-1")
    (one,) = await shelf.look(QUEUE, 10)
    assert await shelf.lease(wish(queue=OTHER)) == []
    assert await shelf.look(OTHER, 10) == []
    assert await shelf.find(OTHER, one.id) is None
    await shelf.fetched(OTHER, one.id, LATER)
    assert not await shelf.acknowledge(OTHER, one.id, LATER)
    assert not await shelf.reject(OTHER, one.id, "no", LATER)
    assert (await row_of(store, one.id)).state == "queued"


@pytest.mark.parametrize("ask", ["find", "acknowledge", "reject"])
async def test_what_never_left_is_unknown(store, ask):
    shelf = await on_the_shelf(store, "doc-1")
    answers = {
        "find": lambda: shelf.find(QUEUE, "no-such"),
        "acknowledge": lambda: shelf.acknowledge(QUEUE, "no-such", LATER),
        "reject": lambda: shelf.reject(QUEUE, "no-such", "x", LATER),
    }
    assert not await answers[ask]()


async def test_what_is_refused_is_a_dead_letter_with_the_agencys_words(store):
    shelf = await on_the_shelf(store, "doc-1")
    (one,) = await shelf.lease(wish())
    assert await shelf.reject(QUEUE, one.id, "Không mở được tệp", LATER)
    (item,) = await store.queries.desk(DeskName.DEAD)
    assert (item.outbox, item.reason) == (one.id, "rejected by the agency's system")
    last = (await store.queries.entries_of(document=key()))[-1]
    assert (last.tag, last.particulars) == (
        Tag.DELIVERY_REJECTED,
        {"words": "Không mở được tệp"},
    )
    assert await shelf.look(QUEUE, 10) == []
    assert (await row_of(store, one.id)).state == "rejected"


async def test_what_is_leased_again_and_again_becomes_a_dead_letter(store):
    """A client that crashes on one document gets the others all the same."""
    shelf = await on_the_shelf(store, "poison", "doc-2")
    for turn in range(MOST_LEASES):
        (first, *_) = await shelf.lease(wish(1, LATER + 2 * turn * MINUTE))
    end = LATER + 2 * MOST_LEASES * MINUTE
    (other,) = await shelf.lease(wish(at=end))
    assert other.id != first.id
    (item,) = await store.queries.desk(DeskName.DEAD)
    assert (item.outbox, item.reason) == (first.id, WORN_OUT)


async def test_a_dead_letter_that_is_replayed_stands_there_as_new(store):
    shelf = await on_the_shelf(store, "doc-1")
    (one,) = await shelf.lease(wish())
    await shelf.fetched(QUEUE, one.id, LATER)
    assert await shelf.reject(QUEUE, one.id, "no", LATER)
    (item,) = await store.queries.desk(DeskName.DEAD)
    asked = Asked("lan", LATER, "đã sửa phần mềm")
    batch = await store.batches.begin(BatchAction.REPLAY, [item.id], asked, "")
    while await store.batches.advance(batch.id, LATER, lambda _: 72 * 60 * MINUTE, 2):
        pass
    assert await shelf.look(QUEUE, 10) == [], "it has not left again"
    (row,) = await leased(store, OutboxKind.DELIVER, at=LATER)
    await store.outbox.settle(row, Sent(LATER + MINUTE, PULLED))
    (again,) = await shelf.lease(wish(at=LATER + MINUTE))
    assert (again.id, again.leases, again.since) == (one.id, 1, LATER + MINUTE)
    kept = await row_of(store, one.id)
    assert (kept.state, kept.fetched_at) == ("queued", None)
    assert (await rebuild(store)).differences == ()


async def test_a_notice_stands_behind_its_document_and_is_acknowledged(store):
    shelf = Leasing(store.database)
    arrival = await concluded_open(store, "doc-8")
    (row,) = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, Sent(NOW, PULLED))
    await store.rejudging.conclude(rejudgement(await case_of(store, arrival)))
    (told,) = await leased(store, OutboxKind.NOTICE, at=LATER)
    await store.outbox.settle(told, Sent(LATER, PULLED))
    assert [one.kind for one in await shelf.look(QUEUE, 10)] == ["deliver", "notice"]
    await shelf.fetched(QUEUE, told.id, LATER)
    for _ in range(2):
        assert await shelf.acknowledge(QUEUE, told.id, LATER)
    assert [one.kind for one in await shelf.look(QUEUE, 10)] == ["deliver"]
    assert (await tags_of(store, "doc-8")).count(Tag.NOTICE_CONFIRMED) == 1


async def test_what_mail_took_the_agency_has(store):
    await concluded(store)
    (row,) = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, Sent(LATER, {"way": "mail"}))
    kept = await row_of(store, row.id)
    assert (kept.state, kept.way) == ("fetched", "mail")
    assert kept.queued_at == kept.fetched_at == LATER
    last = (await store.queries.entries_of(document=key()))[-1]
    assert (last.tag, last.actor) == (Tag.DELIVERY_FETCHED, "hub")


async def test_what_has_stood_long_in_nobodys_hand_is_counted(store):
    shelf = await on_the_shelf(store, "doc-1", "doc-2", "doc-3")
    assert await shelf.depths(NOW + MINUTE, LATER) == [ShelfDepth(QUEUE, 2, 0)]
    await shelf.lease(wish(1))
    assert await shelf.depths(LATER, LATER) == [ShelfDepth(QUEUE, 2, 1)]
    after = LATER + 2 * MINUTE
    assert await shelf.depths(after, after) == [ShelfDepth(QUEUE, 3, 0)]
    for standing in await shelf.look(QUEUE, 10):
        await shelf.acknowledge(QUEUE, standing.id, after)
    assert await shelf.depths(after, after) == []


async def test_a_secret_document_stands_on_no_shelf(store):
    row = document("doc-s", secret=True, document_id="", notation="")
    shelf = await on_the_shelf(store, "doc-s", document=row)
    assert await shelf.look(QUEUE, 10) == await shelf.lease(wish()) == []


async def test_shelf_and_states_survive_a_rebuild_and_leases_too(store):
    shelf = await on_the_shelf(store, "doc-1", "doc-2", "doc-3", "doc-4")
    one, two, three = await shelf.lease(wish(3))
    await shelf.fetched(QUEUE, one.id, LATER)
    await shelf.acknowledge(QUEUE, two.id, LATER)
    await shelf.reject(QUEUE, three.id, "no", LATER)
    before, stood = await dump(store), await shelf.look(QUEUE, 10)
    assert (await rebuild(store)).differences == ()
    assert await dump(store) == before
    assert await shelf.look(QUEUE, 10) == stood
    assert before["outbox"][one.id]["state"] == OutboxState.SENT


async def test_any_words_of_an_agency_are_kept(store):
    shelf = await on_the_shelf(store, "doc-1")
    (one,) = await shelf.lease(wish())
    assert await shelf.reject(QUEUE, one.id, "hỏng\x00\n\u202e", LATER)
    assert (await store.queries.deliveries(key()))[0].state == "rejected"
