"""Undoes transfer encodings and charsets, strictly."""

import binascii
import re

import pybase64

from adapters.mail import parameters
from adapters.mail.faults import ambiguous, beside
from adapters.mail.mime import Node

_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_BAD_QP = re.compile(rb"=(?!\r?\n|[0-9A-Fa-f]{2})(?!\Z)")
_BLANKS = b" \t\r\n"
_8BIT = re.compile(rb"[\x80-\xff]")
#: Files inside a text, as before MIME: whoever reads them sees another mail.
_UUENCODED = re.compile(rb"(?:\A|\n)begin(?:-base64)? [0-7]{3,4} \S|(?:\A|\n)=ybegin ")
_BINHEX = b"(This file must be converted with BinHex"


def decoded(node: Node) -> bytes:
    """The bytes of a part.

    Raises MalformedEnvelope: `encoding` (an unknown one), `encoding-8bit` (7bit that
    is none), `base64`, `quoted-printable`, `uuencode`, `binhex`.
    """
    where = beside(node.place, "header Content-Transfer-Encoding")
    match node.encoding:
        case "base64":
            return _base64(node)
        case "quoted-printable":
            return _quoted(node)
        case "" | "7bit":
            if _8BIT.search(node.body):
                ambiguous(where, "encoding-8bit")
        case "8bit" | "binary":
            pass
        case "x-uuencode" | "uuencode" | "x-uue":
            ambiguous(where, "uuencode")
        case _:
            ambiguous(where, "encoding")
    check_no_file_inside(node.body, node.place)
    return node.body


def check_no_file_inside(text: bytes, place: str) -> None:
    """Raise MalformedEnvelope where a text holds a file: `uuencode`, `binhex`."""
    if _UUENCODED.search(text):
        ambiguous(place, "uuencode")
    if _BINHEX in text:
        ambiguous(place, "binhex")


def text(node: Node) -> str:
    """The text of a text part, lines ending in LF.

    Raises MalformedEnvelope: `charset`, `charset-lie`, and what `decoded` raises.
    """
    where = beside(node.place, "header Content-Type")
    charset = parameters.charset_name(node.type.get("charset") or "us-ascii", where)
    data = decoded(node)
    check_no_file_inside(data, node.place)
    found = parameters.as_text(data, charset, where)
    return found.replace("\r\n", "\n").replace("\r", "\n")


def _base64(node: Node) -> bytes:
    packed = node.body.translate(None, _BLANKS)
    if len(packed) % 4 or not _BASE64.fullmatch(packed):
        ambiguous(node.place, "base64")
    try:
        return pybase64.b64decode(packed, validate=True)
    except binascii.Error:
        ambiguous(node.place, "base64")


def _quoted(node: Node) -> bytes:
    if _BAD_QP.search(node.body) or _8BIT.search(node.body):
        ambiguous(node.place, "quoted-printable")
    return binascii.a2b_qp(node.body)
