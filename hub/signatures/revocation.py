"""What CRLs and OCSP answers at hand say of one certificate.

Looked up by issuer, not by distribution point: a leaf that names no CRL is revoked
all the same when its issuer's CRL says so (certvalidator's hard-fail would pass it).
"""

from datetime import UTC, datetime

from hub.model.findings import Revocation
from hub.signatures.answers import NO_ANSWER, Answer
from hub.signatures.certificates import Certificate
from hub.signatures.crls import from_crls
from hub.signatures.ocsps import from_ocsps
from hub.signatures.policy import Ground, Moment


def ask(
    certificate: Certificate, issuer: Certificate, moment: Moment, ground: Ground
) -> Answer:
    """The weightiest answer: revoked beats good, newer beats older, stale is none.

    A stale answer still proves a revocation: those do not end. A hold that was lifted
    is the exception; then a newer answer in force says good.
    """
    answers = [*from_crls(certificate, issuer, ground)]
    answers += from_ocsps(certificate, issuer, ground)
    fresh = [a for a in answers if _is_fresh(a, moment, ground)]
    good = max(
        (a for a in fresh if a.status is Revocation.GOOD),
        key=_made,
        default=NO_ANSWER,
    )
    revoked = [
        a
        for a in answers
        if a.status is Revocation.REVOKED and (a in fresh or _made(a) >= _made(good))
    ]
    return min(revoked, key=lambda a: a.revoked_at or _LONG_AGO, default=good)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _made(answer: Answer) -> datetime:
    return answer.as_of or _LONG_AGO


def _is_fresh(answer: Answer, moment: Moment, ground: Ground) -> bool:
    """Not from the future, and in force now, or made after a proven moment."""
    if answer.as_of is None or answer.as_of > ground.at + ground.skew:
        return False
    if answer.until is not None and answer.until + ground.skew >= ground.at:
        return True
    return moment.proven and answer.as_of >= moment.at
