"""Certificates as they come: read, described, and asked what they may be used for."""

import hashlib
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import (
    InternalError,
    InvalidSignature,
    UnsupportedAlgorithm,
)
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

from hub.model.findings import Signer
from hub.model.knowledge import Needs
from hub.signatures.bodies import named_as_body
from hub.signatures.policy import BROKEN_RSA_BITS

#: What reading a certificate from outside may raise.
UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    UnsupportedAlgorithm,
    InternalError,
    OverflowError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)

#: Extended key usages of certificates that sign documents.
_SIGNING_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # documentSigning, RFC 9336
        x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # Microsoft's
        x509.ObjectIdentifier("1.2.840.113583.1.1.5"),  # Adobe's
    }
)
_ATTRIBUTES = {"given_name": NameOID.GIVEN_NAME, "surname": NameOID.SURNAME}
_PERSONAL_ID = re.compile(
    r"^(cmnd|cccd|cmt|hc|ho chieu|passport|pno|idc|pas)\b", re.IGNORECASE
)
_BODY_ID = re.compile(r"^(mst|mns|mã số thuế|ntr|vat)\b", re.IGNORECASE)


E = TypeVar("E", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate from outside, its bytes and as read."""

    der: bytes = field(repr=False)
    parsed: x509.Certificate = field(repr=False)

    @property
    def rsa_bits(self) -> int | None:
        """Size of an RSA key; None for other kinds of keys."""
        key = self.parsed.public_key()
        return key.key_size if isinstance(key, rsa.RSAPublicKey) else None

    @property
    def has_broken_key(self) -> bool:
        """Whether the key is so short that anybody could have signed."""
        return (self.rsa_bits or BROKEN_RSA_BITS) < BROKEN_RSA_BITS


@lru_cache(maxsize=256)
def read(der: bytes) -> Certificate:
    """Read DER, the same bytes once; raises one of UNREADABLE.

    What cryptography warns of (a serial below one) findings tell, where it matters.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = x509.load_der_x509_certificate(der)
        parsed.public_key()  # raises now what it would raise later
    return Certificate(der, parsed)


def extension(held: x509.Extensions, kind: type[E]) -> E | None:
    """What the extension of that kind says; None where there is none."""
    try:
        return held.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def readable(ders: Iterable[bytes]) -> list[Certificate]:
    """Those that can be read, each once."""
    found = []
    for der in dict.fromkeys(ders):
        try:
            found.append(read(der))
        except UNREADABLE:
            continue
    return found


@lru_cache(maxsize=1024)
def issued(certificate: Certificate, by: Certificate) -> bool:
    """Whether one has signed the other; agencies send with the same ones every day."""
    try:
        certificate.parsed.verify_directly_issued_by(by.parsed)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


def _texts(name: x509.Name, *oids: x509.ObjectIdentifier) -> list[str]:
    found = (a.value for oid in oids for a in name.get_attributes_for_oid(oid))
    return [value if isinstance(value, str) else value.hex() for value in found]


def is_organization(subject: x509.Name, person_attributes: Iterable[str]) -> bool:
    """Whether a subject is a body's; where in doubt it is a person's.

    The Government's CAs (VGCA) issue to bodies with CN = the body's own name, and to
    persons with CN = the person's name and O/OU = the body; a given name or surname
    is often left out. So, in this order:

    1. a given name or surname, or a personal number (CMND, CCCD, passport) in UID or
       serialNumber: a person;
    2. an organizationIdentifier (2.5.4.97), or a UID or serialNumber with the body's
       tax or budget number (MST:, MNS:): a body;
    3. CN equal to O or an OU, case, blanks, marks and short forms (UBND, HĐND)
       forgiven: a body;
    4. CN beginning with a word that only bodies' names begin with (Văn phòng, Phòng,
       Sở, Ủy ban nhân dân, ...), no person's name after it: a body;
    5. anything else: a person.
    """
    known = [_ATTRIBUTES[a] for a in person_attributes if a in _ATTRIBUTES]
    numbers = _texts(subject, NameOID.USER_ID, NameOID.SERIAL_NUMBER)
    if _texts(subject, *known) or any(map(_PERSONAL_ID.match, numbers)):
        return False
    if _texts(subject, NameOID.ORGANIZATION_IDENTIFIER):
        return True
    if any(map(_BODY_ID.match, numbers)):
        return True
    return named_as_body(_texts(subject, NameOID.COMMON_NAME), _bodies(subject))


def _bodies(subject: x509.Name) -> list[str]:
    return _texts(subject, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME)


def describe(certificate: Certificate, person_attributes: Iterable[str]) -> Signer:
    """Whose certificate it is; raises one of UNREADABLE for a hopeless name."""
    return _described(certificate, tuple(person_attributes))


@lru_cache(maxsize=256)
def _described(certificate: Certificate, person_attributes: tuple[str, ...]) -> Signer:
    """Kept, for one agency signs many documents."""
    parsed = certificate.parsed
    subject = parsed.subject
    return Signer(
        common_name=next(iter(_texts(subject, NameOID.COMMON_NAME)), ""),
        organization=next(iter(_bodies(subject)), ""),
        serial=f"{parsed.serial_number:X}",
        issuer=parsed.issuer.rfc4514_string(),
        fingerprint=hashlib.sha256(certificate.der).hexdigest(),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        is_organization=is_organization(subject, person_attributes),
        subject=subject.rfc4514_string(),
        bodies=tuple(_bodies(subject)),
    )


@lru_cache(maxsize=256)
def may_sign(certificate: Certificate) -> bool:
    """Whether it may sign documents; raises one of UNREADABLE.

    digitalSignature or nonRepudiation, or no usage stated; and a purpose that is
    documents or mail (RFC 9336), or no purpose stated: a web server's key, an OCSP
    responder's or a time-stamping authority's signs none.
    """
    purposes = _purposes(certificate)
    if purposes and not purposes & _SIGNING_PURPOSES:
        return False
    return _usage_allows_signing(certificate)


def _usage_allows_signing(certificate: Certificate) -> bool:
    usage = extension(certificate.parsed.extensions, x509.KeyUsage)
    return usage is None or usage.digital_signature or usage.content_commitment


def may_stamp(certificate: Certificate) -> bool:
    """The certificate is for time stamping, and that alone, critically (RFC 3161, 2.3).

    Raises one of UNREADABLE.
    """
    try:
        found = certificate.parsed.extensions.get_extension_for_class(
            x509.ExtendedKeyUsage
        )
    except x509.ExtensionNotFound:
        return False
    alone = list(found.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    return found.critical and alone and _usage_allows_signing(certificate)


def may_list(certificate: Certificate) -> bool:
    """Whether it may sign CRLs: cRLSign, or no usage stated (RFC 5280, 6.3.3 f)."""
    usage = extension(certificate.parsed.extensions, x509.KeyUsage)
    return usage is None or usage.crl_sign


def is_authority(certificate: Certificate) -> bool:
    """Whether it is a CA's (basicConstraints)."""
    found = extension(certificate.parsed.extensions, x509.BasicConstraints)
    return found is not None and found.ca


def signing_digest(certificate: Certificate) -> str:
    """The digest its issuer signed it with; "" where none can be named."""
    try:
        digest = certificate.parsed.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return ""
    return "" if digest is None else digest.name


def _purposes(certificate: Certificate) -> frozenset[x509.ObjectIdentifier]:
    """The extended key usages; empty where none are stated."""
    found = extension(certificate.parsed.extensions, x509.ExtendedKeyUsage)
    return frozenset(found or ())


def crl_urls(certificate: Certificate) -> tuple[str, ...]:
    """Where the certificate says its CRL is; http(s) only."""
    points = extension(certificate.parsed.extensions, x509.CRLDistributionPoints)
    names = (name for point in points or () for name in point.full_name or ())
    return _web(name.value for name in names)


def ocsp_urls(certificate: Certificate) -> tuple[str, ...]:
    """Where the certificate says its OCSP responder is; http(s) only."""
    found = extension(certificate.parsed.extensions, x509.AuthorityInformationAccess)
    wanted = AuthorityInformationAccessOID.OCSP
    return _web(
        d.access_location.value for d in found or () if d.access_method == wanted
    )


def _web(values: Iterable[object]) -> tuple[str, ...]:
    texts = (value for value in values if isinstance(value, str))
    return tuple(t for t in texts if t.lower().startswith(("http://", "https://")))


def needs_of(ders: Iterable[bytes]) -> Needs:
    """Certificates with the issuers and addresses they name, each once.

    What cannot be read is left out.
    """
    found: dict[bytes, None] = {}
    issuers: dict[str, None] = {}
    crls: dict[str, None] = {}
    ocsps: dict[str, None] = {}
    for der in ders:
        try:
            certificate = read(der)
            issuers[certificate.parsed.issuer.rfc4514_string()] = None
            crls |= dict.fromkeys(crl_urls(certificate))
            ocsps |= dict.fromkeys(ocsp_urls(certificate))
            found[der] = None
        except UNREADABLE:
            continue
    return Needs(tuple(issuers), tuple(crls), tuple(ocsps), tuple(found))
