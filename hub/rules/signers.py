"""Who signed the document itself, and what of it: questions over all its signatures.

Only signatures on the main PDF or over the whole envelope are asked: annexes signed by
other bodies are what correspondence is made of. And the question is whether the
sender's own signature is there, not whether others are too: another body's `sao y`
beside it takes nothing away. A signature that only lacks revocation data is asked as
well: who signs in another's name must not get through while a responder is down.
"""

from collections.abc import Iterator, Sequence

from hub.model.findings import Belonging, Field, Finding, SignatureKind, TimeProof
from hub.model.policy import Demand, SignaturePolicy
from hub.model.verdicts import Verdict, covers_body
from hub.rules.troubles import Trouble

Met = tuple[Trouble, Finding]


def signer_troubles(verdict: Verdict, policy: SignaturePolicy) -> Iterator[Met]:
    """What stands against the signers, each with the signature that shows it."""
    signed = verdict.authorship
    if signed:
        yield from _strangers(signed)
        yield from _seal(signed)
        yield from _stamp(signed, policy)
    if unsigned_fields(verdict, policy):
        yield Trouble.UNSIGNED_FIELDS, _by_xml(verdict)[0]


def _strangers(signed: Sequence[Finding]) -> Iterator[Met]:
    """Signed, and not by the sender, or by nobody that is known to be the sender.

    A person's certificate names the bodies above it too: under another body's seal it
    does not stand for the sender.
    """
    whose = {finding.belongs: finding for finding in reversed(signed)}
    if Belonging.SENDER in whose:
        return
    others = [f for f in signed if f.belongs is Belonging.OTHER]
    seals = [f for f in others if f.by_organization]
    if seals or (others and Belonging.SENDERS_PERSON not in whose):
        yield Trouble.OTHER_SIGNER, (seals or others)[0]
    elif Belonging.UNBOUND in whose and Belonging.SENDERS_PERSON not in whose:
        yield Trouble.UNBOUND_SIGNER, whose[Belonging.UNBOUND]


def _seal(signed: Sequence[Finding]) -> Iterator[Met]:
    """Persons of the sender signed, and no body that may be the sender."""
    own = [f for f in signed if f.belongs is not Belonging.OTHER]
    if own and not any(f.by_organization for f in own):
        yield Trouble.PERSON_FOR_ORGANIZATION, own[-1]


def _stamp(signed: Sequence[Finding], policy: SignaturePolicy) -> Iterator[Met]:
    """The office's signature comes last; where it is stamped, all before it is."""
    if policy.timestamp is Demand.NOT_ASKED:
        return
    offices = [f for f in signed if f.by_organization] or signed
    if not any(f.time_proof is TimeProof.TIMESTAMP for f in offices):
        yield Trouble.TIMESTAMP, offices[-1]


def unsigned_fields(verdict: Verdict, policy: SignaturePolicy) -> tuple[Field, ...]:
    """Fields that should be signed where the sender signed in XML, and are not."""
    found = _by_xml(verdict)
    if not found or any(map(covers_body, found)):
        return ()
    covered = {field for finding in found for field in finding.fields}
    return tuple(field for field in policy.signed_fields if field not in covered)


def _by_xml(verdict: Verdict) -> list[Finding]:
    return [
        finding
        for finding in verdict.findings
        if finding.kind is SignatureKind.XML
        and finding.passed
        and finding.belongs is not Belonging.OTHER
    ]
