"""The steps from facts to a finding that XML and PDF signatures share."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hub.model.findings import FAILING, Finding, SubIndication, TimeProof
from hub.signatures.certificates import UNREADABLE, Certificate, describe
from hub.signatures.chain import Trust, trust_signer
from hub.signatures.policy import BROKEN_DIGESTS, Ground, Moment, Refused


def refused(finding: Finding, why: Refused) -> Finding:
    """The finding with a reason why it was not computed, or not to the end."""
    remark = finding.remark or why.remark
    return replace(finding, reasons=(*finding.reasons, why.reason), remark=remark)


def unclear(finding: Finding) -> Finding:
    """The finding of a signature whose verifier failed in a way nobody foresaw."""
    why = Refused(SubIndication.POLICY_PROCESSING_ERROR, "verifier failed")
    return refused(finding, why)


def algorithm_facts(
    finding: Finding,
    digests: Sequence[str],
    method: str,
    signer: Certificate,
    ground: Ground,
) -> Finding:
    """Algorithms, the weak ones recorded, the broken ones held against a pass."""
    used = {*digests, *_digest_in(method)}
    bits = signer.rsa_bits
    weak = bool(used.intersection(ground.policy.weak_digests))
    short = bits is not None and bits < ground.policy.minimum_rsa_bits
    reasons = finding.reasons
    if used & BROKEN_DIGESTS or signer.has_broken_key:
        reasons = (*reasons, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
    return replace(
        finding,
        digest_algorithm=_weakest(digests, ground),
        signature_algorithm=method,
        weak=weak or short,
        reasons=reasons,
    )


def _digest_in(method: str) -> set[str]:
    """The digest a signature method's name tells of: rsa-sha1, sha256_rsa."""
    names = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
    return {name for name in names if name in method.lower()}


def _weakest(digests: Sequence[str], ground: Ground) -> str:
    weak = [d for d in digests if d in ground.policy.weak_digests]
    return next(iter([*weak, *digests]), "")


def signer_facts(finding: Finding, signer: Certificate, ground: Ground) -> Finding:
    """Whose certificate it is; a name that cannot be read is left out."""
    try:
        described = describe(signer, ground.policy.person_attributes)
    except UNREADABLE:
        return replace(finding, remark=finding.remark or "subject unreadable")
    return replace(finding, signer=described)


def timed(finding: Finding, moment: Moment) -> Finding:
    """The moment of signing, where one is known."""
    known = moment.proof is not TimeProof.NONE
    signed_at = moment.at if known else None
    return replace(finding, signed_at=signed_at, time_proof=moment.proof)


def trusted(
    finding: Finding,
    signer: Certificate,
    others: Iterable[bytes],
    moment: Moment,
    ground: Ground,
) -> Finding:
    """The chain's conclusion about the signer added to a finding."""
    return with_trust(finding, trust_signer(signer, others, moment, ground))


def with_trust(finding: Finding, trust: Trust) -> Finding:
    """What was found about the certificate, weightiest reasons first."""
    reasons = (*finding.reasons, *trust.reasons)
    return replace(
        finding,
        chain=trust.chain,
        revocation=trust.revocation,
        revocation_at=trust.revocation_at,
        reasons=tuple(sorted(reasons, key=lambda r: r not in FAILING)),
    )
