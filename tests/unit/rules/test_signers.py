from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.changes import Alteration, AlterationKind, Changes, Look
from hub.model.decisions import Disposition
from hub.model.documents import PaperDuty
from hub.model.dossiers import Dossier, DossierAct
from hub.model.envelopes import Organization
from hub.model.faults import Fault, FaultCode
from hub.model.findings import (
    Belonging,
    Chain,
    Covered,
    Field,
    Finding,
    SignatureKind,
    SubIndication,
    TimeProof,
)
from hub.model.policy import Demand, Remedy, SignaturePolicy
from hub.model.verdicts import Headline
from hub.rules.decide import decide
from hub.rules.signatures import Trouble, leads_to, met
from hub.rules.signers import unsigned_fields
from tests.unit.rules.cases import (
    POLICY,
    SIGNER,
    UNSIGNED,
    case,
    envelope,
    finding,
    status,
    verdict,
)

PERSON = replace(SIGNER, is_organization=False)
SEAL = finding(belongs=Belonging.SENDER)
LEADER = finding(
    belongs=Belonging.SENDERS_PERSON, signer=PERSON, place="attachment 1, Signature0"
)
THEIRS = finding(belongs=Belonging.OTHER, place="attachment 1, Signature9")
THEIR_LEADER = replace(THEIRS, signer=PERSON)
UNBOUND = finding(belongs=Belonging.UNBOUND)
LATER = SubIndication.TRY_LATER
WEAK = finding(
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    weak=True,
    belongs=Belonging.SENDER,
)


def by_xml(*fields: Field, **changes) -> Finding:
    given = {
        "kind": SignatureKind.XML,
        "attachment": None,
        "place": "edXML/Signature",
        "covers": (Covered.ATTACHMENTS,),
        "fields": fields,
        "belongs": Belonging.SENDER,
    }
    return finding(**(given | changes))


def policy(**changes) -> SignaturePolicy:
    return replace(SignaturePolicy(), **changes)


def under(given: SignaturePolicy):
    return replace(POLICY, signatures={"default": given})


def troubles_of(*found: Finding, **changes) -> set[Trouble]:
    return {trouble for trouble, _ in met(verdict(*found), policy(**changes))}


# whose it is


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((SEAL,), set()),
        ((LEADER, SEAL), set()),
        # somebody else beside the sender takes nothing away
        ((SEAL, THEIRS), set()),
        ((THEIRS, SEAL), set()),
        # nor on an annex, nor by a time-stamping authority
        ((SEAL, replace(THEIRS, attachment=2)), set()),
        ((replace(THEIRS, attachment=2),), set()),
        ((replace(THEIRS, kind=SignatureKind.PDF_TIMESTAMP),), set()),
        # somebody else alone
        ((THEIRS,), {Trouble.OTHER_SIGNER}),
        ((THEIR_LEADER, THEIRS), {Trouble.OTHER_SIGNER}),
        ((THEIRS, UNBOUND), {Trouble.OTHER_SIGNER}),
        ((by_xml(belongs=Belonging.OTHER, covers=(Covered.DOCUMENT,)),),
         {Trouble.OTHER_SIGNER}),
        # ... even while revocation data is away, or by a weak algorithm
        ((finding(LATER, belongs=Belonging.OTHER),),
         {Trouble.OTHER_SIGNER, Trouble.REVOCATION_UNAVAILABLE}),
        ((replace(WEAK, belongs=Belonging.OTHER),),
         {Trouble.OTHER_SIGNER, Trouble.WEAK_ALGORITHM}),
        # nothing is bound
        ((UNBOUND,), {Trouble.UNBOUND_SIGNER}),
        # a name proves nothing where no authority vouches for it
        ((finding(chain=Chain.UNKNOWN, belongs=Belonging.SENDER),),
         {Trouble.UNKNOWN_CHAIN}),
        ((finding(chain=Chain.UNKNOWN, belongs=Belonging.SENDER), THEIRS),
         {Trouble.UNKNOWN_CHAIN, Trouble.OTHER_SIGNER}),
        # nor what is broken
        ((finding(intact=False, belongs=Belonging.SENDER), THEIRS),
         {Trouble.FAILED, Trouble.OTHER_SIGNER}),
        # only persons
        ((LEADER,), {Trouble.PERSON_FOR_ORGANIZATION}),
        ((LEADER, THEIR_LEADER), {Trouble.PERSON_FOR_ORGANIZATION}),
        # ... under another body's seal: the province stands in a department's
        # certificates, too
        ((LEADER, THEIRS),
         {Trouble.OTHER_SIGNER, Trouble.PERSON_FOR_ORGANIZATION}),
        ((replace(UNBOUND, signer=PERSON),),
         {Trouble.UNBOUND_SIGNER, Trouble.PERSON_FOR_ORGANIZATION}),
        ((LEADER, UNBOUND), set()),
    ],
)  # fmt: skip
def test_who_signed_the_document_itself_is_asked(found, expected):
    assert troubles_of(*found) == expected


def test_another_bodys_signature_alone_is_held_and_its_place_told():
    decision = decide(case(verdict=verdict(THEIRS)))
    assert decision.disposition is Disposition.HOLD
    assert decision.rule == "signatures"
    assert decision.reason == Fault(
        FaultCode.OTHER_SIGNER, "attachment 1, Signature9", "other_signer"
    )


def test_the_senders_leader_under_another_bodys_seal_is_held_for_the_seal():
    decision = decide(case(verdict=verdict(LEADER, THEIRS)))
    assert decision.disposition is Disposition.HOLD
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.OTHER_SIGNER
    assert decision.reason.place == "attachment 1, Signature9"


def test_an_other_bodys_seal_is_not_the_offices():
    """Delivered by a lenient policy, it still takes paper with it."""
    found = verdict(THEIRS)
    assert not found.signed
    lenient = under(policy(other_signer=Remedy.DELIVER))
    decision = decide(case(verdict=found, policy=lenient))
    assert decision.disposition is Disposition.DELIVER
    assert decision.notes == ("other-signer",)
    assert decision.paper is not None
    assert decision.paper.flag == 1


def test_another_bodys_seal_explains_no_change():
    changed = finding(
        SubIndication.CHANGED_UNEXPLAINED,
        changes=Changes.UNEXPLAINED,
        belongs=Belonging.SENDER,
    )
    strange = replace(THEIRS, changes=Changes.WHOLE)
    own = replace(SEAL, changes=Changes.WHOLE)
    assert decide(case(verdict=verdict(changed, own))).rule == "deliver"
    assert decide(case(verdict=verdict(changed, strange))).rule == "signatures"


def test_persons_alone_are_delivered_with_a_note_and_with_paper():
    decision = decide(case(verdict=verdict(LEADER)))
    assert decision.disposition is Disposition.DELIVER
    assert decision.notes == ("no-seal",)
    assert decision.paper is not None
    assert decision.paper.flag == 1


def test_a_source_that_owes_the_seal_is_told_that_it_is_missing():
    strict = under(policy(person_for_organization=Remedy.REFUSE))
    decision = decide(case(verdict=verdict(LEADER), policy=strict))
    assert decision.disposition is Disposition.REFUSE
    assert decision.reason == Fault(
        FaultCode.SEAL_MISSING, "attachment 1, Signature0", "person_for_organization"
    )


def test_a_status_and_a_citizens_dossier_are_not_asked_who_signed():
    papers = Dossier(DossierAct.ADD, "000.00.37.H40-191120-00001")
    strict = under(policy(other_signer=Remedy.REFUSE))
    for asked in ({"envelope": status()}, {"dossier": papers}):
        decision = decide(case(verdict=verdict(THEIRS), policy=strict, **asked))
        assert decision.disposition is Disposition.DELIVER
        assert "other-signer" not in decision.notes


# weak algorithms


def test_a_weak_signature_is_delivered_with_a_note_and_with_paper():
    decision = decide(case(verdict=verdict(WEAK)))
    assert verdict(WEAK).headline is Headline.INDETERMINATE
    assert decision.disposition is Disposition.DELIVER
    assert decision.notes == ("weak-algorithm",)
    assert decision.paper is not None
    assert decision.paper.cell.startswith("bao-cao/indeterminate/")
    assert decision.paper.flag == 1


def test_a_broken_algorithm_is_no_weak_one():
    broken = finding(SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
    assert troubles_of(broken) == {Trouble.INDETERMINATE}
    assert decide(case(verdict=verdict(broken))).disposition is Disposition.HOLD


def test_a_sound_seal_over_a_weak_signature_counts_as_signed():
    decision = decide(case(verdict=verdict(replace(WEAK, signer=PERSON), SEAL)))
    assert decision.paper is not None
    assert decision.paper.cell.startswith("bao-cao/signed/")


# changes that nobody sees


CHANGED = finding(
    SubIndication.CHANGED_UNEXPLAINED,
    changes=Changes.UNEXPLAINED,
    belongs=Belonging.SENDER,
)


@pytest.mark.parametrize(
    ("look", "disposition"),
    [
        (Look.SAME, Disposition.DELIVER),
        (Look.DIFFERENT, Disposition.HOLD),
        (Look.UNKNOWN, Disposition.HOLD),
        (None, Disposition.HOLD),
    ],
)
def test_only_a_change_that_was_looked_for_and_not_seen_goes(look, disposition):
    decision = decide(case(verdict=verdict(replace(CHANGED, look=look))))
    assert decision.disposition is disposition
    unseen = decision.disposition is Disposition.DELIVER
    assert ("unseen-change" in decision.notes) is unseen


@pytest.mark.parametrize(
    ("kind", "unseen"),
    [
        (AlterationKind.OTHER, True),
        (AlterationKind.FORM, True),
        (AlterationKind.HYBRID, False),
        (AlterationKind.STRAY_BYTES, False),
        (AlterationKind.BYTE_RANGE, False),
        (AlterationKind.FORBIDDEN, False),
    ],
)
def test_no_look_excuses_what_other_readers_may_see(kind, unseen):
    changed = replace(CHANGED, look=Look.SAME, alterations=(Alteration(kind, 1),))
    expected = Trouble.UNSEEN_CHANGE if unseen else Trouble.UNEXPLAINED_CHANGE
    assert troubles_of(changed) == {expected}


def test_an_unseen_change_still_takes_paper_with_it():
    decision = decide(case(verdict=verdict(replace(CHANGED, look=Look.SAME))))
    assert decision.paper is not None
    assert decision.paper.flag == 1


def test_the_pages_that_differ_are_told():
    seen = replace(CHANGED, look=Look.DIFFERENT, look_pages=(2, 5))
    decision = decide(case(verdict=verdict(seen)))
    assert decision.reason is not None
    assert decision.reason.detail == "CHANGED_UNEXPLAINED, trang/pages 2, 5"


def test_a_broken_range_is_not_excused_by_a_look():
    broken = replace(CHANGED, changes=Changes.BROKEN, look=Look.SAME, reasons=())
    assert troubles_of(replace(broken, intact=None)) == {Trouble.UNEXPLAINED_CHANGE}


# fields and time stamps


def test_fields_that_an_xml_signature_leaves_out_are_noted():
    half = by_xml(Field.SENDER, Field.NUMBER, Field.ATTACHMENTS)
    decision = decide(case(verdict=verdict(half)))
    assert decision.disposition is Disposition.DELIVER
    assert decision.notes == ("unsigned-fields:receivers,type,subject",)


def test_fields_a_source_must_sign_hold_its_document():
    strict = under(
        policy(unsigned_fields=Remedy.HOLD, signed_fields=(Field.TYPE, Field.NUMBER))
    )
    half = by_xml(Field.NUMBER)
    decision = decide(case(verdict=verdict(half), policy=strict))
    assert decision.reason == Fault(
        FaultCode.SIGNATURE_UNCERTAIN, "edXML/Signature", "unsigned_fields type"
    )
    both = verdict(half, by_xml(Field.TYPE))
    assert decide(case(verdict=both, policy=strict)).rule == "deliver"


@pytest.mark.parametrize(
    "found",
    [
        (),
        (SEAL,),
        (by_xml(covers=(Covered.DOCUMENT,)),),
        (by_xml(intact=False),),
        (by_xml(belongs=Belonging.OTHER),),
    ],
)
def test_no_field_is_missed_where_the_sender_signed_all_or_nothing_in_xml(found):
    assert unsigned_fields(verdict(*found), policy()) == ()


@pytest.mark.parametrize(
    ("demand", "disposition", "notes"),
    [
        (Demand.NOT_ASKED, Disposition.DELIVER, ()),
        (Demand.WANTED, Disposition.DELIVER, ("no-timestamp",)),
        (Demand.REQUIRED, Disposition.HOLD, ("no-timestamp",)),
    ],
)
def test_a_time_stamp_is_asked_for_as_the_policy_says(demand, disposition, notes):
    given = under(policy(timestamp=demand))
    decision = decide(case(verdict=verdict(LEADER, SEAL), policy=given))
    assert (decision.disposition, decision.notes) == (disposition, notes)
    stamped = verdict(LEADER, replace(SEAL, time_proof=TimeProof.TIMESTAMP))
    assert decide(case(verdict=stamped, policy=given)).notes == ()


def test_the_leaders_time_stamp_does_not_prove_when_the_seal_was_put_on():
    stamped = verdict(replace(LEADER, time_proof=TimeProof.TIMESTAMP), SEAL)
    given = policy(timestamp=Demand.REQUIRED)
    assert leads_to(stamped, given) is not None


def test_what_nobody_signed_owes_no_time_stamp():
    given = under(policy(timestamp=Demand.REQUIRED))
    assert decide(case(verdict=UNSIGNED, policy=given)).rule == "deliver"


def test_the_edition_stands_beside_the_hash():
    decision = decide(case())
    assert decision.policy_edition == POLICY.edition != ""
    assert decision.policy_version == POLICY.version


@pytest.mark.parametrize(
    ("claimed", "noted"),
    [
        ("Ủy ban nhân dân tỉnh Nam Định", False),
        ("UBND TỈNH NAM ĐỊNH", False),
        ("Sở Y tế", True),
        ("", False),
    ],
)
def test_a_name_that_is_not_the_signers_is_a_remark_where_nothing_is_bound(
    claimed, noted
):
    named = replace(SIGNER, common_name="UBND tỉnh Nam Định")
    sender = Organization(envelope().sender.code, claimed)
    unbound = verdict(replace(UNBOUND, signer=named))
    decision = decide(case(envelope=envelope(sender=sender), verdict=unbound))
    assert decision.disposition is Disposition.DELIVER
    assert decision.notes == (("signer-unlike-sender",) if noted else ())
    bound = verdict(replace(SEAL, signer=named))
    assert decide(case(envelope=envelope(sender=sender), verdict=bound)).notes == ()


findings_of_any_kind = st.builds(
    finding,
    attachment=st.sampled_from([1, 2]),
    kind=st.sampled_from([SignatureKind.PDF, SignatureKind.PDF_TIMESTAMP]),
    belongs=st.sampled_from(Belonging),
    signer=st.sampled_from([SIGNER, PERSON]),
    chain=st.sampled_from([Chain.TRUSTED, Chain.UNKNOWN]),
    intact=st.sampled_from([True, False, None]),
    changes=st.sampled_from([None, *Changes]),
    look=st.sampled_from([None, *Look]),
    weak=st.booleans(),
)
passed_of_others = st.builds(
    finding,
    attachment=st.sampled_from([1, 2]),
    belongs=st.just(Belonging.OTHER),
    signer=st.sampled_from([SIGNER, PERSON]),
    place=st.just("attachment 1, Signature9"),
)


@given(st.lists(findings_of_any_kind, max_size=4), passed_of_others)
def test_another_bodys_sound_signature_beside_the_senders_changes_nothing(found, more):
    """Neither for the worse nor for the better."""
    own = verdict(*found, SEAL)
    both = verdict(*found, SEAL, more)
    alone, beside = decide(case(verdict=own)), decide(case(verdict=both))
    assert (alone.disposition, alone.reason) == (beside.disposition, beside.reason)


@given(st.lists(findings_of_any_kind, max_size=4))
def test_another_bodys_seal_never_makes_a_document_go_without_paper(found):
    strange = [replace(f, belongs=Belonging.OTHER) for f in found]
    decision = decide(case(verdict=verdict(*strange)))
    assert decision.paper is not None
    assert decision.paper.duty is not PaperDuty.PAPERLESS


@given(st.lists(findings_of_any_kind, max_size=4))
def test_whatever_is_found_ends_in_a_decision_that_names_a_place(found):
    decision = decide(case(verdict=verdict(*found)))
    if decision.reason is not None:
        assert decision.reason.place in {"", *(f.place for f in found)}
    if any(f.intact is False for f in found):
        assert decision.disposition is Disposition.REFUSE
