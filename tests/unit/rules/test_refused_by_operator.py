"""An operator's no stands above everything but secrecy."""

from hub.model.decisions import Disposition
from hub.model.faults import Fault, FaultCode
from hub.rules.decide import decide
from tests.unit.rules.cases import case


def test_what_an_operator_refuses_is_refused_with_that_code():
    decision = decide(case(refused="signature-uncertain"))
    assert decision.disposition is Disposition.REFUSE
    assert decision.rule == "refused-by-operator"
    assert decision.reason == Fault(FaultCode.SIGNATURE_UNCERTAIN)
    assert not decision.routing.receivers


def test_a_reason_that_is_no_code_is_refused_with_the_operators_own():
    decision = decide(case(refused="other-rule"))
    assert decision.reason == Fault(FaultCode.REFUSED_BY_OPERATOR)


def test_what_could_not_be_read_within_the_limits_can_be_refused_too():
    decision = decide(
        case(envelope=None, fault=Fault(FaultCode.RESOURCE_LIMIT), refused="rate")
    )
    assert decision.rule == "refused-by-operator"


def test_what_is_secret_stays_secret_whatever_an_operator_said():
    decision = decide(case(stamp="MẬT", refused="signature-uncertain"))
    assert (decision.rule, decision.secret) == ("secrecy", True)
