"""The hub's own signature on an envelope it writes (W3C XML-DSig 1.0). Pure.

Signed by Id are the parts that no carrier changes on the way: MessageHeader, the
Bussiness beside the hops, edXMLBody, AttachmentEncoded. Not the header as a whole: the
axis appends a TraceHeader to it at every hop, and a signature over it would break on
the first (EDXML.md 5.1). Together they hold everything a reader acts on: who writes to
whom, what is to be done with it, whether paper follows, and the files themselves.

Exclusive canonical form, SHA-256, RSA PKCS#1 v1.5: the same envelope and key are the
same bytes on every try. What is written here is canonical but for the namespace each
part inherits, so that nothing is parsed again; tests ask lxml and xmlsec1.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain

import pybase64

from hub.edxml.names import QCVN
from hub.edxml.writer import BODY_ID, BUSINESS_ID, FILES_ID, MESSAGE_ID, Parts

_DS = "http://www.w3.org/2000/09/xmldsig#"
_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_NAME = re.compile(rb"<[^\s>]+")
_PREFIXED, _DEFAULT = f' xmlns:edXML="{QCVN}"', f' xmlns="{QCVN}"'


@dataclass(frozen=True, slots=True)
class Unsealed:
    """An envelope whose signature still lacks its value."""

    #: What is to be signed: SignedInfo in its canonical form.
    info: bytes = field(repr=False)
    #: Where the value's base64 belongs, in bytes from the start; blanks stand there.
    offset: int
    #: How many bytes of base64.
    length: int
    pieces: Iterator[bytes] = field(repr=False)


def unsealed(parts: Parts, certificates: Sequence[bytes], value_bytes: int) -> Unsealed:
    """The envelope with a signature but for its value.

    `certificates`: DER, the signer's first; `value_bytes`: how long its signatures are
    (256 for RSA 2048). Raises ValueError where the parts bear no Ids.
    """
    if not parts.marked:
        raise ValueError("the parts bear no Ids")
    info = _signed_info(parts)
    length = (value_bytes + 2) // 3 * 4
    before = f'<ds:Signature xmlns:ds="{_DS}">{info}<ds:SignatureValue>'
    after = f"</ds:SignatureValue>{_key_info(certificates)}</ds:Signature>\n"
    pieces = parts.pieces(f"{before}{' ' * length}{after}")
    top = next(pieces)
    return Unsealed(
        info=_inherited(info.encode(), f' xmlns:ds="{_DS}"'),
        offset=top.index(before.encode()) + len(before.encode()),
        length=length,
        pieces=chain([top], pieces),
    )


def _key_info(certificates: Iterable[bytes]) -> str:
    held = "".join(
        f"<ds:X509Certificate>{pybase64.b64encode(der).decode()}</ds:X509Certificate>"
        for der in certificates
    )
    return f"<ds:KeyInfo><ds:X509Data>{held}</ds:X509Data></ds:KeyInfo>"


def _signed_info(parts: Parts) -> str:
    references = "".join(
        f'<ds:Reference URI="#{name}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{_C14N}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{_SHA256}"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
        for name, digest in _digests(parts)
    )
    return (
        f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{_C14N}">'
        f'</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="{_RSA}">'
        f"</ds:SignatureMethod>{references}</ds:SignedInfo>"
    )


def _digests(parts: Parts) -> Iterator[tuple[str, str]]:
    texts = (
        (MESSAGE_ID, parts.message),
        (BUSINESS_ID, parts.business),
        (BODY_ID, parts.body),
    )
    for name, text in texts:
        yield name, _digest([text.encode()], _PREFIXED)
    if parts.kept:
        yield FILES_ID, _digest(parts.attachments(), _DEFAULT)


def _digest(pieces: Iterable[bytes], inherited: str) -> str:
    """Base64 of the SHA-256 of one part's canonical form; its last line end is out."""
    hashed, held = sha256(), b""
    for number, piece in enumerate(pieces):
        canonical = piece.replace(b"&#13;", b"&#xD;")
        hashed.update(held)
        held = canonical if number else _inherited(canonical, inherited)
    hashed.update(held.removesuffix(b"\n"))
    return pybase64.b64encode(hashed.digest()).decode()


def _inherited(element: bytes, declaration: str) -> bytes:
    """The element with the namespace that those around it declare."""
    return _NAME.sub(lambda name: name[0] + declaration.encode(), element, count=1)
