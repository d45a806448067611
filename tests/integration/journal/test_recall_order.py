"""A recall and its document in any order, at several workers, to thousands."""

import asyncio

import pytest

from hub.model.decisions import Disposition
from hub.model.envelopes import (
    Hop,
    Kind,
    Organization,
)
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.recalls import RecallState
from hub.model.records import DeskName, OutboxKind
from hub.registry.agencies import AgencyBook
from tests.fakes.district import (
    LETTER,
    District,
    letter,
    recall,
)
from tests.integration.journal.recalling import (
    lineage,
    release,
    states,
)
from tests.unit.rules.cases import (
    BOOK,
    GIAO_AN,
    NOI_VU,
    OUTSIDE,
    UBND,
    agency,
    envelope,
)


@pytest.fixture
def district(store, tmp_path) -> District:
    return District(store, tmp_path)


async def test_a_recall_before_its_document_waits_and_is_done_when_it_comes(district):
    early = await district.arrives(recall(UBND))
    decision = await district.carried(early)
    assert (decision.rule, decision.disposition) == ("waits", Disposition.HOLD)
    assert decision.reason.code is FaultCode.NOT_COME_YET
    [item] = await district.store.queries.desk(DeskName.HELD)
    assert item.arrival == early

    late = await district.arrives(letter(UBND))
    rules = [one.rule for one in await district.woken()]
    assert rules == ["deliver", "withdrawn"]
    assert late
    assert await district.store.queries.desk() == []
    await district.relayed()
    assert district.got(UBND) == []


async def test_a_recall_that_a_person_lets_go_stops_the_document_that_comes_later(
    district,
):
    early = await district.arrives(recall(UBND))
    await district.carried(early)
    await release(district, early)
    [freed] = await district.woken()
    assert (freed.rule, [r.code for r in freed.routing.receivers]) == (
        "released",
        [UBND],
    )
    late = await district.comes(letter(UBND))
    assert (late.rule, late.disposition) == ("recalled", Disposition.REFUSE)
    await district.relayed()
    assert district.got(UBND) == [("revoke", False)]


async def test_a_recall_that_waits_follows_a_document_that_left_first(district):
    await district.comes(recall(UBND))
    await district.comes(letter(UBND))
    await district.relayed()
    await district.woken()
    await district.relayed()
    assert district.got(UBND) == [("new", False), ("revoke", True)]


async def test_a_late_coming_of_what_was_recalled_stops(district):
    await district.comes(letter(UBND))
    await district.comes(recall(UBND, GIAO_AN))
    decision = await district.comes(letter(GIAO_AN, UBND))
    assert (decision.rule, decision.disposition) == ("recalled", Disposition.REFUSE)
    assert decision.reason.code is FaultCode.RECALLED


async def test_a_bare_number_may_be_anybodys_so_its_recall_waits(district):
    await district.comes(envelope(document_id="1042", to=(UBND,)))
    stranger = Organization(AgencyCode("000.00.00.G15"))
    mine = {"sender": stranger, "document_id": "1042", "to": (UBND,)}
    decision = await district.comes(envelope(kind=Kind.REVOKE, **mine))
    assert decision.rule == "waits"
    await district.comes(envelope(**mine))
    await district.woken()
    await district.relayed()
    [row] = [r for r in district.left if r.kind is OutboxKind.DELIVER]
    assert row.headers["from"] == OUTSIDE


async def test_a_recall_and_its_document_at_two_workers_at_once_meet(
    store, second, tmp_path
):
    """Neither waits for ever, whoever of them commits first."""
    one, two = District(store, tmp_path), District(second, tmp_path)
    two.judge = one.judge
    for number in range(10):
        named = {"document_id": f"{LETTER} {number}", "to": (UBND,)}
        first = await one.arrives(envelope(**named))
        other = await one.arrives(envelope(kind=Kind.REVOKE, **named))
        await asyncio.gather(one.carried(first), two.carried(other))
    await one.woken()
    assert await store.queries.desk() == []
    await one.relayed()
    assert one.got(UBND) == []


async def test_two_recalls_at_two_workers_at_once_both_take_it_back(
    store, second, tmp_path
):
    one, two = District(store, tmp_path), District(second, tmp_path)
    two.judge = one.judge
    for number in range(10):
        document_id = f"{LETTER} {number}"
        told = {"document_id": document_id, "kind": Kind.REVOKE, "to": (UBND,)}
        await one.comes(envelope(document_id=document_id, to=(UBND, NOI_VU)))
        hop = Hop(OUTSIDE, "2019/11/20 09:00:00")
        first = await one.arrives(envelope(**told))
        other = await one.arrives(
            envelope(**(told | {"to": (NOI_VU,), "hops": (hop,)}))
        )
        await asyncio.gather(one.carried(first), two.carried(other))
        found = await lineage(one, document_id)
        assert {r.agency: r.state for r in found.recalls} == {
            UBND: RecallState.CANCELLED,
            NOI_VU: RecallState.CANCELLED,
        }


@pytest.mark.full
async def test_a_recall_reaches_two_thousand_receivers(store, tmp_path):
    many = tuple(AgencyCode(f"000.{n:04}.37.H40") for n in range(2_000))
    registry = AgencyBook(
        agencies=tuple(agency(code, f"a{n}") for n, code in enumerate(many)),
        hub=BOOK.hub,
        territory=(".37.H40",),
        version="many",
    )
    district = District(store, tmp_path, registry=registry)
    await district.comes(letter(*many))
    half = await district.leased(OutboxKind.DELIVER, limit=1_000)
    for row in half[:50]:
        await district.is_sent(row)
    decision = await district.comes(recall(*many))
    assert len(decision.routing.receivers) == 1_000
    found = await states(district)
    assert sum(s is RecallState.ASKED for s in found.values()) == 1_000
    assert sum(s is RecallState.CANCELLED for s in found.values()) == 1_000
