"""Rule `signatures`: what do its signatures lead to.

Findings are facts; what each kind of finding leads to is the policy of the source.
Several findings: the heaviest remedy chooses, and the fault names its place.
"""

from collections.abc import Iterator

from hub.model.changes import Changes
from hub.model.envelopes import Kind
from hub.model.faults import Fault, FaultCode
from hub.model.findings import (
    Belonging,
    Finding,
    Indication,
    SignatureKind,
    Slot,
)
from hub.model.names import same_body
from hub.model.policy import Remedy, SignaturePolicy
from hub.model.verdicts import Verdict
from hub.rules.case import Case
from hub.rules.choice import Choice, by
from hub.rules.signers import Met, signer_troubles, unsigned_fields
from hub.rules.troubles import Trouble, remedy, troubles

__all__ = ["NOTES", "Trouble", "leads_to", "met", "remedy", "signatures", "troubles"]

_WEIGHT = {trouble: -place for place, trouble in enumerate(Trouble)}
_SEVERITY = {Remedy.DELIVER: 0, Remedy.HOLD: 1, Remedy.REFUSE: 2}
#: What a clerk is told of a trouble although the document goes. An unbound signer is
#: no news where the registry binds few, nor is missing revocation data, which is
#: judged again by itself.
NOTES = {
    Trouble.OTHER_SIGNER: "other-signer",
    Trouble.PERSON_FOR_ORGANIZATION: "no-seal",
    Trouble.TIMESTAMP: "no-timestamp",
    Trouble.UNSEEN_CHANGE: "unseen-change",
    Trouble.SEALED_CHANGE: "sealed-change",
    Trouble.WEAK_ALGORITHM: "weak-algorithm",
}
_CODES = {
    Trouble.FAILED: FaultCode.SIGNATURE_BROKEN,
    Trouble.OTHER_SIGNER: FaultCode.OTHER_SIGNER,
    Trouble.PERSON_FOR_ORGANIZATION: FaultCode.SEAL_MISSING,
}
#: Troubles about a document as a whole: the finding that shows one has passed.
_OF_THE_WHOLE = {
    *(Trouble.OTHER_SIGNER, Trouble.UNBOUND_SIGNER, Trouble.TIMESTAMP),
    *(Trouble.PERSON_FOR_ORGANIZATION, Trouble.UNSIGNED_FIELDS),
}


def signatures(case: Case) -> Choice | None:
    """Hold or refuse by the policy of the source."""
    policy = _policy(case)
    document = _is_document(case)
    found = leads_to(case.examined.verdict, policy, document=document)
    return found or _missing(case, policy)


def leads_to(
    verdict: Verdict, policy: SignaturePolicy, *, document: bool = True
) -> Choice | None:
    """What the findings lead to, `unsigned` left aside; None: they let it pass.

    `document`: an agency's document, of which its signers are asked, too; a status is
    a word on one, and a citizen's dossier holds papers of many hands.
    """
    found = met(verdict, policy, document=document)
    if not found:
        return None
    trouble, finding = max(found, key=lambda one: _heaviness(one[0], policy))
    return by(remedy(trouble, policy), _fault(trouble, finding, verdict, policy))


def met(
    verdict: Verdict, policy: SignaturePolicy, *, document: bool = True
) -> list[Met]:
    """Every trouble with the finding that shows it, whatever it leads to."""
    found = [(t, f) for f in verdict.findings for t in _softened(f, verdict)]
    return [*found, *(signer_troubles(verdict, policy) if document else ())]


def signature_notes(case: Case) -> Iterator[str]:
    """What a clerk is told of the signatures of a document that may go."""
    policy, verdict = _policy(case), case.examined.verdict
    found = {t for t, _ in met(verdict, policy, document=_is_document(case))}
    yield from (note for trouble, note in NOTES.items() if trouble in found)
    if Trouble.UNBOUND_SIGNER in found and _named_otherwise(case):
        yield "signer-unlike-sender"
    if Trouble.UNSIGNED_FIELDS in found:
        yield f"unsigned-fields:{','.join(unsigned_fields(verdict, policy))}"


def _named_otherwise(case: Case) -> bool:
    """Whether no signer is called as the sender calls itself, where it does.

    All there is to go by where the registry binds nothing; a sender may call itself
    anything, so that it is a remark and never a reason.
    """
    claimed = case.envelope.sender.name
    signers = [f.signer for f in case.examined.verdict.authorship if f.signer]
    names = {name for s in signers for name in (s.common_name, *s.bodies)}
    return bool(claimed.strip()) and not any(same_body(claimed, n) for n in names)


def _policy(case: Case) -> SignaturePolicy:
    return case.policy.signatures_of(case.source.name)


def _is_document(case: Case) -> bool:
    # A status is an agency's word on a document, not a document (EDXML.md 1.6).
    return case.envelope.kind is not Kind.STATUS and case.examined.dossier is None


def _softened(finding: Finding, verdict: Verdict) -> frozenset[Trouble]:
    """A change before the office's seal is the office's own, with its own key."""
    found = troubles(finding)
    if Trouble.UNEXPLAINED_CHANGE not in found or not _sealed(finding, verdict):
        return found
    return found - {Trouble.UNEXPLAINED_CHANGE} | {Trouble.SEALED_CHANGE}


def _sealed(finding: Finding, verdict: Verdict) -> bool:
    """The office's own signature passed on the same file, and covers all of it.

    Another body's seal explains nothing: it was not there when the office signed.
    """
    return bool(finding.intact) and any(
        seal.passed
        and seal.by_organization
        and seal.belongs is not Belonging.OTHER
        and seal.kind is SignatureKind.PDF
        and seal.attachment == finding.attachment
        and seal.changes is Changes.WHOLE
        for seal in verdict.findings
    )


def _heaviness(trouble: Trouble, policy: SignaturePolicy) -> tuple[int, int]:
    return _SEVERITY[remedy(trouble, policy)], _WEIGHT[trouble]


def _fault(
    trouble: Trouble, finding: Finding, verdict: Verdict, policy: SignaturePolicy
) -> Fault:
    code = _CODES.get(trouble, FaultCode.SIGNATURE_UNCERTAIN)
    if trouble is Trouble.UNSIGNED_FIELDS:
        fields = ",".join(unsigned_fields(verdict, policy))
        return Fault(code, finding.place, f"{trouble} {fields}")
    if trouble in _OF_THE_WHOLE:
        return Fault(code, finding.place, str(trouble))
    reason = str(next(iter(finding.reasons), trouble))
    changed = trouble in {Trouble.UNEXPLAINED_CHANGE, Trouble.SEALED_CHANGE}
    if changed and finding.look_pages:
        reason = f"{reason}, trang/pages {', '.join(map(str, finding.look_pages))}"
    return Fault(code, finding.place, reason)


def _missing(case: Case, policy: SignaturePolicy) -> Choice | None:
    verdict = case.examined.verdict
    if case.envelope.kind is Kind.STATUS or verdict.signed or _may_be_signed(verdict):
        return None
    return by(policy.unsigned, Fault(FaultCode.SIGNATURE_MISSING))


def _may_be_signed(verdict: Verdict) -> bool:
    """Whether an open finding is about the document itself.

    One on an annex must not stand in for the signature the source owes.
    """
    return any(
        verdict.is_about_the_document(f)
        or (f.kind is SignatureKind.XML and f.slot is Slot.MALFORMED)
        for f in verdict.findings
        if f.indication in {Indication.INDETERMINATE, Indication.TOTAL_FAILED}
    )
