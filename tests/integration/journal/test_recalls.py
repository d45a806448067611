"""Recall, update, replace: what has not left never does, who has it is asked."""

import asyncio
from functools import partial

import pytest

from hub.journal.rebuild import dump, rebuild
from hub.journal.status_rows import record_said
from hub.model.arrivals import Door, Source
from hub.model.decisions import Disposition, Lane
from hub.model.envelopes import (
    Hop,
    Kind,
    Organization,
    OtherInfo,
    Reference,
    StatusReport,
)
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.recalls import RecallState
from hub.model.records import DeskName, GivenUp, OutboxKind, Tag
from hub.model.statuses import Said
from hub.model.ways import Way, Ways
from hub.registry.agencies import AgencyBook
from tests.fakes.district import (
    LETTER,
    District,
    letter,
    recall,
    replacement,
    update,
)
from tests.fakes.outsides import NOON
from tests.unit.rules.cases import (
    BOOK,
    GIAO_AN,
    GIAO_HA,
    NOI_VU,
    OUTSIDE,
    STRANGER_SIGNED,
    UBND,
    agency,
    envelope,
)

OFFICE = Source("office", Door("axis-rest"), codes=(UBND,))


@pytest.fixture
def district(store, tmp_path) -> District:
    return District(store, tmp_path)


async def lineage(district, document_id=LETTER, kind="new"):
    found = await district.store.queries.find(document_id)
    for key in found.documents:
        row = await district.store.queries.document(key)
        if row.kind == kind:
            return await district.store.queries.lineage(key)
    raise AssertionError(f"no document {document_id}")


async def states(district, kind="new"):
    found = await lineage(district, kind=kind)
    return {one.agency: one.state for one in found.recalls}


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


async def test_an_agencys_recall_reaches_bodies_elsewhere_by_the_way_they_got_it(
    store, tmp_path
):
    ways = Ways((Way("truc"),))
    district = District(store, tmp_path, ways=ways)
    district.sources["office"] = OFFICE
    ministry, province = AgencyCode("000.00.00.G15"), AgencyCode("000.00.00.H40")
    mine = {"sender": Organization(UBND)}
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


def word(code, sender, about, **changes):
    """A status as the VNPT kit writes it."""
    report = StatusReport(code, Reference(about, document_id=LETTER), **changes)
    return envelope(
        kind=Kind.STATUS,
        sender=Organization(sender),
        to=(),
        document_id=LETTER,
        subject="",
        status=report,
    )


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


async def test_who_is_added_gets_the_document_itself_and_who_is_cut_is_asked(district):
    await district.comes(letter(UBND, GIAO_AN))
    await district.relayed()
    await district.comes(update(UBND, add=[NOI_VU], cut=[GIAO_AN]))
    await district.relayed()
    assert district.got(NOI_VU) == [("new", False)]
    assert district.got(GIAO_AN) == [("new", False), ("update", True)]
    assert district.got(UBND) == [("new", False), ("update", False)]
    first, *_, given = [r for r in district.left if r.headers.get("kind") == "new"]
    assert (given.document, given.body) == (first.document, first.body)
    assert given.headers == first.headers


async def test_who_is_cut_before_it_left_gets_nothing(district):
    await district.comes(letter(UBND, GIAO_AN))
    await district.comes(update(UBND, cut=[GIAO_AN]))
    await district.relayed()
    assert district.got(GIAO_AN) == []
    late = await district.comes(letter(UBND, GIAO_AN))
    assert late.rule == "twin"


async def test_who_is_cut_and_added_again_gets_it_under_a_new_id(district):
    await district.comes(letter(UBND, GIAO_AN))
    await district.relayed()
    await district.comes(update(UBND, cut=[GIAO_AN]))
    await district.relayed()
    hop = Hop(OUTSIDE, "2019/11/20 09:00:00")
    await district.comes(update(UBND, add=[GIAO_AN], hops=(hop,)))
    await district.relayed()
    assert district.got(GIAO_AN) == [("new", False), ("update", True), ("new", False)]
    ids = [r.id for r in district.left if r.agency == GIAO_AN]
    assert len(set(ids)) == len(ids)
    assert await states(district) == {GIAO_AN: RecallState.LIFTED}


async def test_an_update_of_receivers_waits_for_its_document(district):
    decision = await district.comes(update(UBND, add=[NOI_VU], cut=[GIAO_AN]))
    assert decision.rule == "waits"
    await district.comes(letter(UBND, GIAO_AN))
    await district.woken()
    await district.relayed()
    assert district.got(NOI_VU) == [("new", False)]
    assert district.got(GIAO_AN) == []


async def test_an_update_does_not_undo_a_recall(district):
    await district.comes(letter(UBND))
    await district.comes(recall(UBND, NOI_VU))
    await district.comes(update(GIAO_HA, add=[NOI_VU]))
    await district.relayed()
    assert district.got(NOI_VU) == []


async def test_a_replacement_is_linked_and_seen_from_both(district):
    await district.comes(letter(UBND))
    await district.relayed()
    await district.comes(replacement(UBND))
    await district.relayed()
    assert district.got(UBND) == [("new", False), ("replace", False)]
    [link] = (await lineage(district)).later
    assert link.document_id == f"{LETTER} thay"
    [back] = (await lineage(district, f"{LETTER} thay", "replace")).earlier
    assert back == link
    [told] = await entries(district, Tag.DOCUMENT_SUPERSEDED)
    assert told.facts["document_id"] == link.document_id


async def test_a_replacement_follows_what_it_replaces(district):
    await district.comes(letter(UBND))
    [first] = await district.leased(OutboxKind.DELIVER)
    await district.comes(replacement(UBND))
    assert await district.leased(OutboxKind.DELIVER) == []
    await district.is_sent(first)
    await district.relayed()
    assert district.got(UBND) == [("new", False), ("replace", False)]


async def test_a_replacement_before_its_document_is_linked_when_that_comes(district):
    early = await district.comes(replacement(UBND))
    assert "replaces-unknown" in early.notes
    late = await district.comes(letter(UBND))
    assert "superseded" in late.notes
    [link] = (await lineage(district)).later
    assert link.document_id == f"{LETTER} thay"
    await district.relayed()
    [old] = [r for r in district.left if r.headers.get("kind") == "new"]
    assert old.headers["superseded_by"] == link.document_id


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


async def test_the_projections_come_back(district):
    await district.comes(recall(UBND))
    await district.comes(letter(UBND, GIAO_AN, NOI_VU))
    await district.woken()
    await district.relayed()
    await district.comes(recall(NOI_VU, GIAO_AN, reason="Sai"))
    await district.comes(update(UBND, add=[GIAO_HA], cut=[UBND]))
    await district.comes(replacement(UBND))
    await district.woken()
    await district.relayed()
    before = await dump(district.store)
    assert all(before[name] for name in ("recalls", "versions"))
    report = await rebuild(district.store)
    assert report.differences == ()
    assert await dump(district.store) == before


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


async def entries(district, tag):
    found = await district.store.queries.log(None, 5_000)
    return [entry for entry in found if entry.tag is tag]


async def release(district, arrival):
    now = district.clock.now()
    assert await district.store.operators.release(arrival, "lan", "đã hỏi lại", now)
