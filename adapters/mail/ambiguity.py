"""Parts that no two readers take alike: held for a person, never guessed."""

from adapters.mail import mime, smime
from adapters.mail.faults import ambiguous, beside
from adapters.mail.headers import Header
from adapters.mail.mime import Node
from hub.errors import MalformedEnvelope
from hub.model.limits import Limits

#: Media type -> word.
_HELD = {
    "message/partial": "partial",
    "message/external-body": "external-body",
    "application/ms-tnef": "tnef",
    "application/vnd.ms-tnef": "tnef",
    "application/mac-binhex40": "binhex",
    "application/applefile": "applefile",
    "application/pgp-encrypted": "encrypted",
    "application/pkcs7-mime": "nested-signed",
    "application/x-pkcs7-mime": "nested-signed",
}
_HELD_MULTIPARTS = {
    "multipart/encrypted": "encrypted",
    "multipart/appledouble": "applefile",
    "multipart/header-set": "part-type",
}


def check_top(header: Header) -> None:
    """What the mail's own header must and must not say.

    Raises MalformedEnvelope: `mime-version`.
    """
    if header.has("content-type") or header.has("mime-version"):
        version = header.text("mime-version").partition("(")[0].strip()
        if version != "1.0":
            ambiguous("header MIME-Version", "mime-version")


def check(node: Node, limits: Limits) -> None:
    """Raise MalformedEnvelope where a part must not be read.

    `partial`, `external-body`, `tnef`, `binhex`, `applefile`, `encrypted`,
    `nested-signed`, `nested-message`, `part-type`, `name-conflict`.
    """
    kind = node.type.value
    if word := _HELD_MULTIPARTS.get(kind) or _HELD.get(kind):
        ambiguous(node.place, word)
    for child in node.children:
        check(child, limits)
    if kind.startswith("multipart/"):
        return
    _check_names(node)
    if kind == "message/rfc822":
        _check_nested(node, limits)
    elif kind.startswith("message/"):
        ambiguous(node.place, "part-type")


def _check_names(node: Node) -> None:
    names = [node.disposition.get("filename"), node.type.get("name")]
    if any(name.lower() == "winmail.dat" for name in names):
        ambiguous(node.place, "tnef")
    endings = {name.lower().rpartition(".")[2] for name in names if name}
    if len(endings) > 1:
        ambiguous(beside(node.place, "header Content-Type"), "name-conflict")


def _check_nested(node: Node, limits: Limits) -> None:
    """A mail inside a mail may be quoted, not bring documents of its own."""
    if node.encoding not in {"", "7bit", "8bit", "binary"}:
        ambiguous(node.place, "nested-message")
    try:
        inner = mime.read(node.body, limits, node.place or "part 1")
    except MalformedEnvelope:
        ambiguous(node.place, "nested-message")
    for leaf in inner.leaves:
        text = leaf.type.value.startswith("text/") and not leaf.filename
        if not text or leaf.disposition.value == "attachment" or smime.is_opaque(leaf):
            ambiguous(node.place, "nested-message")
