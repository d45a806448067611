"""Where the rehearsal's axis takes documents of the hub's agencies: REST and SOAP.

It checks what a real axis would: who asks, that the XML can be read, who sends and to
whom; and keeps each document once, with how often it came. Never through the hub's own
reader.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from lxml import etree

from hub.rehearsal.axis_codes import Refusal
from hub.rehearsal.edxml_peek import Peeked, peek

REST, SOAP = "/documents", "/documents/soap"
_SPACE = "urn:lienthong:axis:v1"
_SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
_UNAUTHORIZED, _BAD, _CONFLICT, _ERROR = 401, 400, 409, 500


@dataclass
class Document:
    """One document that was handed over."""

    key: str
    data: bytes = field(repr=False)
    seen: Peeked
    #: How often it came.
    times: int = 0


@dataclass
class DocumentsFace:
    """Implements both ways in over one list."""

    token: str = field(repr=False)
    #: By key, in the order they came.
    documents: dict[str, Document] = field(default_factory=dict)
    #: So many of the next ones are kept and answered with HTTP 500.
    failing: int = 0
    #: Hears of each that came, as often as it came.
    news: Callable[[Document], None] = lambda _document: None

    def routes(self) -> list[web.RouteDef]:
        """Where it is called."""
        return [web.post(REST, self._rest), web.post(SOAP, self._soap)]

    async def _rest(self, request: web.Request) -> web.Response:
        status, told = self._take(request, await request.read())
        body = json.dumps(told, ensure_ascii=False).encode()
        return web.Response(status=status, body=body, content_type="application/json")

    async def _soap(self, request: web.Request) -> web.Response:
        try:
            data = _carried(await request.read())
        except (etree.XMLSyntaxError, binascii.Error, ValueError) as error:
            return _fault("frame", str(error))
        status, told = self._take(request, data)
        if status >= _BAD:
            return _fault(told["code"], told.get("message", ""))
        report = "<Report><IsSuccess>true</IsSuccess></Report>"
        inside = f"{report}<DocumentId>{told['docId']}</DocumentId>"
        return _soap(f'<R xmlns="{_SPACE}">{inside}</R>', 200)

    def _take(self, request: web.Request, data: bytes) -> tuple[int, dict[str, Any]]:
        shown = request.headers.get("Authorization", "")
        if not hmac.compare_digest(shown.encode(), f"Bearer {self.token}".encode()):
            return _UNAUTHORIZED, {"code": "credentials"}
        key = request.headers.get("Idempotency-Key", "")
        try:
            seen = peek(data)
        except Refusal as no:
            return _BAD, {"code": "not-edxml", "message": no.words}
        if not key or not seen.sender or not (seen.receivers or seen.about):
            return _BAD, {"code": "no-sender", "message": "thiếu mã gửi, mã nhận"}
        kept = self.documents.setdefault(key, Document(key, data, seen))
        if kept.data != data:
            return _CONFLICT, {"code": "key-reused"}
        kept.times += 1
        self.news(kept)
        if self.failing:
            self.failing -= 1
            return _ERROR, {"code": "rehearsed"}
        return 202, {"docId": f"axis-{key[:18]}", "repeated": kept.times > 1}


def _carried(message: bytes) -> bytes:
    """The document in SendDocument or UpdateTraces; raises ValueError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(message, parser)
    for name in ("SendDocument", "UpdateTraces"):
        found = root.find(f"{{{_SOAP_11}}}Body/{{{_SPACE}}}{name}/{{{_SPACE}}}Document")
        if found is not None:
            return base64.b64decode(found.text or "", validate=True)
    raise ValueError("no SendDocument, no UpdateTraces")


def _fault(code: str, words: str) -> web.Response:
    detail = f'<detail><Fault xmlns="{_SPACE}"><Code>{code}</Code></Fault></detail>'
    side = "Server" if code == "rehearsed" else "Client"
    fault = f"<faultcode>soap:{side}</faultcode><faultstring>{words}</faultstring>"
    return _soap(f"<soap:Fault>{fault}{detail}</soap:Fault>", _ERROR)


def _soap(inside: str, status: int) -> web.Response:
    text = (
        f'<soap:Envelope xmlns:soap="{_SOAP_11}"><soap:Body>{inside}</soap:Body>'
        "</soap:Envelope>"
    )
    return web.Response(status=status, body=text.encode(), content_type="text/xml")
