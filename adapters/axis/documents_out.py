"""Documents of ours to an axis that calls us: by REST, or SendDocument of our WSDL.

The mirror of our own doors (schemas/axis-rest.openapi.yaml, axis.wsdl): the same
Idempotency-Key and bytes are the same document there, so that another try does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

import msgspec
import pybase64
from lxml import etree

from adapters.axis.replies import spoken
from hub.edxml import tree
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.answers import Trouble, Wire, codes, http
from hub.model.calls import Call, Reply
from hub.model.envelopes import Kind
from hub.model.faults import Fault, FaultCode
from hub.model.sending import Sending
from hub.ports import Fetch

#: A reply is some hundred bytes; an error page of a proxy is read no further.
_MOST_BYTES = 262_144
_NAMESPACE = "urn:lienthong:axis:v1"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_REST, _SAID = http(Wire.DOCUMENTS), codes(Wire.SOAP)
#: Fields in which a reply may name its id for the document.
_IDS = ("arrival", "docId", "DocId", "id")


class DocumentsBy(StrEnum):
    """How an axis takes documents."""

    REST = "rest"
    SOAP = "soap"


@dataclass(frozen=True, slots=True)
class DocumentsDoor:
    """Where an axis takes documents, and what we show there."""

    fetch: Fetch
    url: str
    token: str = field(repr=False)
    by: DocumentsBy = DocumentsBy.REST

    async def hand(self, sending: Sending, data: bytes) -> str:
        """The axis' id for it; raises SourceUnavailable, PermanentFailure.

        A wrong token or address is temporary: an operator puts it right.
        """
        soap = self.by is DocumentsBy.SOAP
        headers, body = _soap(sending, data) if soap else (_XML, data)
        call = Call("POST", self.url, {**headers, **self._shown(sending)}, body)
        reply = await self.fetch.ask(call, _MOST_BYTES)
        return _soap_told(reply) if soap else _rest_told(reply)

    def _shown(self, sending: Sending) -> Mapping[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": sending.id,
        }


_XML = {"Content-Type": "application/xml"}


def _rest_told(reply: Reply) -> str:
    if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        return _id(reply.body)
    if _REST.get(reply.status) is Trouble.PERMANENT:
        raise _refused(f"HTTP {reply.status} {_code(reply.body)}")
    raise SourceUnavailable(f"document answered with HTTP {reply.status}")


def _id(body: bytes) -> str:
    fields = _object(body)
    return next((spoken(str(fields[n])) for n in _IDS if fields.get(n)), "")


def _code(body: bytes) -> str:
    """The code of a refusal in the form of our own doors; "" in any other."""
    return spoken(str(_object(body).get("code", "")), 60)


def _object(body: bytes) -> Mapping[str, object]:
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _soap(sending: Sending, data: bytes) -> tuple[Mapping[str, str], bytes]:
    """SOAP 1.1, the document as base64; a status is UpdateTraces."""
    name = "UpdateTraces" if sending.kind is Kind.STATUS else "SendDocument"
    before = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{_SOAP}">'
        f'<soap:Body><{name} xmlns="{_NAMESPACE}"><Document>'
    )
    after = f"</Document></{name}></soap:Body></soap:Envelope>"
    headers = {
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": f'"{_NAMESPACE}/{name}"',
    }
    return headers, before.encode() + pybase64.b64encode(data) + after.encode()


def _soap_told(reply: Reply) -> str:
    try:
        root = tree.parse(reply.body)
    except etree.XMLSyntaxError as error:
        raise SourceUnavailable(f"HTTP {reply.status} without SOAP") from error
    if _text(root, "IsSuccess").lower() in {"true", "1"}:
        return _text(root, "DocumentId")
    fault = _text(root, "faultcode").rpartition(":")[2]
    code, said = _text(root, "Code"), _text(root, "faultstring", "Description")
    told = spoken(f"{code or fault} {said}") or f"HTTP {reply.status}"
    listed = "not IsSuccess" if _text(root, "IsSuccess") else fault
    if (_SAID.get(code) or _SAID.get(listed)) is Trouble.PERMANENT:
        raise _refused(told)
    raise SourceUnavailable(f"the axis says {told}")


def _text(root: etree._Element, *names: str) -> str:
    """The first text under a local name, without its edges; never a namespace's."""
    for name in names:
        found = next(root.iter(f"{{*}}{name}"), None)
        if found is not None and (found.text or "").strip():
            return spoken(found.text or "")
    return ""


def _refused(told: str) -> PermanentFailure:
    return PermanentFailure(Fault(FaultCode.FRAME, "axis", told))
