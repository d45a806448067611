"""What sweeps, duties and persons do, on both databases."""

import asyncio
from datetime import timedelta

from hub.journal.tables import entries
from hub.model.ids import ArrivalId, digest_of
from hub.model.records import DeskName, GivenUp, NewEntry, OutboxKind, Sent, Tag
from tests.integration.journal.scenes import (
    LEASE,
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
    offer,
)

QUIET = timedelta(minutes=2)
LONG_AFTER = NOW + 60 * MINUTE


async def woken(store, name="doc-1"):
    """An arrival whose pointer left and was lost in the broker."""
    arrival = (await store.journal.accept(offer(name), NOW)).arrival
    for row in await leased(store, OutboxKind.WAKE):
        await store.outbox.settle(row, Sent(NOW))
    return arrival.id


async def test_a_lost_pointer_strands_its_arrival_after_a_while(store):
    arrival = await woken(store)
    assert await store.sweep.stranded(NOW + MINUTE, QUIET) == []
    assert await store.sweep.stranded(LONG_AFTER, QUIET) == [arrival]


async def test_who_is_on_the_way_is_not_stranded(store):
    lost = await woken(store, "lost")
    in_hand = await store.journal.claim(await woken(store, "t"), LONG_AFTER, LEASE)
    await store.operators.bury(await woken(store, "buried"), "story", NOW)
    await concluded(store, "done")
    await store.journal.accept(offer("waits"), NOW)

    assert in_hand is not None
    assert await store.sweep.stranded(LONG_AFTER, QUIET) == [lost]


async def test_a_claim_that_ran_out_strands_its_arrival(store):
    arrival = await woken(store)
    assert await store.journal.claim(arrival, NOW, LEASE)
    assert await store.sweep.stranded(LONG_AFTER, QUIET) == [arrival]


async def test_a_backlog_does_not_feed_itself(store):
    arrival = await woken(store)
    wakes = 0
    for minute in range(1, 121):
        at = NOW + minute * MINUTE
        if found := await store.sweep.stranded(at, MINUTE):
            assert await store.sweep.wake(found, at) == [arrival]
            wakes += 1
            for row in await leased(store, OutboxKind.WAKE, at=at):
                await store.outbox.settle(row, Sent(at))
    assert 5 <= wakes <= 8, "each wait is as long as all before it"


async def test_a_dead_receipt_does_not_hide_its_released_arrival(store):
    arrival = await claimed(store)
    await store.journal.conclude(held(arrival), unless_changed=0)
    [receipt] = await leased(store, OutboxKind.ANSWER)
    await store.outbox.settle(receipt, GivenUp(NOW, "the source refuses it"))
    assert await store.operators.release(arrival.id, "lan", "đã hỏi", NOW)
    for row in await leased(store, OutboxKind.WAKE):
        await store.outbox.settle(row, Sent(NOW))
    assert await store.sweep.stranded(LONG_AFTER, QUIET) == [arrival.id]


async def test_several_relays_wake_the_stranded_once(store, second):
    ids = [await woken(store, f"d{n}") for n in range(5)]
    answers = await asyncio.gather(
        *(s.sweep.wake(ids, LONG_AFTER) for s in (store, second) * 3)
    )
    assert sorted(one for answer in answers for one in answer) == sorted(ids)
    assert len(await leased(store, at=LONG_AFTER)) == 5
    tags = [entry.tag for entry in await store.queries.log(None, 100)]
    assert tags.count(Tag.SWEEP_WOKE) == 5
    assert await store.sweep.stranded(LONG_AFTER, QUIET) == []


async def test_a_duty_has_one_holder_until_its_lease_ends(store, second):
    until = NOW + LEASE
    assert await store.duties.hold("sealer", "a", until, NOW)
    assert not await second.duties.hold("sealer", "b", until, NOW)
    assert await second.duties.hold("sweep", "b", until, NOW)
    assert await store.duties.hold("sealer", "a", until + LEASE, NOW)
    assert not await second.duties.hold("sealer", "b", LONG_AFTER, until)
    assert await second.duties.hold("sealer", "b", LONG_AFTER, until + LEASE)


async def test_of_many_who_want_a_duty_one_gets_it(store, second):
    wanting = [(s, f"{n}") for n, s in enumerate((store, second) * 4)]
    got = await asyncio.gather(
        *(s.duties.hold("sweep", who, NOW + LEASE, NOW) for s, who in wanting)
    )
    assert got.count(True) == 1


async def test_a_release_opens_the_arrival_again_and_wakes_it(store):
    arrival = await claimed(store)
    assert await store.journal.conclude(held(arrival), unless_changed=0)
    assert await store.operators.release(arrival.id, "lan", "đã gọi điện", LONG_AFTER)

    assert await store.queries.desk() == []
    assert len(await store.queries.desk(open_only=False)) == 1
    history = await store.journal.background(arrival.id, identity())
    assert history.released
    again = await store.journal.claim(arrival.id, LONG_AFTER, LEASE)
    assert (again.claims, again.id) == (1, arrival.id)
    wakes = await leased(store, OutboxKind.WAKE, at=LONG_AFTER)
    assert LONG_AFTER in [row.due_at for row in wakes]
    [entry] = [
        e
        for e in await store.queries.entries_of(arrival=arrival.id)
        if e.tag is Tag.ARRIVAL_RELEASED
    ]
    assert (entry.actor, entry.particulars) == ("lan", {"reason": "đã gọi điện"})


async def test_only_what_stands_on_a_list_can_be_released(store):
    done = await concluded(store)
    assert not await store.operators.release(done.id, "lan", "?", NOW)
    assert not await store.operators.release(ArrivalId("0" * 32), "lan", "?", NOW)


async def test_of_two_who_release_at_once_one_does(store, second):
    arrival = await claimed(store)
    assert await store.journal.conclude(held(arrival), unless_changed=0)
    got = await asyncio.gather(
        *(s.operators.release(arrival.id, "lan", "x", NOW) for s in (store, second) * 2)
    )
    assert got.count(True) == 1


async def test_what_was_buried_waits_for_a_person(store):
    arrival = await claimed(store)
    await store.operators.bury(arrival.id, "Traceback", NOW)
    await store.operators.bury(arrival.id, "Traceback again", NOW)

    [item] = await store.queries.desk(DeskName.BURIED)
    assert item.arrival == arrival.id
    assert await store.journal.claim(arrival.id, LONG_AFTER, LEASE) is None
    released = await store.operators.release(arrival.id, "lan", "thôi", LONG_AFTER)
    assert not released, "nobody has judged it: there is nothing to say yes to"
    assert await store.operators.retry(arrival.id, "lan", "thử lại", LONG_AFTER)
    assert not await store.operators.retry(arrival.id, "lan", "nữa", LONG_AFTER)
    history = await store.journal.background(arrival.id, None)
    assert not history.released
    assert await store.journal.claim(arrival.id, LONG_AFTER, LEASE)


async def test_a_rejected_delivery_is_listed_once(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, Sent(NOW))
    assert await store.operators.reject(row.id, {"count": 20}, NOW)
    assert not await store.operators.reject(row.id, {"count": 20}, NOW)
    assert not await store.operators.reject("nobody's", {}, NOW)

    [item] = await store.queries.desk(DeskName.DEAD)
    assert (item.outbox, item.agency) == (row.id, ONE)
    assert (await store.queries.deliveries(key()))[0].state == "rejected"


async def test_a_delivery_is_fetched_once(store):
    arrival = await concluded(store)
    mine = delivery(arrival, ONE).id
    assert await store.operators.fetched(mine, NOW)
    assert not await store.operators.fetched(mine, NOW)
    assert not await store.operators.fetched("nobody's", NOW)
    tags = [entry.tag for entry in await store.queries.log(None, 100)]
    assert tags.count(Tag.DELIVERY_FETCHED) == 1
    assert (await store.queries.deliveries(key()))[0].state == "fetched"


async def test_a_late_confirm_does_not_unfetch_a_delivery(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.operators.fetched(row.id, NOW)
    await store.outbox.settle(row, Sent(NOW + MINUTE))
    [found] = await store.queries.deliveries(key())
    assert (found.state, found.queued_at) == ("fetched", NOW + MINUTE)


async def test_an_agency_may_have_its_body_and_the_original_only(store):
    arrival = await concluded(store)
    body = digest_of(b"body of doc-1")
    assert (await store.queries.delivery(ONE, body)).document == key()
    assert (await store.queries.delivery(ONE, arrival.digest)).agency == ONE
    assert await store.queries.delivery(TWO, body) is None
    assert await store.queries.delivery(ONE, digest_of(b"another")) is None
    # Who sent it may have what it sent, and nobody else by that.
    assert await store.queries.sent(arrival.source, arrival.digest)
    assert not await store.queries.sent(arrival.source, body)
    assert not await store.queries.sent("agency.other", arrival.digest)


async def test_particulars_of_the_secret_are_never_read(store):
    arrival = await claimed(store)
    secret = held(arrival, desk=DeskName.SECRET, secret=True)
    assert await store.journal.conclude(secret, unless_changed=0)
    for told in (
        await store.queries.log(None, 100),
        await store.queries.entries_of(arrival=arrival.id),
        await store.queries.entries_of(document=key()),
    ):
        assert all(not entry.particulars for entry in told)
    await concluded(store, "doc-2")
    open_ = await store.queries.entries_of(document=key("doc-2"))
    assert [bool(entry.particulars) for entry in open_] == [True, False]


async def test_a_search_finds_ids_keys_and_the_doors_own_id(store):
    arrival = await concluded(store)
    for text in (arrival.id, arrival.id[:8], " doc-1 "):
        assert (await store.queries.find(text)).arrivals == (arrival.id,)
    for text in (key(), key()[:6], "doc-1"):
        assert (await store.queries.find(text)).documents == (key(),)
    nothing = await store.queries.find("%")
    assert (nothing.arrivals, nothing.documents) == ((), ())
    assert (await store.queries.find("abc")).arrivals == ()


async def test_the_log_is_paged_by_entry_id_newest_last(store):
    for number in range(6):
        await store.journal.accept(offer(f"d{number}"), NOW)
    newest = await store.queries.log(None, 2)
    first = await store.queries.log(0, 4)
    rest = await store.queries.log(first[-1].id, 100)
    assert [e.id for e in first + rest] == sorted(e.id for e in first + rest)
    assert len(first + rest) == 6
    assert newest == rest


async def test_the_log_waits_at_a_hole_that_may_still_be_filled(store):
    """On PostgreSQL a lower id may be committed after a higher one was read."""
    await store.journal.accept(offer(), NOW)
    late = {
        "id": 3,
        "tag": Tag.SWEEP_WOKE,
        "moment": NOW,
        "actor": "hub",
        "facts": "{}",
    }
    await store.database.write(lambda c: c.execute(entries.insert().values(late)))
    assert [e.id for e in await store.queries.log(0, 10)] == [1]
    assert await store.queries.log(1, 10) == []

    filled = {**late, "id": 2}
    await store.database.write(lambda c: c.execute(entries.insert().values(filled)))
    assert [e.id for e in await store.queries.log(1, 10)] == [2, 3]


async def test_the_log_passes_a_hole_once_the_sealer_did(store):
    late = {
        "id": 3,
        "tag": Tag.SWEEP_WOKE,
        "moment": NOW,
        "actor": "hub",
        "facts": "{}",
    }
    await store.database.write(lambda c: c.execute(entries.insert().values(late)))
    assert await store.queries.log(0, 10) == []
    await store.sealer.seal(10)
    assert [e.id for e in await store.queries.log(0, 10)] == [3]


async def test_the_log_hides_the_journals_own_facts(store):
    await concluded(store)
    [decided] = [
        e
        for e in await store.queries.entries_of(document=key())
        if e.tag is Tag.DOCUMENT_DECIDED
    ]
    assert decided.facts == {"rule": "deliver"}


async def test_counts_tell_what_waits(store):
    await store.journal.accept(offer("old"), NOW - MINUTE)
    arrival = await claimed(store)
    assert await store.journal.conclude(held(arrival), unless_changed=0)
    counts = await store.queries.counts()
    waiting = {(b.kind, b.target): b.rows for b in counts.outbox}
    assert waiting == {
        (OutboxKind.WAKE, "hub.arrivals"): 2,
        (OutboxKind.ANSWER, "axis"): 1,
    }
    assert [(c.desk, c.items) for c in counts.desks] == [(DeskName.HELD, 1)]
    assert (counts.undecided, counts.oldest) == (1, NOW - MINUTE)
    assert counts.unsealed == 4


async def test_an_erased_particular_is_empty_and_said_so(store):
    arrival = await concluded(store)
    assert await store.operators.erase(arrival.id, "retention", NOW) == 1
    assert await store.operators.erase(arrival.id, "retention", NOW) == 0
    told = await store.queries.entries_of(arrival=arrival.id)
    read = next(e for e in told if e.tag is Tag.ARRIVAL_READ)
    assert read.particulars == {}
    assert told[-1].tag is Tag.PARTICULARS_ERASED
    assert told[-1].facts == {"entries": [read.id]}


async def test_digests_of_entries_are_not_to_be_collected(store):
    arrival = await concluded(store)
    digests = await store.queries.digests()
    assert arrival.digest in digests
    assert digest_of(b"body of doc-1") in digests


async def test_what_verdicts_were_made_of_is_known_by_their_entries(store):
    arrival = await claimed(store)
    made_of, elsewhere = digest_of(b"a manifest"), digest_of(b"no manifest")
    judged = NewEntry(Tag.ENVELOPE_JUDGED, NOW, facts={"knowledge": made_of})
    unknown = NewEntry(Tag.ENVELOPE_JUDGED, NOW, facts={"knowledge": None})
    other = NewEntry(Tag.ARRIVAL_READ, NOW, facts={"knowledge": elsewhere})
    done = conclusion(arrival, entries=(judged, unknown, other))
    assert await store.journal.conclude(done, unless_changed=0)
    assert await store.queries.manifests() == {made_of}
    assert made_of in await store.queries.digests()


async def test_a_decided_arrival_is_gone_from_the_undecided(store):
    await concluded(store)
    assert (await store.queries.counts()).oldest is None
