"""What CRLs and OCSP answers at hand say of one certificate.

Looked up by issuer, not by distribution point: a leaf that names no CRL is revoked
all the same when its issuer's CRL says so (certvalidator's hard-fail would pass it).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hub.model.findings import Revocation
from hub.signatures.answers import NO_ANSWER, Answer, Asking
from hub.signatures.crl_scopes import EVERY_REASON
from hub.signatures.crls import from_crls
from hub.signatures.ocsps import from_ocsps

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def ask(asking: Asking) -> Answer:
    """The weightiest answer: revoked beats good, newer beats older, stale is none.

    A stale answer still proves a revocation: those do not end. A hold that was lifted
    is the exception; then a newer answer in force says good.
    """
    answers = [*from_crls(asking), *from_ocsps(asking)]
    fresh = [a for a in answers if _is_fresh(a, asking)]
    good = _newest([*_good(fresh), *_together(fresh)])
    revoked = [a for a in answers if a.status is Revocation.REVOKED]
    for_good = [a for a in revoked if not a.on_hold]
    on_hold = [a for a in revoked if a.on_hold and _made(a) >= _made(good)]
    return min(for_good or on_hold, key=_earliest, default=good)


def _good(answers: Iterable[Answer]) -> list[Answer]:
    """Answers that say good, whatever the reason one might ask about."""
    return [a for a in answers if a.status is Revocation.GOOD and a.reasons is None]


def _together(answers: Iterable[Answer]) -> list[Answer]:
    """Good by several lists that name some reasons each, if they name all of them."""
    parts = [
        a for a in answers if a.status is Revocation.GOOD and a.reasons is not None
    ]
    named = frozenset[str]().union(*(a.reasons or () for a in parts))
    if not named >= EVERY_REASON:
        return []
    return [replace(min(parts, key=_made), reasons=None)]


def _newest(answers: Sequence[Answer]) -> Answer:
    return max(answers, key=_lateness, default=NO_ANSWER)


def _lateness(answer: Answer) -> tuple[datetime, datetime, str]:
    """The newest, and of two as new one and the same in whatever order they came."""
    return _made(answer), answer.until or _LONG_AGO, answer.means or ""


def _made(answer: Answer) -> datetime:
    return answer.as_of or _LONG_AGO


def _earliest(answer: Answer) -> tuple[datetime, timedelta, str]:
    """The first revocation counts, by the newest answer that tells of it."""
    newest = _LONG_AGO - _made(answer)
    return answer.revoked_at or _LONG_AGO, newest, answer.reason


def _is_fresh(answer: Answer, asking: Asking) -> bool:
    """Not from the future, and in force now, or at a proven moment or since.

    ETSI EN 319 102-1, 5.2.5: without a rule of its own for freshness, an answer is
    fresh as long as its issuer says (nextUpdate), seen from the moment that counts.
    """
    ground, moment = asking.ground, asking.moment
    if answer.as_of is None or answer.as_of > ground.at + ground.skew:
        return False
    if answer.until is None:
        return moment.proven and answer.as_of >= moment.at
    wanted = moment.at if moment.proven else ground.at
    return answer.until + ground.skew >= wanted
