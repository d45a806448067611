import pytest

from hub.model.decisions import Disposition
from hub.model.faults import Fault, FaultCode
from hub.rules.decide import decide
from hub.rules.readable import HELD
from tests.unit.rules.cases import case


@pytest.mark.parametrize(
    "code", [FaultCode.DOCTYPE, FaultCode.TRUNCATED, FaultCode.PAYLOAD_DAMAGED]
)
def test_a_fault_is_refused_with_that_very_fault(code):
    fault = Fault(code, "byte 1042", "detail")
    for decision in (
        decide(case(fault=fault)),
        decide(case(fault=fault, envelope=None)),
    ):
        assert decision.disposition is Disposition.REFUSE
        assert (decision.rule, decision.reason) == ("readable", fault)


def test_what_takes_too_many_resources_is_held_for_a_person():
    decision = decide(case(fault=Fault(FaultCode.RESOURCE_LIMIT), envelope=None))
    assert (decision.rule, decision.disposition) == ("readable", Disposition.HOLD)


def test_a_person_may_let_it_pass_when_it_was_read():
    fault = Fault(FaultCode.RESOURCE_LIMIT, "attachment 1")
    assert decide(case(fault=fault, released=True)).rule == "released"


def test_a_yes_cannot_deliver_what_was_not_read():
    fault = Fault(FaultCode.RESOURCE_LIMIT)
    decision = decide(case(fault=fault, envelope=None, released=True))
    assert decision.disposition is Disposition.HOLD


def test_a_yes_does_not_heal_a_fault():
    decision = decide(case(fault=Fault(FaultCode.BASE64), released=True))
    assert decision.disposition is Disposition.REFUSE


def test_nothing_at_all_is_no_envelope():
    decision = decide(case(envelope=None))
    assert decision.reason == Fault(FaultCode.NOT_EDXML)


@pytest.mark.parametrize("code", sorted(HELD))
def test_what_is_not_the_senders_fault_is_held_and_may_be_let_pass(code):
    fault = Fault(code, "TaiLieuNop[2]")
    held = decide(case(fault=fault))
    assert (held.disposition, held.reason) == (Disposition.HOLD, fault)
    assert decide(case(fault=fault, released=True)).disposition is Disposition.DELIVER
    unread = decide(case(fault=fault, envelope=None, released=True))
    assert unread.disposition is Disposition.HOLD


def test_an_automatic_report_is_no_document():
    decision = decide(case(fault=Fault(FaultCode.MAIL_REPORT), envelope=None))
    assert (decision.rule, decision.disposition) == ("readable", Disposition.DISCARD)
