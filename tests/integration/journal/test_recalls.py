"""Recall: what has not left never does, who has it is asked."""

from functools import partial
from typing import Any

import pytest

from hub.journal.status_rows import record_said
from hub.model.decisions import Disposition, Lane
from hub.model.envelopes import (
    Organization,
    OtherInfo,
)
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.recalls import RecallState
from hub.model.records import DeskName, GivenUp, OutboxKind, Tag
from hub.model.statuses import Said
from hub.model.ways import Way, Ways
from tests.fakes.district import (
    LETTER,
    District,
    letter,
    recall,
)
from tests.fakes.outsides import NOON
from tests.integration.journal.recalling import (
    OFFICE,
    entries,
    lineage,
    release,
    states,
    word,
)
from tests.unit.rules.cases import (
    GIAO_AN,
    GIAO_HA,
    NOI_VU,
    OUTSIDE,
    STRANGER_SIGNED,
    UBND,
)


@pytest.fixture
def district(store, tmp_path) -> District:
    return District(store, tmp_path)


async def test_what_has_not_left_is_cancelled_and_who_has_it_is_asked(district):
    await district.comes(letter(UBND, NOI_VU, GIAO_AN))
    first, second, third = await district.leased(OutboxKind.DELIVER, limit=3)
    await district.is_sent(first)
    await district.put_off(second)
    # Of the third the relay says nothing more: its process died.
    fourth = await district.comes(letter(GIAO_HA))
    assert fourth.disposition is Disposition.DELIVER

    decision = await district.comes(recall(UBND, NOI_VU, GIAO_AN, GIAO_HA))

    assert decision.rule == "deliver"
    assert await states(district) == {
        first.agency: RecallState.ASKED,
        # A relay had it in hand and heard nothing: it may have left.
        second.agency: RecallState.ASKED,
        third.agency: RecallState.ASKED,
        GIAO_HA: RecallState.CANCELLED,
    }
    district.clock.step(60)
    await district.relayed()
    assert district.got(first.agency) == [("new", False), ("revoke", True)]
    assert district.got(second.agency) == [("revoke", True)]
    # A leased row counts as left: it goes before what asks for it.
    assert district.got(third.agency) == [("new", False), ("revoke", True)]
    assert district.got(GIAO_HA) == []


async def test_a_request_names_the_delivery_it_is_about(district):
    await district.comes(letter(UBND))
    [sent] = await district.relayed(OutboxKind.DELIVER)
    await district.comes(recall(UBND))
    [request] = await district.relayed(OutboxKind.DELIVER)
    assert request.headers["about"] == sent.id
    assert request.lane is sent.lane
    [row] = (await lineage(district)).recalls
    assert (row.about, row.request) == (sent.id, request.id)


async def test_a_recall_takes_the_lane_of_its_document(district):
    urgent = OtherInfo(priority=3)
    await district.comes(letter(UBND, other=urgent))
    await district.relayed()
    await district.comes(recall(UBND))
    [request] = await district.relayed(OutboxKind.DELIVER)
    assert request.lane is Lane.URGENT


async def test_a_document_recalled_before_it_left_goes_to_nobody(district):
    await district.comes(letter(UBND, GIAO_AN))
    decision = await district.comes(recall(UBND, GIAO_AN))
    assert (decision.rule, decision.routing.receivers) == ("withdrawn", ())
    await district.relayed()
    assert district.got(UBND) == district.got(GIAO_AN) == []


async def test_an_agencys_recall_reaches_bodies_elsewhere_by_the_way_they_got_it(
    store, tmp_path
):
    ways = Ways((Way("truc"),))
    district = District(store, tmp_path, ways=ways)
    district.sources["office"] = OFFICE
    ministry, province = AgencyCode("000.00.00.G15"), AgencyCode("000.00.00.H40")
    mine: dict[str, Any] = {"sender": Organization(UBND)}
    await district.comes(letter(ministry, NOI_VU, **mine), source=OFFICE)
    await district.relayed()
    await district.comes(letter(province, **mine), source=OFFICE)
    await district.comes(recall(ministry, province, NOI_VU, **mine), source=OFFICE)
    assert await states(district) == {
        ministry: RecallState.ASKED,
        NOI_VU: RecallState.ASKED,
        province: RecallState.CANCELLED,
    }
    await district.relayed()
    out = [r for r in district.left if r.kind is OutboxKind.FORWARD]
    assert [(r.headers["kind"], r.headers["receivers"]) for r in out] == [
        ("new", [ministry]),
        ("revoke", [ministry]),
    ]


async def test_other_receivers_than_the_recalled_still_get_it(district):
    await district.comes(letter(UBND, GIAO_AN))
    await district.comes(recall(UBND))
    decision = await district.comes(letter(NOI_VU, UBND))
    assert [r.code for r in decision.routing.receivers] == [NOI_VU]
    await district.relayed()
    assert district.got(UBND) == []
    assert district.got(GIAO_AN) == district.got(NOI_VU) == [("new", False)]


async def test_another_content_of_what_was_recalled_is_held_for_a_person(district):
    await district.comes(letter(UBND))
    await district.comes(recall(UBND))
    arrival = await district.arrives(letter(UBND, subject="V/v rà soát, bản sửa"))
    decision = await district.carried(arrival)
    assert (decision.rule, decision.disposition) == ("recalled", Disposition.HOLD)
    await release(district, arrival)
    [freed] = await district.woken()
    assert [r.code for r in freed.routing.receivers] == [UBND]


async def test_what_is_held_and_recalled_leaves_the_list(district):
    await district.comes(letter(UBND), verdict=STRANGER_SIGNED)
    [item] = await district.store.queries.desk(DeskName.HELD)
    decision = await district.comes(recall(UBND))
    assert decision.rule == "withdrawn"
    await district.woken()
    assert await district.store.queries.desk() == []
    row = await district.store.queries.document(item.document)
    assert (row.rule, row.disposition) == ("recalled", Disposition.REFUSE)


async def test_a_recall_of_somebody_elses_document_is_refused_and_harms_nobody(
    district,
):
    await district.comes(letter(UBND))
    stranger = Organization(AgencyCode("000.00.00.G15"))
    decision = await district.comes(recall(UBND, sender=stranger))
    assert decision.disposition is Disposition.REFUSE
    assert decision.reason.code is FaultCode.NOT_ITS_OWN
    await district.relayed()
    assert district.got(UBND) == [("new", False)]
    assert await states(district) == {}


async def test_the_sender_may_use_any_code_of_its_own(district):
    district.sources["office"] = OFFICE
    ubnd, alias = Organization(UBND), Organization(AgencyCode("H40.37"))
    await district.comes(letter(NOI_VU, sender=ubnd), source=OFFICE)
    await district.comes(recall(NOI_VU, sender=alias), source=OFFICE)
    assert await states(district) == {NOI_VU: RecallState.CANCELLED}


async def test_a_dead_letter_that_was_recalled_is_no_mans_matter(district):
    await district.comes(letter(UBND))
    [row] = await district.leased(OutboxKind.DELIVER)
    given_up = GivenUp(district.clock.now(), "deadline: broker down")
    await district.store.outbox.settle(row, given_up)
    assert len(await district.store.queries.desk(DeskName.DEAD)) == 1
    await district.comes(recall(UBND))
    assert await district.store.queries.desk() == []


async def test_what_dies_in_a_relays_hands_after_its_recall_is_no_mans_matter(
    district,
):
    await district.comes(letter(UBND))
    [row] = await district.leased(OutboxKind.DELIVER)
    await district.comes(recall(UBND))
    given_up = GivenUp(district.clock.now(), "deadline: broker down")
    await district.store.outbox.settle(row, given_up)
    assert await district.store.queries.desk() == []
    await district.relayed()
    assert district.got(UBND) == [("revoke", True)]


async def test_an_agency_agrees_or_refuses(district):
    await district.comes(letter(UBND, GIAO_AN))
    await district.relayed()
    await district.comes(recall(UBND, GIAO_AN))
    [document] = (await district.store.queries.find(LETTER)).documents[:1]
    for who, code in ((UBND, "15"), (GIAO_AN, "16")):
        told = Said(document, who, code, NOON, NOON)
        await district.store.database.write(partial(record_said, told=told))
    assert await states(district) == {
        UBND: RecallState.AGREED,
        GIAO_AN: RecallState.REFUSED,
    }
    assert await district.store.queries.recalls(RecallState.ASKED) == []


async def test_an_agencys_own_15_and_16_close_the_request(district):
    district.sources["office"] = OFFICE
    await district.comes(letter(UBND))
    await district.relayed()
    await district.comes(recall(UBND))
    await district.relayed()
    for code, state in (("16", RecallState.REFUSED), ("15", RecallState.AGREED)):
        decision = await district.comes(word(code, UBND, OUTSIDE), source=OFFICE)
        assert decision.disposition is Disposition.DELIVER
        assert await states(district) == {UBND: state}


async def test_a_13_takes_it_back_from_the_receiver_it_names(district):
    await district.comes(letter(UBND, GIAO_AN))
    [first] = await district.leased(OutboxKind.DELIVER, limit=1)
    await district.is_sent(first)
    for agency_code in (UBND, GIAO_AN):
        told = word("13", OUTSIDE, agency_code, description="Gửi nhầm")
        await district.comes(told)
    found = await states(district)
    assert found.pop(first.agency) is RecallState.ASKED
    [state] = found.values()
    assert state is RecallState.CANCELLED
    await district.relayed()
    assert district.got(first.agency) == [("new", False), ("status", True)]
    [other] = {UBND, GIAO_AN} - {first.agency}
    assert district.got(other) == []


async def test_the_reason_stands_where_it_can_be_erased(district):
    await district.comes(letter(UBND))
    arrival = await district.arrives(recall(UBND, reason="Ông A yêu cầu"))
    await district.carried(arrival)
    [told] = await entries(district, Tag.DOCUMENT_RECALLED)
    assert told.particulars == {"reason": "Ông A yêu cầu"}
    assert "Ông A" not in str(told.facts)
    await district.store.operators.erase(arrival, "lan", district.clock.now())
    [told] = await entries(district, Tag.DOCUMENT_RECALLED)
    assert told.particulars == {}


async def test_every_cancelled_delivery_has_its_entry(district):
    await district.comes(letter(UBND, GIAO_AN))
    await district.comes(recall(UBND, GIAO_AN))
    told = await entries(district, Tag.DELIVERY_CANCELLED)
    assert [one.agency for one in told] == [UBND, GIAO_AN]
    [document] = {one.document for one in told}
    deliveries = await district.store.queries.deliveries(document)
    assert {one.state for one in deliveries} == {"cancelled"}


async def test_the_sender_hears_what_was_cancelled_and_who_is_asked(district):
    await district.comes(letter(UBND, GIAO_AN, NOI_VU))
    first, second, _ = await district.leased(OutboxKind.DELIVER)
    await district.is_sent(first)
    await district.put_off(second, 3600)
    await district.comes(recall(UBND, GIAO_AN, NOI_VU, GIAO_HA))
    district.clock.step(60)
    await district.relayed()
    document, taken = [r.headers for r in district.left if r.kind is OutboxKind.ANSWER]
    # Of the document: delivered only where it was, and said only then.
    assert second.agency not in document["delivered_to"]
    assert document["undelivered"] == [second.agency]
    # Of the recall: under the hub's own code, never as an agency's 15.
    assert taken["hub"] == "000.90.37.H40"
    assert taken["taken_back"] == [GIAO_HA]
    assert set(taken["delivered_to"]) == {UBND, GIAO_AN, NOI_VU}
    assert "15 hoặc 16" in taken["text_vi"]
