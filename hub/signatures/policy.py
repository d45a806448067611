"""What the verifiers share: the ground a judgement stands on, names, constants."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from hub.model.findings import SubIndication, TimeProof
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.policy import VerificationPolicy

XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
QCVN = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
EDOC = "http://www.e-doc.vn/Schema/"

#: Digest in the specimen signature that kits paste (EDXML.md 5.1).
DUMMY_DIGESTS = frozenset({"FwgIqsSYJshUS2+wlOM61L+q7Aw="})
#: Subject of the specimen certificate printed in QCVN itself.
SPECIMEN_SUBJECT = "CN=user05"

#: Digests whose collisions are made at home: a signature over them proves nothing.
BROKEN_DIGESTS = frozenset({"md2", "md4", "md5"})
#: RSA keys under this are broken, not only weak.
BROKEN_RSA_BITS = 1024

#: Tools here write local time and call it UTC (EDXML.md 5.2).
VIETNAM_OFFSET = timedelta(hours=7)
VIETNAM = timezone(VIETNAM_OFFSET)


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a judgement is made from besides the bytes; no clock, no network."""

    knowledge: Knowledge
    policy: VerificationPolicy
    limits: Limits
    #: The moment to judge at: aware, UTC.
    at: datetime

    @property
    def skew(self) -> timedelta:
        """How far two honest clocks may lie apart."""
        return timedelta(seconds=self.policy.clock_skew_seconds)


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment a certificate is judged at, and how it is known."""

    at: datetime
    proof: TimeProof
    #: What the signer says, as it stands: his own word, which counts against him.
    claimed: datetime | None = None
    #: Proven by a stamp on what was to be signed: the signature is younger than this.
    after: datetime | None = None

    @property
    def proven(self) -> bool:
        """Whether a time-stamping authority says so."""
        return self.proof is TimeProof.TIMESTAMP


class Refused(Exception):
    """A signature that cannot or must not be computed, with the reason for it."""

    def __init__(self, reason: SubIndication, remark: str) -> None:
        super().__init__(remark)
        self.reason = reason
        self.remark = remark


def digest_name(uri: str) -> str:
    """The name of a digest by an XML algorithm URI: "sha256", "sha3-256", "md5"."""
    return uri.rpartition("#")[2]


def choose_moment(
    claimed: datetime | None,
    stamped: datetime | None,
    ground: Ground,
    after: datetime | None = None,
) -> Moment:
    """A proven time stamp, else the claimed time, else the moment of judging.

    A claim that lies ahead by the seven hours of local time labelled UTC is brought
    back to the moment of judging; one that lies further ahead stays, for the caller
    to see (`claims_future`). `after`: see Moment.
    """
    if stamped is not None:
        return Moment(stamped, TimeProof.TIMESTAMP, claimed, after)
    if claimed is None:
        return Moment(ground.at, TimeProof.NONE, None, after)
    ahead = claimed - ground.at
    ours = timedelta(0) < ahead <= VIETNAM_OFFSET + ground.skew
    return Moment(ground.at if ours else claimed, TimeProof.CLAIMED, claimed, after)


def claims_future(moment: Moment, ground: Ground) -> bool:
    """Whether a moment lies ahead of the judging by more than clocks explain."""
    return moment.at > ground.at + ground.skew


def as_utc(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone is Vietnam time."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    return moment.astimezone(timezone.utc)  # noqa: UP017 - one import for both zones
