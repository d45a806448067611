"""Whether a certificate leads to an anchor of config/trust and held at a moment.

Path building and validation are certvalidator's, without any fetching; revocation is
looked up here, by issuer (revocation.py says why).
"""

from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from asn1crypto import x509 as asn1
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator.errors import (
    InvalidCertificateError,
    PathBuildingError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    CertRevTrustPolicy,
    DisallowWeakAlgorithmsPolicy,
)

from hub.model.findings import Chain, Revocation, SubIndication, TimeProof
from hub.signatures.certificates import (
    UNREADABLE,
    Certificate,
    may_sign,
    may_stamp,
    read,
)
from hub.signatures.policy import (
    BROKEN_DIGESTS,
    BROKEN_RSA_BITS,
    VIETNAM_OFFSET,
    Ground,
    Moment,
    claims_future,
)
from hub.signatures.revocation import Answer, ask

#: What certvalidator and asn1crypto raise for odd certificates.
FOREIGN = (
    ValidationError,
    *UNREADABLE,
    AssertionError,
    AttributeError,
    IndexError,
    NotImplementedError,
    RecursionError,
    InvalidSignature,
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What was found about one certificate at one moment."""

    chain: Chain
    revocation: Revocation = Revocation.NOT_CHECKED
    revocation_at: datetime | None = None
    reasons: tuple[SubIndication, ...] = ()


def trust_signer(
    leaf: Certificate, others: Iterable[bytes], moment: Moment, ground: Ground
) -> Trust:
    """Judge a signer's certificate; `others` came with the signature, unproven."""
    reasons = list(_validity(leaf, moment, ground))
    if not may_sign(leaf):
        reasons.append(SubIndication.CHAIN_CONSTRAINTS_FAILURE)
    if claims_future(moment, ground):
        reasons.append(SubIndication.SIG_CONSTRAINTS_FAILURE)
    path = find_path(leaf, others, moment.at, ground)
    if isinstance(path, Trust):
        return Trust(path.chain, reasons=(*reasons, *path.reasons))
    return _with_revocation(path, reasons, moment, ground)


def trust_stamper(
    leaf: Certificate, others: Iterable[bytes], moment: datetime, ground: Ground
) -> Trust:
    """Judge a time-stamping authority's certificate at the time it states.

    Revoked at any time is revoked: the stated time is its own word. No answer at hand
    is no obstacle: a TSA is known, and its trouble never a reason to refuse.
    """
    if not may_stamp(leaf) or moment > ground.at + ground.skew:
        return Trust(Chain.INVALID, reasons=(SubIndication.CHAIN_CONSTRAINTS_FAILURE,))
    stated = Moment(moment, TimeProof.CLAIMED)
    reasons = list(_validity(leaf, stated, ground))
    path = find_path(leaf, others, moment, ground)
    if isinstance(path, Trust):
        return Trust(path.chain, reasons=(*reasons, *path.reasons))
    found = _with_revocation(path, reasons, stated, ground)
    left = tuple(r for r in found.reasons if r is not SubIndication.TRY_LATER)
    return Trust(found.chain, found.revocation, found.revocation_at, left)


def _validity(
    leaf: Certificate, moment: Moment, ground: Ground
) -> Iterable[SubIndication]:
    """Expired or not yet valid; failing only where the moment leaves no doubt."""
    slack = ground.skew
    if moment.proof is TimeProof.CLAIMED:
        slack += VIETNAM_OFFSET
    if moment.at + ground.skew < leaf.parsed.not_valid_before_utc:
        yield SubIndication.NOT_YET_VALID
    if moment.at - slack > leaf.parsed.not_valid_after_utc:
        if moment.proven:
            yield SubIndication.EXPIRED
        else:
            yield SubIndication.OUT_OF_BOUNDS_NO_POE


# the path


def find_path(
    leaf: Certificate, others: Iterable[bytes], moment: datetime, ground: Ground
) -> tuple[Certificate, ...] | Trust:
    """The path from leaf to anchor, leaf first; or why there is none.

    The leaf's own dates are judged apart: a path is looked for at a moment within
    them, so that an expired certificate still says whose it was.
    """
    if not ground.knowledge.anchors:
        return _NOT_FOUND
    parsed = leaf.parsed
    within = min(max(moment, parsed.not_valid_before_utc), parsed.not_valid_after_utc)
    try:
        context = _context((*vouched(leaf, others, ground),), within, ground)
        return tuple(map(read, _validate(leaf, context)))
    except (PathBuildingError, InvalidCertificateError):
        return _NOT_FOUND
    except FOREIGN:
        reason = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
        return Trust(Chain.INVALID, reasons=(reason,))


_NOT_FOUND = Trust(Chain.UNKNOWN, reasons=(SubIndication.NO_CERTIFICATE_CHAIN_FOUND,))


def _validate(leaf: Certificate, context: ValidationContext) -> list[bytes]:
    own = asn1.Certificate.load(leaf.der)
    paths = context.path_builder.async_build_paths_lazy(own)
    path: ValidationPath = _finish(find_valid_path(own, paths, context))
    ders = [certificate.dump() for certificate in path.iter_certs(include_root=True)]
    return ders[::-1]


def _context(
    others: tuple[bytes, ...], moment: datetime, ground: Ground
) -> ValidationContext:
    weak = DisallowWeakAlgorithmsPolicy(  # type: ignore[no-untyped-call]  # theirs
        weak_hash_algos=BROKEN_DIGESTS, rsa_key_size_threshold=BROKEN_RSA_BITS
    )
    return ValidationContext(
        trust_roots=[_load(der) for der in ground.knowledge.anchors],
        other_certs=[_load(der) for der in (*ground.knowledge.intermediates, *others)],
        moment=moment,
        allow_fetching=False,
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
        time_tolerance=max(ground.skew, timedelta(seconds=1)),
        algorithm_usage_policy=weak,
    )


@lru_cache(maxsize=256)
def _load(der: bytes) -> asn1.Certificate:
    return asn1.Certificate.load(der)


def _finish(work: Coroutine[Any, Any, ValidationPath]) -> ValidationPath:
    """Run a coroutine that has nothing to wait for, without an event loop.

    Nothing is fetched, so certvalidator never waits; were it to, it ends here.
    """
    try:
        work.send(None)
    except StopIteration as done:
        path: ValidationPath = done.value
        return path
    finally:
        work.close()
    raise NotImplementedError("certvalidator wanted to wait")


def vouched(
    leaf: Certificate, others: Iterable[bytes], ground: Ground
) -> Iterable[bytes]:
    """Those of `others` that somebody we know has signed, directly or in steps.

    What nobody vouches for is left out before paths are built: ten certificates of
    one name made by a stranger would take over 100 s to try (ENGINEERING.md A).
    """
    known = _known((*ground.knowledge.anchors, *ground.knowledge.intermediates))
    waiting = [c for c in _known(others) if c.der != leaf.der]
    while found := [c for c in waiting if any(_issued(c, by) for by in known)]:
        yield from (c.der for c in found)
        known += found
        waiting = [c for c in waiting if c not in found]


def _known(ders: Iterable[bytes]) -> list[Certificate]:
    found = []
    for der in dict.fromkeys(ders):
        try:
            found.append(read(der))
        except UNREADABLE:
            continue
    return found


def _issued(certificate: Certificate, by: Certificate) -> bool:
    try:
        certificate.parsed.verify_directly_issued_by(by.parsed)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


# revocation along the path


def _with_revocation(
    path: tuple[Certificate, ...],
    reasons: list[SubIndication],
    moment: Moment,
    ground: Ground,
) -> Trust:
    if len(path) == 1:  # an anchor signs itself: nobody could revoke it
        return Trust(Chain.TRUSTED, reasons=tuple(reasons))
    if any(
        _stands_against(ask(ca, issuer, moment, ground), moment)
        for ca, issuer in pairwise(path[1:])
    ):
        reasons.append(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)
        return Trust(Chain.INVALID, reasons=tuple(reasons))
    answer = ask(path[0], path[1], moment, ground)
    reasons += _revocation_reasons(answer, moment, ground)
    status = answer.status
    if status is Revocation.REVOKED and not _stands_against(answer, moment):
        status = Revocation.GOOD
    return Trust(Chain.TRUSTED, status, answer.as_of, tuple(reasons))


def _stands_against(answer: Answer, moment: Moment) -> bool:
    """Revoked, unless a proven moment lies before the revocation."""
    if answer.status is not Revocation.REVOKED or answer.revoked_at is None:
        return False
    return not moment.proven or answer.revoked_at <= moment.at


def _revocation_reasons(
    answer: Answer, moment: Moment, ground: Ground
) -> Iterable[SubIndication]:
    if answer.status is Revocation.UNAVAILABLE:
        return [SubIndication.TRY_LATER] if ground.policy.require_revocation else []
    if not _stands_against(answer, moment) or answer.revoked_at is None:
        return []
    # A claim may be local time labelled UTC: it is after the revocation for certain
    # only when the seven hours are taken off.
    doubt = VIETNAM_OFFSET if moment.proof is TimeProof.CLAIMED else timedelta(0)
    if answer.revoked_at <= moment.at - doubt:
        return [SubIndication.REVOKED]
    return [SubIndication.REVOKED_NO_POE]
