"""What can stand against signatures, in the words of the policy."""

from collections.abc import Iterator
from enum import StrEnum

from hub.model.changes import AlterationKind, Changes, Look
from hub.model.findings import Chain, Finding, Indication, Slot, SubIndication
from hub.model.policy import Demand, Remedy, SignaturePolicy


class Trouble(StrEnum):
    """What can stand against a finding, the weightiest first; keys of the policy."""

    FAILED = "failed"
    UNEXPLAINED_CHANGE = "unexplained_change"
    OTHER_SIGNER = "other_signer"
    SEALED_CHANGE = "sealed_change"
    MALFORMED = "malformed"
    UNKNOWN_CHAIN = "unknown_chain"
    INDETERMINATE = "indeterminate"
    PERSON_FOR_ORGANIZATION = "person_for_organization"
    UNSIGNED_FIELDS = "unsigned_fields"
    TIMESTAMP = "timestamp"
    UNSEEN_CHANGE = "unseen_change"
    WEAK_ALGORITHM = "weak_algorithm"
    REVOCATION_UNAVAILABLE = "revocation_unavailable"
    UNBOUND_SIGNER = "unbound_signer"


#: Reasons with a key of their own; every other one is plainly indeterminate.
_TROUBLES = {
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: Trouble.UNKNOWN_CHAIN,
    SubIndication.TRY_LATER: Trouble.REVOCATION_UNAVAILABLE,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: Trouble.WEAK_ALGORITHM,
}
#: What one reader's pages say nothing of: other readers may see another file, bytes
#: were never signed, or the signer had forbidden whatever came after.
_NO_LOOK_EXCUSES = frozenset(
    {
        AlterationKind.HYBRID,
        AlterationKind.STRAY_BYTES,
        AlterationKind.BYTE_RANGE,
        AlterationKind.FORBIDDEN,
    }
)


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
        yield _change(finding)
    if finding.chain is Chain.UNKNOWN:
        yield Trouble.UNKNOWN_CHAIN
    for reason in finding.reasons:
        if reason is SubIndication.CHANGED_UNEXPLAINED:
            yield _change(finding)
        else:
            yield _TROUBLES.get(reason, Trouble.INDETERMINATE)


def _change(finding: Finding) -> Trouble:
    """Nobody can see a change that leaves all pages as they were signed."""
    unseen = (
        finding.changes is Changes.UNEXPLAINED
        and finding.look is Look.SAME
        and not any(one.kind in _NO_LOOK_EXCUSES for one in finding.alterations)
    )
    return Trouble.UNSEEN_CHANGE if unseen else Trouble.UNEXPLAINED_CHANGE


def remedy(trouble: Trouble, policy: SignaturePolicy) -> Remedy:
    """What the policy says of it: a trouble is named as its key."""
    if trouble is Trouble.TIMESTAMP:
        required = policy.timestamp is Demand.REQUIRED
        return Remedy.HOLD if required else Remedy.DELIVER
    found: Remedy = getattr(policy, trouble)
    return found
