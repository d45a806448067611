"""Findings about the XML signatures of one envelope."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from lxml import etree
from signxml.exceptions import InvalidDigest, InvalidInput, SignXMLException

from hub.model.findings import Finding, SignatureKind, Slot, SubIndication
from hub.model.frames import Hoisted
from hub.signatures import placeholders, xades, xades_offers
from hub.signatures.certificates import UNREADABLE, Certificate
from hub.signatures.conclude import (
    algorithm_facts,
    refused,
    signer_facts,
    timed,
    trusted,
    unclear,
)
from hub.signatures.coverage import coverage
from hub.signatures.document import Document, place_of
from hub.signatures.keyinfo import claimed_time, read_certificates
from hub.signatures.policy import Ground, Refused, choose_moment
from hub.signatures.references import Claims, read_claims
from hub.signatures.verifier import Signed, verify

#: What signxml, lxml and cryptography raise for odd input, beside a plain "no".
FOREIGN = (
    *UNREADABLE,
    SignXMLException,
    etree.LxmlError,
    InvalidSignature,
    UnsupportedAlgorithm,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)


def xml_findings(hoisted: Hoisted, ground: Ground) -> list[Finding]:
    """One finding for every signature and slot; one ABSENT where there is none."""
    whole = Finding(SignatureKind.XML, "", Slot.SIGNATURE)
    try:
        document = Document.open(hoisted, ground.limits)
    except Refused as why:
        return [refused(whole, why)]
    except FOREIGN:
        return [replace(whole, slot=Slot.MALFORMED, remark="XML unreadable")]
    found = [*placeholders.slots(document), *_signatures(document, ground)]
    empty = [f for f in found if f.slot is Slot.ABSENT]
    filled = [f for f in found if f.slot is not Slot.ABSENT]
    return filled or empty[:1] or [placeholders.absent()]


def _signatures(document: Document, ground: Ground) -> Iterator[Finding]:
    for index, signature in enumerate(document.signatures):
        blank = Finding(SignatureKind.XML, place_of(signature), Slot.SIGNATURE)
        if index >= ground.limits.signatures:
            why = Refused(SubIndication.RESOURCE_LIMIT, "too many signatures")
            yield refused(blank, why)
            return
        slot = placeholders.specimen_slot(signature)
        if slot is Slot.SIGNATURE:
            yield _judge(_Case(document, index, signature, ground), blank)
        else:
            yield placeholders.slot_finding(signature, slot)


@dataclass(frozen=True, slots=True)
class _Case:
    """One ds:Signature and what it is judged with."""

    document: Document
    index: int
    signature: etree._Element = field(repr=False)
    ground: Ground


def _judge(case: _Case, finding: Finding) -> Finding:
    """The finding about one signature; whatever goes wrong becomes its reason."""
    try:
        claims = read_claims(case.document, case.signature, case.ground.limits)
        ring = read_certificates(case.signature, case.ground.limits)
        return _prove(case, claims, ring, finding)
    except Refused as why:
        if why.reason is SubIndication.FORMAT_FAILURE:
            return replace(finding, slot=Slot.MALFORMED, remark=why.remark)
        return refused(finding, why)
    except etree.DocumentInvalid:
        return replace(finding, slot=Slot.MALFORMED, remark="not XML-DSig's schema")
    except InvalidInput:
        return refused(finding, Refused(SubIndication.UNSUPPORTED, "not computed"))
    except FOREIGN:
        return unclear(finding)


def _prove(
    case: _Case, claims: Claims, ring: tuple[Certificate, ...], finding: Finding
) -> Finding:
    """Signature and digests first, then what they cover, then whose they are."""
    said = xades.properties(case.document, case.signature, claims)
    signer, failure = _verify(case, claims, xades.named_first(said, ring))
    finding = algorithm_facts(
        finding,
        [r.digest for r in claims.references],
        claims.method,
        signer,
        case.ground,
    )
    finding = signer_facts(finding, signer, case.ground)
    if failure is not None:
        moment = choose_moment(_claimed(case, said), None, case.ground)
        finding = replace(timed(finding, moment), intact=False)
        return replace(finding, reasons=(failure, *finding.reasons))
    finding = _covering(case, claims, replace(finding, intact=True))
    if problem := xades.name_problem(said, signer, claims):
        finding = refused(finding, problem)
    return _trusting(case, said, signer, ring, finding)


def _trusting(
    case: _Case,
    said: xades.Properties,
    signer: Certificate,
    ring: tuple[Certificate, ...],
    finding: Finding,
) -> Finding:
    """The moment and the chain, with what the signature itself brings for both."""
    data = xades_offers.offered(said, case.ground.limits)
    ground = data.beside(case.ground, signer)
    stamps = xades_offers.signature_stamps(said, case.signature, ground)
    finding = replace(
        finding, stamps=stamps.facts, level=xades_offers.level(said, stamps, data)
    )
    moment = choose_moment(_claimed(case, said), stamps.earliest, ground)
    others = [c.der for c in ring]
    return trusted(timed(finding, moment), signer, others, moment, ground)


def _claimed(case: _Case, said: xades.Properties) -> datetime | None:
    """What the signer says of the time: with XAdES, only where he signed it."""
    return claimed_time(case.signature) if said.element is None else said.claimed


def _covering(case: _Case, claims: Claims, finding: Finding) -> Finding:
    try:
        found = coverage(case.document, case.signature, claims)
        return replace(finding, covers=found.parts, fields=found.fields)
    except Refused as why:
        return refused(finding, why)


def _verify(
    case: _Case, claims: Claims, ring: tuple[Certificate, ...]
) -> tuple[Certificate, SubIndication | None]:
    """The certificate whose key made the signature, and what does not hold.

    KeyInfo may carry a chain in any order: the signer is the one whose key fits.
    """
    misfit: InvalidInput | None = None
    wrong: Certificate | None = None
    document = case.document
    signed = Signed(document.root, case.index, claims.targets, document.runs)
    for certificate in ring:
        try:
            verify(signed, certificate.parsed)
        except InvalidDigest:
            return certificate, SubIndication.HASH_FAILURE
        except InvalidSignature:
            wrong = wrong or certificate
        except InvalidInput as error:
            misfit = error
        else:
            return certificate, None
    if wrong is None and misfit is not None:
        raise misfit
    return wrong or ring[0], SubIndication.SIG_CRYPTO_FAILURE
