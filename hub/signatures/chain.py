"""Whether a certificate leads to an anchor of config/trust and held at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from hub.model.findings import Chain, Revocation, SubIndication, TimeProof
from hub.signatures.answers import Answer
from hub.signatures.certificates import Certificate, may_sign, may_stamp
from hub.signatures.paths import BadPath, NoPath, find_path
from hub.signatures.policy import VIETNAM_OFFSET, Ground, Moment, claims_future
from hub.signatures.revocation import ask


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
    reasons = reasons or list(_expired_since(leaf, moment, ground))
    if not may_sign(leaf):
        reasons.append(SubIndication.CHAIN_CONSTRAINTS_FAILURE)
    if claims_future(moment, ground):
        reasons.append(SubIndication.SIG_CONSTRAINTS_FAILURE)
    return _along_the_path(leaf, others, reasons, moment, ground)


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
    found = _along_the_path(leaf, others, reasons, stated, ground)
    left = tuple(r for r in found.reasons if r is not SubIndication.TRY_LATER)
    return Trust(found.chain, found.revocation, found.revocation_at, left)


def _validity(
    leaf: Certificate, moment: Moment, ground: Ground
) -> Iterable[SubIndication]:
    """Expired or not yet valid; failing only where a time stamp proves the moment."""
    slack = ground.skew
    if moment.proof is TimeProof.CLAIMED:
        slack += VIETNAM_OFFSET
    early = moment.at + ground.skew < leaf.parsed.not_valid_before_utc
    late = moment.at - slack > leaf.parsed.not_valid_after_utc
    if moment.proven and early:
        yield SubIndication.NOT_YET_VALID
    elif moment.proven and late:
        yield SubIndication.EXPIRED
    elif early or late:
        yield SubIndication.OUT_OF_BOUNDS_NO_POE


def _expired_since(
    leaf: Certificate, moment: Moment, ground: Ground
) -> Iterable[SubIndication]:
    """Expired by now with no proof of the moment: whoever has the key can backdate."""
    expired = ground.at - ground.skew > leaf.parsed.not_valid_after_utc
    if expired and not moment.proven:
        yield SubIndication.OUT_OF_BOUNDS_NO_POE


def _along_the_path(
    leaf: Certificate,
    others: Iterable[bytes],
    reasons: list[SubIndication],
    moment: Moment,
    ground: Ground,
) -> Trust:
    try:
        path = find_path(leaf, others, moment.at, ground)
    except NoPath:
        reasons.append(SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
        return Trust(Chain.UNKNOWN, reasons=tuple(reasons))
    except BadPath:
        reasons.append(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)
        return Trust(Chain.INVALID, reasons=tuple(reasons))
    return _with_revocation(path, reasons, moment, ground)


def _with_revocation(
    path: tuple[Certificate, ...],
    reasons: list[SubIndication],
    moment: Moment,
    ground: Ground,
) -> Trust:
    if len(path) == 1:  # an anchor signs itself: nobody could revoke it
        return Trust(Chain.TRUSTED, reasons=tuple(reasons))
    above = [ask(ca, issuer, moment, ground) for ca, issuer in pairwise(path[1:])]
    if any(_stands_against(answer, moment) for answer in above):
        reasons.append(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)
        return Trust(Chain.INVALID, reasons=tuple(reasons))
    answer = ask(path[0], path[1], moment, ground)
    reasons += _revocation_reasons(answer, moment)
    unanswered = any(a.status is Revocation.UNAVAILABLE for a in (answer, *above))
    if unanswered and ground.policy.require_revocation:
        reasons.append(SubIndication.TRY_LATER)
    status = answer.status
    if status is Revocation.REVOKED and not _stands_against(answer, moment):
        status = Revocation.GOOD
    return Trust(Chain.TRUSTED, status, answer.as_of, tuple(reasons))


def _stands_against(answer: Answer, moment: Moment) -> bool:
    """Revoked, unless a proven moment lies before the revocation."""
    if answer.status is not Revocation.REVOKED or answer.revoked_at is None:
        return False
    return not moment.proven or answer.revoked_at <= moment.at


def _revocation_reasons(answer: Answer, moment: Moment) -> Iterable[SubIndication]:
    if not _stands_against(answer, moment) or answer.revoked_at is None:
        return []
    # A claim may be local time labelled UTC: it is after the revocation for certain
    # only when the seven hours are taken off.
    doubt = VIETNAM_OFFSET if moment.proof is TimeProof.CLAIMED else timedelta(0)
    if answer.revoked_at <= moment.at - doubt:
        return [SubIndication.REVOKED]
    return [SubIndication.REVOKED_NO_POE]
