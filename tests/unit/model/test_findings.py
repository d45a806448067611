"""Facts and headlines of signatures: nothing unverified is ever called passed."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.findings import (
    FAILING,
    Chain,
    Covered,
    Finding,
    Indication,
    SignatureKind,
    Signer,
    Slot,
    SubIndication,
)
from hub.model.verdicts import Headline, Verdict, covers_body
from tests.fakes.outsides import NOON

PASSED, OPEN, FAILED = (
    Indication.TOTAL_PASSED,
    Indication.INDETERMINATE,
    Indication.TOTAL_FAILED,
)
PERSON = Signer(
    common_name="Nguyễn Văn A",
    organization="UBND huyện",
    serial="1",
    issuer="CA",
    fingerprint="f" * 64,
    not_before=NOON,
    not_after=NOON,
    is_organization=False,
)
OFFICE = replace(PERSON, is_organization=True)


def finding(**changes) -> Finding:
    """A passed XML signature over the whole document, by a person."""
    values = {
        "kind": SignatureKind.XML,
        "place": "Signature[1]",
        "slot": Slot.SIGNATURE,
        "intact": True,
        "covers": (Covered.DOCUMENT,),
        "chain": Chain.TRUSTED,
        "signer": PERSON,
    }
    return Finding(**{**values, **changes})


def pdf(**changes) -> Finding:
    values = {"kind": SignatureKind.PDF, "attachment": 1, "covers": (Covered.FILE,)}
    return finding(**{**values, **changes})


GOOD = finding()
BROKEN = finding(intact=False)
STRANGER = finding(chain=Chain.UNKNOWN)
EMPTY = finding(slot=Slot.ABSENT, intact=None, chain=Chain.NOT_CHECKED, signer=None)


def test_only_a_proven_signature_without_any_reason_passes():
    reasons = ((), (SubIndication.TRY_LATER,), (SubIndication.REVOKED,))
    table = {
        case: finding(slot=case[0], intact=case[1], chain=case[2], reasons=case[3])
        for case in product(Slot, (True, False, None), Chain, reasons)
    }
    passed = [case for case, one in table.items() if one.passed]
    assert passed == [(Slot.SIGNATURE, True, Chain.TRUSTED, ())]


@pytest.mark.parametrize("chain", Chain)
@pytest.mark.parametrize("reasons", [(), (SubIndication.NO_POE,)])
def test_a_digest_that_does_not_hold_is_failed_whatever_else_is_known(chain, reasons):
    assert finding(intact=False, chain=chain, reasons=reasons).indication is FAILED


@pytest.mark.parametrize("reason", SubIndication)
@pytest.mark.parametrize("intact", [True, None])
def test_a_reason_fails_only_when_it_is_one_of_the_failing(reason, intact):
    expected = FAILED if reason in FAILING else OPEN
    assert finding(intact=intact, reasons=(reason,)).indication is expected


@pytest.mark.parametrize("chain", [Chain.UNKNOWN, Chain.INVALID, Chain.NOT_CHECKED])
def test_without_a_trusted_chain_it_stays_open(chain):
    assert finding(chain=chain).indication is OPEN


def test_a_digest_nobody_reached_stays_open():
    assert finding(intact=None).indication is OPEN


def test_a_slot_without_a_signature_has_no_conclusion_but_a_damaged_one_is_open():
    told = {slot: finding(slot=slot, intact=False).indication for slot in Slot}
    assert told == {
        Slot.SIGNATURE: FAILED,
        Slot.ABSENT: None,
        Slot.PLACEHOLDER: None,
        Slot.TOKEN: None,
        Slot.MALFORMED: OPEN,
    }


@pytest.mark.parametrize(
    ("covers", "expected"),
    [
        ((Covered.DOCUMENT,), True),
        ((Covered.ATTACHMENTS, Covered.BODY, Covered.HEADER), True),
        ((Covered.ATTACHMENTS, Covered.BODY), False),
        ((Covered.ATTACHMENTS, Covered.ENVELOPE), True),
        ((Covered.BODY,), False),
        ((Covered.ENVELOPE, Covered.HEADER), False),
        ((Covered.ATTACHMENTS,), False),
        ((Covered.ATTACHMENTS, Covered.HEADER), False),
        ((Covered.FILE,), False),
        ((), False),
    ],
)
def test_the_body_is_covered_only_with_its_files_and_what_is_said_of_them(
    covers, expected
):
    assert covers_body(finding(covers=covers)) is expected
    assert Verdict((finding(covers=covers),)).signed is expected


@pytest.mark.parametrize(
    ("one", "signed"),
    [
        (pdf(signer=OFFICE), True),
        (pdf(signer=PERSON), False),
        (pdf(signer=None), False),
        (pdf(signer=OFFICE, attachment=2), False),
        (pdf(signer=OFFICE, kind=SignatureKind.PDF_TIMESTAMP), False),
        (pdf(signer=OFFICE, chain=Chain.UNKNOWN), False),
        (finding(signer=None), True),
        (EMPTY, False),
    ],
)
def test_signed_is_the_body_or_the_offices_seal_on_the_main_file(one, signed):
    assert Verdict((one,), main_pdf=1).signed is signed


def test_an_offices_seal_is_no_signature_where_there_is_no_main_file():
    assert not Verdict((pdf(signer=OFFICE),), main_pdf=None).signed


def test_one_failed_signature_unsigns_them_all():
    assert not Verdict((GOOD, BROKEN)).signed
    assert Verdict((GOOD, STRANGER)).signed


@pytest.mark.parametrize(
    ("found", "headline"),
    [
        ((), Headline.UNSIGNED),
        ((EMPTY,), Headline.UNSIGNED),
        ((GOOD,), Headline.PASSED),
        ((GOOD, EMPTY), Headline.PASSED),
        ((finding(covers=(Covered.HEADER,)),), Headline.UNSIGNED),
        ((GOOD, STRANGER), Headline.INDETERMINATE),
        ((GOOD, STRANGER, BROKEN), Headline.FAILED),
        ((finding(slot=Slot.MALFORMED),), Headline.INDETERMINATE),
    ],
)
def test_failed_beats_open_beats_passed(found, headline):
    assert Verdict(found).headline is headline


def test_an_organisation_signed_only_where_its_signature_passed():
    assert Verdict((finding(signer=OFFICE),)).organization_signed
    assert not Verdict((GOOD,)).organization_signed
    assert not Verdict((replace(STRANGER, signer=OFFICE),)).organization_signed
    assert not Verdict((finding(signer=None),)).organization_signed


def test_all_valid_asks_for_a_signature_and_for_every_one():
    assert Verdict((GOOD, EMPTY)).all_valid
    assert not Verdict(()).all_valid
    assert not Verdict((EMPTY,)).all_valid
    assert not Verdict((GOOD, STRANGER)).all_valid


ANY = st.builds(
    finding,
    kind=st.sampled_from(SignatureKind),
    slot=st.sampled_from(Slot),
    intact=st.sampled_from([True, False, None]),
    chain=st.sampled_from(Chain),
    attachment=st.sampled_from([None, 1, 2]),
    covers=st.sets(st.sampled_from(Covered)).map(tuple),
    reasons=st.lists(st.sampled_from(SubIndication), max_size=2).map(tuple),
    signer=st.sampled_from([None, OFFICE, PERSON]),
)


@given(st.lists(ANY, max_size=4), st.sampled_from([None, 1]))
def test_headlines_never_say_more_than_the_findings(found, main_pdf):
    verdict = Verdict(tuple(found), main_pdf=main_pdf)
    passed = [f for f in found if f.passed]
    if verdict.headline is Headline.PASSED:
        assert verdict.signed
        assert verdict.all_valid
    if verdict.signed or verdict.organization_signed or verdict.all_valid:
        assert passed
    assert len(verdict.signatures) == sum(len(verdict.of(i)) for i in Indication)


@given(st.lists(ANY, max_size=3), ANY)
def test_one_more_failed_signature_never_makes_it_better(found, one):
    worse = Verdict((*found, replace(one, slot=Slot.SIGNATURE, intact=False)))
    assert worse.headline is Headline.FAILED
    assert not worse.signed
    assert not worse.all_valid
