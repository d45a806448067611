"""Certificates of a rehearsal: who holds what key, and what a certificate says."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate (DER) with its private key."""

    certificate: bytes
    key: rsa.RSAPrivateKey = field(repr=False)
    #: Certificates (DER) between it and its root, the nearest first.
    above: tuple[bytes, ...] = ()

    @property
    def parsed(self) -> x509.Certificate:
        """The certificate as `cryptography` reads it."""
        return x509.load_der_x509_certificate(self.certificate)

    @property
    def serial(self) -> int:
        """The serial number: what a CRL names."""
        return self.parsed.serial_number


@lru_cache(maxsize=256)
def _key(label: str) -> rsa.RSAPrivateKey:  # noqa: ARG001 - the label is the cache's key
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a certificate is to say."""

    subject: x509.Name
    valid: tuple[datetime, datetime]
    #: Basic constraints: CA or not, and how many CAs may stand below.
    constraints: x509.BasicConstraints
    usage: frozenset[str]
    purposes: tuple[x509.ObjectIdentifier, ...] = ()
    crl_url: str = ""
    #: Its OCSP responder (AIA); "" if none is named.
    ocsp_url: str = ""
    #: rfc822Name in the subject's other names: S/MIME; "" if none.
    email: str = ""


_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
CA_USAGE = frozenset({"key_cert_sign", "crl_sign"})
LEAF_USAGES = {
    "both": frozenset({"digital_signature", "content_commitment"}),
    "nonrepudiation": frozenset({"content_commitment"}),
}


def key_usage(names: frozenset[str]) -> x509.KeyUsage:
    """A keyUsage that allows these uses (RFC 5280, 4.2.1.3, in small letters)."""
    return x509.KeyUsage(**{name: name in names for name in _USAGES})


def _extensions(wish: Wish) -> list[tuple[x509.ExtensionType, bool]]:
    """Extensions with their critical flags."""
    found: list[tuple[x509.ExtensionType, bool]] = [
        (wish.constraints, True),
        (key_usage(wish.usage), True),
    ]
    if wish.purposes:
        found.append((x509.ExtendedKeyUsage(wish.purposes), True))
    if wish.crl_url:
        place = x509.UniformResourceIdentifier(wish.crl_url)
        point = x509.DistributionPoint([place], None, None, None)
        found.append((x509.CRLDistributionPoints([point]), False))
    if wish.ocsp_url:
        responder = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP,
            x509.UniformResourceIdentifier(wish.ocsp_url),
        )
        found.append((x509.AuthorityInformationAccess([responder]), False))
    if wish.email:
        names = x509.SubjectAlternativeName([x509.RFC822Name(wish.email)])
        found.append((names, False))
    return found


def issue(wish: Wish, issuer: Identity | None) -> Identity:
    """A certificate under `issuer`, or a self-signed one."""
    key = _key(wish.subject.rfc4514_string())
    signer = issuer.key if issuer else key
    name = issuer.parsed.subject if issuer else wish.subject
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(wish.subject)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wish.valid[0])
        .not_valid_after(wish.valid[1])
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(authority, critical=False)
    )
    for extension, critical in _extensions(wish):
        builder = builder.add_extension(extension, critical=critical)
    made = builder.sign(signer, hashes.SHA256())
    return Identity(made.public_bytes(Encoding.DER), key, _path(issuer))


def _path(issuer: Identity | None) -> tuple[bytes, ...]:
    """The issuer and what stands above it, without the root."""
    if issuer is None or issuer.parsed.issuer == issuer.parsed.subject:
        return ()
    return (issuer.certificate, *issuer.above)
