"""Takes long payloads out of a document and leaves random tokens in their place.

lxml, xmlschema and signxml then work on some KB; a digest over the canonical skeleton
is expanded with the runs again. The safety rules are ENGINEERING.md B.4.3, each one
needed: encoding, no DOCTYPE, strict base64, no CR where anything is signed (canonical
form turns CRLF into LF, the run would not), a token nobody can guess, and `proven`
after parsing.
"""

import secrets
from collections.abc import Iterable

from lxml.etree import _Element

from hub.edxml import runs
from hub.edxml.names import DSIG, PAYLOAD, local_name
from hub.edxml.prolog import read_prolog
from hub.edxml.runs import Run
from hub.model.frames import Hoisted

#: Letters that canonical form leaves alone; 4 + 32 of them are themselves base64.
_MARK = "LTRn"
_PIECE = 65_536


def hoist(data: bytes, known: Iterable[Run] | None = None) -> Hoisted | None:
    """The skeleton and its runs in order, or None where cutting would not be safe.

    A document without long runs gives itself as skeleton. `known`: what `runs.find`
    found in it, where somebody asked before.
    """
    prolog = read_prolog(data)
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00"))
    if utf16 or prolog.doctype is not None or not prolog.is_readable:
        return None
    view, kept = memoryview(data), 0
    pieces: list[bytes | memoryview] = []
    found: dict[str, bytes | memoryview] = {}
    for run in runs.find(data) if known is None else known:
        token = _MARK + secrets.token_hex(16)
        pieces += [view[kept : run.start], token.encode()]
        found[token] = view[run.start : run.end]
        kept = run.end
    pieces.append(view[kept:])
    return Hoisted(b"".join(pieces), found) if found else plain(data)


def plain(data: bytes) -> Hoisted:
    """The document as its own skeleton."""
    return Hoisted(data, {})


def proven(root: _Element, hoisted: Hoisted, known: Iterable[Run]) -> bool:
    """Whether each token is the whole text of exactly one payload element.

    False catches runs inside comments, CDATA sections and mixed text, and those with a
    CR where a ds:Signature stands anywhere. Where none does, nothing is made canonical:
    MIME and .NET wrap their base64 by CRLF. `known`: the runs it was hoisted by.
    """
    pairs = zip(hoisted.runs.values(), known, strict=True)
    broken = (text for text, run in pairs if not run.is_unbroken)
    if _is_signed(root) and any(map(_has_cr, broken)):
        return False
    seen = [
        element.text
        for element in root.iter("*")
        if local_name(element) == PAYLOAD
        and len(element) == 0
        and element.text in hoisted.runs
    ]
    return len(seen) == len(hoisted.runs) == len(set(seen))


def _is_signed(root: _Element) -> bool:
    return next(root.iter(f"{{{DSIG}}}Signature"), None) is not None


def _has_cr(run: bytes | memoryview) -> bool:
    """Piece by piece: a run is most of the document, and not copied whole."""
    pieces = range(0, len(run), _PIECE)
    return any(b"\r" in bytes(run[at : at + _PIECE]) for at in pieces)
