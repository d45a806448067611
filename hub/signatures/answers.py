"""What one CRL or OCSP answer says of one certificate."""

from dataclasses import dataclass
from datetime import datetime

from hub.model.findings import Revocation
from hub.signatures.certificates import UNREADABLE

#: What reading CRLs and OCSP answers from outside may raise.
UNREADABLE_ANSWERS = UNREADABLE


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer about a certificate, from a source whose signature holds."""

    status: Revocation
    #: thisUpdate and nextUpdate of the answer.
    as_of: datetime | None = None
    until: datetime | None = None
    revoked_at: datetime | None = None


NO_ANSWER = Answer(Revocation.UNAVAILABLE)
