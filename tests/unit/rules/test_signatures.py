from dataclasses import fields, replace

import pytest

from hub.model.changes import Changes
from hub.model.decisions import Disposition
from hub.model.faults import Fault, FaultCode
from hub.model.findings import Chain, Covered, SignatureKind, Slot, SubIndication
from hub.model.policy import Demand, Remedy, SignaturePolicy
from hub.rules.decide import decide
from hub.rules.signatures import Trouble, remedy, troubles
from tests.unit.rules.cases import (
    CARRIER,
    FAILED,
    POLICY,
    SIGNER,
    STRANGER_SIGNED,
    UNSIGNED,
    case,
    finding,
    status,
    verdict,
)

STRICT = replace(CARRIER, name="vi-du-nguon-chat")
TRY_LATER = finding(SubIndication.TRY_LATER)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (finding(), set()),
        (finding(slot=Slot.ABSENT), set()),
        (finding(slot=Slot.PLACEHOLDER), set()),
        (finding(slot=Slot.TOKEN), set()),
        (finding(slot=Slot.MALFORMED), {Trouble.MALFORMED}),
        (finding(intact=False), {Trouble.FAILED}),
        (finding(SubIndication.REVOKED), {Trouble.FAILED}),
        (finding(chain=Chain.UNKNOWN), {Trouble.UNKNOWN_CHAIN}),
        (TRY_LATER, {Trouble.REVOCATION_UNAVAILABLE}),
        (finding(SubIndication.CHANGED_UNEXPLAINED), {Trouble.UNEXPLAINED_CHANGE}),
        (
            finding(SubIndication.NO_POE, changes=Changes.UNEXPLAINED),
            {Trouble.UNEXPLAINED_CHANGE, Trouble.INDETERMINATE},
        ),
        (
            finding(SubIndication.TRY_LATER, chain=Chain.UNKNOWN),
            {Trouble.UNKNOWN_CHAIN, Trouble.REVOCATION_UNAVAILABLE},
        ),
        (finding(SubIndication.UNSUPPORTED), {Trouble.INDETERMINATE}),
        (finding(intact=None), {Trouble.INDETERMINATE}),
    ],
)
def test_each_finding_is_one_or_more_troubles_of_the_policy(found, expected):
    assert troubles(found) == expected


def test_every_trouble_is_a_key_of_the_policy():
    keys = {field.name for field in fields(SignaturePolicy)}
    assert set(Trouble) == keys - {"unsigned", "signed_fields"}
    for trouble in set(Trouble) - {Trouble.TIMESTAMP}:
        assert remedy(trouble, SignaturePolicy()) is getattr(SignaturePolicy(), trouble)


@pytest.mark.parametrize(
    ("demand", "expected"),
    [
        (Demand.NOT_ASKED, Remedy.DELIVER),
        (Demand.WANTED, Remedy.DELIVER),
        (Demand.REQUIRED, Remedy.HOLD),
    ],
)
def test_only_a_required_time_stamp_holds(demand, expected):
    policy = SignaturePolicy(timestamp=demand)
    assert remedy(Trouble.TIMESTAMP, policy) is expected


def test_a_broken_signature_is_refused_and_its_place_told():
    decision = decide(case(verdict=FAILED))
    assert decision.disposition is Disposition.REFUSE
    assert decision.reason == Fault(
        FaultCode.SIGNATURE_BROKEN, "attachment 1, Signature1", "HASH_FAILURE"
    )


def test_a_stranger_is_held():
    decision = decide(case(verdict=STRANGER_SIGNED))
    assert decision.disposition is Disposition.HOLD
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.SIGNATURE_UNCERTAIN


def test_trouble_with_revocation_alone_delivers():
    assert decide(case(verdict=verdict(TRY_LATER))).rule == "deliver"


def test_the_place_is_that_of_the_heaviest_finding():
    light = replace(TRY_LATER, place="attachment 1")
    heavy = finding(SubIndication.SIG_CRYPTO_FAILURE, place="attachment 3")
    middle = finding(chain=Chain.UNKNOWN, place="attachment 2")
    decision = decide(case(verdict=verdict(light, middle, heavy)))
    assert decision.reason is not None
    assert decision.reason.place == "attachment 3"


def test_what_the_policy_calls_heavier_weighs_more():
    """Where failed is only held, a refused unknown chain chooses."""
    odd = SignaturePolicy(failed=Remedy.HOLD, unknown_chain=Remedy.REFUSE)
    policy = replace(POLICY, signatures={"default": odd})
    both = verdict(finding(intact=False), finding(chain=Chain.UNKNOWN))
    decision = decide(case(verdict=both, policy=policy))
    assert decision.disposition is Disposition.REFUSE
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.SIGNATURE_UNCERTAIN


def test_a_source_can_be_set_to_hold_a_broken_signature():
    lenient = replace(
        POLICY, signatures={"default": SignaturePolicy(failed=Remedy.HOLD)}
    )
    assert decide(case(verdict=FAILED, policy=lenient)).disposition is Disposition.HOLD


def test_unsigned_is_delivered_by_default_and_refused_where_a_signature_is_owed():
    assert decide(case(verdict=UNSIGNED)).disposition is Disposition.DELIVER
    decision = decide(case(verdict=UNSIGNED, source=STRICT))
    assert decision.reason == Fault(FaultCode.SIGNATURE_MISSING)


def test_a_passed_signature_on_an_annex_is_not_the_one_that_is_owed():
    annex = verdict(finding(attachment=2))
    assert decide(case(verdict=annex, source=STRICT)).rule == "signatures"


def test_a_persons_passed_signature_is_not_the_offices():
    person = replace(SIGNER, is_organization=False)
    personal = verdict(finding(signer=person))
    decision = decide(case(verdict=personal, source=STRICT))
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.SEAL_MISSING


def test_an_open_signature_on_an_annex_does_not_stand_in_for_it_either():
    policy = replace(
        POLICY, signatures={"default": SignaturePolicy(unsigned=Remedy.REFUSE)}
    )
    annex, main = replace(TRY_LATER, attachment=2), TRY_LATER
    assert decide(case(verdict=verdict(annex), policy=policy)).rule == "signatures"
    assert decide(case(verdict=verdict(main), policy=policy)).rule == "deliver"


@pytest.mark.parametrize(
    ("covers", "rule"),
    [((Covered.DOCUMENT,), "deliver"), ((Covered.HEADER,), "signatures")],
)
def test_an_open_xml_signature_counts_by_what_it_covers(covers, rule):
    policy = replace(
        POLICY, signatures={"default": SignaturePolicy(unsigned=Remedy.REFUSE)}
    )
    found = finding(
        SubIndication.TRY_LATER, kind=SignatureKind.XML, attachment=None, covers=covers
    )
    assert decide(case(verdict=verdict(found), policy=policy)).rule == rule


def test_a_status_owes_no_signature_but_a_broken_one_is_still_refused():
    assert decide(case(envelope=status(), verdict=UNSIGNED, source=STRICT)).rule == (
        "deliver"
    )
    assert decide(case(envelope=status(), verdict=FAILED)).rule == "signatures"


def test_an_operators_yes_stands_above_the_signatures():
    decision = decide(case(verdict=STRANGER_SIGNED, released=True))
    assert (decision.rule, decision.disposition) == ("released", Disposition.DELIVER)


CHANGED = finding(SubIndication.CHANGED_UNEXPLAINED, changes=Changes.UNEXPLAINED)
SEAL = finding(changes=Changes.WHOLE)


def test_what_the_office_sealed_afterwards_is_the_offices_own_and_goes():
    """The leader signs, the clerk writes the number, the office seals the whole."""
    decision = decide(case(verdict=verdict(CHANGED, SEAL)))
    assert decision.disposition is Disposition.DELIVER
    assert decision.paper is not None
    assert decision.paper.cell.startswith("bao-cao/signed/")


@pytest.mark.parametrize(
    "seal",
    [
        replace(SEAL, changes=Changes.ALLOWED),
        replace(SEAL, attachment=2),
        replace(SEAL, intact=False),
        replace(SEAL, chain=Chain.UNKNOWN),
        replace(SEAL, signer=replace(SIGNER, is_organization=False)),
        replace(SEAL, kind=SignatureKind.XML, attachment=None),
    ],
)
def test_anything_less_than_the_offices_whole_seal_explains_no_change(seal):
    assert decide(case(verdict=verdict(CHANGED, seal))).disposition in {
        Disposition.HOLD,
        Disposition.REFUSE,
    }


def test_a_stricter_source_holds_even_a_sealed_change():
    decision = decide(case(verdict=verdict(CHANGED, SEAL), source=STRICT))
    assert decision.disposition is Disposition.HOLD
