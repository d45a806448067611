"""XAdES signatures (ETSI EN 319 132-1) as tools write them, and as they must not be.

Levels B, T and LT, in the namespaces of 1.3.2 and of the first version, 1.1.1. What an
attacker would write differently is a field of `Form`.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from hub.rehearsal.pki import Identity, Pki
from hub.rehearsal.signing import finish
from hub.rehearsal.xmlsigning import (
    ALGORITHMS,
    C14N,
    DS,
    UNSIGNED,
    Algorithm,
    canonical,
    fill,
    header_end,
    key_info,
    parse,
    reference,
    signed_info,
)

SPACES = {
    "1.3.2": "http://uri.etsi.org/01903/v1.3.2#",
    "1.1.1": "http://uri.etsi.org/01903/v1.1.1#",
}
_TYPES = {
    "1.3.2": "http://uri.etsi.org/01903#SignedProperties",
    "1.1.1": "http://uri.etsi.org/01903/v1.1.1#SignedProperties",
}


@dataclass(frozen=True, slots=True)
class Form:
    """What the properties say, and how; honest unless told otherwise."""

    at: datetime
    version: str = "1.3.2"
    c14n: str = "exclusive"
    digest: str = "sha256"
    #: DER of the certificate that is named; None: none is.
    named: bytes | None = field(default=None, repr=False)
    #: "SigningCertificateV2", "SigningCertificate", or "" for no name at all.
    naming: str = "SigningCertificateV2"
    id: str = "S1"
    #: Target of the properties, where it is not the signature.
    target: str = ""
    #: The reference to the properties is left out, or has no Type.
    unsigned: bool = False
    untyped: bool = False
    #: KeyInfo is signed, too.
    with_key_info: bool = False


def sign_xades(
    xml: bytes, signer: Identity, form: Form, references: tuple[str, ...] = ("",)
) -> bytes:
    """`xml` with one more XAdES signature of level B at the end of its edXMLHeader."""
    end, algorithm = header_end(xml), ALGORITHMS[form.digest]
    shown = _properties(signer, form)
    held = key_info((signer.certificate,)).replace(
        "<ds:KeyInfo>", f'<ds:KeyInfo Id="{form.id}-key">'
    )

    def placed(info: str) -> bytes:
        opened = (
            f'<ds:Signature xmlns:ds="{DS}" Id="{form.id}">{info}{UNSIGNED}{held}'
            f"<ds:Object>{shown}</ds:Object></ds:Signature>"
        )
        return xml[:end] + opened.encode() + xml[end:]

    root = parse(xml)
    parts = [reference(root, uri, form.c14n, algorithm) for uri in references]
    draft = parse(placed("<ds:SignedInfo/>"))
    if form.with_key_info:
        parts.append(_inner_reference(draft, f"{form.id}-key", form, algorithm))
    if not form.unsigned:
        parts.append(_inner_reference(draft, f"{form.id}-props", form, algorithm))
    info = signed_info("".join(parts), form.c14n, algorithm)
    return fill(placed(info), end, form.c14n, algorithm, signer)


def _inner_reference(
    root: etree._Element, name: str, form: Form, algorithm: Algorithm
) -> str:
    """A reference to something inside the signature itself."""
    made = reference(root, f"#{name}", form.c14n, algorithm)
    typed = name.endswith("-props") and not form.untyped
    kind = f' Type="{_TYPES[form.version]}"' if typed else ""
    return made.replace("<ds:Reference ", f"<ds:Reference{kind} ", 1)


def _properties(signer: Identity, form: Form) -> str:
    named = _named(form.named or signer.certificate, form) if form.naming else ""
    target = form.target or f"#{form.id}"
    return (
        f'<xades:QualifyingProperties xmlns:xades="{SPACES[form.version]}"'
        f' Target="{target}"><xades:SignedProperties Id="{form.id}-props">'
        "<xades:SignedSignatureProperties>"
        f"<xades:SigningTime>{form.at.isoformat()}</xades:SigningTime>{named}"
        "</xades:SignedSignatureProperties></xades:SignedProperties>"
        "</xades:QualifyingProperties>"
    )


def _named(der: bytes, form: Form) -> str:
    algorithm = ALGORITHMS[form.digest]
    prefix = "xades" if form.version == "1.1.1" else "ds"
    return (
        f"<xades:{form.naming}><xades:Cert><xades:CertDigest>"
        f'<{prefix}:DigestMethod Algorithm="{algorithm.digest_uri}"/>'
        f"<{prefix}:DigestValue>{algorithm.digest(der)}</{prefix}:DigestValue>"
        f"</xades:CertDigest></xades:Cert></xades:{form.naming}>"
    )


# what is added later


def stamp_xades(
    xml: bytes, pki: Pki, at: datetime, *, c14n: str = "", over: bytes | None = None
) -> bytes:
    """Level T: a time stamp over the canonical value of the last XAdES signature.

    `c14n` "" leaves the algorithm unsaid (inclusive then); `over` stamps other bytes.
    """
    method = f'<ds:CanonicalizationMethod Algorithm="{C14N[c14n]}"/>' if c14n else ""
    value = _last_value(parse(xml))
    stamped = over if over is not None else canonical(value, c14n or "inclusive")
    token = token_over(stamped, pki, at)
    return add_unsigned(
        xml,
        f"<xades:SignatureTimeStamp>{method}<xades:EncapsulatedTimeStamp>"
        f"{base64.b64encode(token).decode()}</xades:EncapsulatedTimeStamp>"
        "</xades:SignatureTimeStamp>",
    )


def token_over(stamped: bytes, pki: Pki, at: datetime) -> bytes:
    """DER of an RFC 3161 token over some bytes."""
    digest = hashlib.sha256(stamped).digest()
    token = finish(pki.timestamper(at).async_timestamp(digest, "sha256"))
    return bytes(token.dump())


def keep_xades(
    xml: bytes,
    certificates: tuple[bytes, ...],
    crls: tuple[bytes, ...] = (),
    ocsps: tuple[bytes, ...] = (),
) -> bytes:
    """Level LT: the certificates and revocation data that validation needs."""
    held = _encapsulated("X509Certificate", certificates)
    lists = _encapsulated("CRLValue", crls)
    answers = _encapsulated("OCSPValue", ocsps)
    return add_unsigned(
        xml,
        f"<xades:CertificateValues>{held}</xades:CertificateValues>"
        f"<xades:RevocationValues><xades:CRLValues>{lists}</xades:CRLValues>"
        f"<xades:OCSPValues>{answers}</xades:OCSPValues></xades:RevocationValues>",
    )


def add_unsigned(xml: bytes, added: str) -> bytes:
    """One more unsigned signature property for the last XAdES signature."""
    closing = b"</xades:UnsignedSignatureProperties>"
    if closing not in xml[xml.rindex(b"<xades:QualifyingProperties") :]:
        before, end, after = xml.rpartition(b"</xades:QualifyingProperties>")
        empty = b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties>"
        xml = before + empty + closing + b"</xades:UnsignedProperties>" + end + after
    before, end, after = xml.rpartition(closing)
    return before + added.encode() + end + after


def _encapsulated(kind: str, values: tuple[bytes, ...]) -> str:
    name = f"xades:Encapsulated{kind}"
    return "".join(
        f"<{name}>{base64.b64encode(value).decode()}</{name}>" for value in values
    )


def _last_value(root: etree._Element) -> etree._Element:
    return list(root.iter(f"{{{DS}}}SignatureValue"))[-1]
