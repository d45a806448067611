"""Signs mails the way senders' servers (DKIM) and clerks (S/MIME) do, at a moment."""

import base64
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import TypedDict, Unpack

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from dkim.canonicalization import CanonicalizationPolicy
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import CertificateRegistry

from hub.rehearsal.foreign import as_asn1_certificate, as_asn1_key
from hub.rehearsal.pki import Identity
from hub.rehearsal.signing import finish

_HEADERS = (
    *("from", "to", "subject", "date", "message-id", "mime-version"),
    *("content-type", "content-transfer-encoding"),
)


@cache
def dkim_key(label: str = "", bits: int = 2048) -> rsa.RSAPrivateKey:  # noqa: ARG001 - the label is the cache's key
    """A domain's key; one a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def dkim_text(key: rsa.RSAPrivateKey) -> str:
    """The TXT record of a key (RFC 6376, 3.6.1)."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


class Manner(TypedDict, total=False):
    """How a DKIM signature is made; all of it may be left out."""

    key: rsa.RSAPrivateKey
    headers: tuple[str, ...]
    #: Only so many bytes of the body are covered (l=).
    length: int
    expires: datetime
    algorithm: str
    canonical: str


def dkim_sign(
    mail: bytes, domain: str, selector: str, *, at: datetime, **manner: Unpack[Manner]
) -> bytes:
    """The mail under a DKIM-Signature; dkimpy's own `sign` would ask the clock."""
    signer = dkim.DKIM(mail)
    written = manner.get("canonical", "relaxed/relaxed").encode()
    policy = CanonicalizationPolicy.from_c_value(written)
    body = policy.canonicalize_body(signer.body)[: manner.get("length")]
    there = {name.lower().decode() for name, _ in signer.headers}
    names = [name for name in manner.get("headers", _HEADERS) if name in there]
    algorithm = manner.get("algorithm", "rsa-sha256").encode()
    signer.signature_algorithm = algorithm
    signer.hasher = dkim.HASH_ALGORITHMS[algorithm]
    fields = [
        (b"v", b"1"),
        (b"a", algorithm),
        (b"c", written),
        (b"d", domain.encode()),
        (b"s", selector.encode()),
        (b"t", str(int(at.timestamp())).encode()),
        (b"h", ":".join(names).encode()),
        (b"bh", base64.b64encode(sha256(body).digest())),
    ]
    if "length" in manner:
        fields.append((b"l", str(manner["length"]).encode()))
    if "expires" in manner:
        fields.append((b"x", str(int(manner["expires"].timestamp())).encode()))
    fields.append((b"b", b"0" * 60))
    pem = manner.get("key", dkim_key()).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    header = signer.gen_header(
        fields,
        [name.encode() for name in names],
        policy,
        b"DKIM-Signature",
        dkim.parse_pem_private_key(pem),
    )
    return b"DKIM-Signature: " + bytes(header) + mail


def smime_detached(head: bytes, entity: bytes, signer: Identity, at: datetime) -> bytes:
    """`head` (CRLF lines, no blank one) over multipart/signed (RFC 8551, 3.5.3)."""
    coded = base64.encodebytes(_cms(entity, signer, at, detached=True))
    return b"".join(
        [
            head,
            b'Content-Type: multipart/signed; micalg="sha-256";\r\n'
            b' protocol="application/pkcs7-signature"; boundary="=_ky-so"\r\n\r\n',
            b"--=_ky-so\r\n",
            entity,
            b"\r\n--=_ky-so\r\n"
            b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n",
            coded.strip().replace(b"\n", b"\r\n"),
            b"\r\n--=_ky-so--\r\n",
        ]
    )


def smime_opaque(head: bytes, entity: bytes, signer: Identity, at: datetime) -> bytes:
    """The same with the entity inside the CMS (RFC 8551, 3.5.2)."""
    coded = base64.encodebytes(_cms(entity, signer, at, detached=False))
    return b"".join(
        [
            head,
            b"Content-Type: application/pkcs7-mime; smime-type=signed-data;\r\n"
            b' name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\n\r\n',
            coded.replace(b"\n", b"\r\n"),
        ]
    )


def _cms(data: bytes, signer: Identity, at: datetime, *, detached: bool) -> bytes:
    hand = SimpleSigner(
        as_asn1_certificate(signer.certificate),
        as_asn1_key(signer.key),
        CertificateRegistry.build(map(as_asn1_certificate, signer.above)),
        embed_roots=False,
    )
    made = finish(
        hand.async_sign_general_data(
            data,
            "sha256",
            detached=detached,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=at),
        )
    )
    return bytes(made.dump())
