"""The axis' SOAP door, 1.1 and 1.2: documents are streamed, questions answered.

Contract: schemas/axis.wsdl. A document or status is kept as the whole HTTP body with
its Content-Type and never parsed here; the translator takes the frame off.
"""

import asyncio
import logging
import re
from datetime import date, datetime
from xml.sax.saxutils import escape

from aiohttp import web
from lxml.etree import _Element

from adapters.axis import soap_replies as replies
from adapters.axis import soap_wire as wire
from adapters.axis.askers import Asker, Askers
from adapters.axis.settings import AXIS_SOAP
from adapters.axis.soap_document import send_document
from adapters.axis.soap_wire import Asked, Question
from adapters.axis.taking import Taker, check_hash
from hub.edxml.dates import VIETNAM
from hub.edxml.soapframe import CARRIERS
from hub.errors import PermanentFailure, TemporaryFailure
from hub.kit import Kit, shown
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode
from hub.model.shelf import Waiting
from hub.resources import resource
from hub.taking import chunks_of

log = logging.getLogger(__name__)

PATH = "/axis/v1/soap"
#: What one answer lists; who has more asks again after confirming.
LISTED = 1_000
_ADDRESS = "http://127.0.0.1:8080" + PATH
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_QUESTION_SECONDS = 30.0


class SoapDoor:
    """`POST /axis/v1/soap` and its WSDL at `GET /axis/v1/soap?wsdl`."""

    def __init__(self, kit: Kit, patience: float = _QUESTION_SECONDS) -> None:
        """`patience`: seconds in which a head, and then a whole question, must come."""
        self._kit = kit
        self._patience = patience
        self._taker = Taker(kit.evidence, kit.intake, kit.limit)
        self._askers = Askers(kit.access, AXIS_SOAP)

    def routes(self) -> list[web.RouteDef]:
        """What the front serves."""
        return [
            web.post(PATH, self.take),
            web.get(PATH, self.describe, allow_head=False),
        ]

    async def describe(self, request: web.Request) -> web.Response:
        """The WSDL with the address by which it was asked for; 404 without `?wsdl`."""
        if "wsdl" not in {name.lower() for name in request.query}:
            return web.Response(status=404)
        host = request.host if _HOST.fullmatch(request.host) else "127.0.0.1:8080"
        text = resource("schemas", "axis.wsdl").read_text(encoding="utf-8")
        here = escape(f"{request.scheme}://{host}{PATH}", {'"': "&quot;"})
        text = text.replace(_ADDRESS, here)
        return web.Response(text=text, content_type="text/xml", charset="utf-8")

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Answer any operation; a refusal is a fault of the version it was asked in."""
        headers = shown(request).headers
        try:
            return await self._answer(request, wire.asked(headers))
        except PermanentFailure as error:
            log.warning("refused at the door", extra={"code": error.fault.code})
            return replies.fault(wire.version_of(headers), error.fault)
        except TemporaryFailure as error:
            log.warning("door not ready", extra={"why": type(error).__name__})
            return replies.not_now(wire.version_of(headers))

    async def _answer(self, request: web.Request, found: Asked) -> web.StreamResponse:
        what = shown(request)
        asker = self._askers.by_headers(what)
        self._taker.check(request)
        head = await _read(request, wire.HEAD_BYTES, self._patience)
        operation = wire.operation(found, head)
        if operation in CARRIERS:
            return await self._carry(request, found, operation, asker, head)
        question = await self._question(request, found, operation, head)
        asker = (
            self._askers.same(asker, question.token, what)
            if asker
            else self._askers.by_token(question.token, what)
        )
        self._check_organ(question, asker)
        if operation == "GetDocument":
            return await self._document(request, found, question, asker)
        parts = await self._parts(question, asker)
        return replies.reply(found.version, operation, *parts)

    async def _question(
        self, request: web.Request, found: Asked, operation: str, head: bytes
    ) -> Question:
        """A small message whole, which must be the signed one where one is signed."""
        most = wire.QUESTION_BYTES
        body = await _read(request, most + 1, self._patience, head)
        if len(body) > most:
            detail = f"limit {most} bytes"
            raise PermanentFailure(Fault(FaultCode.TOO_LARGE, detail=detail))
        check_hash(request, body)
        kind = request.headers.get("Content-Type", "")
        return wire.question(kind, body, found, operation)

    async def _carry(
        self,
        request: web.Request,
        found: Asked,
        operation: str,
        asker: Asker | None,
        head: bytes,
    ) -> web.Response:
        """Keep, record, and only then say so; who sends is known before it streams."""
        if asker is None:
            raise PermanentFailure(Fault(FaultCode.CREDENTIALS))
        if asker.source is None:
            raise PermanentFailure(Fault(FaultCode.NOT_PERMITTED, operation))
        chunks = chunks_of(request, head)
        taken = await self._taker.take(request, asker.source, chunks)
        return replies.taken(found.version, operation, taken)

    async def _parts(self, question: Question, asker: Asker) -> list[_Element]:
        match question.operation:
            case "GetPendingDocumentIds":
                agency = _agency(question, asker)
                waiting = await self._kit.shelf.pending(agency, LISTED)
                return [replies.document_ids(waiting)]
            case "ConfirmReceived":
                return [await self._confirm(question, _agency(question, asker))]
            case "GetTraces":
                return [await self._traces(question, asker)]
            case "GetOrganizations":
                return [replies.organizations(self._kit.organizations.agencies)]
            case _:  # CheckPermission: who may ask has been asked already
                return []

    async def _confirm(self, question: Question, agency: AgencyCode) -> _Element:
        delivery, at = question.document_id, self._kit.clock.now()
        if not await self._kit.shelf.confirm(agency, delivery, at):
            raise PermanentFailure(_unknown())
        return replies.element("DocumentId", delivery)

    async def _traces(self, question: Question, asker: Asker) -> _Element:
        if asker.source is None:
            raise PermanentFailure(Fault(FaultCode.NOT_PERMITTED, question.operation))
        since = _moment(question.timestamp) if question.timestamp else None
        name = asker.source.name
        return replies.traces(await self._kit.shelf.traces(name, since, LISTED))

    async def _document(
        self, request: web.Request, found: Asked, question: Question, asker: Asker
    ) -> web.StreamResponse:
        agency = _agency(question, asker)
        waiting = await self._kit.shelf.find(agency, question.document_id)
        if waiting is None or not self._is_kept(waiting):
            raise PermanentFailure(_unknown())
        path = self._kit.evidence.path(waiting.body)
        sent = await send_document(request, found, waiting, path)
        try:
            await self._kit.shelf.fetched(agency, waiting.id, self._kit.clock.now())
        except TemporaryFailure as error:  # it has left: no fault can follow it
            log.warning("fetch not noted", extra={"why": type(error).__name__})
        return sent

    def _is_kept(self, waiting: Waiting) -> bool:
        return self._kit.evidence.path(waiting.body).is_file()

    def _check_organ(self, question: Question, asker: Asker) -> None:
        """The OrganId a client names must be its own; a carrier's may be anybody's."""
        said = question.organ_id
        if not said or (asker.source is not None and asker.source.carrier):
            return
        today = self._today()
        same = {self._known(code, today) for code in asker.codes}
        if self._known(AgencyCode(said), today) not in same:
            raise PermanentFailure(Fault(FaultCode.NOT_PERMITTED, "OrganId"))

    def _known(self, code: AgencyCode, today: date) -> AgencyCode:
        found = self._kit.organizations.find(code, today)
        return found.code if found else code

    def _today(self) -> date:
        return self._kit.clock.now().astimezone(VIETNAM).date()


async def _read(
    request: web.Request, most: int, seconds: float, head: bytes = b""
) -> bytes:
    """`head` and what follows, until `most` bytes are there or all there is.

    Raises PermanentFailure(TRUNCATED): it does not come in time.
    """
    body = bytearray(head)
    try:
        async with asyncio.timeout(seconds):
            async for chunk in chunks_of(request):
                body += chunk
                if len(body) >= most:
                    break
    except TimeoutError as error:
        raise PermanentFailure(Fault(FaultCode.TRUNCATED, "body")) from error
    return bytes(body)


def _agency(question: Question, asker: Asker) -> AgencyCode:
    if asker.agency is None:
        raise PermanentFailure(Fault(FaultCode.NOT_PERMITTED, question.operation))
    return asker.agency


def _unknown() -> Fault:
    """Of another agency or of nobody: which of the two is not said."""
    return Fault(FaultCode.UNKNOWN_DOCUMENT, "DocumentId")


def _moment(text: str) -> datetime:
    """ISO 8601, or `yyyy/MM/dd HH:mm:ss`; without a zone, Vietnam's."""
    try:
        stated = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise PermanentFailure(Fault(FaultCode.DATE_FORM, "TimeStamp")) from error
    return stated if stated.tzinfo else stated.replace(tzinfo=VIETNAM)
