"""What all findings of an envelope come to; every conclusion here is derived."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.model.findings import (
    Belonging,
    Chain,
    Covered,
    Field,
    Finding,
    Indication,
    SignatureKind,
    SubIndication,
)


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
    #: The moment it was judged as of; aware, UTC.
    at: datetime | None = None
    #: Position of the main PDF among the attachments, if there is one.
    main_pdf: int | None = None
    #: What the policy calls itself, for people; `policy_version` tells what it says.
    policy_edition: str = ""

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

        The issue's sentence: and none failed. Document time stamps are no signatures,
        and what is known to be somebody else's certificate is not the office's.
        """
        if self.of(Indication.TOTAL_FAILED):
            return False
        return any(f.passed and self._signs_the_document(f) for f in self.findings)

    @property
    def weakly_signed(self) -> bool:
        """`signed`, if what only weak algorithms stand against had passed."""
        if self.of(Indication.TOTAL_FAILED):
            return False
        return any(
            (f.passed or only_weak(f)) and self._signs_the_document(f)
            for f in self.findings
        )

    @property
    def authorship(self) -> tuple[Finding, ...]:
        """Signatures on the document itself whose signer is certain, passed or open.

        On the main PDF or over the whole envelope; intact, of a certificate with a
        trusted chain. Others' annexes are not among them.
        """
        return tuple(
            f
            for f in self.findings
            if f.intact is True
            and f.chain is Chain.TRUSTED
            and f.indication is not Indication.TOTAL_FAILED
            and self.is_about_the_document(f)
        )

    @property
    def signed_fields(self) -> frozenset[Field]:
        """Business fields that a passed XML signature covers."""
        return frozenset(field for f in self.findings if f.passed for field in f.fields)

    @property
    def try_later(self) -> bool:
        """Whether only missing revocation data keeps some finding from a conclusion."""
        return any(SubIndication.TRY_LATER in f.reasons for f in self.findings)

    def _signs_the_document(self, finding: Finding) -> bool:
        if finding.belongs is Belonging.OTHER:
            return False
        own = finding.kind is SignatureKind.XML or finding.by_organization
        return own and self.is_about_the_document(finding)

    def is_about_the_document(self, finding: Finding) -> bool:
        """Whether it is on the main PDF, or covers the body by XML (`covers_body`)."""
        if finding.kind is SignatureKind.XML:
            return covers_body(finding)
        pdf = finding.kind is SignatureKind.PDF
        return pdf and finding.attachment == self.main_pdf

    @property
    def headline(self) -> Headline:
        """Failed beats indeterminate beats passed; nothing to verify is unsigned."""
        if self.of(Indication.TOTAL_FAILED):
            return Headline.FAILED
        if self.of(Indication.INDETERMINATE):
            return Headline.INDETERMINATE
        return Headline.PASSED if self.signed else Headline.UNSIGNED


def only_weak(finding: Finding) -> bool:
    """Whether weak algorithms are all that stands against a signature."""
    return (
        finding.weak
        and finding.indication is Indication.INDETERMINATE
        and set(finding.reasons) == {SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE}
        and finding.intact is True
        and finding.chain is Chain.TRUSTED
    )


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
