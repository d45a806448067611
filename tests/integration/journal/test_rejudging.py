"""Verdicts that were left open: timers, claims, what is added beside the first."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from hub.errors import ClaimLost
from hub.journal.rebuild import dump, rebuild
from hub.journal.tables import verdicts
from hub.model.arrivals import Arrival
from hub.model.decisions import Disposition
from hub.model.ids import AgencyCode, ArrivalId, digest_of
from hub.model.records import (
    DeskName,
    GivenUp,
    OutboxKind,
    Sent,
    Tag,
)
from hub.model.rejudging import VerdictState
from tests.integration.journal.scenes import (
    LATER,
    LEASE,
    MINUTE,
    NOW,
    ONE,
    case_of,
    claimed,
    concluded,
    concluded_open,
    document,
    held,
    key,
    leased,
    left_open,
    rejudgement,
)

ALWAYS = NOW + timedelta(days=365)


async def row_of(store, arrival):
    rows = await store.rejudging.listed(open_only=False)
    return next((row for row in rows if row.arrival == arrival.id), None)


async def held_open(store) -> Arrival:
    """On the list of the held, and its verdict waits for revocation data."""
    arrival = await claimed(store)
    waits = left_open(
        arrival, outbox=(), document=document(disposition=Disposition.HOLD)
    )
    on_a_list = replace(waits, desk=held(arrival).desk)
    assert await store.journal.conclude(on_a_list, unless_changed=0)
    return arrival


async def pointers(store, at=ALWAYS) -> list[ArrivalId | None]:
    rows = await leased(store, OutboxKind.WAKE, at=at)
    for row in rows:
        await store.outbox.settle(row, Sent(at))
    return [row.arrival for row in rows]


async def test_an_open_verdict_gets_a_pointer_when_it_is_due_and_not_before(store):
    arrival = await concluded_open(store)
    await pointers(store)
    assert await store.rejudging.wake(NOW, 100) == 0
    assert await store.rejudging.wake(NOW + MINUTE, 100) == 1
    assert await store.rejudging.wake(NOW + MINUTE, 100) == 0, "one is on its way"
    assert await pointers(store) == [arrival.id]


async def test_what_waits_is_counted(store):
    await concluded_open(store)
    await concluded(store, "doc-2")
    assert (await store.queries.counts()).open_verdicts == 1


async def test_a_pointer_that_nobody_answers_is_given_again(store):
    arrival = await concluded_open(store)
    await store.rejudging.wake(NOW + MINUTE, 100)
    await pointers(store)
    assert await store.rejudging.wake(NOW + 17 * MINUTE, 100) == 1
    assert await pointers(store) == [arrival.id]


async def test_a_large_arrival_is_judged_again_by_the_worker_for_large_ones(store):
    arrival = await claimed(store, "large", b"x" * 2_000)
    done = left_open(arrival, "large")
    assert await store.journal.conclude(done, unless_changed=0)
    await pointers(store)
    await store.rejudging.wake(NOW + MINUTE, 100)
    (row,) = await leased(store, OutboxKind.WAKE, at=ALWAYS)
    assert row.target == "hub.arrivals.large"


async def test_no_more_pointers_leave_at_once_than_are_asked_for(store):
    for number in range(4):
        await concluded_open(store, f"doc-{number}")
    assert await store.rejudging.wake(NOW + MINUTE, 3) == 3
    assert await store.rejudging.wake(NOW + MINUTE, 3) == 1


async def test_a_conclusion_without_open_questions_is_never_judged_again(store):
    arrival = await concluded(store)
    assert await store.rejudging.wake(ALWAYS, 100) == 0
    assert await store.rejudging.claim(arrival.id, ALWAYS, LEASE) is None


async def test_two_workers_never_both_have_it(store, second):
    arrival = await concluded_open(store)
    await store.rejudging.wake(NOW + MINUTE, 100)
    claims = [
        one.rejudging.claim(arrival.id, NOW + MINUTE, LEASE) for one in (store, second)
    ]
    cases = await asyncio.gather(*claims)
    assert sum(case is not None for case in cases) == 1


async def test_a_stray_pointer_judges_nothing_before_its_time(store):
    arrival = await concluded_open(store)
    assert await store.rejudging.claim(arrival.id, NOW + MINUTE, LEASE) is None


async def test_who_has_it_knows_the_first_verdict_and_who_has_the_document(store):
    arrival = await concluded_open(store)
    case = await case_of(store, arrival)
    assert case.before["headline"] == "indeterminate"
    assert [(h.agency, h.queue) for h in case.holders] == [(ONE, f"agency-{ONE}")]
    assert (case.tries, case.claims, case.arrival.digest) == (0, 1, arrival.digest)


async def test_an_agency_that_the_document_never_reached_is_no_holder(store):
    arrival = await concluded_open(store)
    (row,) = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, GivenUp(NOW, "deadline"))
    assert (await case_of(store, arrival)).holders == ()


async def test_who_dies_with_it_is_missed_when_the_lease_ends(store, second):
    arrival = await concluded_open(store)
    await case_of(store, arrival)
    after = NOW + MINUTE + LEASE
    assert await second.rejudging.wake(NOW + MINUTE, 100) == 0
    assert await second.rejudging.wake(after, 100) == 1
    again = await second.rejudging.claim(arrival.id, after, LEASE)
    assert again is not None
    assert again.claims == 2


async def test_a_lease_is_prolonged_by_who_has_it_only(store):
    arrival = await concluded_open(store)
    case = await case_of(store, arrival)
    await store.rejudging.renew(case, NOW + 5 * MINUTE)
    assert await store.rejudging.wake(NOW + 4 * MINUTE, 100) == 0
    with pytest.raises(ClaimLost):
        await store.rejudging.renew(replace(case, claim="another"), NOW + 5 * MINUTE)


async def test_in_vain_it_waits_for_its_next_time(store):
    arrival = await concluded_open(store)
    await store.rejudging.postpone(await case_of(store, arrival), LATER, 1)
    assert await store.rejudging.wake(LATER - MINUTE, 100) == 0
    case = await case_of(store, arrival, LATER)
    assert (case.tries, case.claims) == (1, 1)


async def test_a_changed_verdict_stands_beside_the_first_and_the_decision_stands(store):
    arrival = await concluded_open(store)
    await store.rejudging.conclude(rejudgement(await case_of(store, arrival)))
    told = await store.queries.entries_of(arrival=arrival.id)
    tags = [entry.tag for entry in told]
    assert tags.count(Tag.ENVELOPE_JUDGED) == tags.count(Tag.ENVELOPE_JUDGED_AGAIN) == 1
    row = await row_of(store, arrival)
    assert (row.decided, row.headline) == ("indeterminate", "failed")
    assert (row.state, row.judged_at) == (VerdictState.SETTLED, NOW + MINUTE)
    kept = await store.queries.document(key())
    assert (kept.disposition, kept.headline) == (Disposition.DELIVER, "passed")
    assert await store.rejudging.wake(ALWAYS, 100) == 0


async def test_the_agency_and_the_operator_hear_it_in_the_same_transaction(store):
    arrival = await concluded_open(store)
    case = await case_of(store, arrival)
    await store.rejudging.conclude(rejudgement(case))
    (row,) = await leased(store, OutboxKind.DELIVER, at=LATER)
    assert not await leased(store, OutboxKind.NOTICE, at=LATER), "the document first"
    await store.outbox.settle(row, Sent(LATER))
    (notice,) = await leased(store, OutboxKind.NOTICE, at=LATER)
    await store.outbox.settle(notice, Sent(LATER))
    told = await store.queries.entries_of(arrival=arrival.id)
    assert told[-1].tag is Tag.NOTICE_QUEUED
    (item,) = await store.queries.desk(DeskName.VERDICT)
    assert item.arrival == arrival.id


async def test_a_notice_waits_for_the_delivery_to_its_own_agency_only(store):
    arrival = await claimed(store)
    done = left_open(arrival)
    other = replace(
        done.outbox[0], id="to-another", agency=AgencyCode("H40.9"), target="agency-9"
    )
    both = replace(done, outbox=(*done.outbox, other))
    assert await store.journal.conclude(both, unless_changed=0)
    await store.rejudging.conclude(rejudgement(await case_of(store, arrival)))
    rows = await leased(store, OutboxKind.DELIVER, at=LATER)
    dead = next(row for row in rows if row.id == "to-another")
    await store.outbox.settle(dead, GivenUp(LATER, "deadline"))
    await store.outbox.settle(rows[rows[0] is dead], Sent(LATER))
    (notice,) = await leased(store, OutboxKind.NOTICE, at=LATER)
    assert notice.agency == ONE


async def test_a_second_conclusion_of_one_case_writes_nothing(store, second):
    arrival = await concluded_open(store)
    done = rejudgement(await case_of(store, arrival))
    await store.rejudging.conclude(done)
    before = len(await store.queries.entries_of(arrival=arrival.id))
    with pytest.raises(ClaimLost):
        await second.rejudging.conclude(done)
    assert len(await store.queries.entries_of(arrival=arrival.id)) == before


async def test_whose_lease_ran_out_concludes_nothing_once_another_has_it(store, second):
    arrival = await concluded_open(store)
    slow = await case_of(store, arrival)
    after = NOW + MINUTE + LEASE
    quick = await case_of(second, arrival, after)
    with pytest.raises(ClaimLost):
        await store.rejudging.conclude(rejudgement(slow))
    await second.rejudging.conclude(rejudgement(quick, after))


async def test_what_one_got_the_others_of_the_same_authority_try_at_once(store):
    one = await concluded_open(store, "doc-1")
    same = await concluded_open(store, "doc-2")
    other = await concluded_open(store, "doc-3", waits_for=digest_of(b"CN=other"))
    for arrival in (same, other):
        await store.rejudging.postpone(await case_of(store, arrival), LATER, 3)
    at = NOW + 16 * MINUTE
    await store.rejudging.conclude(rejudgement(await case_of(store, one, at), at))
    rows = {r.arrival: r.due_at for r in await store.rejudging.listed()}
    assert rows == {same.id: at, other.id: LATER}


async def test_all_that_waits_is_due_at_once_when_trust_changed(store):
    arrival = await concluded_open(store)
    await store.rejudging.postpone(await case_of(store, arrival), LATER, 3)
    assert await store.rejudging.hasten(NOW + 2 * MINUTE) == 1
    assert await store.rejudging.wake(NOW + 2 * MINUTE, 100) == 1


async def test_a_held_document_is_judged_again_and_stays_held(store):
    arrival = await held_open(store)
    await store.rejudging.conclude(rejudgement(await case_of(store, arrival)))
    lists = {item.desk for item in await store.queries.desk()}
    assert lists == {DeskName.HELD, DeskName.VERDICT}
    assert not await leased(store, OutboxKind.DELIVER, at=ALWAYS)


async def test_a_release_takes_it_out_of_the_hands_of_who_judges_it_again(store):
    arrival = await held_open(store)
    case = await case_of(store, arrival)
    assert await store.operators.release(arrival.id, "lan", "đã gọi điện", NOW)
    with pytest.raises(ClaimLost):
        await store.rejudging.conclude(rejudgement(case))
    assert await store.rejudging.wake(ALWAYS, 100) == 0, "it is being decided anew"
    assert await store.rejudging.claim(arrival.id, ALWAYS, LEASE) is None


async def test_decided_anew_without_open_questions_it_waits_no_more(store):
    arrival = await held_open(store)
    assert await store.operators.release(arrival.id, "lan", "đã gọi điện", NOW)
    again = await store.journal.claim(arrival.id, NOW, LEASE)
    assert await store.journal.conclude(
        replace(left_open(again), open_verdict=None), unless_changed=1
    )
    assert await row_of(store, arrival) is None


async def test_an_operator_may_ask_for_any_verdict(store):
    arrival = await claimed(store)
    done = replace(left_open(arrival), open_verdict=None)
    assert await store.journal.conclude(done, unless_changed=0)
    asked = await store.rejudging.ask([arrival.id], "lan", NOW, ALWAYS)
    assert asked == [arrival.id]
    case = await case_of(store, arrival, NOW)
    assert case.before["headline"] == "indeterminate"
    told = await store.queries.entries_of(arrival=arrival.id)
    assert (told[-1].tag, told[-1].actor) == (Tag.REJUDGING_ASKED, "lan")


async def test_what_was_given_up_is_open_again_when_an_operator_asks(store):
    arrival = await concluded_open(store)
    gone = rejudgement(await case_of(store, arrival), state=VerdictState.GIVEN_UP)
    await store.rejudging.conclude(gone)
    assert await store.rejudging.ask([arrival.id], "lan", LATER, ALWAYS)
    row = await row_of(store, arrival)
    assert (row.state, row.until) == (VerdictState.OPEN, ALWAYS)
    assert await store.rejudging.wake(LATER, 100) == 1


async def test_neither_undecided_nor_secret_nor_unread_can_be_asked_for(store):
    waits = await claimed(store, "waits")
    secret = await claimed(store, "secret", b"secret")
    done = held(secret, "secret", desk=DeskName.SECRET, secret=True)
    assert await store.journal.conclude(done, unless_changed=0)
    unread = await claimed(store, "unread", b"unread")
    row = document("unread", disposition=Disposition.REFUSE)
    refused = replace(held(unread, "unread"), document=row, desk=())
    assert await store.journal.conclude(refused, unless_changed=0)
    wanted = [waits.id, secret.id, unread.id, ArrivalId("f" * 32)]
    assert await store.rejudging.ask(wanted, "lan", NOW, ALWAYS) == []


async def test_what_was_erased_names_no_signer_anew(store):
    arrival = await concluded_open(store)
    case = await case_of(store, arrival)
    assert await store.operators.erase(arrival.id, "lan", LATER)
    with pytest.raises(ClaimLost):
        await store.rejudging.conclude(rejudgement(case))
    assert await store.rejudging.ask([arrival.id], "lan", LATER, ALWAYS) == []
    assert await store.rejudging.wake(ALWAYS, 100) == 0
    assert (await rebuild(store)).differences == ()


async def test_what_an_operator_has_seen_leaves_the_list_and_nothing_else(store):
    arrival = await concluded_open(store)
    await store.rejudging.conclude(rejudgement(await case_of(store, arrival)))
    assert await store.rejudging.seen(arrival.id, "lan", LATER) == 1
    assert await store.rejudging.seen(arrival.id, "lan", LATER) == 0
    assert await store.queries.desk() == []
    whole = await store.queries.arrival(arrival.id)
    assert whole is not None
    assert await store.journal.claim(arrival.id, LATER, LEASE) is None, "still decided"


async def test_a_bug_while_judging_again_leaves_the_decision_alone(store):
    arrival = await concluded_open(store)
    await case_of(store, arrival)
    await store.operators.bury(arrival.id, "Traceback …", LATER)
    (item,) = await store.queries.desk()
    assert (item.desk, item.reason) == (DeskName.VERDICT, "rejudging-broke")
    assert await store.rejudging.wake(ALWAYS, 100) == 0
    assert not await store.operators.retry(arrival.id, "lan", "thử lại", LATER)


async def test_a_notice_that_an_agency_rejects_is_a_dead_letter(store):
    arrival = await concluded_open(store)
    case = await case_of(store, arrival)
    done = rejudgement(case)
    await store.rejudging.conclude(done)
    for kind in (OutboxKind.DELIVER, OutboxKind.NOTICE):
        (row,) = await leased(store, kind, at=LATER)
        await store.outbox.settle(row, Sent(LATER))
    assert await store.operators.reject(done.outbox[0].id, {}, LATER)
    assert not await store.operators.reject(done.outbox[0].id, {}, LATER)
    (item,) = await store.queries.desk(DeskName.DEAD)
    assert (item.agency, item.outbox) == (ONE, done.outbox[0].id)


async def test_projections_of_a_rejected_notice_are_made_again(store):
    arrival = await concluded_open(store)
    done = rejudgement(await case_of(store, arrival))
    await store.rejudging.conclude(done)
    await store.operators.reject(done.outbox[0].id, {}, LATER)
    before = await dump(store)
    report = await rebuild(store)
    assert report.differences == ()
    assert await dump(store) == before


async def test_a_lost_row_is_made_again_from_the_entries_and_due(store):
    arrival = await concluded_open(store)
    await store.database.write(lambda c: c.execute(delete(verdicts)))
    report = await rebuild(store)
    assert report.differences == (f"verdicts {arrival.id}: was missing",)
    row = await row_of(store, arrival)
    assert (row.state, row.due_at) == (VerdictState.OPEN, NOW + MINUTE)
