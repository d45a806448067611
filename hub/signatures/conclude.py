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
    """Algorithms; weak ones and broken ones stand against a pass, each in its way.

    Both leave the signature open (ETSI EN 319 102-1, table 5): for a weak one a proof
    would be wanted that it was made in its day, a broken one no proof can mend.
    """
    against = weakness({*digests, *_digest_in(method)}, signer, ground)
    return replace(
        finding,
        digest_algorithm=_weakest(digests, ground),
        signature_algorithm=method,
        weak=SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE in against,
        reasons=(*finding.reasons, *against),
    )


def weakness(
    used: set[str], signer: Certificate, ground: Ground
) -> tuple[SubIndication, ...]:
    """What stands against the digests used and the signer's key: broken before weak.

    Of a time stamp it is asked as of the signature it is (EN 319 102-1, 5.4).
    """
    if used & BROKEN_DIGESTS or signer.has_broken_key:
        return (SubIndication.CRYPTO_CONSTRAINTS_FAILURE,)
    bits = signer.rsa_bits
    short = bits is not None and bits < ground.policy.minimum_rsa_bits
    if short or used.intersection(ground.policy.weak_digests):
        return (SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,)
    return ()


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
    reasons = dict.fromkeys((*finding.reasons, *trust.reasons))
    return replace(
        finding,
        chain=trust.chain,
        revocation=trust.revocation,
        revocation_at=trust.revocation_at,
        revocation_by=trust.revocation_by,
        reasons=tuple(sorted(reasons, key=_lightness)),
        remark=finding.remark or _on_algorithms(finding),
    )


def _lightness(reason: SubIndication) -> int:
    """Failing reasons first; a weak algorithm last, whatever else there is."""
    if reason in FAILING:
        return 0
    return 2 if reason is SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE else 1


def _on_algorithms(finding: Finding) -> str:
    if SubIndication.CRYPTO_CONSTRAINTS_FAILURE in finding.reasons:
        return "algorithm broken"
    return "algorithm weak" if finding.weak else ""
