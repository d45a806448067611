import pytest

from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.model.frames import Proof, ProofState
from hub.model.ids import AgencyCode
from hub.rules.decide import decide
from tests.unit.rules.cases import OUTSIDE, UNSIGNED, case

DKIM = Proof("dkim", ProofState.PASSED, "g22.example", aligned=True)


def test_a_door_that_authenticates_needs_no_other_proof():
    assert decide(case(proofs=None)).disposition is Disposition.DELIVER


def test_a_mail_that_a_key_of_its_domain_signed_passes():
    failed = Proof("s/mime", ProofState.FAILED, "a@g22.example", aligned=True)
    assert decide(case(proofs=(failed, DKIM))).disposition is Disposition.DELIVER


@pytest.mark.parametrize(
    "proofs",
    [
        (),
        (Proof("dkim", ProofState.NONE, "g22.example", aligned=True),),
        (Proof("dkim", ProofState.FAILED, "g22.example", aligned=True),),
        (Proof("dkim", ProofState.PASSED, "elsewhere.example"),),
    ],
)
def test_a_mail_nothing_proves_is_held_whatever_its_pdf_says(proofs):
    decision = decide(case(proofs=proofs))
    assert (decision.rule, decision.disposition) == ("proven", Disposition.HOLD)
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.MAIL_UNPROVEN


def test_a_clerk_who_asked_by_telephone_lets_it_pass():
    assert decide(case(proofs=(), released=True, verdict=UNSIGNED)).rule == "released"


def test_only_a_sender_the_transport_vouches_for_may_be_named():
    assert decide(case(vouched=(OUTSIDE,))).disposition is Disposition.DELIVER
    for other in ((), (AgencyCode("000.00.00.G11"),)):
        decision = decide(case(vouched=other, released=True))
        assert (decision.rule, decision.disposition) == ("sender", Disposition.REFUSE)
