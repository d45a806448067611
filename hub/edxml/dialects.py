"""Takes the transport frame off: bare XML, SOAP with attachments, a form upload."""

from hub.edxml import mimeheaders, multipart
from hub.edxml.multipart import Piece
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Entity, Frame, Part
from hub.model.limits import Limits

#: Names of the part that holds the document, as the axes call it (EDXML.md 3).
_FORM_NAMES = ("edocFile", "file_doc")
#: Content types under which a bare document comes; "" where the door has none.
_BARE = frozenset({"application/octet-stream", "application/edxml", "text/plain", ""})


def frame(entity: Entity, limits: Limits) -> Frame:
    """The XML exactly as received, and the parts that travel beside it.

    A SOAP part is kept whole, because signatures are verified on it. Nothing is
    parsed as XML here: `guard.check` comes between this and any parser.

    Raises MalformedEnvelope: EMPTY, TOO_LARGE, CONTENT_TYPE, FRAME, TRUNCATED,
    TOO_MANY_PARTS.
    """
    data = entity.data
    _check_size(data, limits)
    header = mimeheaders.structured(entity.content_type)
    kind = header.value
    if kind == "multipart/related":
        pieces = multipart.split(header, data, limits)
        return _related(pieces, multipart.bare_id(header.get("start")))
    if kind == "multipart/form-data":
        return Frame(_form(multipart.split(header, data, limits)).data)
    if kind in _BARE or kind.endswith(("/xml", "+xml")):
        return Frame(data)
    raise MalformedEnvelope(Fault(FaultCode.CONTENT_TYPE, "Content-Type", kind[:80]))


def _check_size(data: bytes, limits: Limits) -> None:
    if not data:
        raise MalformedEnvelope(Fault(FaultCode.EMPTY))
    if len(data) > limits.document_bytes:
        place = f"byte {limits.document_bytes + 1}"
        detail = str(limits.document_bytes)
        raise MalformedEnvelope(Fault(FaultCode.TOO_LARGE, place, detail))


def _related(pieces: list[Piece], start: str) -> Frame:
    """The part that `start` names is the envelope, else the first (RFC 2387)."""
    named = [p for p in pieces if start and p.content_id == start]
    root = next(iter(named or pieces), None)
    if root is None:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, "part 1"))
    parts = (
        Part(p.content_id, p.filename or p.name, p.content_type, p.data)
        for p in pieces
        if p is not root
    )
    return Frame(root.data, tuple(parts))


def _form(pieces: list[Piece]) -> Piece:
    for name in _FORM_NAMES:
        if named := [p for p in pieces if p.name == name]:
            return _only(named, name)
    return _only([p for p in pieces if p.filename], "filename")


def _only(found: list[Piece], name: str) -> Piece:
    """More than one would let two readers take two documents: refused."""
    if len(found) != 1:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, "form", name))
    return found[0]
