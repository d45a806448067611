"""Breakers that all relays share, on both databases."""

import asyncio
from dataclasses import replace

from hub.journal.rebuild import rebuild
from hub.journal.steering import Said
from hub.journal.steering_tables import targets
from hub.journal.tables import entries
from hub.model.records import Later, OutboxKind, Tag
from hub.model.targets import BreakerRow, BreakerState, Target, TargetKind
from tests.integration.journal.scenes import MINUTE, NOW, ONE, concluded, leased

AXIS = Target(TargetKind.SOURCES, "axis")
AGENCY = Target(TargetKind.AGENCIES, f"agency-{ONE}")


async def moves(store) -> list[tuple[Tag, str]]:
    """What entries say of breakers, in order."""
    kept = await store.queries.log(None, 100)
    tags = (Tag.TARGET_OPENED, Tag.TARGET_CLOSED)
    return [(e.tag, e.actor) for e in kept if e.tag in tags]


async def test_two_relays_that_open_a_breaker_write_one_entry(store, second):
    until = NOW + MINUTE
    await asyncio.gather(
        store.targets.open(AXIS, "down", NOW, until),
        second.targets.open(AXIS, "down", NOW, until),
    )
    assert await moves(store) == [(Tag.TARGET_OPENED, "hub")]
    [row] = await second.targets.stopped()
    assert row == BreakerRow(AXIS, BreakerState.OPEN, NOW, "hub", "down", until)


async def test_when_the_pause_is_over_one_relay_may_try_and_no_other(store, second):
    await store.targets.open(AXIS, "down", NOW, NOW + MINUTE)
    assert not await store.targets.probe(AXIS, NOW, NOW + MINUTE)
    later, next_ = NOW + MINUTE, NOW + 2 * MINUTE
    tries = await asyncio.gather(
        store.targets.probe(AXIS, later, next_),
        second.targets.probe(AXIS, later, next_),
    )
    assert sorted(tries) == [False, True]


async def test_a_target_that_was_never_down_may_always_be_tried(store):
    assert await store.targets.probe(AXIS, NOW, NOW + MINUTE)
    assert await store.targets.stopped() == []


async def test_a_target_that_answers_is_closed_once(store):
    await store.targets.open(AXIS, "down", NOW, NOW + MINUTE)
    for _ in range(2):
        await store.targets.close(AXIS, NOW + MINUTE)
    assert [tag for tag, _ in await moves(store)] == [
        Tag.TARGET_OPENED,
        Tag.TARGET_CLOSED,
    ]
    assert await store.targets.stopped() == []


async def test_what_an_operator_opened_only_an_operator_closes(store):
    said = Said(NOW, "lan", reason="đang sửa máy")
    assert await store.targets.hold_open(AXIS, said)
    assert not await store.targets.hold_open(AXIS, said)
    await store.targets.close(AXIS, NOW + MINUTE)
    assert not await store.targets.probe(AXIS, NOW + 60 * MINUTE, NOW + 61 * MINUTE)
    [row] = await store.targets.listed()
    assert (row.breaker.state, row.breaker.actor) == (BreakerState.HELD, "lan")
    assert row.reason == "đang sửa máy"
    assert await store.targets.close_by_hand(AXIS, replace(said, reason="xong"))
    assert not await store.targets.close_by_hand(AXIS, said)
    assert await moves(store) == [
        (Tag.TARGET_OPENED, "lan"),
        (Tag.TARGET_CLOSED, "lan"),
    ]


async def test_an_operators_words_are_particulars_and_may_be_erased(store):
    await store.targets.hold_open(AXIS, Said(NOW, "lan", reason="gọi bà Hoa"))
    facts = await store.database.read(
        lambda c: c.execute(entries.select()).mappings().one()["facts"]
    )
    assert "Hoa" not in facts


async def test_closing_by_hand_tries_what_waited_at_once(store):
    await concluded(store)
    [row] = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, Later(NOW + 60 * MINUTE, "full"))
    await store.targets.open(AGENCY, "full", NOW, NOW + MINUTE)
    assert await leased(store, OutboxKind.DELIVER) == []
    await store.targets.close_by_hand(AGENCY, Said(NOW, "lan", reason="đã dọn"))
    assert len(await leased(store, OutboxKind.DELIVER)) == 1


async def test_the_list_tells_what_waits_and_since_when(store):
    await concluded(store)
    rows = {row.target: row for row in await store.targets.listed()}
    assert (rows[AGENCY].waiting, rows[AGENCY].oldest) == (1, NOW)
    assert rows[AGENCY].breaker is None
    assert rows[AXIS].waiting == 1


async def test_breakers_are_made_again_from_their_entries(store):
    await store.targets.open(AXIS, "down", NOW, NOW + MINUTE)
    await store.targets.hold_open(AGENCY, Said(NOW, "lan", reason="sửa"))
    before = await store.targets.listed()
    assert (await rebuild(store)).differences == ()
    assert await store.targets.listed() == before


async def test_a_breaker_whose_row_was_lost_is_tried_and_closed(store):
    await store.targets.open(AXIS, "down", NOW, NOW + MINUTE)
    await store.database.write(lambda c: c.execute(targets.delete()))
    await rebuild(store)
    [row] = await store.targets.stopped()
    assert row.open_until is None
    assert await store.targets.probe(AXIS, NOW, NOW + MINUTE)
    assert not await store.targets.probe(AXIS, NOW, NOW + MINUTE)
    await store.targets.close(AXIS, NOW + MINUTE)
    assert await store.targets.stopped() == []
