"""What was recalled never leaves again, whoever sends it again and why."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from hub.journal.bounces import SqlBounces
from hub.journal.rebuild import dump, rebuild
from hub.journal.requeue import requeue
from hub.journal.status_rows import record_said
from hub.model.batches import Asked, BatchAction
from hub.model.envelopes import Organization
from hub.model.ids import AgencyCode
from hub.model.recalls import RecallState
from hub.model.records import DeskName, GivenUp, OutboxKind, Sent
from hub.model.statuses import Said
from hub.model.ways import Way, Ways
from tests.fakes.district import LETTER, District, letter, recall
from tests.fakes.outsides import NOON
from tests.integration.journal.recalling import OFFICE, states
from tests.unit.rules.cases import GIAO_AN, NOI_VU, UBND

MINISTRY, PROVINCE = AgencyCode("000.00.00.G15"), AgencyCode("000.00.00.H40")
MINE: dict[str, Any] = {"sender": Organization(UBND)}


@pytest.fixture
def district(store, tmp_path) -> District:
    town = District(store, tmp_path, ways=Ways((Way("truc"),)))
    town.sources["office"] = OFFICE
    return town


async def replayed(district):
    """How many dead letters were not sent again."""
    items = [letter.item.id for letter in await district.store.batches.dead()]
    asked = Asked("lan", district.clock.now(), "gửi lại")
    batch = await district.store.batches.begin(BatchAction.REPLAY, items, asked)
    while await district.store.batches.advance(
        batch.id, district.clock.now(), lambda _: timedelta(hours=72), 50
    ):
        pass
    return (await district.store.batches.one(batch.id)).skipped


async def came_back(district, *receivers):
    """A letter to bodies elsewhere that left and came back."""
    await district.comes(letter(*receivers, **MINE), source=OFFICE)
    [row] = await district.leased(OutboxKind.FORWARD)
    sent = Sent(district.clock.now(), {"remote": row.id})
    await district.store.outbox.settle(row, sent)
    bounces = SqlBounces(district.store.database)
    assert await bounces.bounced(row.id, "5.1.1", district.clock.now())
    return row


async def test_a_letter_that_came_back_and_was_recalled_is_not_sent_again(district):
    await came_back(district, MINISTRY)
    await district.comes(recall(MINISTRY, **MINE), source=OFFICE)
    await district.relayed()
    assert await states(district) == {MINISTRY: RecallState.ASKED}
    assert await replayed(district) == 1
    assert [r.headers["kind"] for r in await district.relayed()] == []


async def test_a_letter_that_others_are_to_have_is_sent_again(district):
    row = await came_back(district, MINISTRY, PROVINCE)
    await district.comes(recall(MINISTRY, **MINE), source=OFFICE)
    assert await replayed(district) == 0
    assert row.id in [one.id for one in await district.relayed()]


async def test_after_a_restore_nothing_recalled_stands_in_queues_anew(district):
    await district.comes(letter(UBND, GIAO_AN))
    for row in await district.leased(OutboxKind.DELIVER):
        sent = Sent(district.clock.now(), {"way": "amqp"})
        await district.store.outbox.settle(row, sent)
    await district.comes(recall(UBND))
    [document] = (await district.store.queries.find(LETTER)).documents[:1]
    told = Said(document, UBND, "15", NOON, NOON)
    await district.store.database.write(partial(record_said, told=told))
    await district.relayed()
    district.left.clear()

    asked = Asked("lan", district.clock.now(), "khôi phục")
    await requeue(district.store.database, asked, timedelta(hours=72))
    await district.relayed()
    assert ("new", False) not in district.got(UBND)
    assert ("new", False) in district.got(GIAO_AN)


async def test_what_dies_after_its_recall_is_told_to_who_sent_it(district):
    """Its receipt waits behind it: it must not say that it was delivered."""
    await district.comes(letter(UBND, NOI_VU))
    rows = await district.leased(OutboxKind.DELIVER)
    [mine] = [row for row in rows if row.agency == UBND]
    [other] = [row for row in rows if row.agency == NOI_VU]
    await district.is_sent(other)
    await district.comes(recall(UBND))
    gone = GivenUp(district.clock.now(), "deadline: broker down")
    await district.store.outbox.settle(mine, gone)
    answers = await district.leased(OutboxKind.ANSWER)
    [receipt] = [r for r in answers if r.arrival == mine.arrival]
    assert receipt.headers["delivered_to"] == [NOI_VU]
    assert receipt.headers["undelivered"] == [UBND]
    before = await dump(district.store)
    assert (await rebuild(district.store)).differences == ()
    assert await dump(district.store) == before


async def test_a_letter_for_others_too_dies_on_a_list_after_a_recall_from_one(district):
    await district.comes(letter(MINISTRY, PROVINCE, **MINE), source=OFFICE)
    [row] = await district.leased(OutboxKind.FORWARD)
    await district.comes(recall(MINISTRY, **MINE), source=OFFICE)
    gone = GivenUp(district.clock.now(), "deadline: down")
    await district.store.outbox.settle(row, gone)
    items = await district.store.queries.desk(DeskName.DEAD)
    assert [item.outbox for item in items] == [row.id]
    assert await replayed(district) == 0
    assert row.id in [one.id for one in await district.relayed()]
