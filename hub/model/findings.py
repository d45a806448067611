"""What was found about signatures, in the words of ETSI EN 319 102-1.

Facts are fields; headlines are properties, derived and never stored.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    # under INDETERMINATE
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    NO_POE = "NO_POE"
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


class Changes(StrEnum):
    """What happened to a PDF after it was signed; four outcomes, never mixed."""

    WHOLE = "whole"
    ALLOWED = "allowed"
    UNEXPLAINED = "unexplained"
    BROKEN = "broken"


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
    changes: Changes | None = None
    digest_algorithm: str = ""
    signature_algorithm: str = ""
    #: SHA-1 or RSA under 2048 bits: recorded, never a failure by itself.
    weak: bool = False
    chain: Chain = Chain.NOT_CHECKED
    revocation: Revocation = Revocation.NOT_CHECKED
    #: thisUpdate of the revocation answer used.
    revocation_at: datetime | None = None
    signed_at: datetime | None = None
    time_proof: TimeProof = TimeProof.NONE
    signer: Signer | None = None
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


class Headline(StrEnum):
    """The conclusion over all signatures of an envelope: a column of the grid."""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of an envelope, and what they were judged by."""

    findings: tuple[Finding, ...] = ()
    #: Version of the signature policy and of the trust material (hashes).
    policy_version: str = ""
    trust_version: str = ""
    #: Position of the main PDF among the attachments, if there is one.
    main_pdf: int | None = None

    def of(self, indication: Indication) -> tuple[Finding, ...]:
        """The findings under one indication."""
        return tuple(f for f in self.findings if f.indication is indication)

    @property
    def signatures(self) -> tuple[Finding, ...]:
        """Findings that are about a signature, passed or not."""
        return tuple(f for f in self.findings if f.indication is not None)

    @property
    def all_valid(self) -> bool:
        """There are signatures and every one of them passed."""
        return bool(self.signatures) and all(f.passed for f in self.signatures)

    @property
    def organization_signed(self) -> bool:
        """At least one passed signature is an organisation's."""
        return any(f.passed and f.by_organization for f in self.findings)

    @property
    def signed(self) -> bool:
        """A passed XML signature covers the body, or the main PDF has the office's.

        The issue's sentence: and none failed. Document time stamps are no signatures.
        """
        if self.of(Indication.TOTAL_FAILED):
            return False
        return any(f.passed and self._signs_the_document(f) for f in self.findings)

    def _signs_the_document(self, finding: Finding) -> bool:
        if finding.kind is SignatureKind.XML:
            return covers_body(finding)
        if finding.kind is SignatureKind.PDF_TIMESTAMP:
            return False
        return finding.by_organization and finding.attachment == self.main_pdf

    @property
    def headline(self) -> Headline:
        """Failed beats indeterminate beats passed; nothing to verify is unsigned."""
        if self.of(Indication.TOTAL_FAILED):
            return Headline.FAILED
        if self.of(Indication.INDETERMINATE):
            return Headline.INDETERMINATE
        return Headline.PASSED if self.signed else Headline.UNSIGNED


def covers_body(finding: Finding) -> bool:
    """Whether the signed region holds the document: its text and what it says of it.

    edXMLBody is only a manifest; the document itself stands in AttachmentEncoded, and
    sender, type and number stand in the header, by which the hub decides. All of it
    must be covered: a signed file under an unsigned header is a signed file only.
    """
    covered = set(finding.covers)
    if Covered.DOCUMENT in covered:
        return True
    told = Covered.ENVELOPE in covered or {Covered.HEADER, Covered.BODY} <= covered
    return told and Covered.ATTACHMENTS in covered
