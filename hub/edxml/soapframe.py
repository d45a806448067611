"""Takes the frame of schemas/axis.wsdl off: SendDocument and UpdateTraces.

The edXML inside comes out exactly as the sender's bytes: as base64, as a part of this
very message (XOP, swaRef), or cut out of the envelope where it stands as an element. A
message of family B (EDXML.md 1.10) is the document itself and is kept whole.
"""

import re
from urllib.parse import unquote

from hub.edxml import dialects, guard, runs, soapwalk
from hub.edxml.soapwalk import Message, Spot
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Entity, Frame, Part
from hub.model.limits import Limits

#: Operations that bring a document or a status.
CARRIERS = frozenset({"SendDocument", "UpdateTraces"})
#: Operations that ask; nothing of theirs is ever an arrival.
QUESTIONS = frozenset(
    {"GetPendingDocumentIds", "GetDocument", "ConfirmReceived", "GetTraces"}
    | {"GetOrganizations", "CheckPermission"}
)
_ENCODED, _REFERENCE, _INLINE = "Document", "DocumentRef", "EdXML"
_BARE = ("edXML", "edXMLEnvelope")
_MANIFESTS = ("Manifest", "edXMLManifest")
_CID = "cid:"
#: Line ends as some .NET clients write them inside base64.
_LINE_END = re.compile(rb"&#(?:13|10|x0*[dDaA]);")


def frame(entity: Entity, limits: Limits) -> Frame:
    """The edXML as the sender wrote it, and the parts nothing in the message names.

    Raises MalformedEnvelope: what `dialects.frame` and `guard.check` raise on the
    frame; FRAME (no envelope, two bodies, no document or two), OPERATION,
    REMOTE_REFERENCE, BASE64.
    """
    outer = dialects.frame(entity, limits)
    guard.check(outer.xml, limits)
    message = soapwalk.walk(outer.xml)
    carrier = _carrier(message.body)
    if carrier is None:
        _check_links(message, outer.parts)
        return outer
    return _document(outer, carrier)


def _carrier(body: Spot) -> Spot | None:
    """The operation's element; None for family B, whose body is a manifest."""
    for child in body.children:
        if child.name in QUESTIONS:
            raise MalformedEnvelope(Fault(FaultCode.OPERATION, child.path))
    found = body.named(*CARRIERS)
    if not found:
        return None
    if len(body.children) != 1:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, body.path))
    if found[0].named(*_MANIFESTS):
        return None
    return found[0]


def _check_links(message: Message, parts: tuple[Part, ...]) -> None:
    for path, href in message.links:
        if href:
            _part(href, parts, path)


def _document(outer: Frame, carrier: Spot) -> Frame:
    found = carrier.named(_ENCODED, _REFERENCE, _INLINE, *_BARE)
    if len(found) != 1:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, carrier.path))
    spot = found[0]
    if spot.name in (_INLINE, *_BARE):
        return Frame(_cut(outer.xml, spot), outer.parts)
    href = _link(outer.xml, spot)
    if href is None:
        return Frame(_decoded(outer.xml, spot), outer.parts)
    part = _part(href, outer.parts, spot.path)
    others = tuple(p for p in outer.parts if p is not part)
    return Frame(part.data, others)


def _cut(xml: bytes, spot: Spot) -> bytes:
    """The element's own bytes; what an outer element declared does not come along."""
    if spot.name != _INLINE:
        return xml[spot.start : spot.end]
    if len(spot.children) != 1:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, spot.path))
    inside = spot.children[0]
    return xml[inside.start : inside.end]


def _link(xml: bytes, spot: Spot) -> str | None:
    """The link to the part that holds the document; None: it stands here as text."""
    if spot.name == _REFERENCE:
        text = xml[spot.inner : spot.inner_end].decode("utf-8", "replace")
        return text.replace("&amp;", "&").strip()
    holders = [spot, *spot.named("Include")]
    links = [href for holder in holders for href in soapwalk.hrefs(holder)]
    if len(holders) - 1 != len(spot.children) or len(links) > 1:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, spot.path))
    if not links and spot.children:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, spot.children[0].path))
    return links[0].strip() if links else None


def _part(href: str, parts: tuple[Part, ...], path: str) -> Part:
    """A part of this very message; nothing else is ever followed."""
    if not href.lower().startswith(_CID):
        detail = href.partition(":")[0][:20] if ":" in href else ""
        raise MalformedEnvelope(Fault(FaultCode.REMOTE_REFERENCE, path, detail))
    wanted = {href[len(_CID) :], unquote(href[len(_CID) :])}
    found = [p for p in parts if p.content_id and p.content_id in wanted]
    if not found:
        raise MalformedEnvelope(Fault(FaultCode.REMOTE_REFERENCE, path, "cid"))
    if len(found) > 1:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, path, "Content-ID"))
    return found[0]


def _decoded(xml: bytes, spot: Spot) -> bytes:
    text = xml[spot.inner : spot.inner_end]
    if b"&" in text:
        text = _LINE_END.sub(b"", text)
    text = text.strip().removeprefix(b"<![CDATA[").removesuffix(b"]]>")
    data = runs.decode(text)
    if data is None:
        raise MalformedEnvelope(Fault(FaultCode.BASE64, spot.path))
    return data
