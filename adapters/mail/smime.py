"""Takes S/MIME off (RFC 8551) without trusting it: only what is signed is read.

Whether the signature holds, and whose it is, is `hub.signatures.mail`'s part: it is
handed the very bytes the envelope was read from.
"""

from dataclasses import dataclass, field

from asn1crypto import cms, core

from adapters.mail import bodies, mime
from adapters.mail.faults import ambiguous
from adapters.mail.mime import Node
from hub.model.limits import Limits

_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_OPAQUE = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_FOREIGN = (ValueError, TypeError, KeyError, AttributeError, LookupError, OSError)


@dataclass(frozen=True, slots=True)
class Signed:
    """The entity to read, and the signature over it; b"" where nothing is signed."""

    content: Node
    signed: bytes = field(default=b"", repr=False)
    signature: bytes = field(default=b"", repr=False)


def is_signature(node: Node) -> bool:
    """Whether a part is a detached S/MIME signature."""
    return node.type.value in _SIGNATURES


def is_opaque(node: Node) -> bool:
    """Whether a part is a CMS with something inside."""
    return node.type.value in _OPAQUE


def unwrap(top: Node, limits: Limits) -> Signed:
    """The signed entity of a mail signed as a whole; any other mail as it is.

    Raises MalformedEnvelope: `encrypted`, `signed-parts`, `smime`.
    """
    if is_opaque(top):
        return _opaque(top, limits)
    protocol = top.type.get("protocol").lower()
    if top.type.value != "multipart/signed" or protocol not in _SIGNATURES:
        return Signed(top)
    if len(top.children) != 2 or not is_signature(top.children[1]):  # noqa: PLR2004 - RFC 1847, 2.1
        ambiguous(top.place, "signed-parts")
    content, signature = top.children
    signed = content.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return Signed(content, signed, bodies.decoded(signature))


def _opaque(top: Node, limits: Limits) -> Signed:
    if top.type.get("smime-type").lower() in {
        "enveloped-data",
        "authenveloped-data",
    }:
        ambiguous(top.place, "encrypted")
    der = bodies.decoded(top)
    inside = _inside(der, top.place)
    content = mime.read(inside, limits, "part 1")
    return Signed(content, inside, der)


def _inside(der: bytes, place: str) -> bytes:
    """What a SignedData carries; every other kind of CMS is held."""
    try:
        info = cms.ContentInfo.load(der)
        kind = info["content_type"].native
        if kind != "signed_data":
            ambiguous(place, "encrypted" if "enveloped" in str(kind) else "smime")
        content = info["content"]["encap_content_info"]["content"]
        if isinstance(content, core.Void) or content.native is None:
            ambiguous(place, "smime")
        return bytes(content.native)
    except _FOREIGN:
        ambiguous(place, "smime")
