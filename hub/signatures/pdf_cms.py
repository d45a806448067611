"""The CMS of one PDF signature: its certificates, its integrity, its attributes."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from asn1crypto import core
from asn1crypto import x509 as asn1
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.findings import SubIndication
from hub.signatures.certificates import Certificate
from hub.signatures.policy import Ground, Refused
from hub.signatures.stamps import (
    FOREIGN_CMS,
    cms_certificates,
    count_certificates,
)

_SIGNING_CERTIFICATE = frozenset({"signing_certificate", "signing_certificate_v2"})


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature's CMS, as far as it could be read."""

    signer: Certificate
    others: tuple[bytes, ...] = field(repr=False)
    #: The byte range's digest is the one that was signed; the signature value holds.
    digest_holds: bool
    signature_holds: bool
    #: Names the signer's certificate by its digest (RFC 5035), and rightly.
    names_signer: bool


def certificates(
    embedded: EmbeddedPdfSignature, ground: Ground
) -> tuple[Certificate, tuple[bytes, ...]]:
    """The signer's certificate and the others; raises Refused."""
    refuse_too_many(embedded, ground)
    try:
        return cms_certificates(embedded.signed_data, ground.limits)
    except FOREIGN_CMS as error:
        reason = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
        raise Refused(reason, "no readable certificate") from error


def refuse_too_many(embedded: EmbeddedPdfSignature, ground: Ground) -> None:
    """Raise Refused for a CMS of more certificates than are looked at."""
    if count_certificates(embedded.signed_data) > ground.limits.certificates:
        raise Refused(SubIndication.RESOURCE_LIMIT, "too many certificates")


def check(
    embedded: EmbeddedPdfSignature, signer: Certificate, others: tuple[bytes, ...]
) -> Signed:
    """Whether digest and signature hold; raises Refused for what is none of the forms.

    What pyHanko says of the attributes is kept in its own words, which are ETSI's.
    """
    content = embedded.signed_data["encap_content_info"]["content"]
    if not isinstance(content, core.Void):
        raise Refused(SubIndication.SIG_CONSTRAINTS_FAILURE, "content inside the CMS")
    try:
        digest_holds, signature_holds = validate_sig_integrity(
            embedded.signer_info,
            _as_asn1(signer.der),
            expected_content_type="data",
            actual_digest=embedded.compute_digest(),
        )
    except SignatureValidationError as error:
        raise _refused(error) from error
    named = _names_signer(embedded.signer_info)
    return Signed(signer, others, digest_holds, signature_holds, named)


@lru_cache(maxsize=512)
def _as_asn1(der: bytes) -> asn1.Certificate:
    """The same certificate as pyHanko wants it, read once."""
    return asn1.Certificate.load(der)


def _refused(error: SignatureValidationError) -> Refused:
    said = getattr(error.ades_subindication, "name", "")
    known = SubIndication.__members__.get(said, SubIndication.SIG_CONSTRAINTS_FAILURE)
    return Refused(known, "signed attributes do not fit")


def _names_signer(signer_info: Any) -> bool:  # noqa: ANN401 - asn1crypto has no types
    """Whether the attribute is there; that it fits, pyHanko has checked."""
    attributes = signer_info["signed_attrs"]
    if isinstance(attributes, core.Void):
        return False
    return any(a["type"].native in _SIGNING_CERTIFICATE for a in attributes)


def has_hidden_bytes(embedded: EmbeddedPdfSignature) -> bool:
    """Whether /Contents holds more than the CMS and zeros.

    The gap is signed by nobody: what is kept there is no part of the document.
    """
    found = embedded.pkcs7_content
    length = _length_of(found)
    return length is None or bool(found[length:].strip(b"\0"))


def _length_of(der: bytes) -> int | None:
    """Bytes of the first DER element; None where its length is not definite."""
    if len(der) < 2:  # noqa: PLR2004 - tag and length
        return None
    first = der[1]
    if first < 0x80:  # noqa: PLR2004 - short form (X.690, 8.1.3.4)
        return 2 + first
    size = first & 0x7F
    return 2 + size + int.from_bytes(der[2 : 2 + size]) if size else None
