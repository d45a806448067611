"""Authorities of every shape, good and bad, made at run time for the cases.

Unlike the rehearsal's PKI these say what no CA should say. Keys of one kind and label
are made once in a run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import count

from asn1crypto import crl as asn1crl
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hub.model.knowledge import Knowledge
from hub.rehearsal.certificates import CA_USAGE, LEAF_USAGES, key_usage
from hub.rehearsal.pki import Identity
from tests.cases.room import DAY, HOUR, NOW

YEAR = timedelta(days=365)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_SERIALS = count(0x5EED_0000_0001)


@cache
def key(kind: str = "rsa-2048", label: str = "") -> Key:
    """A private key, the same one for the same kind and label."""
    if kind.startswith("rsa-"):
        size = int(kind.removeprefix("rsa-"))
        return rsa.generate_private_key(public_exponent=65537, key_size=size)
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key({"p256": ec.SECP256R1, "p384": ec.SECP384R1}[kind]())


def name(common: str, **more: str) -> x509.Name:
    """A short subject: CN, and whatever else (ORGANIZATION_NAME="...")."""
    parts = {"COMMON_NAME": common, **more}
    return x509.Name(
        [x509.NameAttribute(getattr(NameOID, k), v) for k, v in parts.items()]
    )


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate with its key, whatever its kind."""

    certificate: bytes = field(repr=False)
    key: Key = field(repr=False)
    #: What stands above it, the nearest first, its root left out.
    above: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def parsed(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.certificate)

    @property
    def serial(self) -> int:
        return self.parsed.serial_number

    @property
    def signer(self) -> Identity:
        """The same as what signs documents; its key must be RSA."""
        assert isinstance(self.key, rsa.RSAPrivateKey)
        return Identity(self.certificate, self.key, self.above)


Extension = tuple[x509.ExtensionType, bool]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a certificate says, beside its names."""

    kind: str = "rsa-2048"
    ca: bool = True
    #: CAs that may stand below; None: any number.
    below: int | None = None
    usage: frozenset[str] | None = CA_USAGE
    valid: tuple[datetime, datetime] = (NOW - 5 * YEAR, NOW + 10 * YEAR)
    more: tuple[Extension, ...] = ()
    pss: bool = False
    #: Another key under the same name.
    label: str = ""


LEAF = Shape(ca=False, usage=LEAF_USAGES["both"])


def issue(subject: x509.Name, issuer: Authority | None, shape: Shape) -> Authority:
    """A certificate of that shape, self-signed without an issuer."""
    own = key(shape.kind, shape.label + subject.rfc4514_string())
    by = issuer.key if issuer else own
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.parsed.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(next(_SERIALS))
        .not_valid_before(shape.valid[0])
        .not_valid_after(shape.valid[1])
    )
    for extension, critical in _extensions(shape):
        builder = builder.add_extension(extension, critical=critical)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if shape.pss else None
    digest = None if isinstance(by, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    made = builder.sign(by, digest, rsa_padding=pss)
    above = (issuer.certificate, *issuer.above) if issuer else ()
    kept = tuple(der for der in above if not _is_root(der))
    return Authority(made.public_bytes(Encoding.DER), own, kept)


def _is_root(der: bytes) -> bool:
    parsed = x509.load_der_x509_certificate(der)
    return parsed.subject == parsed.issuer


def _extensions(shape: Shape) -> Sequence[Extension]:
    found: list[Extension] = []
    if shape.ca or shape.usage is not None:
        found.append((x509.BasicConstraints(shape.ca, shape.below), True))
    if shape.usage is not None:
        found.append((key_usage(shape.usage), True))
    return [*found, *shape.more]


@cache
def root(common: str = "RootCA cua cac vi du") -> Authority:
    """An anchor with room for any number of CAs below."""
    return issue(name(common), None, Shape())


def below(
    issuer: Authority, common: str = "CA o duoi", shape: Shape = Shape()
) -> Authority:
    """A CA under another."""
    return issue(name(common), issuer, shape)


def leaf(
    issuer: Authority, common: str = "UBND xã Giao Hải", shape: Shape = LEAF
) -> Authority:
    """Somebody who signs documents."""
    return issue(name(common, ORGANIZATION_NAME=common), issuer, shape)


def certified(
    subject: x509.Name,
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    by: Identity,
) -> x509.Certificate:
    """A certificate for a key that is there already; it says nothing else."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.parsed.subject)
        .public_key(key)
        .serial_number(next(_SERIALS))
        .not_valid_before(NOW - YEAR)
        .not_valid_after(NOW + YEAR)
        .sign(by.key, hashes.SHA256())
    )


# altered afterwards, signed again


def altered(authority: Authority, issuer: Authority, **how: object) -> Authority:
    """The certificate with other fields (asn1crypto's names), signed anew.

    `twice`: the name of an extension that stands there a second time. `digest`: what
    it is signed with, "sha1" or "md5".
    """
    made = asn1.Certificate.load(authority.certificate)
    body = made["tbs_certificate"]
    digest = how.pop("digest", "sha256")
    twice = how.pop("twice", None)
    if twice is not None:
        found = (e for e in body["extensions"] if e["extn_id"].native == twice)
        body["extensions"].append(next(found).copy())
    for field_name, value in how.items():
        body[field_name] = value
    body["signature"]["algorithm"] = made["signature_algorithm"]["algorithm"] = (
        f"{digest}_rsa"
    )
    assert isinstance(issuer.key, rsa.RSAPrivateKey)
    made["signature_value"] = issuer.key.sign(
        body.dump(), padding.PKCS1v15(), _DIGESTS[str(digest)]
    )
    return replace(authority, certificate=bytes(made.dump()))


_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha1": hashes.SHA1(),
    "md5": hashes.MD5(),
}


def version_one(authority: Authority, issuer: Authority) -> Authority:
    """The certificate as X.509 of 1988 had it: without any extensions."""
    made = asn1.Certificate.load(authority.certificate)
    body = made["tbs_certificate"]
    named = ("serial_number", "signature", "issuer", "validity", "subject")
    plain = asn1.TbsCertificate({"version": "v1"})
    for each in (*named, "subject_public_key_info"):
        plain[each] = body[each]
    made["tbs_certificate"] = plain
    assert isinstance(issuer.key, rsa.RSAPrivateKey)
    made["signature_value"] = issuer.key.sign(
        plain.dump(), padding.PKCS1v15(), hashes.SHA256()
    )
    return replace(authority, certificate=bytes(made.dump()))


# lists and answers


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a CRL."""

    serial: int
    at: datetime
    reason: x509.ReasonFlags | None = None
    more: tuple[Extension, ...] = ()


def crl(
    issuer: Authority | Identity,
    *entries: Entry,
    at: datetime = NOW - HOUR,
    until: datetime | None = None,
    more: tuple[Extension, ...] = (),
) -> bytes:
    """A CRL in the issuer's name and by its key, thirty days in force."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.parsed.subject)
        .last_update(at)
        .next_update(until or at + 30 * DAY)
    )
    for extension, critical in more:
        builder = builder.add_extension(extension, critical=critical)
    for entry in entries:
        builder = builder.add_revoked_certificate(_line(entry))
    by = issuer.key
    plain = isinstance(by, ed25519.Ed25519PrivateKey)
    made = builder.sign(by, None if plain else hashes.SHA256())
    return made.public_bytes(Encoding.DER)


def _line(entry: Entry) -> x509.RevokedCertificate:
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(entry.serial)
        .revocation_date(entry.at)
    )
    if entry.reason is not None:
        builder = builder.add_extension(x509.CRLReason(entry.reason), critical=False)
    for extension, critical in entry.more:
        builder = builder.add_extension(extension, critical=critical)
    return builder.build()


def known(
    anchor: Authority,
    *authorities: Authority,
    crls: tuple[bytes, ...] | None = None,
    ocsps: tuple[bytes, ...] = (),
) -> Knowledge:
    """An anchor, the CAs below it, and empty lists of each unless others are given."""
    made = crls
    if made is None:
        made = tuple(crl(each) for each in (anchor, *authorities))
    return Knowledge(
        anchors=(anchor.certificate,),
        intermediates=tuple(each.certificate for each in authorities),
        crls=made,
        ocsps=ocsps,
    )


def altered_crl(der: bytes, issuer: Authority, serial: int) -> bytes:
    """The list with another serial in its first line, signed anew."""
    made = asn1crl.CertificateList.load(der)
    body = made["tbs_cert_list"]
    body["revoked_certificates"][0]["user_certificate"] = serial
    assert isinstance(issuer.key, rsa.RSAPrivateKey)
    made["signature"] = issuer.key.sign(
        body.dump(force=True), padding.PKCS1v15(), hashes.SHA256()
    )
    return bytes(made.dump(force=True))
