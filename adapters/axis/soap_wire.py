"""Reads the frame of a SOAP request: version, operation, and small questions whole.

A payload is never parsed here: which operation it is stands in its action, or in the
first bytes of the message, where it is looked for by pattern.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Never

from lxml import etree
from lxml.etree import _Element

from hub.edxml import dialects, guard, mimeheaders, tree
from hub.edxml.mimeheaders import Header
from hub.edxml.soapframe import CARRIERS, QUESTIONS
from hub.errors import PermanentFailure
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Entity
from hub.model.limits import Limits

#: How far the operation is looked for where no action is named.
HEAD_BYTES = 16_384
#: A question is some hundred bytes.
QUESTION_BYTES = 65_536
_QUESTION = Limits(document_bytes=QUESTION_BYTES, parts=10, depth=32, elements=1_000)
_BODY = re.compile(
    rb"<(?:[A-Za-z_][\w.-]*:)?Body(?:\s[^<>]*)?>\s*(?:<!--[^>]*-->\s*)*"
    rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_]\w*)"
)
_MANIFESTS = frozenset({"Manifest", "edXMLManifest"})
_XOP = "application/xop+xml"


class Version(Enum):
    """The two SOAP versions: namespace and media type."""

    V11 = ("http://schemas.xmlsoap.org/soap/envelope/", "text/xml")
    V12 = ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml")

    @property
    def namespace(self) -> str:
        """Of the envelope."""
        return self.value[0]

    @property
    def media_type(self) -> str:
        """Of a message without parts."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the headers of a request say of its message."""

    version: Version
    #: The operation its action names; "" where it names none.
    action: str
    #: Its message came as MTOM, or it says that it reads MTOM.
    reads_mtom: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A small operation, read whole; texts as they were written."""

    operation: str
    organ_id: str = ""
    token: str = field(default="", repr=False)
    document_id: str = ""
    timestamp: str = ""


def asked(headers: Mapping[str, str]) -> Asked:
    """Version, action and MTOM of a request; header names in lower case.

    Raises PermanentFailure: CONTENT_TYPE, OPERATION (an action nobody knows).
    """
    outer = mimeheaders.structured(headers.get("content-type", ""))
    inner = _inner(outer)
    version = next((v for v in Version if v.media_type == inner.value), None)
    if version is None:
        _refuse(FaultCode.CONTENT_TYPE, "Content-Type", outer.value[:80])
    accept = headers.get("accept", "").lower()
    is_mtom = outer.get("type").lower() == _XOP
    return Asked(
        version=version,
        action=_action(outer.get("action") or inner.get("action"), headers),
        reads_mtom=is_mtom or _XOP in accept or "multipart/related" in accept,
    )


def version_of(headers: Mapping[str, str]) -> Version:
    """For a fault about a request that could not be understood at all."""
    is_new = Version.V12.media_type in headers.get("content-type", "").lower()
    return Version.V12 if is_new else Version.V11


def _inner(outer: Header) -> Header:
    """The type of the message itself; in a multipart it is told by parameters."""
    if outer.value != "multipart/related":
        return outer
    kind = mimeheaders.structured(outer.get("type") or Version.V11.media_type)
    if kind.value != _XOP:
        return kind
    return mimeheaders.structured(outer.get("start-info") or Version.V11.media_type)


def _action(parameter: str, headers: Mapping[str, str]) -> str:
    written = parameter or headers.get("soapaction", "").strip().strip('"')
    name = re.split(r"[/#:]", written)[-1]
    if name and name not in CARRIERS | QUESTIONS:
        _refuse(FaultCode.OPERATION, "SOAPAction", name[:60])
    return name


def operation(found: Asked, head: bytes) -> str:
    """The operation of a message by its action and its first bytes.

    Raises PermanentFailure(OPERATION): none, or the two disagree.
    """
    match = _BODY.search(head)
    name = match[1].decode() if match else ""
    if name in _MANIFESTS:  # family B: the message is the document
        name = "SendDocument"
    if name not in CARRIERS | QUESTIONS:
        name = found.action
    if not name:
        _refuse(FaultCode.OPERATION, "Body")
    if found.action not in {"", name}:
        _refuse(FaultCode.OPERATION, "SOAPAction", f"{found.action}, {name}")
    return name


def question(content_type: str, body: bytes, found: Asked, name: str) -> Question:
    """A small message, guarded before it is parsed.

    Raises PermanentFailure: what the guards raise, FRAME, OPERATION.
    """
    message = dialects.frame(Entity(content_type, body), _QUESTION).xml
    guard.check(message, _QUESTION)
    root = _parsed(message)
    space = found.version.namespace
    if root.tag != f"{{{space}}}Envelope":
        _refuse(FaultCode.FRAME, "Envelope")
    _check_understood(root.findall(f"{{{space}}}Header/*"))
    bodies = root.findall(f"{{{space}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        _refuse(FaultCode.FRAME, "Envelope/Body")
    operation_element = bodies[0][0]
    if _local(operation_element) != name:
        _refuse(FaultCode.OPERATION, "Envelope/Body", _local(operation_element)[:60])
    return _question(name, operation_element, root)


def _parsed(message: bytes) -> _Element:
    try:
        return tree.parse(message)
    except etree.XMLSyntaxError as error:
        raise PermanentFailure(
            Fault(FaultCode.NOT_XML, f"line {error.lineno}")
        ) from error


def _check_understood(blocks: list[_Element]) -> None:
    """We understand no block; one that insists must hear it (SOAP 1.1, 4.2.3)."""
    for block in blocks:
        for name, value in block.attrib.items():
            insists = str(name).endswith("mustUnderstand") and value in {"1", "true"}
            if insists:
                place = f"Envelope/Header/{_local(block)[:60]}"
                _refuse(FaultCode.OPERATION, place, "mustUnderstand")


def _question(name: str, element: _Element, root: _Element) -> Question:
    said = {_local(child): (child.text or "").strip() for child in element}
    names = [_local(child) for child in element]
    for twice in (n for n in said if names.count(n) > 1):  # which of the two counts?
        _refuse(FaultCode.FRAME, f"Envelope/Body/{name}/{twice[:60]}")
    key = next((e for e in root.iter("{*}KeyInfo")), None)
    shown = {} if key is None else {_local(c): (c.text or "").strip() for c in key}
    token = said.get("Token") or shown.get("Token", "")
    return Question(
        operation=name,
        organ_id=said.get("OrganId") or shown.get("OrganId", ""),
        token=token,
        document_id=said.get("DocumentId", ""),
        timestamp=said.get("TimeStamp", ""),
    )


def _local(element: _Element) -> str:
    return etree.QName(element).localname


def _refuse(code: FaultCode, place: str, detail: str = "") -> Never:
    raise PermanentFailure(Fault(code, place, detail))
