"""XAdES: what a signature says of itself (ETSI EN 319 132-1, TS 101 903).

    ds:Signature Id
     ├─ SignedInfo( … Reference #P Type=SignedProperties )
     └─ Object( QualifyingProperties Target=#Id
          ├─ SignedProperties Id=P( SigningTime SigningCertificate … )      level B
          └─ UnsignedProperties( SignatureTimeStamp*                        level T
                                 CertificateValues RevocationValues         level LT
                                 ArchiveTimeStamp* ) )                      level LTA

Only what the signature covers counts as said by the signer; unsigned properties are
offers, each to be proven by its own signature.
"""

import hashlib
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from hub.model.findings import SubIndication
from hub.signatures.certificates import Certificate
from hub.signatures.document import Document, elements, local, namespace
from hub.signatures.keyinfo import read_time
from hub.signatures.policy import XMLDSIG, Refused, digest_name
from hub.signatures.references import Claims

#: 1.3.2 is EN 319 132-1's, too; the older ones are what tools of before 2010 write.
_SPACES = frozenset(f"http://uri.etsi.org/01903/v1.{n}#" for n in ("1.1", "2.2", "3.2"))
_NEWER = "http://uri.etsi.org/01903/v1.4.1#"
_OBJECT = f"{{{XMLDSIG}}}Object"
#: Digests a certificate may be named by; MD5 names whatever one likes.
_DIGESTS = frozenset({"sha1", "sha224", "sha256", "sha384", "sha512"})
_SIGNED_TYPE = "#SignedProperties"


@dataclass(frozen=True, slots=True)
class Properties:
    """The qualifying properties of one signature."""

    #: None where none are there: then it is a plain XML-DSig.
    element: etree._Element | None = field(default=None, repr=False)
    #: SignedProperties, if the signature covers them; else None.
    signed: etree._Element | None = field(default=None, repr=False)
    #: What is wrong with them; None: nothing.
    problem: Refused | None = None

    @property
    def claimed(self) -> datetime | None:
        """SigningTime, if it was signed."""
        found = inner(self.signed, "SignedSignatureProperties", "SigningTime")
        return read_time(found.text) if found is not None else None


def properties(
    document: Document, signature: etree._Element, claims: Claims
) -> Properties:
    """The properties of a signature; what is wrong with them is said, not raised."""
    there = list(_qualifying(signature))
    found = [e for e in there if local(e) == "QualifyingProperties"]
    try:
        if len(found) != len(there) or len(found) > 1:
            # A reference to properties elsewhere, or two who contradict each other.
            raise _constraint("properties not in one place")
        if not found:
            _refuse_elsewhere(claims, None)
            return Properties()
        return Properties(found[0], _signed(document, signature, claims, found[0]))
    except Refused as why:
        return Properties(next(iter(found), signature), None, why)


def _qualifying(signature: etree._Element) -> Iterator[etree._Element]:
    """QualifyingProperties and references to such, at their only legal place."""
    for holder in signature.iterchildren(_OBJECT):
        for element in holder.iterchildren("*"):
            if namespace(element) in _SPACES and "Qualifying" in local(element):
                yield element


def _signed(
    document: Document,
    signature: etree._Element,
    claims: Claims,
    element: etree._Element,
) -> etree._Element:
    """SignedProperties, when they are this signature's and covered by it."""
    own = signature.get("Id", "")
    if not own or element.get("Target") != f"#{own}":
        raise _constraint("properties of another signature")
    if len(document.by_id.get(own, ())) != 1:
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "Id given twice")
    found = children(element, "SignedProperties")
    if len(found) != 1:
        raise _constraint("no signed properties")
    _refuse_elsewhere(claims, found[0])
    if not any(target is found[0] for target in claims.targets):
        raise _constraint("properties not signed")
    return found[0]


def _refuse_elsewhere(claims: Claims, ours: etree._Element | None) -> None:
    """A reference to signed properties must be to this signature's own."""
    for reference in claims.references:
        if reference.type.endswith(_SIGNED_TYPE) and reference.target is not ours:
            raise _constraint("signed properties elsewhere")


def _constraint(remark: str) -> Refused:
    return Refused(SubIndication.SIG_CONSTRAINTS_FAILURE, remark)


# the signing certificate


def named_first(
    found: Properties, ring: Sequence[Certificate]
) -> tuple[Certificate, ...]:
    """The ring, what the signer names first: two certificates may have one key."""
    names = _named(found)
    return tuple(sorted(ring, key=lambda c: not _is_named(c, names)))


def name_problem(
    found: Properties, signer: Certificate, claims: Claims
) -> Refused | None:
    """Whether the signer names the certificate that verifies; None: all is well.

    EN 319 102-1, 5.2.3: digests that differ mean that the signing certificate was not
    found. Without any name the certificate itself must be signed (TS 101 903, 7.2.2).
    """
    if found.signed is None:
        return found.problem
    names = _named(found)
    if not names:
        above = set(found.signed.iterancestors())
        infos = (target for target in claims.targets if local(target) == "KeyInfo")
        if any(info.getparent() in above for info in infos):
            return None
        return _constraint("signing certificate not named")
    if _is_named(signer, names):
        return None
    reason = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    return Refused(reason, "another certificate named")


def _named(found: Properties) -> list[tuple[str, bytes]]:
    """Digest names and digests of SigningCertificate or SigningCertificateV2."""
    inside = inner(found.signed, "SignedSignatureProperties")
    if inside is None:
        return []
    lists = [e for e in inside if local(e).startswith("SigningCertificate")]
    digests = (e for one in lists for e in elements(one) if local(e) == "CertDigest")
    return [
        (digest_name(attribute(digest, "DigestMethod", "Algorithm")), value)
        for digest in digests
        if (value := decoded(inner(digest, "DigestValue"))) is not None
    ]


def _is_named(certificate: Certificate, names: list[tuple[str, bytes]]) -> bool:
    return any(
        name in _DIGESTS
        and hashlib.new(name, certificate.der, usedforsecurity=False).digest() == value
        for name, value in names
    )


# walking


def unsigned(found: Properties, *names: str) -> Iterator[etree._Element]:
    """Unsigned signature properties of these names, in order."""
    inside = inner(found.element, "UnsignedProperties", "UnsignedSignatureProperties")
    if inside is None or found.problem is not None:
        return
    for element in inside.iterchildren("*"):
        known = namespace(element) in _SPACES or namespace(element) == _NEWER
        if known and local(element) in names:
            yield element


def children(parent: etree._Element, name: str) -> list[etree._Element]:
    """The children of that local name, in order."""
    return [child for child in parent.iterchildren("*") if local(child) == name]


def inner(parent: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element down a path of local names."""
    for name in path:
        if parent is None:
            return None
        parent = next(iter(children(parent, name)), None)
    return parent


def attribute(parent: etree._Element, name: str, attribute: str) -> str:
    """An attribute of the first child of that name; "" where there is none."""
    found = inner(parent, name)
    return "" if found is None else found.get(attribute, "")


def decoded(element: etree._Element | None) -> bytes | None:
    """The bytes behind an element's base64; None where there are none."""
    text = "" if element is None else "".join(map(str, element.itertext()))
    try:
        return b64decode("".join(text.split()), validate=True) or None
    except (Error, ValueError):
        return None
