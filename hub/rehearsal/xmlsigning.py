"""An enveloped ds:Signature (W3C XML-DSig 1.0) put into edXMLHeader, byte by byte.

Written by hand: signxml's signer canonicalises parts of a living tree, and lxml's
inclusive C14N of such a part writes a stray xmlns="" (ENGINEERING.md A). Here every
part is read again as a document of its own first. What the sender wrote around the
signature stays as it was, to the byte.
"""

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from lxml import etree

from hub.rehearsal.pki import Identity

DS = "http://www.w3.org/2000/09/xmldsig#"
C14N = {
    "exclusive": "http://www.w3.org/2001/10/xml-exc-c14n#",
    "inclusive": "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
}
_ENVELOPED = f"{DS}enveloped-signature"
_HEADER_END = re.compile(rb"</(?:[\w.-]+:)?edXMLHeader\s*>")
_VALUE_END = b"</ds:SignatureValue>"
UNSIGNED = "<ds:SignatureValue></ds:SignatureValue>"


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A digest with the names XML-DSig has for it alone and for RSA with it."""

    name: str
    digest_uri: str
    signature_uri: str
    hash: hashes.HashAlgorithm

    def digest(self, data: bytes) -> str:
        """The digest in base64."""
        return base64.b64encode(hashlib.new(self.name, data).digest()).decode()


_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_ENC = "http://www.w3.org/2001/04/xmlenc#"
ALGORITHMS = {
    made.name: made
    for made in (
        # SHA-1 is what kits still write; verifiers must find it weak.
        Algorithm("sha1", f"{DS}sha1", f"{DS}rsa-sha1", hashes.SHA1()),  # noqa: S303 - to be found weak
        Algorithm("sha256", f"{_ENC}sha256", f"{_MORE}rsa-sha256", hashes.SHA256()),
        Algorithm("sha512", f"{_ENC}sha512", f"{_MORE}rsa-sha512", hashes.SHA512()),
    )
}


def sign_xml(
    xml: bytes,
    signer: Identity,
    *,
    digest: str = "sha256",
    c14n: str = "exclusive",
    references: tuple[str, ...] = ("",),
    embed_chain: bool = False,
) -> bytes:
    """`xml` with one more ds:Signature as the last child of its edXMLHeader.

    `references` are URIs: "" is the whole document without this signature, "#x" the
    element whose Id is x; KeyInfo holds the leaf alone unless `embed_chain`. Raises
    ValueError where there is no edXMLHeader or no such Id.
    """
    algorithm = ALGORITHMS[digest]
    chain = signer.above if embed_chain else ()
    end = header_end(xml)
    root = parse(xml)
    parts = "".join(reference(root, uri, c14n, algorithm) for uri in references)
    info = signed_info(parts, c14n, algorithm)
    held = key_info((signer.certificate, *chain))
    opened = f'<ds:Signature xmlns:ds="{DS}">{info}{UNSIGNED}{held}</ds:Signature>'
    return fill(xml[:end] + opened.encode() + xml[end:], end, c14n, algorithm, signer)


def fill(
    xml: bytes, start: int, c14n: str, algorithm: Algorithm, signer: Identity
) -> bytes:
    """The document with the value in the empty ds:SignatureValue from `start` on."""
    info = _last_signed_info(parse(xml))
    value = signer.key.sign(canonical(info, c14n), PKCS1v15(), algorithm.hash)
    at = xml.index(_VALUE_END, start)
    return xml[:at] + base64.encodebytes(value) + xml[at:]


def header_end(xml: bytes) -> int:
    """Where edXMLHeader ends; raises ValueError where there is none."""
    found = _HEADER_END.search(xml)
    if found is None:
        raise ValueError("no edXMLHeader to put the signature into")
    return found.start()


def parse(xml: bytes) -> etree._Element:
    """The root of a document that is ours."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(xml, parser)


def canonical(element: etree._Element, c14n: str) -> bytes:
    """C14N 1.0 (without comments) of an element, read as its own document first."""
    alone = parse(etree.tostring(element, with_tail=False))
    return etree.tostring(alone, method="c14n", exclusive=c14n == "exclusive")


def _target(root: etree._Element, uri: str) -> etree._Element:
    if not uri:
        return root
    found = root.xpath("//*[@Id=$id]", id=uri.removeprefix("#"))
    if not isinstance(found, list) or len(found) != 1:
        raise ValueError(f"no one element has the Id of {uri}")
    only = found[0]
    assert isinstance(only, etree._Element)  # noqa: SLF001 - lxml names it nowhere else
    return only


def reference(root: etree._Element, uri: str, c14n: str, algorithm: Algorithm) -> str:
    """One ds:Reference; the signature is not in `root` yet, so nothing is cut out."""
    target = _target(root, uri)
    around = target.xpath("boolean(descendant-or-self::*[local-name()='edXMLHeader'])")
    transforms = (_ENVELOPED, C14N[c14n]) if around else (C14N[c14n],)
    listed = "".join(f'<ds:Transform Algorithm="{name}"/>' for name in transforms)
    return (
        f'<ds:Reference URI="{uri}"><ds:Transforms>{listed}</ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{algorithm.digest_uri}"/>'
        f"<ds:DigestValue>{algorithm.digest(canonical(target, c14n))}"
        "</ds:DigestValue></ds:Reference>"
    )


def signed_info(references: str, c14n: str, algorithm: Algorithm) -> str:
    """A ds:SignedInfo around references."""
    return (
        f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{C14N[c14n]}"/>'
        f'<ds:SignatureMethod Algorithm="{algorithm.signature_uri}"/>'
        f"{references}</ds:SignedInfo>"
    )


def key_info(certificates: tuple[bytes, ...]) -> str:
    """A ds:KeyInfo that holds certificates."""
    held = "".join(
        f"<ds:X509Certificate>{base64.encodebytes(der).decode()}</ds:X509Certificate>"
        for der in certificates
    )
    return f"<ds:KeyInfo><ds:X509Data>{held}</ds:X509Data></ds:KeyInfo>"


def _last_signed_info(root: etree._Element) -> etree._Element:
    """SignedInfo of the signature just put in: the last child of the header."""
    path = "(//*[local-name()='edXMLHeader'])[1]/ds:Signature[last()]/ds:SignedInfo"
    found = root.xpath(path, namespaces={"ds": DS})
    assert isinstance(found, list)
    only = found[0]
    assert isinstance(only, etree._Element)  # noqa: SLF001 - lxml names it nowhere else
    return only
