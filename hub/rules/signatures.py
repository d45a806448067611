"""Rule `signatures`: what do its signatures lead to.

Findings are facts; what each kind of finding leads to is the policy of the source.
Several findings: the heaviest remedy chooses, and the fault names its place.
"""

from collections.abc import Iterator
from enum import StrEnum

from hub.model.changes import Changes
from hub.model.envelopes import Kind
from hub.model.faults import Fault, FaultCode
from hub.model.findings import (
    Chain,
    Finding,
    Indication,
    SignatureKind,
    Slot,
    SubIndication,
)
from hub.model.policy import Remedy, SignaturePolicy
from hub.model.verdicts import Verdict, covers_body
from hub.rules.case import Case
from hub.rules.choice import Choice, by


class Trouble(StrEnum):
    """What can stand against a finding, the weightiest first; keys of the policy."""

    FAILED = "failed"
    UNEXPLAINED_CHANGE = "unexplained_change"
    SEALED_CHANGE = "sealed_change"
    MALFORMED = "malformed"
    UNKNOWN_CHAIN = "unknown_chain"
    INDETERMINATE = "indeterminate"
    REVOCATION_UNAVAILABLE = "revocation_unavailable"


_WEIGHT = {trouble: -place for place, trouble in enumerate(Trouble)}
_SEVERITY = {Remedy.DELIVER: 0, Remedy.HOLD: 1, Remedy.REFUSE: 2}
#: Reasons with a key of their own; every other one is plainly indeterminate.
_TROUBLES = {
    SubIndication.CHANGED_UNEXPLAINED: Trouble.UNEXPLAINED_CHANGE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: Trouble.UNKNOWN_CHAIN,
    SubIndication.TRY_LATER: Trouble.REVOCATION_UNAVAILABLE,
}


def signatures(case: Case) -> Choice | None:
    """Hold or refuse by the policy of the source."""
    policy = case.policy.signatures_of(case.source.name)
    verdict = case.examined.verdict
    return _troubled(verdict, policy) or _missing(case, policy)


def _troubled(verdict: Verdict, policy: SignaturePolicy) -> Choice | None:
    met = [(t, f) for f in verdict.findings for t in _softened(troubles(f), f, verdict)]
    if not met:
        return None
    trouble, finding = max(met, key=lambda one: _heaviness(one[0], policy))
    return by(remedy(trouble, policy), _fault(trouble, finding))


def _softened(
    found: frozenset[Trouble], finding: Finding, verdict: Verdict
) -> frozenset[Trouble]:
    """A change before the office's seal is the office's own, with its own key."""
    if Trouble.UNEXPLAINED_CHANGE not in found or not _sealed(finding, verdict):
        return found
    return found - {Trouble.UNEXPLAINED_CHANGE} | {Trouble.SEALED_CHANGE}


def _sealed(finding: Finding, verdict: Verdict) -> bool:
    """The office's own signature passed on the same file, and covers all of it."""
    return bool(finding.intact) and any(
        seal.passed
        and seal.by_organization
        and seal.kind is SignatureKind.PDF
        and seal.attachment == finding.attachment
        and seal.changes is Changes.WHOLE
        for seal in verdict.findings
    )


def _heaviness(trouble: Trouble, policy: SignaturePolicy) -> tuple[int, int]:
    return _SEVERITY[remedy(trouble, policy)], _WEIGHT[trouble]


def troubles(finding: Finding) -> frozenset[Trouble]:
    """Everything that stands against one finding; empty: it passed, or is none."""
    match finding.indication:
        case None | Indication.TOTAL_PASSED:
            return frozenset()
        case Indication.TOTAL_FAILED:
            return frozenset({Trouble.FAILED})
        case Indication.INDETERMINATE:
            return frozenset(_open_questions(finding)) or frozenset(
                {Trouble.INDETERMINATE}
            )


def _open_questions(finding: Finding) -> Iterator[Trouble]:
    if finding.slot is Slot.MALFORMED:
        yield Trouble.MALFORMED
        return
    if finding.changes in {Changes.UNEXPLAINED, Changes.BROKEN}:
        yield Trouble.UNEXPLAINED_CHANGE
    if finding.chain is Chain.UNKNOWN:
        yield Trouble.UNKNOWN_CHAIN
    for reason in finding.reasons:
        yield _TROUBLES.get(reason, Trouble.INDETERMINATE)


def remedy(trouble: Trouble, policy: SignaturePolicy) -> Remedy:
    """What the policy says of it: a trouble is named as its key."""
    found: Remedy = getattr(policy, trouble)
    return found


def _fault(trouble: Trouble, finding: Finding) -> Fault:
    failed = trouble is Trouble.FAILED
    code = FaultCode.SIGNATURE_BROKEN if failed else FaultCode.SIGNATURE_UNCERTAIN
    reason = next(iter(finding.reasons), trouble)
    return Fault(code, finding.place, str(reason))


def _missing(case: Case, policy: SignaturePolicy) -> Choice | None:
    verdict = case.examined.verdict
    # A status is an agency's word on a document, not a document (EDXML.md 1.6).
    if case.envelope.kind is Kind.STATUS or verdict.signed or _may_be_signed(verdict):
        return None
    return by(policy.unsigned, Fault(FaultCode.SIGNATURE_MISSING))


def _may_be_signed(verdict: Verdict) -> bool:
    """Whether an open finding is about the document itself.

    One on an annex must not stand in for the signature the source owes.
    """
    return any(
        covers_body(f) or f.slot is Slot.MALFORMED
        if f.kind is SignatureKind.XML
        else f.kind is SignatureKind.PDF and f.attachment == verdict.main_pdf
        for f in verdict.findings
        if f.indication in {Indication.INDETERMINATE, Indication.TOTAL_FAILED}
    )
