from dataclasses import replace
from datetime import date

from hub.model.arrivals import Door, Source
from hub.model.decisions import Disposition, History
from hub.model.faults import FaultCode
from hub.rules.decide import decide
from hub.rules.recipients import heirs, recipients, routing
from tests.unit.rules.cases import (
    BOOK,
    GIAO_AN,
    GIAO_HA,
    NOI_VU,
    OUTSIDE,
    SPLIT,
    STRANGER,
    UBND,
    agency,
    case,
    envelope,
)


def routed(*to, **more):
    return routing(case(envelope=envelope(to=to), **more))


def codes(found):
    return [receiver.code for receiver in found.receivers]


def test_receivers_come_with_their_queue_in_the_order_of_the_envelope():
    found = routed(GIAO_AN, UBND)
    assert [r.queue for r in found.receivers] == ["xa-giao-an", "ubnd-huyen"]


def test_an_agency_named_twice_gets_it_once():
    assert codes(routed(UBND, "H40.37", " 000.00.37.h40")) == [UBND]


def test_a_body_that_ended_is_followed_to_its_successor():
    assert codes(routed("000.50.37.H40")) == [GIAO_AN]
    assert codes(routed("000.50.37.H40", GIAO_AN)) == [GIAO_AN]


def test_a_body_that_ended_without_successor_is_unknown():
    found = routed("000.51.37.H40", UBND)
    assert (codes(found), found.unknown) == ([UBND], ("000.51.37.H40",))


def test_from_a_carrier_foreign_receivers_are_ignored_and_local_unknown_ones_told():
    decision = decide(case(envelope=envelope(to=(OUTSIDE, STRANGER, NOI_VU))))
    assert decision.disposition is Disposition.DELIVER
    assert codes(decision.routing) == [NOI_VU]
    assert decision.routing.unknown == (STRANGER,)
    assert decision.routing.foreign == (OUTSIDE,)
    assert "receivers-unknown" in decision.notes


def test_from_anybody_else_a_foreign_receiver_is_told_never_lost():
    office = Source("noi-vu", Door("axis-rest"), codes=(NOI_VU,))
    found = routed(OUTSIDE, UBND, source=office)
    assert (found.unknown, found.foreign) == ((OUTSIDE,), ())


def test_an_attached_agency_that_ended_is_told_even_outside_the_territory():
    ended = agency("000.00.00.G99", "cuc", valid_until=date(2019, 1, 1))
    shelf = replace(BOOK, agencies=(*BOOK.agencies, ended), territory=())
    found = routed("000.00.00.G99", UBND, registry=shelf)
    assert (found.unknown, found.foreign) == (("000.00.00.G99",), ())


def test_none_known_is_refused_and_named():
    decision = decide(case(envelope=envelope(to=(STRANGER, OUTSIDE))))
    assert decision.disposition is Disposition.REFUSE
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.UNKNOWN_RECEIVER
    assert decision.reason.detail == f"{STRANGER}, {OUTSIDE}"
    assert decision.routing.unknown == (STRANGER,)


def test_an_unknown_code_written_twice_is_told_once():
    assert routed(STRANGER, STRANGER.lower()).unknown == (STRANGER.lower(),)


def test_the_hub_itself_is_no_receiver():
    assert routed("000.90.37.H40", UBND).unknown == ("000.90.37.H40",)


def test_the_day_of_arrival_in_vietnam_says_who_exists():
    """23:30 UTC on 30 June is already July in Vietnam: the commune has ended."""
    night = case().accepted_at.replace(month=6, day=30, hour=23)
    before = night.replace(hour=16)
    asked = case(envelope=envelope(to=("000.51.37.H40",)))
    assert routing(replace(asked, accepted_at=before)).receivers
    assert not routing(replace(asked, accepted_at=night)).receivers


def test_a_fault_names_only_as_many_unknown_receivers_as_a_sentence_holds():
    many = tuple(f"000.{n:02}.99.H40" for n in range(99))
    choice = recipients(case(envelope=envelope(to=many)))
    assert choice
    assert choice.reason
    assert len(choice.reason.detail) == 200


def test_what_is_written_to_a_body_with_several_heirs_waits_for_a_clerk():
    decision = decide(case(envelope=envelope(to=(SPLIT, UBND))))
    assert (decision.disposition, decision.rule) == (Disposition.HOLD, "heirs")
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.SEVERAL_HEIRS
    assert decision.reason.detail == f"{SPLIT}: {GIAO_AN}, {GIAO_HA}"
    assert decision.routing.receivers == ()
    assert decision.routing.unknown == ()


def test_a_clerks_yes_gives_it_to_every_heir():
    released = History(version=1, released=True)
    decision = decide(case(envelope=envelope(to=(SPLIT, UBND)), history=released))
    assert decision.rule == "released"
    assert codes(decision.routing) == [GIAO_AN, GIAO_HA, UBND]


def test_until_its_last_day_the_body_itself_gets_it():
    on_the_day = case(envelope=envelope(to=(SPLIT,)))
    on_the_day = replace(
        on_the_day, accepted_at=on_the_day.accepted_at.replace(month=6, day=30)
    )
    assert codes(routing(on_the_day)) == [SPLIT]
    assert heirs(on_the_day) is None
