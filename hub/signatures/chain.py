"""Whether a certificate leads to an anchor of config/trust and held at a moment.

The words are those of ETSI EN 319 102-1: clause 5.2.6 (X.509 certificate validation)
for a moment nobody proves, clause 5.5.4 for one that a time stamp proves. A stamp on a
signature proves that it is older, never that it is younger: what fails a signature is
its own word, or a stamp on what was to be signed (`Moment.after`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from hub.model.findings import Chain, Revocation, SubIndication, TimeProof
from hub.signatures.answers import Answer, Asking
from hub.signatures.certificates import (
    Certificate,
    may_sign,
    may_stamp,
    signing_digest,
)
from hub.signatures.paths import BadPath, NoPath, WeakPath, find_path
from hub.signatures.policy import VIETNAM_OFFSET, Ground, Moment, claims_future
from hub.signatures.revocation import ask

#: Revoked for one of these, a TSA's older stamps stay what they were (RFC 3161, 4).
_KEY_STILL_SAFE = frozenset(
    {"unspecified", "affiliationChanged", "superseded", "cessationOfOperation"}
)
_OUT_OF_BOUNDS = frozenset(
    {
        SubIndication.NOT_YET_VALID,
        SubIndication.EXPIRED,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
    }
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What was found about one certificate at one moment."""

    chain: Chain
    revocation: Revocation = Revocation.NOT_CHECKED
    revocation_at: datetime | None = None
    reasons: tuple[SubIndication, ...] = ()
    revocation_by: str = ""


def trust_signer(
    leaf: Certificate, others: Iterable[bytes], moment: Moment, ground: Ground
) -> Trust:
    """Judge a signer's certificate; `others` came with the signature, unproven."""
    reasons = [*_bounds(leaf, moment, ground)]
    if moment.proven and moment.after is not None and moment.after > moment.at:
        reasons.append(SubIndication.TIMESTAMP_ORDER_FAILURE)
    if not may_sign(leaf):
        reasons.append(SubIndication.CHAIN_CONSTRAINTS_FAILURE)
    if claims_future(moment, ground):
        reasons.append(SubIndication.SIG_CONSTRAINTS_FAILURE)
    return _along_the_path(leaf, others, reasons, moment, ground)


def trust_stamper(
    leaf: Certificate, others: Iterable[bytes], moment: datetime, ground: Ground
) -> Trust:
    """Judge a time-stamping authority's certificate at the time it states.

    The stated time is its own word: it must hold at the moment of judging, too (a
    later document time stamp lets its caller judge as of then: `Ground.at`). No answer
    at hand is no obstacle: a TSA is known, its trouble never a reason to refuse.
    """
    if not may_stamp(leaf):
        return Trust(Chain.INVALID, reasons=(SubIndication.CHAIN_CONSTRAINTS_FAILURE,))
    stated = Moment(moment, TimeProof.CLAIMED, moment)
    reasons = []
    if not (_is_within(leaf, moment, ground) and _is_within(leaf, ground.at, ground)):
        reasons.append(SubIndication.OUT_OF_BOUNDS_NO_POE)
    if claims_future(stated, ground):
        reasons.append(SubIndication.SIG_CONSTRAINTS_FAILURE)
    found = _along_the_path(leaf, others, reasons, stated, ground, _stopped_stamping)
    left = tuple(r for r in found.reasons if r is not SubIndication.TRY_LATER)
    return replace(found, reasons=left)


# dates


def _is_within(leaf: Certificate, moment: datetime, ground: Ground) -> bool:
    first, last = leaf.parsed.not_valid_before_utc, leaf.parsed.not_valid_after_utc
    return first - ground.skew <= moment <= last + ground.skew


def _bounds(
    leaf: Certificate, moment: Moment, ground: Ground
) -> Iterator[SubIndication]:
    """Expired or not yet valid; failing only where that is proven (5.5.4, step 2)."""
    first, last = leaf.parsed.not_valid_before_utc, leaf.parsed.not_valid_after_utc
    if moment.proven and moment.at + ground.skew < first:
        yield SubIndication.NOT_YET_VALID
    elif _was_expired(last + ground.skew, moment):
        yield SubIndication.EXPIRED
    elif not _is_in_bounds(leaf, moment, ground):
        yield SubIndication.OUT_OF_BOUNDS_NO_POE


def _was_expired(last: datetime, moment: Moment) -> bool:
    """Two clocks say so, or a stamp on what was to be signed.

    The signer's word alone does not: a clock that is wrong is no forgery.
    """
    if moment.after is not None and moment.after > last:
        return True
    own = moment.claimed is not None and moment.claimed - VIETNAM_OFFSET > last
    return moment.proven and moment.at > last and own


def _is_in_bounds(leaf: Certificate, moment: Moment, ground: Ground) -> bool:
    """At a proven moment; else at the claimed one and by now, too.

    Whoever has the key of an expired certificate can claim any time. Local time
    labelled UTC is forgiven.
    """
    if moment.proven:
        return _is_within(leaf, moment.at, ground)
    claims = {moment.at}
    if moment.proof is TimeProof.CLAIMED:
        claims.add(moment.at - VIETNAM_OFFSET)
    return _is_within(leaf, ground.at, ground) and any(
        _is_within(leaf, claim, ground) for claim in claims
    )


# the path


def _along_the_path(
    leaf: Certificate,
    others: Iterable[bytes],
    reasons: list[SubIndication],
    moment: Moment,
    ground: Ground,
    excuse: Callable[[Answer, Moment], bool] = lambda *_: False,
) -> Trust:
    others = tuple(others)
    try:
        path = find_path(leaf, others, moment.at, ground)
    except NoPath:
        reasons.append(SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
        return Trust(Chain.UNKNOWN, reasons=tuple(reasons))
    except WeakPath:
        reasons.append(SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
        return Trust(Chain.INVALID, reasons=tuple(reasons))
    except BadPath:
        reasons.append(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)
        return Trust(Chain.INVALID, reasons=tuple(reasons))
    if _is_over(path, moment, ground) and not _OUT_OF_BOUNDS.intersection(reasons):
        reasons.append(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)
        return Trust(Chain.INVALID, reasons=tuple(reasons))
    found = _with_revocation(path, others, moment, ground, excuse)
    return replace(found, reasons=_weighed(reasons, found, path, ground))


def _is_over(path: Sequence[Certificate], moment: Moment, ground: Ground) -> bool:
    """A CA of the path has expired since a moment that nobody proves."""
    return not moment.proven and any(
        ground.at - ground.skew > ca.parsed.not_valid_after_utc for ca in path[1:-1]
    )


def _weighed(
    reasons: Iterable[SubIndication],
    found: Trust,
    path: Sequence[Certificate],
    ground: Ground,
) -> tuple[SubIndication, ...]:
    """All reasons together: what nothing can mend makes waiting for answers idle."""
    open_ = SubIndication.OUT_OF_BOUNDS_NO_POE
    known_good = found.revocation is Revocation.GOOD
    named = [
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED if r is open_ and known_good else r
        for r in reasons
    ]
    added = [
        r
        for r in found.reasons
        if r is not SubIndication.TRY_LATER or not _OUT_OF_BOUNDS.intersection(reasons)
    ]
    weak = ground.policy.weak_digests
    short = ground.policy.minimum_rsa_bits
    if any(signing_digest(certificate) in weak for certificate in path[:-1]) or any(
        (certificate.rsa_bits or short) < short for certificate in path[1:]
    ):
        added.append(SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
    return (*named, *added)


# revocation


def _with_revocation(
    path: Sequence[Certificate],
    others: tuple[bytes, ...],
    moment: Moment,
    ground: Ground,
    excuse: Callable[[Answer, Moment], bool],
) -> Trust:
    if len(path) == 1:  # an anchor signs itself: nobody could revoke it
        return Trust(Chain.TRUSTED)
    answer, *above = (
        ask(Asking(one, issuer, path[-1], moment, ground, others))
        for one, issuer in pairwise(path)
    )
    if any(_stands_against(each, moment) for each in above):
        return Trust(Chain.INVALID, reasons=(SubIndication.REVOKED_CA_NO_POE,))
    excused = excuse(answer, moment)
    reasons = () if excused else _revocation_reasons(answer, moment)
    unanswered = any(a.status is Revocation.UNAVAILABLE for a in (answer, *above))
    if unanswered and ground.policy.require_revocation:
        reasons += (SubIndication.TRY_LATER,)
    status = answer.status
    if status is Revocation.REVOKED and not reasons:
        status = Revocation.GOOD
    by = answer.means or ""
    return Trust(Chain.TRUSTED, status, answer.as_of, reasons, str(by))


def _stopped_stamping(answer: Answer, moment: Moment) -> bool:
    """Revoked later, for a reason that leaves older stamps as they were.

    RFC 3161, 4: without such a reason every stamp of that key is invalid.
    """
    at = answer.revoked_at
    return at is not None and answer.reason in _KEY_STILL_SAFE and moment.at < at


def _stands_against(answer: Answer, moment: Moment) -> bool:
    """Revoked, unless a proven moment lies before the revocation."""
    if answer.status is not Revocation.REVOKED:
        return False
    if not moment.proven or answer.revoked_at is None:
        return True
    return answer.revoked_at <= moment.at


def _revocation_reasons(answer: Answer, moment: Moment) -> tuple[SubIndication, ...]:
    if not _stands_against(answer, moment):
        return ()
    if answer.on_hold:
        # It may be lifted; until then it is as good as revoked.
        return (SubIndication.TRY_LATER, SubIndication.REVOKED_NO_POE)
    if answer.revoked_at is not None and _was_revoked(answer.revoked_at, moment):
        return (SubIndication.REVOKED,)
    return (SubIndication.REVOKED_NO_POE,)


def _was_revoked(at: datetime, moment: Moment) -> bool:
    """By a stamp on what was to be signed, or by the signer's own word.

    A claim may be local time labelled UTC: it is after the revocation for certain
    only when the seven hours are taken off.
    """
    if moment.after is not None and at <= moment.after:
        return True
    return moment.claimed is not None and at <= moment.claimed - VIETNAM_OFFSET
