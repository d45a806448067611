"""What was found about signatures, in the words of ETSI EN 319 102-1.

Facts are fields; headlines are properties, derived and never stored.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.model.changes import Alteration, Changes, Look


class Indication(StrEnum):
    """The three conclusions of ETSI EN 319 102-1, clause 5.1.2."""

    TOTAL_PASSED = "TOTAL_PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL_FAILED"


class SubIndication(StrEnum):
    """Reasons under an indication (ETSI EN 319 102-1, table 5), and four of ours."""

    # under TOTAL_FAILED
    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    #: Made after the revocation: a content time stamp or the signer's own word says so.
    REVOKED = "REVOKED"
    #: Made after notAfter: a content time stamp, or the signer and a time stamp say so.
    EXPIRED = "EXPIRED"
    #: It existed, by a time stamp, before the signer's certificate did.
    NOT_YET_VALID = "NOT_YET_VALID"
    # under INDETERMINATE
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    #: The certificate is for something else (usage, purpose, a CA's).
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    #: A path leads to an anchor and does not hold (dates, names, lengths, signatures).
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    #: Broken: collisions are made at home (MD5, RSA under 1024 bits).
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    #: Weak: good in its day, and nothing proves that it was made then (SHA-1).
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    #: A stamp on what was signed is younger than one on the signature.
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    #: Revoked, and no proof that the signature is older (or younger) than that.
    REVOKED_NO_POE = "REVOKED_NO_POE"
    #: A CA of the path is revoked, and no proof that the signature is older.
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    #: Outside the certificate's dates, and no proof of a moment inside them.
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    #: The same, of a certificate that is known not to have been revoked.
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    NO_POE = "NO_POE"
    #: No revocation answer in force yet, or the certificate is on hold.
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    # ours, all under INDETERMINATE
    #: Changed after signing in a way the object analysis cannot explain.
    CHANGED_UNEXPLAINED = "CHANGED_UNEXPLAINED"
    #: What was signed is not the document that is read (wrapping, a stray part).
    NOT_THE_DOCUMENT = "NOT_THE_DOCUMENT"
    #: A transform, algorithm or reference that this hub refuses to compute.
    UNSUPPORTED = "UNSUPPORTED"
    #: Too many certificates, references or signatures to look at.
    RESOURCE_LIMIT = "RESOURCE_LIMIT"


#: Reasons that make a signature failed; every other reason leaves it open.
FAILING = frozenset(
    {
        SubIndication.FORMAT_FAILURE,
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
        SubIndication.REVOKED,
        SubIndication.EXPIRED,
        SubIndication.NOT_YET_VALID,
    },
)


class SignatureKind(StrEnum):
    """Where a signature lives."""

    XML = "xml"
    PDF = "pdf"
    PDF_TIMESTAMP = "pdf-timestamp"


class Slot(StrEnum):
    """What stands in the place of a signature (EDXML.md 5.1)."""

    SIGNATURE = "signature"
    #: The element is there and empty, or nothing is there at all.
    ABSENT = "absent"
    #: A specimen pasted by a kit: wrong namespace, cut certificate, known digest.
    PLACEHOLDER = "placeholder"
    #: Bkav's KeyInfo/Token: authenticates the transport, signs nothing.
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    #: Meant to be a signature and not readable as one.
    MALFORMED = "malformed"


class Chain(StrEnum):
    """Whether a path to an anchor of config/trust was found."""

    TRUSTED = "trusted"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    NOT_CHECKED = "not-checked"


class Revocation(StrEnum):
    """What CRL or OCSP said of the signer's certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    #: No answer at hand, or a stale one.
    UNAVAILABLE = "unavailable"
    NOT_CHECKED = "not-checked"


class TimeProof(StrEnum):
    """How the moment of signing is known."""

    TIMESTAMP = "timestamp"
    CLAIMED = "claimed"
    NONE = "none"


class Level(StrEnum):
    """The form of a signature: plain, or a baseline level of ETSI's AdES."""

    PLAIN = "plain"
    B = "B"
    T = "T"
    LT = "LT"
    LTA = "LTA"


class Belonging(StrEnum):
    """Whose certificate it is, seen from the agency that claims to send."""

    #: Bound to the sender in the registry.
    SENDER = "sender"
    #: A person's certificate of the sender's organisation.
    SENDERS_PERSON = "senders-person"
    #: Bound to another agency, or made out to another organisation than all of the
    #: sender's bindings.
    OTHER = "other"
    #: The registry binds no certificate to the sender: nothing can be said.
    UNBOUND = "unbound"
    NOT_CHECKED = "not-checked"


class Field(StrEnum):
    """The business fields of an envelope, as far as a signature covers them."""

    SENDER = "sender"
    RECEIVERS = "receivers"
    #: DocumentId, CodeNumber and CodeNotation.
    NUMBER = "number"
    TYPE = "type"
    SUBJECT = "subject"
    ATTACHMENTS = "attachments"


class Covered(StrEnum):
    """Parts of an envelope that a signature covers, as far as it was proven."""

    #: The whole edXML root.
    DOCUMENT = "document"
    #: The envelope element without the encoded attachments.
    ENVELOPE = "envelope"
    HEADER = "header"
    BODY = "body"
    ATTACHMENTS = "attachments"
    #: The whole PDF file of `attachment`.
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose certificate it is; names may be personal data."""

    common_name: str
    organization: str
    serial: str
    issuer: str
    #: SHA-256 of the certificate, hex.
    fingerprint: str
    not_before: datetime
    not_after: datetime
    #: An organisation's certificate, not a person's (see signatures/judge.py).
    is_organization: bool
    #: The whole subject, RFC 4514.
    subject: str = ""
    #: Every O and OU of the subject, as written.
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StampFact:
    """One time stamp on a signature or a document (RFC 3161)."""

    #: genTime, as the token states it; None: unreadable.
    at: datetime | None
    #: Imprint and the authority's signature hold, its chain is trusted.
    proven: bool
    #: Subject of the authority's certificate, RFC 4514; "" where unreadable.
    authority: str = ""
    #: Why it proves nothing; empty when proven.
    reasons: tuple[SubIndication, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one signature or slot; every field is a fact."""

    kind: SignatureKind
    #: Element path, or "attachment 2, Signature1".
    place: str
    slot: Slot
    #: Position of the attachment whose PDF holds it; None for XML.
    attachment: int | None = None
    #: Digest and signature value hold over the bytes as received; None: not reached.
    intact: bool | None = None
    covers: tuple[Covered, ...] = ()
    #: Business fields inside what is covered: only these may be read as signed.
    fields: tuple[Field, ...] = ()
    changes: Changes | None = None
    #: What came after, by revision; all HARMLESS where `changes` is ALLOWED.
    alterations: tuple[Alteration, ...] = ()
    #: The second look; None where none was needed.
    look: Look | None = None
    #: Pages (from 1) that look or read differently.
    look_pages: tuple[int, ...] = ()
    level: Level | None = None
    digest_algorithm: str = ""
    signature_algorithm: str = ""
    #: SHA-1 or RSA under 2048 bits: never broken, and never plainly valid
    #: (CRYPTO_CONSTRAINTS_FAILURE_NO_POE); False for what is broken outright.
    weak: bool = False
    chain: Chain = Chain.NOT_CHECKED
    revocation: Revocation = Revocation.NOT_CHECKED
    #: thisUpdate of the revocation answer used; its age is the verdict's `at` less it.
    revocation_at: datetime | None = None
    #: "crl" or "ocsp"; "" without an answer.
    revocation_by: str = ""
    signed_at: datetime | None = None
    time_proof: TimeProof = TimeProof.NONE
    stamps: tuple[StampFact, ...] = ()
    signer: Signer | None = None
    belongs: Belonging = Belonging.NOT_CHECKED
    #: Every reason that stands against a pass, the weightiest first.
    reasons: tuple[SubIndication, ...] = ()
    #: A short technical remark for the trail; constant phrases, no personal data.
    remark: str = ""

    @property
    def indication(self) -> Indication | None:
        """The headline; None where there was nothing to verify."""
        if self.slot is Slot.MALFORMED:
            return Indication.INDETERMINATE
        if self.slot is not Slot.SIGNATURE:
            return None
        if self.intact is False or FAILING.intersection(self.reasons):
            return Indication.TOTAL_FAILED
        proven = self.intact is True and self.chain is Chain.TRUSTED
        if self.reasons or not proven:
            return Indication.INDETERMINATE
        return Indication.TOTAL_PASSED

    @property
    def passed(self) -> bool:
        """Whether everything that was asked of it was proven."""
        return self.indication is Indication.TOTAL_PASSED

    @property
    def by_organization(self) -> bool:
        """Whether an organisation's certificate made it."""
        return self.signer is not None and self.signer.is_organization
