"""What one CRL or OCSP answer says of one certificate, and what is asked of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hub.model.findings import Revocation
from hub.signatures.certificates import UNREADABLE, Certificate
from hub.signatures.policy import Ground, Moment

#: What reading CRLs and OCSP answers from outside may raise.
UNREADABLE_ANSWERS = UNREADABLE


class Means(StrEnum):
    """How an answer came: what findings say in `revocation_by`."""

    CRL = "crl"
    OCSP = "ocsp"


@dataclass(frozen=True, slots=True)
class Asking:
    """One question about one certificate, and what may help to answer it."""

    certificate: Certificate
    issuer: Certificate
    #: Where its path ends: who answers for the issuer must end there, too.
    anchor: Certificate
    moment: Moment
    ground: Ground
    #: Certificates that came along, unproven: a CRL's signer may be among them.
    others: tuple[bytes, ...] = field(default=(), repr=False)
    #: Whether answers of others than the issuer count (they are asked about, too).
    deep: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer about a certificate, from a source whose signature holds."""

    status: Revocation
    #: thisUpdate and nextUpdate of the answer.
    as_of: datetime | None = None
    until: datetime | None = None
    revoked_at: datetime | None = None
    means: Means | None = None
    #: Why it was revoked, as RFC 5280 5.3.1 writes it; "" where nothing is said.
    reason: str = ""
    #: The only reasons it would name (onlySomeReasons); None: every reason.
    reasons: frozenset[str] | None = None

    @property
    def on_hold(self) -> bool:
        """Suspended: it may end in good or in revoked (RFC 5280, 5.3.1)."""
        return self.reason in {"certificateHold", "removeFromCRL"}


NO_ANSWER = Answer(Revocation.UNAVAILABLE)
