"""The shipped policy on the kinds of traffic that were seen (EDXML.md 5).

Most of it bears no XML signature that could be verified; a policy that stops it would
stop the exchange. What is broken is refused, what nobody can conclude is held.
"""

from dataclasses import dataclass, field, replace

import pytest

from hub.model.changes import Changes, Look
from hub.model.decisions import Disposition
from hub.model.findings import (
    Belonging,
    Chain,
    Covered,
    Finding,
    Revocation,
    SignatureKind,
    Slot,
    SubIndication,
    TimeProof,
)
from hub.model.verdicts import Headline, Verdict
from hub.rules.decide import decide
from tests.unit.rules.cases import SIGNER, case, finding, verdict

DELIVER, HOLD, REFUSE = Disposition.DELIVER, Disposition.HOLD, Disposition.REFUSE
PASSED, FAILED = Headline.PASSED, Headline.FAILED
OPEN, UNSIGNED = Headline.INDETERMINATE, Headline.UNSIGNED

WEAK = SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
LATER = SubIndication.TRY_LATER


def slot(kind: Slot, place: str = "edXML/Signature") -> Finding:
    return Finding(SignatureKind.XML, place, kind)


def by_xml(*reasons: SubIndication, **changes) -> Finding:
    given = {
        "kind": SignatureKind.XML,
        "attachment": None,
        "covers": (Covered.DOCUMENT,),
        "belongs": Belonging.UNBOUND,
    }
    return finding(*reasons, **(given | changes))


def seal(*reasons: SubIndication, **changes) -> Finding:
    return finding(*reasons, **({"belongs": Belonging.UNBOUND} | changes))


def leader(*reasons: SubIndication, **changes) -> Finding:
    person = replace(SIGNER, is_organization=False)
    return seal(*reasons, **({"signer": person} | changes))


@dataclass(frozen=True)
class Kind:
    """One kind of traffic: what is found, what must follow for a Báo cáo of 2019."""

    name: str
    verdict: Verdict
    headline: Headline
    disposition: Disposition
    #: Paper goes beside it; None where it does not go.
    paper: int | None = None
    notes: tuple[str, ...] = field(default=())


KINDS = (
    # 5.1, XML
    Kind("no signature element at all", verdict(), UNSIGNED, DELIVER, 1),
    Kind("an empty DigitalSignature", verdict(slot(Slot.ABSENT)),
         UNSIGNED, DELIVER, 1),
    Kind("the VNPT kit's specimen", verdict(slot(Slot.PLACEHOLDER)),
         UNSIGNED, DELIVER, 1),
    Kind("Bkav's token", verdict(slot(Slot.TOKEN)), UNSIGNED, DELIVER, 1),
    Kind("a specimen beside a signed PDF", verdict(slot(Slot.PLACEHOLDER), seal()),
         PASSED, DELIVER, 0),
    Kind("pasted constants, OCR-damaged certificate", verdict(slot(Slot.MALFORMED)),
         OPEN, HOLD),
    Kind("a transform nobody knows",
         verdict(by_xml(SubIndication.UNSUPPORTED, intact=None,
                        chain=Chain.NOT_CHECKED)), OPEN, HOLD),
    Kind("a real XML-DSig", verdict(by_xml()), PASSED, DELIVER, 0),
    Kind("a real one of 2015-2020, rsa-sha1", verdict(by_xml(WEAK, weak=True)),
         OPEN, DELIVER, 1, ("weak-algorithm",)),
    Kind("enveloped, and the axis appended a hop",
         verdict(by_xml(SubIndication.HASH_FAILURE, intact=False)), FAILED, REFUSE),
    # 5.2, PDF
    Kind("a PDF without signature", verdict(), UNSIGNED, DELIVER, 1),
    Kind("leader, then seal", verdict(leader(changes=Changes.ALLOWED), seal()),
         PASSED, DELIVER, 0),
    Kind("the seal alone", verdict(seal()), PASSED, DELIVER, 0),
    Kind("the leader alone, before 2020", verdict(leader()),
         UNSIGNED, DELIVER, 1, ("no-seal",)),
    Kind("the specimen of 2018: detached, SHA-1, leaf only, time stamp",
         verdict(seal(WEAK, weak=True, time_proof=TimeProof.TIMESTAMP)),
         OPEN, DELIVER, 1, ("weak-algorithm",)),
    Kind("chains to G1, and G1 is not installed",
         verdict(seal(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, chain=Chain.UNKNOWN)),
         OPEN, HOLD),
    Kind("the CRL cannot be had",
         verdict(seal(LATER, revocation=Revocation.UNAVAILABLE)), OPEN, DELIVER, 1),
    Kind("both of it, weak and no CRL", verdict(seal(WEAK, LATER, weak=True)),
         OPEN, DELIVER, 1, ("weak-algorithm",)),
    Kind("revoked before it was signed", verdict(seal(SubIndication.REVOKED)),
         FAILED, REFUSE),
    Kind("expired, and no time stamp says when",
         verdict(seal(SubIndication.OUT_OF_BOUNDS_NO_POE)), OPEN, HOLD),
    Kind("changed inside the signed range",
         verdict(seal(SubIndication.HASH_FAILURE, intact=False,
                      changes=Changes.BROKEN)), FAILED, REFUSE),
    Kind("the number written between leader and seal",
         verdict(leader(SubIndication.CHANGED_UNEXPLAINED,
                        changes=Changes.UNEXPLAINED, look=Look.DIFFERENT),
                 seal(changes=Changes.WHOLE)),
         OPEN, DELIVER, 0, ("sealed-change",)),
    Kind("objects nobody can name, pages as they were",
         verdict(seal(SubIndication.CHANGED_UNEXPLAINED,
                      changes=Changes.UNEXPLAINED, look=Look.SAME)),
         OPEN, DELIVER, 1, ("unseen-change",)),
    Kind("written over after the seal",
         verdict(seal(SubIndication.CHANGED_UNEXPLAINED,
                      changes=Changes.UNEXPLAINED, look=Look.DIFFERENT)), OPEN, HOLD),
    # 5.3, annexes and copies
    Kind("an annex of another body", verdict(
        seal(), seal(attachment=2, belongs=Belonging.OTHER)), PASSED, DELIVER, 0),
    Kind("a sao y of another body beside the seal", verdict(
        seal(belongs=Belonging.SENDER), seal(belongs=Belonging.OTHER)),
        PASSED, DELIVER, 0),
    Kind("only an annex is signed", verdict(seal(attachment=2)), UNSIGNED, DELIVER, 1),
    # whose it is
    Kind("the sender's own, bound", verdict(seal(belongs=Belonging.SENDER)),
         PASSED, DELIVER, 0),
    Kind("another body's alone", verdict(seal(belongs=Belonging.OTHER)),
         UNSIGNED, HOLD, None, ("other-signer",)),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_shipped_policy_lets_real_traffic_through(kind):
    decision = decide(case(verdict=kind.verdict))
    assert kind.verdict.headline is kind.headline
    assert decision.disposition is kind.disposition
    assert decision.notes == kind.notes
    if kind.paper is not None:
        assert decision.paper is not None
        assert decision.paper.flag == kind.paper


def test_nothing_goes_without_paper_that_is_not_soundly_signed():
    paperless = [kind for kind in KINDS if kind.paper == 0]
    assert len(paperless) > 5
    assert all(kind.verdict.signed for kind in paperless)
