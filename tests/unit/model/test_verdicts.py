"""What all findings of an envelope come to: whose signature counts as the office's."""

from dataclasses import replace

import pytest

from hub.model.findings import (
    Belonging,
    Chain,
    Covered,
    SignatureKind,
    SubIndication,
)
from hub.model.verdicts import Headline, only_weak
from tests.unit.rules.cases import SIGNER, finding, verdict

WEAK = finding(SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE, weak=True)
BY_XML = finding(kind=SignatureKind.XML, attachment=None, covers=(Covered.DOCUMENT,))
PERSON = replace(SIGNER, is_organization=False)


@pytest.mark.parametrize("found", [finding(), BY_XML])
@pytest.mark.parametrize(
    ("belongs", "signed"),
    [
        (Belonging.SENDER, True),
        (Belonging.UNBOUND, True),
        (Belonging.NOT_CHECKED, True),
        (Belonging.OTHER, False),
    ],
)
def test_only_somebody_elses_seal_is_surely_not_the_offices(found, belongs, signed):
    told = verdict(replace(found, belongs=belongs))
    assert told.signed is signed
    assert told.headline is (Headline.PASSED if signed else Headline.UNSIGNED)
    assert told.all_valid


def test_a_weak_seal_is_weakly_signed_and_not_signed():
    assert (verdict(WEAK).signed, verdict(WEAK).weakly_signed) == (False, True)
    assert verdict(finding()).weakly_signed
    broken = finding(SubIndication.HASH_FAILURE, intact=False, attachment=2)
    assert not verdict(WEAK, broken).weakly_signed
    assert not verdict(replace(WEAK, belongs=Belonging.OTHER)).weakly_signed
    assert not verdict(replace(WEAK, signer=PERSON)).weakly_signed


@pytest.mark.parametrize(
    "found",
    [
        finding(),
        replace(WEAK, weak=False),
        replace(WEAK, chain=Chain.UNKNOWN),
        replace(WEAK, intact=None),
        replace(WEAK, reasons=(*WEAK.reasons, SubIndication.TRY_LATER)),
        finding(SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    ],
)
def test_weakness_is_all_or_it_is_not_only_weakness(found):
    assert only_weak(WEAK)
    assert not only_weak(found)


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        (finding(), True),
        (BY_XML, True),
        (finding(signer=PERSON), True),
        (WEAK, True),
        (finding(SubIndication.TRY_LATER), True),
        (replace(BY_XML, covers=(Covered.HEADER, Covered.BODY)), False),
        (finding(attachment=2), False),
        (finding(kind=SignatureKind.PDF_TIMESTAMP), False),
        (finding(chain=Chain.UNKNOWN), False),
        (finding(intact=None), False),
        (finding(SubIndication.REVOKED), False),
    ],
)
def test_authorship_is_what_certain_signers_say_of_the_document_itself(found, asked):
    assert verdict(found).authorship == ((found,) if asked else ())
