"""Floors: the least work that could tell the same, a yardstick and no verifier.

After ENGINEERING.md B.5. None checks revocation, coverage, structure or hostile input;
keys are known, as from a cache.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import pybase64
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from hub.resources import resource

DS = "{http://www.w3.org/2000/09/xmldsig#}"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHORTEST = 4096
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


@dataclass(frozen=True, slots=True)
class Keys:
    """Whose signatures the document bears."""

    xml: RSAPublicKey
    pdf: RSAPublicKey


Run = tuple[memoryview, bytes]


def hoist(data: bytes) -> tuple[bytes, dict[bytes, Run]]:
    """The skeleton, and by token each long run as it stands and decoded."""
    view = memoryview(data)
    pieces: list[bytes | memoryview] = []
    runs: dict[bytes, Run] = {}
    position = kept = 0
    while (begin := data.find(b">", position) + 1) and (
        position := data.find(b"<", begin)
    ) >= 0:
        if position - begin >= SHORTEST:
            run = view[begin:position]
            token = b"T" + secrets.token_hex(16).encode() + b"AAA"
            pieces += [view[kept:begin], token]
            runs[token] = (run, decode(run))
            kept = position
    return b"".join((*pieces, view[kept:])), runs


def decode(run: memoryview) -> bytes:
    """Base64, wrapped in lines or not."""
    try:
        return pybase64.b64decode(run, validate=True)
    except ValueError:
        return pybase64.b64decode(bytes(run).translate(None, b"\r\n \t"), validate=True)


@cache
def schema() -> etree.XMLSchema:
    """libxml2's own reading of the shipped schema."""
    return etree.XMLSchema(etree.parse(str(resource("schemas", "edxml.xsd"))))


def verify_xml(data: bytes, key: RSAPublicKey) -> list[bytes]:
    """Parse, schema, one enveloped signature over all of it; the decoded payloads."""
    skeleton, runs = hoist(data)
    root = etree.fromstring(skeleton)
    # Its answer is not asked: real kits' envelopes disagree in order and spelling.
    schema().validate(root)
    signature = next(root.iter(f"{DS}Signature"))
    info = signature.find(f"{DS}SignedInfo")
    assert info is not None
    value = signature.findtext(f"{DS}SignatureValue") or ""
    key.verify(pybase64.b64decode(value), _canonical(info), PKCS1v15(), SHA256())
    said = info.findtext(f"{DS}Reference/{DS}DigestValue") or ""
    _take_out(signature)
    assert _expanded(_canonical(root), runs) == pybase64.b64decode(said)
    return [decoded for _, decoded in runs.values()]


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, with_tail=False
    )


def _take_out(signature: etree._Element) -> None:
    """The enveloped transform: the signature goes, the text after it stays."""
    parent, before = signature.getparent(), signature.getprevious()
    assert parent is not None
    tail = signature.tail or ""
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(signature)


def _expanded(canonical: bytes, runs: Mapping[bytes, Run]) -> bytes:
    digest, position = hashlib.sha256(), 0
    for at, token in sorted((canonical.find(token), token) for token in runs):
        digest.update(memoryview(canonical)[position:at])
        digest.update(runs[token][0])
        position = at + len(token)
    digest.update(memoryview(canonical)[position:])
    return digest.digest()


def verify_pdf(data: bytes, key: RSAPublicKey) -> None:
    """Digest of the byte range, the CMS's own digest, RSA over its attributes."""
    found = _BYTE_RANGE.search(data)
    assert found is not None
    first, length, second, rest = map(int, found.groups())
    view, digest = memoryview(data), hashlib.sha256()
    digest.update(view[first : first + length])
    digest.update(view[second : second + rest])
    contents = bytes.fromhex(data[first + length + 1 : second - 1].decode())
    (signer,) = cms.ContentInfo.load(contents)["content"]["signer_infos"]
    attributes = signer["signed_attrs"]
    (said,) = (a["values"][0] for a in attributes if a["type"].dotted == _DIGEST)
    assert said.native == digest.digest()
    signed = attributes.untag().dump()
    key.verify(signer["signature"].native, signed, PKCS1v15(), SHA256())


_DIGEST = "1.2.840.113549.1.9.4"


def verify(data: bytes, keys: Keys) -> None:
    """The whole stage: digest of the document, XML, PDF."""
    hashlib.sha256(data).digest()
    for decoded in verify_xml(data, keys.xml):
        if decoded.startswith(b"%PDF"):
            verify_pdf(decoded, keys.pdf)


Verify = Callable[[bytes, Keys], None]
