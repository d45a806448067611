"""Reads a frame of family A or B into an envelope, tolerantly (EDXML.md 1).

Elements are found by path and local name from the root: the first edXMLEnvelope, its
first edXMLHeader, the first MessageHeader. Whoever judges signatures must ask that
these very elements are covered.
"""

from dataclasses import dataclass
from typing import Never

from lxml import etree
from lxml.etree import _Element

from hub.edxml import attachments, fields, hoist, manifest, runs, status, tree
from hub.edxml.names import (
    DSIG,
    FLAT,
    QCVN,
    SOAP,
    edxml_name,
    local_name,
    namespace,
)
from hub.edxml.quirklog import QuirkLog
from hub.edxml.runs import Run
from hub.edxml.tree import Node
from hub.errors import MalformedEnvelope
from hub.model.envelopes import Envelope, Family
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Frame, Hoisted, Reading
from hub.model.limits import Limits
from hub.model.quirks import QuirkCode


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where the parts of an envelope stand, whatever its family."""

    family: Family
    header: Node
    message: Node
    #: None in status messages.
    body: Node | None
    #: The elements that hold encoded attachments.
    holders: tuple[Node, ...] = ()


def read(frame: Frame, limits: Limits, known: tuple[Run, ...] | None = None) -> Reading:
    """The envelope, its quirks and files; `guard.check` has passed on `frame.xml`.

    `hoisted` is what signatures are verified on: the bytes as received. Where a prefix
    had to be declared before anything could be read, and nothing is signed, it is the
    repaired document. `known` are the runs that the guard met.

    Raises MalformedEnvelope: NOT_XML, NOT_EDXML, FLAT_FAMILY, FIELD_TOO_LONG,
    TOO_MANY_PARTS, RESOURCE_LIMIT.
    """
    log = QuirkLog()
    if known is None:
        known = tuple(runs.find(frame.xml))
    root, hoisted = _open(frame.xml, known, limits, log)
    # A document that is read plainly has no tokens, whatever was met in it.
    pairs = zip(hoisted.runs.items(), known, strict=False)
    taken = {token: (text, run.decoded) for (token, text), run in pairs}
    shape = _shape(Node(root, local_name(root), log, limits))
    shape.header.note_strangers("edXMLHeader")
    if status.is_status(shape.message, shape.body):
        envelope = status.read(shape.header, shape.message, shape.family)
        return Reading(envelope, log.quirks, (), hoisted, frame)
    envelope, opened = _document(shape, frame, taken, limits)
    files, midways = opened.files, opened.midways
    return Reading(envelope, log.quirks, files, hoisted, frame, midways)


def _document(
    shape: _Shape, frame: Frame, taken: manifest.Taken, limits: Limits
) -> tuple[Envelope, attachments.Unpacked]:
    log = shape.header.log
    for node in (shape.body, *shape.holders):
        if node and shape.family is Family.LAYERED:
            node.note_strangers()
    parts = frame.parts if _takes_parts(shape, frame) else ()
    for number in range(len(parts), len(frame.parts)):
        log.add(QuirkCode.FILE_UNLISTED, f"part {number + 2}")
    pairs = manifest.pair(
        manifest.listed(_manifest(shape.body), limits),
        manifest.carried(shape.holders, parts, taken, limits),
        log,
    )
    opened = attachments.unpack(pairs, limits, log)
    described = opened.attachments
    return fields.read(shape.header, shape.message, shape.family, described), opened


def _takes_parts(shape: _Shape, frame: Frame) -> bool:
    """Whether files beside the XML are the document's.

    Beside family A's XML they have no place: taken in, they would pass for signed. Some
    axes take them out of it (EDXML.md 3.2); where it lists files and carries none, a
    signature over the whole of it is read as one over the envelope alone
    (`signatures.references`).
    """
    if shape.family is Family.SOAP:
        return True
    return frame.beside and not shape.holders and _manifest(shape.body) is not None


def _open(
    xml: bytes, known: tuple[Run, ...], limits: Limits, log: QuirkLog
) -> tuple[_Element, Hoisted]:
    """Parse the skeleton; the plain path where hoisting would not be safe."""
    hoisted = hoist.hoist(xml, known)
    if hoisted is not None and len(hoisted.skeleton) <= limits.plain_xml_bytes:
        root = tree.parse_or_repair(hoisted.skeleton, log)
        if hoist.proven(root, hoisted, known):
            return root, _to_verify(hoisted, root, log)
    if len(xml) > limits.plain_xml_bytes:
        detail = str(limits.plain_xml_bytes)
        raise MalformedEnvelope(Fault(FaultCode.RESOURCE_LIMIT, "", detail))
    log.add(QuirkCode.NOT_HOISTED)
    root = tree.parse_or_repair(xml, log)
    return root, _to_verify(hoist.plain(xml), root, log)


def _to_verify(hoisted: Hoisted, root: _Element, log: QuirkLog) -> Hoisted:
    """As received; repaired only where no signature could be wronged by it."""
    repaired = any(q.code is QuirkCode.UNBOUND_PREFIX for q in log.quirks)
    if not repaired or next(root.iter(f"{{{DSIG}}}Signature"), None) is not None:
        return hoisted
    return Hoisted(etree.tostring(root, encoding="UTF-8"), hoisted.runs)


def _shape(root: Node) -> _Shape:
    name, space = local_name(root.element), namespace(root.element)
    if space in SOAP and name == "Envelope":
        return _soap(root)
    if space == FLAT:
        _refuse(FaultCode.FLAT_FAMILY, name)
    if edxml_name(root.element) == "edXML":
        return _layered(root, root.one("edXMLEnvelope") or root)
    if edxml_name(root.element) != "edXMLEnvelope":
        _refuse(FaultCode.NOT_EDXML, name)
    root.log.add(QuirkCode.ROOT_ENVELOPE, name)
    return _layered(root, root)


def _layered(root: Node, envelope: Node) -> _Shape:
    header = envelope.one("edXMLHeader")
    message = header.one("MessageHeader") if header else None
    if header is None or message is None:
        _refuse(FaultCode.NOT_EDXML, f"{envelope.path}/edXMLHeader/MessageHeader")
    for node in (root, envelope, header, message):
        if namespace(node.element) != QCVN:
            root.log.add(QuirkCode.NAMESPACE_ALIAS, node.path)
    outer = root.many("AttachmentEncoded")
    inner = envelope.many("AttachmentEncoded") if envelope is not root else []
    return _Shape(
        Family.LAYERED,
        header,
        message,
        envelope.one("edXMLBody"),
        tuple(outer + inner),
    )


def _soap(root: Node) -> _Shape:
    """Family B: the SOAP header is the edXML header, the SOAP body the edXML body."""
    header, body = (_soap_child(root, name) for name in ("Header", "Body"))
    message = header.one("MessageHeader") if header else None
    if header is None or message is None:
        _refuse(FaultCode.NOT_EDXML, "Envelope/Header/MessageHeader")
    listing = _manifest(body)
    holders = body.many("AttachmentEncoded") if body else []
    has_body = listing is not None or bool(holders)
    return _Shape(
        Family.SOAP, header, message, body if has_body else None, tuple(holders)
    )


def _soap_child(root: Node, name: str) -> Node | None:
    for child in root.element:
        if local_name(child) == name and namespace(child) in SOAP:
            return Node(child, f"{root.path}/{name}", root.log, root.limits)
    return None


def _manifest(body: Node | None) -> Node | None:
    """The manifest of a body; in SOAP it may stand inside the operation's element."""
    if body is None:
        return None
    names = ("edXMLManifest", "Manifest")
    in_soap = namespace(body.element) in SOAP
    if in_soap:
        names = ("Manifest", "edXMLManifest")
    inside = [body]
    if in_soap:
        inside += [Node(c, body.path, body.log, body.limits) for c in body.element]
    return next((found for node in inside if (found := node.one(*names))), None)


def _refuse(code: FaultCode, place: str) -> Never:
    raise MalformedEnvelope(Fault(code, place[:200]))
