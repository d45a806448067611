"""Who of elsewhere gets what an agency attached here sends."""

from dataclasses import replace

import pytest

from hub.model.arrivals import AGENCY_AMQP, Source
from hub.model.decisions import Disposition, Earlier, History, Outward
from hub.model.envelopes import Organization
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.ways import Way, Ways
from hub.rules.decide import decide
from tests.unit.rules.cases import (
    CARRIER,
    CONTENT,
    FAILED,
    KEY,
    NOI_VU,
    OUTSIDE,
    POLICY,
    STRANGER,
    STRANGER_SIGNED,
    UBND,
    UNSIGNED,
    case,
    envelope,
)

OFFICE = Source("agency.phong-noi-vu", AGENCY_AMQP, codes=(NOI_VU,))
MINISTRY = AgencyCode("000.00.00.G01")
DEPARTMENT = AgencyCode("000.00.12.H40")
WAYS = Ways((Way("thu", ("*.12.H40",), alone=True), Way("truc", ("*.G01",))))


def decided(*to, source=OFFICE, **more):
    written = envelope(to=to, sender=Organization(NOI_VU))
    return decide(case(envelope=written, source=source, ways=WAYS, **more))


def test_local_receivers_get_it_directly_the_others_by_their_ways():
    done = decided(UBND, MINISTRY, DEPARTMENT)
    assert done.disposition is Disposition.DELIVER
    assert [one.code for one in done.routing.receivers] == [UBND]
    assert done.routing.outward == (
        Outward(MINISTRY, "truc"),
        Outward(DEPARTMENT, "thu", alone=True),
    )


def test_whom_nobody_reaches_is_told_and_the_rest_goes():
    done = decided(MINISTRY, OUTSIDE)
    assert done.routing.outward == (Outward(MINISTRY, "truc"),)
    assert done.routing.unknown == (OUTSIDE,)
    assert "receivers-unknown" in done.notes


def test_where_nobody_of_elsewhere_can_be_reached_it_is_refused():
    done = decided(OUTSIDE)
    assert done.disposition is Disposition.REFUSE
    assert done.reason is not None
    assert done.reason.code is FaultCode.NO_WAY_OUT


def test_a_code_of_ours_nobody_knows_never_leaves_it_would_come_back():
    done = decided(STRANGER, UBND)
    assert (done.routing.outward, done.routing.unknown) == ((), (STRANGER,))
    refused = decided(STRANGER)
    assert refused.reason is not None
    assert refused.reason.code is FaultCode.UNKNOWN_RECEIVER


def test_what_comes_from_elsewhere_is_never_sent_out_again():
    written = envelope(to=(UBND, MINISTRY))
    done = decide(case(envelope=written, source=CARRIER, ways=WAYS))
    assert (done.routing.outward, done.routing.foreign) == ((), (MINISTRY,))


def test_sent_again_it_leaves_only_for_those_who_do_not_have_it():
    earlier = Earlier(KEY, CONTENT, Disposition.DELIVER, (UBND, MINISTRY))
    history = History(1, earlier)
    again = decided(UBND, MINISTRY, DEPARTMENT, history=history)
    assert again.routing.receivers == ()
    assert again.routing.outward == (Outward(DEPARTMENT, "thu", alone=True),)
    assert decided(UBND, MINISTRY, history=history).rule == "twin"


@pytest.mark.parametrize(
    ("found", "disposition", "code"),
    [
        (UNSIGNED, Disposition.HOLD, FaultCode.SIGNATURE_MISSING),
        (FAILED, Disposition.REFUSE, FaultCode.SIGNATURE_BROKEN),
        (STRANGER_SIGNED, Disposition.HOLD, FaultCode.SIGNATURE_UNCERTAIN),
    ],
)
def test_only_what_is_signed_and_sound_leaves(found, disposition, code):
    done = decided(UBND, MINISTRY, verdict=found)
    assert (done.disposition, done.rule) == (disposition, "signatures")
    assert done.reason is not None
    assert done.reason.code is code
    assert (done.routing.receivers, done.routing.outward) == ((), ())


def test_what_was_held_unsigned_leaves_when_an_operator_lets_it_pass():
    done = decided(MINISTRY, verdict=UNSIGNED, history=History(released=True))
    assert done.rule == "released"
    assert done.routing.outward == (Outward(MINISTRY, "truc"),)


def test_one_agency_may_have_a_policy_of_its_own_the_axis_keeps_its_own():
    assert POLICY.signatures_of(OFFICE.name) == POLICY.signatures["agencies"]
    lenient = POLICY.signatures["default"]
    own = replace(POLICY, signatures=POLICY.signatures | {OFFICE.name: lenient})
    assert decided(MINISTRY, verdict=UNSIGNED, policy=own).rule == "deliver"
    assert POLICY.signatures_of("truc") == POLICY.signatures["default"]
