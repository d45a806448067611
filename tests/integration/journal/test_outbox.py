"""What leaves, is leased and settled once, on both databases."""

import asyncio
from dataclasses import replace

from hub.journal.rebuild import dump, rebuild
from hub.model.decisions import Lane
from hub.model.ids import AgencyCode
from hub.model.receipts import Untold
from hub.model.records import DeskName, GivenUp, Later, Left, OutboxKind, Sent, Tag
from tests.integration.journal.scenes import (
    ALL_KINDS,
    LEASE,
    MINUTE,
    NOW,
    ONE,
    TWO,
    claimed,
    concluded,
    conclusion,
    delivery,
    key,
    leased,
    offer,
    receipt,
)


async def tags(store):
    return [entry.tag for entry in await store.queries.log(None, 1000)]


async def test_only_the_kinds_asked_for_and_only_what_is_due(store):
    await concluded(store)
    assert await leased(store, OutboxKind.ALERT) == []
    assert await leased(store, OutboxKind.DELIVER, at=NOW - MINUTE) == []
    [row] = await leased(store, OutboxKind.DELIVER)
    assert row.kind is OutboxKind.DELIVER


async def test_oldest_first_and_no_more_than_asked(store):
    for number in range(5):
        await store.journal.accept(offer(f"d{number}"), NOW - number * MINUTE)
    rows = await store.outbox.due(ALL_KINDS, NOW, LEASE, 3)
    assert [row.due_at for row in rows] == [NOW - n * MINUTE for n in (4, 3, 2)]


async def test_urgent_rows_leave_first(store):
    arrival = await claimed(store, "doc-1", b"doc-1")
    rows = [
        replace(delivery(arrival, AgencyCode(f"H40.{n}")), lane=lane, due_at=due)
        for n, (lane, due) in enumerate(
            [
                (Lane.ORDINARY, NOW - 2 * MINUTE),
                (Lane.URGENT, NOW),
                (Lane.ORDINARY, NOW),
                (Lane.URGENT, NOW - MINUTE),
                (Lane("hoa-toc"), NOW - 3 * MINUTE),  # a lane of the policy
            ]
        )
    ]
    done = conclusion(arrival, outbox=tuple(rows))
    assert await store.journal.conclude(done, unless_changed=0)
    left = [row.agency for row in await leased(store, OutboxKind.DELIVER)]
    assert left == ["H40.4", "H40.3", "H40.1", "H40.0", "H40.2"]


async def test_rows_of_a_target_that_is_down_stay_as_they_are(store):
    await concluded(store)
    down = [f"agency-{ONE}", "axis"]
    rows = await store.outbox.due(ALL_KINDS, NOW, LEASE, 10, skip=down)
    assert not {row.target for row in rows} & set(down)
    assert {row.attempts for row in await leased(store)} == {1}


async def test_what_was_tried_in_vain_is_hastened_and_nothing_else(store):
    await concluded(store)
    (row,) = await leased(store, OutboxKind.ANSWER)
    await store.outbox.settle(row, Later(NOW + 30 * MINUTE, "down"))
    assert await leased(store, OutboxKind.ANSWER, at=NOW + MINUTE) == []
    await store.outbox.hasten(OutboxKind.ANSWER, "portal", NOW + MINUTE)
    await store.outbox.hasten(OutboxKind.DELIVER, "axis", NOW + MINUTE)
    assert await leased(store, OutboxKind.ANSWER, at=NOW + MINUTE) == []
    await store.outbox.hasten(OutboxKind.ANSWER, "axis", NOW + MINUTE)
    assert len(await leased(store, OutboxKind.ANSWER, at=NOW + MINUTE)) == 1


async def test_a_leased_row_is_nobody_elses_until_the_lease_runs_out(store):
    await concluded(store)
    [first] = await leased(store, OutboxKind.DELIVER)
    assert await leased(store, OutboxKind.DELIVER) == []
    [again] = await leased(store, OutboxKind.DELIVER, at=NOW + LEASE)
    assert again.id == first.id
    assert again.lease != first.lease
    assert (first.attempts, again.attempts) == (1, 2)


async def test_two_relays_never_lease_the_same_row(store, second):
    for number in range(40):
        await store.journal.accept(offer(f"d{number}"), NOW)
    answers = await asyncio.gather(
        *(s.outbox.due(ALL_KINDS, NOW, LEASE, 7) for s in (store, second) * 5)
    )
    ids = [row.id for rows in answers for row in rows]
    ids += [row.id for row in await leased(store)]
    assert len(ids) == len(set(ids)) == 40


async def test_a_sent_delivery_is_queued_and_told_once(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, Sent(NOW + MINUTE, {"confirm": 7}))
    await store.outbox.settle(row, Sent(NOW + 2 * MINUTE))

    assert (await tags(store)).count(Tag.DELIVERY_QUEUED) == 1
    [delivery] = await store.queries.deliveries(key())
    assert (delivery.state, delivery.queued_at) == ("queued", NOW + MINUTE)
    assert delivery.attempts == 1
    entry = (await store.queries.log(None, 1))[0]
    assert entry.facts == {
        "message_id": row.id,
        "target": row.target,
        "attempts": 1,
        "confirm": 7,
    }
    assert await leased(store, OutboxKind.DELIVER, at=NOW + LEASE) == []


async def test_a_sent_receipt_is_told(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.ANSWER)
    await store.outbox.settle(row, Sent(NOW))
    assert (await tags(store))[-1] is Tag.RECEIPT_SENT


async def test_a_receipt_that_nobody_was_sent_is_not_called_sent(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.ANSWER)
    await store.outbox.settle(row, Left(NOW, Untold.ASKS))

    told = await tags(store)
    assert (told[-1], Tag.RECEIPT_SENT in told) == (Tag.RECEIPT_LEFT, False)
    entry = (await store.queries.log(None, 1))[0]
    assert entry.facts["why"] == "asks"
    assert await leased(store, OutboxKind.ANSWER, at=NOW + LEASE) == []
    before = await dump(store)
    await rebuild(store)
    assert await dump(store) == before


async def test_a_receipt_that_follows_waits_until_every_delivery_has_left(store):
    taken = await store.journal.accept(offer(), NOW)
    arrival = await store.journal.claim(taken.arrival.id, NOW, LEASE)
    rows = (
        delivery(arrival, ONE),
        delivery(arrival, TWO),
        replace(receipt(arrival), follows=key()),
    )
    done = conclusion(arrival, outbox=rows)
    assert await store.journal.conclude(done, unless_changed=0)
    first, second = await leased(store, OutboxKind.DELIVER)
    assert await leased(store, OutboxKind.ANSWER) == []
    await store.outbox.settle(first, Sent(NOW))
    await store.outbox.settle(second, GivenUp(NOW, "deadline"))
    assert await leased(store, OutboxKind.ANSWER) == [], "a dead one has not left"


async def test_a_receipt_that_follows_leaves_when_all_have_left(store):
    taken = await store.journal.accept(offer(), NOW)
    arrival = await store.journal.claim(taken.arrival.id, NOW, LEASE)
    rows = (delivery(arrival, ONE), replace(receipt(arrival), follows=key()))
    await store.journal.conclude(conclusion(arrival, outbox=rows), unless_changed=0)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, Sent(NOW))
    [answer] = await leased(store, OutboxKind.ANSWER)
    assert answer.follows == key()


async def test_a_pointer_that_left_is_gone_without_an_entry(store):
    await store.journal.accept(offer(), NOW)
    [row] = await leased(store)
    await store.outbox.settle(row, Sent(NOW))
    assert await tags(store) == [Tag.ARRIVAL_ACCEPTED]
    assert await store.outbox.next_due(ALL_KINDS) is None


async def test_later_moves_the_moment_and_counts_the_try(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, Later(NOW + MINUTE, "broker down"))
    assert await leased(store, OutboxKind.DELIVER, at=NOW + LEASE) == []
    assert await store.outbox.next_due([OutboxKind.DELIVER]) == NOW + MINUTE
    [again] = await leased(store, OutboxKind.DELIVER, at=NOW + MINUTE)
    assert again.attempts == 2


async def test_a_breaker_gives_the_try_back(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    later = Later(NOW + MINUTE, "breaker open", counts=False)
    await store.outbox.settle(row, later)
    [again] = await leased(store, OutboxKind.DELIVER, at=NOW + MINUTE)
    assert again.attempts == 1


async def test_who_gave_up_puts_it_on_the_list_of_dead_letters(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, GivenUp(NOW, "deadline"))
    await store.outbox.settle(row, GivenUp(NOW, "deadline"))

    [item] = await store.queries.desk()
    assert (item.desk, item.outbox, item.agency) == (DeskName.DEAD, row.id, ONE)
    assert (await tags(store)).count(Tag.OUTBOX_GIVEN_UP) == 1
    assert (await store.queries.deliveries(key()))[0].state == "given-up"


async def test_the_unroutable_have_a_list_of_their_own(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, GivenUp(NOW, "unroutable: agency-H40.1"))
    [item] = await store.queries.desk(DeskName.UNROUTABLE)
    assert item.reason == "unroutable: agency-H40.1"


async def test_a_settle_under_a_lost_lease_changes_nothing(store):
    await concluded(store)
    [lost] = await leased(store, OutboxKind.DELIVER)
    [held] = await leased(store, OutboxKind.DELIVER, at=NOW + LEASE)
    before = await tags(store)
    for outcome in (Sent(NOW), Later(NOW, ""), GivenUp(NOW, "")):
        await store.outbox.settle(lost, outcome)
    assert await tags(store) == before
    await store.outbox.settle(held, Sent(NOW))
    assert (await tags(store))[-1] is Tag.DELIVERY_QUEUED


async def test_settled_by_two_at_once_it_is_told_once(store, second):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await asyncio.gather(
        *(s.outbox.settle(row, Sent(NOW)) for s in (store, second) * 4)
    )
    assert (await tags(store)).count(Tag.DELIVERY_QUEUED) == 1


async def test_a_leased_row_falls_due_when_its_lease_ends(store):
    await concluded(store)
    await leased(store, OutboxKind.DELIVER)
    assert await store.outbox.next_due([OutboxKind.DELIVER]) == NOW + LEASE
    assert await store.outbox.next_due([OutboxKind.ALERT]) is None
