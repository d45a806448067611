"""Who has an arrival in hand, on both databases."""

import asyncio

import pytest

from hub.errors import ClaimLost
from hub.model.ids import ArrivalId
from hub.model.records import OutboxKind
from tests.integration.journal.scenes import (
    LEASE,
    MINUTE,
    NOW,
    claimed,
    concluded,
    conclusion,
    key,
    leased,
    offer,
)


async def test_of_two_who_claim_at_once_one_gets_it(store, second):
    arrival = (await store.journal.accept(offer(), NOW)).arrival
    answers = await asyncio.gather(
        *(s.journal.claim(arrival.id, NOW, LEASE) for s in (store, second) * 5)
    )
    [won] = [answer for answer in answers if answer]
    assert won.claim
    assert won.claims == 1


async def test_a_claim_that_ran_out_is_for_the_next_who_counts_it(store):
    first = await claimed(store)
    assert await store.journal.claim(first.id, NOW + LEASE / 2, LEASE) is None
    second = await store.journal.claim(first.id, NOW + LEASE, LEASE)
    assert second is not None
    assert second.claims == 2
    assert second.claim != first.claim


async def test_a_renewed_claim_outlives_its_first_lease(store):
    arrival = await claimed(store)
    await store.journal.renew(arrival, NOW + 10 * MINUTE)
    assert await store.journal.claim(arrival.id, NOW + 9 * MINUTE, LEASE) is None


async def test_who_lost_the_claim_can_do_nothing_with_it(store):
    lost = await claimed(store)
    assert await store.journal.claim(lost.id, NOW + MINUTE, LEASE)
    before = await store.queries.log(None, 100)

    with pytest.raises(ClaimLost):
        await store.journal.renew(lost, NOW + MINUTE)
    with pytest.raises(ClaimLost):
        await store.journal.postpone(lost, NOW + MINUTE)
    with pytest.raises(ClaimLost):
        await store.journal.conclude(conclusion(lost), unless_changed=0)

    assert await store.queries.log(None, 100) == before
    assert await store.queries.document(key()) is None


async def test_nobody_holds_an_arrival_without_a_token(store):
    arrival = (await store.journal.accept(offer(), NOW)).arrival
    with pytest.raises(ClaimLost):
        await store.journal.renew(arrival, NOW + MINUTE)
    with pytest.raises(ClaimLost):
        await store.journal.conclude(conclusion(arrival), unless_changed=0)


async def test_what_is_decided_or_unknown_is_not_to_be_claimed(store):
    arrival = await concluded(store)
    assert await store.journal.claim(arrival.id, NOW + MINUTE, LEASE) is None
    assert await store.journal.claim(ArrivalId("0" * 32), NOW, LEASE) is None


async def test_what_is_postponed_is_woken_later_and_may_be_claimed_at_once(store):
    arrival = await claimed(store)
    [wake] = await leased(store)
    await store.journal.postpone(arrival, NOW + 5 * MINUTE)

    assert await store.outbox.next_due([OutboxKind.WAKE]) == NOW + LEASE
    later = await leased(store, at=NOW + 5 * MINUTE)
    assert [row.due_at for row in later] == [NOW, NOW + 5 * MINUTE]
    assert later[0].id == wake.id
    assert await store.journal.claim(arrival.id, NOW, LEASE)
