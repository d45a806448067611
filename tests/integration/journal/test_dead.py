"""Dead letters, and an operator's work on many matters, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.journal import tables
from hub.journal.bounces import SqlBounces
from hub.journal.rebuild import rebuild
from hub.model.batches import Asked, BatchAction, BatchState
from hub.model.ids import digest_of
from hub.model.records import (
    DeskName,
    GivenUp,
    NewEntry,
    OutboxKind,
    OutboxState,
    Sent,
    Tag,
)
from tests.integration.journal.scenes import (
    LATER,
    MINUTE,
    NOW,
    ONE,
    TWO,
    claimed,
    concluded,
    conclusion,
    delivery,
    held,
    identity,
    key,
    leased,
    receipt,
)

SOON = NOW + MINUTE
ASKED = Asked("lan", SOON, "máy của xã đã sửa xong")
CERTIFICATE = digest_of(b"certificate of a commune")


def patience(_):
    return timedelta(hours=72)


async def given_up(store, name="doc-1", why="deadline: full", **changes):
    """A delivery that died on its way; its receipt waits behind it."""
    arrival = await concluded(store, name, **changes)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, GivenUp(NOW, why))
    return arrival


async def done(store, action, items, code=""):
    batch = await store.batches.begin(action, items, ASKED, code)
    while await store.batches.advance(batch.id, SOON, patience, 2):
        pass
    return await store.batches.one(batch.id)


async def row_of(store, message_id):
    table = tables.outbox
    found = await store.database.read(
        lambda c: (
            c.execute(table.select().where(table.c.id == message_id)).mappings().one()
        )
    )
    return dict(found)


async def test_a_replayed_delivery_leaves_with_the_same_id_and_bytes(store):
    await given_up(store)
    [letter] = await store.batches.dead()
    before = await row_of(store, letter.item.outbox)
    batch = await done(store, BatchAction.REPLAY, [letter.item.id])
    assert (batch.state, batch.done, batch.skipped) == (BatchState.DONE, 1, 0)
    [row] = await leased(store, OutboxKind.DELIVER, at=SOON)
    after = await row_of(store, row.id)
    same = ("id", "headers", "body", "target", "lane", "kind")
    assert {k: after[k] for k in same} == {k: before[k] for k in same}
    assert (row.attempts, row.deadline) == (1, SOON + timedelta(hours=72))
    assert await store.batches.dead() == []
    [one] = await store.queries.deliveries(key())
    assert one.state == "planned"


async def test_a_replay_is_an_entry_with_its_actor_and_reason(store):
    arrival = await given_up(store)
    [letter] = await store.batches.dead()
    await done(store, BatchAction.REPLAY, [letter.item.id])
    told = await store.queries.entries_of(arrival=arrival.id)
    [entry] = [e for e in told if e.tag is Tag.DELIVERY_REPLAYED]
    assert (entry.actor, entry.moment) == ("lan", SOON)
    assert entry.facts["message_id"] == letter.item.outbox
    assert entry.particulars == {"reason": ASKED.reason}


async def test_what_a_consumer_rejected_is_sent_again_and_may_be_rejected_again(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, Sent(NOW))
    assert await store.operators.reject(row.id, {}, NOW)
    [letter] = await store.batches.dead()
    await done(store, BatchAction.REPLAY, [letter.item.id])
    [again] = await leased(store, OutboxKind.DELIVER, at=SOON)
    assert again.id == row.id
    await store.outbox.settle(again, Sent(SOON))
    assert await store.operators.reject(row.id, {}, SOON)
    [second] = await store.batches.dead()
    assert second.item.id != letter.item.id


async def test_a_dead_letter_that_moved_in_the_meantime_is_skipped(store):
    await given_up(store)
    [letter] = await store.batches.dead()
    await done(store, BatchAction.REPLAY, [letter.item.id])
    batch = await done(store, BatchAction.DISCARD, [letter.item.id, "nobody's"])
    assert (batch.done, batch.skipped) == (2, 2)
    assert len(await leased(store, OutboxKind.DELIVER, at=SOON)) == 1


async def test_a_discarded_delivery_never_leaves_and_its_receipt_says_so(store):
    arrival = await claimed(store)
    told = replace(
        receipt(arrival),
        follows=key(),
        headers={"outcome": "deliver", "delivered_to": [ONE, TWO]},
    )
    outbox = (delivery(arrival, ONE), told)
    await store.journal.conclude(conclusion(arrival, outbox=outbox), unless_changed=0)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, GivenUp(NOW, "frame"))
    assert await leased(store, OutboxKind.ANSWER) == []
    [letter] = await store.batches.dead()
    await done(store, BatchAction.DISCARD, [letter.item.id])
    [answer] = await leased(store, OutboxKind.ANSWER, at=SOON)
    assert answer.headers["delivered_to"] == [TWO]
    assert answer.headers["undelivered"] == [ONE]
    assert answer.headers["text_vi"] == f"Không chuyển tới: {ONE}."
    assert (await row_of(store, row.id))["state"] == OutboxState.CANCELLED
    [one] = await store.queries.deliveries(key())
    assert one.state == "discarded"


async def test_a_receipt_to_an_agency_says_beside_its_frozen_body_who_is_left_out(
    store,
):
    arrival = await claimed(store)
    told = replace(
        receipt(arrival),
        kind=OutboxKind.NOTICE,
        follows=key(),
        follows_all=True,
        agency=TWO,
        headers={"kind": "notice"},
        body=digest_of(b"frozen"),
    )
    outbox = (delivery(arrival, ONE), told)
    await store.journal.conclude(conclusion(arrival, outbox=outbox), unless_changed=0)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, GivenUp(NOW, "frame"))
    assert await leased(store, OutboxKind.NOTICE) == []
    [letter] = await store.batches.dead()
    await done(store, BatchAction.DISCARD, [letter.item.id])
    [notice] = await leased(store, OutboxKind.NOTICE, at=SOON)
    assert notice.headers == {"kind": "notice", "undelivered": ONE}
    assert notice.body == digest_of(b"frozen")
    assert (await rebuild(store)).differences == ()


async def test_what_was_discarded_gets_another_life_when_the_document_comes_again(
    store,
):
    await given_up(store)
    [letter] = await store.batches.dead()
    await done(store, BatchAction.DISCARD, [letter.item.id])
    copy = await claimed(store, "copy", b"doc-1")
    history = await store.journal.background(copy.id, identity())
    assert history.earlier is not None
    assert history.earlier.delivered_to == ()
    again = conclusion(copy, outbox=(delivery(copy, ONE),))
    assert await store.journal.conclude(again, unless_changed=1)
    [row] = await leased(store, OutboxKind.DELIVER, at=LATER)
    assert row.id == letter.item.outbox


async def test_a_bounced_receipt_is_sent_again_and_may_bounce_again(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.ANSWER)
    await store.outbox.settle(row, Sent(NOW))
    bounces = SqlBounces(store.database)
    assert await bounces.bounced(row.id, "5.1.1", NOW)
    [letter] = await store.batches.dead()
    assert (letter.cause, letter.kind) == ("bounced", OutboxKind.ANSWER)
    await done(store, BatchAction.REPLAY, [letter.item.id])
    [again] = await leased(store, OutboxKind.ANSWER, at=SOON)
    await store.outbox.settle(again, Sent(SOON))
    assert await bounces.bounced(row.id, "5.1.1", SOON)
    assert len(await store.batches.dead()) == 1


async def test_dead_letters_tell_by_what_they_are_grouped(store):
    arrival = await claimed(store)
    judged = NewEntry(
        Tag.ENVELOPE_JUDGED,
        NOW,
        arrival.id,
        key(),
        facts={"findings": [{"certificate": CERTIFICATE}, {"certificate": ""}]},
    )
    whole = conclusion(arrival)
    whole = replace(whole, entries=(judged, *whole.entries))
    await store.journal.conclude(whole, unless_changed=0)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, GivenUp(NOW, "unroutable: no queue"))
    [letter] = await store.batches.dead()
    assert letter.cause == "unroutable"
    assert letter.target == f"agency-{ONE}"
    assert letter.certificates == (CERTIFICATE,)
    assert (letter.document_id, letter.item.desk) == ("doc-1", DeskName.UNROUTABLE)


async def test_a_batch_keeps_to_the_list_it_began_with(store):
    for number in range(3):
        await given_up(store, f"doc-{number}")
    frozen = [one.item.id for one in await store.batches.dead()]
    batch = await store.batches.begin(BatchAction.REPLAY, frozen, ASKED)
    assert await store.batches.advance(batch.id, SOON, patience, 2)
    await given_up(store, "late comer")
    assert not await store.batches.advance(batch.id, SOON, patience, 2)
    assert [one.document_id for one in await store.batches.dead()] == ["late comer"]


async def test_a_batch_that_another_process_began_is_gone_on_with(store, second):
    for number in range(3):
        await given_up(store, f"doc-{number}")
    items = [one.item.id for one in await store.batches.dead()]
    batch = await store.batches.begin(BatchAction.REPLAY, items, ASKED)
    await store.batches.advance(batch.id, SOON, patience, 1)
    assert await second.batches.running() == [batch.id]
    assert (await second.batches.one(batch.id)).done == 1
    assert not await second.batches.advance(batch.id, SOON, patience, 10)
    assert await second.batches.dead() == []
    told = await second.batches.one(batch.id)
    assert (told.done, told.total, told.state) == (3, 3, BatchState.DONE)
    assert told.reason == ASKED.reason


async def test_a_cancelled_batch_does_no_more_and_undoes_nothing(store):
    for number in range(3):
        await given_up(store, f"doc-{number}")
    items = [one.item.id for one in await store.batches.dead()]
    batch = await store.batches.begin(BatchAction.DISCARD, items, ASKED)
    await store.batches.advance(batch.id, SOON, patience, 1)
    assert await store.batches.cancel(batch.id, ASKED)
    assert not await store.batches.cancel(batch.id, ASKED)
    assert not await store.batches.advance(batch.id, SOON, patience, 10)
    assert len(await store.batches.dead()) == 2
    assert (await store.batches.one(batch.id)).state is BatchState.CANCELLED


async def test_an_unknown_batch_is_told(store):
    with pytest.raises(KeyError):
        await store.batches.one("nobody's")


async def waits(store, name="doc-1"):
    arrival = await claimed(store, name, name.encode())
    await store.journal.conclude(held(arrival, name), unless_changed=0)
    return arrival


async def test_what_is_held_is_released_in_a_batch(store):
    arrivals = [await waits(store, f"doc-{n}") for n in range(3)]
    items = [i.id for i in await store.queries.desk(DeskName.HELD)]
    batch = await done(store, BatchAction.RELEASE, items)
    assert (batch.done, batch.skipped) == (3, 0)
    assert await store.queries.desk(DeskName.HELD) == []
    for arrival in arrivals:
        history = await store.journal.background(arrival.id, None)
        assert (history.released, history.refused) == (True, "")


async def test_what_is_refused_is_refused_by_the_code_it_was_held_for(store):
    arrival = await waits(store)
    [item] = await store.queries.desk(DeskName.HELD)
    await done(store, BatchAction.REFUSE, [item.id])
    history = await store.journal.background(arrival.id, identity())
    assert (history.released, history.refused) == (False, "unknown-chain")
    assert await store.journal.claim(arrival.id, SOON, MINUTE) is not None


async def test_an_operator_may_name_another_code(store):
    arrival = await waits(store)
    assert await store.operators.refuse(arrival.id, ASKED, "other-signer")
    history = await store.journal.background(arrival.id, identity())
    assert history.refused == "other-signer"
    assert not await store.operators.refuse(arrival.id, ASKED)


async def test_the_last_word_of_an_operator_counts(store):
    arrival = await waits(store)
    assert await store.operators.refuse(arrival.id, ASKED)
    again = await store.journal.claim(arrival.id, SOON, MINUTE)
    assert again is not None
    once_more = held(again)
    assert await store.journal.conclude(once_more, unless_changed=1)
    assert await store.operators.release(arrival.id, "lan", "nhầm", LATER)
    history = await store.journal.background(arrival.id, identity())
    assert (history.released, history.refused) == (True, "")


async def test_what_is_secret_is_neither_released_nor_refused(store):
    arrival = await claimed(store)
    done_ = held(arrival, desk=DeskName.SECRET, secret=True)
    await store.journal.conclude(done_, unless_changed=0)
    assert not await store.operators.refuse(arrival.id, ASKED)
    [item] = await store.queries.desk(DeskName.SECRET)
    batch = await done(store, BatchAction.REFUSE, [item.id])
    assert batch.skipped == 1


async def test_all_of_it_is_made_again_from_the_entries(store):
    for number in range(4):
        await given_up(store, f"doc-{number}")
    one, two, *_ = [letter.item.id for letter in await store.batches.dead()]
    await done(store, BatchAction.REPLAY, [one])
    await done(store, BatchAction.DISCARD, [two])
    await waits(store, "held")
    [item] = await store.queries.desk(DeskName.HELD)
    await done(store, BatchAction.REFUSE, [item.id], "other-signer")
    rest = [letter.item.id for letter in await store.batches.dead()]
    running = await store.batches.begin(BatchAction.REPLAY, rest, ASKED)
    await store.batches.advance(running.id, SOON, patience, 1)
    before = await store.batches.listed()
    assert (await rebuild(store)).differences == ()
    assert await store.batches.listed() == before
