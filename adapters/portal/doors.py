"""The portal's push door: lots of dossiers in, each an arrival of its own.

Contract: schemas/portal-rest.openapi.yaml. Only the transport frame is read here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
from aiohttp import ClientPayloadError, web

from adapters.portal import lots, push_replies
from adapters.portal.lots import Lot
from adapters.portal.push_replies import ItemRefused, Outcome
from adapters.portal.sessions import Sessions
from adapters.portal.settings import PORTAL_PUSH, login_token
from adapters.portal.taking import Taker
from hub.errors import NotAllowed, PermanentFailure, TemporaryFailure
from hub.kit import Kit, shown
from hub.model.arrivals import Shown, Source
from hub.model.dossiers import DossierAct
from hub.model.faults import Fault, FaultCode
from hub.model.ids import digest_of

log = logging.getLogger(__name__)

AUTH = "/portal/v1/auth"
DOSSIERS = "/portal/v1/dossiers"
PROGRESS = "/portal/v1/progress"
#: Services of the national sync (EDXML.md 4.2) -> what they do; others are not served.
SERVICES = {
    "": None,
    "dongbohosomc": DOSSIERS,
    "capnhattiendohosomc": PROGRESS,
}
TYPES = frozenset({"application/json", "text/json"})
#: Dossiers of one message.
MOST_ITEMS = 100
#: A dossier is some 10 KB; its files are addresses.
MOST_BYTES = 10_485_760
#: SHA-256 of the body, hex; among the signed headers where headers are signed.
_HASH = "xroadvnpt-hash-file"
_LOGIN_BYTES = 4_096
_CHUNK = 65_536
_IDLE_SECONDS = 60.0


class _Login(msgspec.Struct):
    """Who logs in; `dstcode` and the like are not looked at."""

    username: str
    password: str


class PushDoor:
    """200 with "thành công" only after the journal has every dossier of the lot."""

    def __init__(self, kit: Kit) -> None:
        self._access = kit.access
        self._sessions = Sessions(kit.marks, kit.clock)
        self._taker = Taker(kit.evidence, kit.intake)
        self._limit = min(kit.limit, MOST_BYTES)

    def routes(self) -> list[web.RouteDef]:
        """What the front serves."""
        return [
            web.post(AUTH, partial(_answered, self._log_in)),
            web.post(DOSSIERS, partial(_answered, self._take)),
            web.post(PROGRESS, partial(_answered, self._take)),
        ]

    async def _log_in(self, request: web.Request) -> web.Response:
        _check(request, _LOGIN_BYTES)
        body = await _body(request, _LOGIN_BYTES)
        try:
            login = msgspec.json.decode(body, type=_Login)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise PermanentFailure(Fault(FaultCode.NOT_JSON, "body")) from error
        token = login_token(login.username, login.password)
        proof = Shown({"authorization": f"Bearer {token}"})
        source = self._access.source(PORTAL_PUSH, proof)
        return push_replies.session(await self._sessions.begin(source))

    async def _take(self, request: web.Request) -> web.Response:
        """Authenticate, cut the lot up, keep and record each dossier, answer."""
        _check(request, self._limit)
        shows = shown(request)
        early = None
        if "authorization" in shows.headers:  # known before anything is read
            early = self._access.source(PORTAL_PUSH, shows)
        body = await _body(request, self._limit)
        if shows.headers.get(_HASH, "").strip().lower() not in {"", digest_of(body)}:
            raise PermanentFailure(Fault(FaultCode.HASH_MISMATCH, _HASH))
        lot = lots.split(body, MOST_ITEMS)
        source = early or await self._late(shows, lot)
        act = _act(request, lot)
        outcomes: list[Outcome] = []
        lot_digest = await self._taker.keep_lot(body, lot)
        for number, item in enumerate(lot.items):
            if not item.startswith(b"{"):
                fault = Fault(FaultCode.NOT_JSON, f"data[{number}]", "no object")
                outcomes.append(ItemRefused(fault))
                continue
            within = f"{lot_digest}#{number}" if lot_digest else ""
            outcomes.append(await self._taker.take(source, act, item, within))
        return push_replies.taken(outcomes)

    async def _late(self, shows: Shown, lot: Lot) -> Source:
        """Who it is by the session in the frame, else by certificate; NotAllowed."""
        if not lot.session:
            return self._access.source(PORTAL_PUSH, shows)
        source = await self._sessions.source_of(lot.session)
        if source is None:
            raise NotAllowed(Fault(FaultCode.CREDENTIALS, "session"))
        return source


async def _answered(
    act: Callable[[web.Request], Awaitable[web.Response]], request: web.Request
) -> web.StreamResponse:
    """Whatever goes wrong is told in the portal's own form."""
    try:
        return await act(request)
    except PermanentFailure as error:
        log.warning("refused at the door", extra={"code": error.fault.code})
        return push_replies.refused(error.fault)
    except TemporaryFailure as error:
        log.warning("door not ready", extra={"why": type(error).__name__})
        return push_replies.not_now()


def _check(request: web.Request, limit: int) -> None:
    """Refuse by the headers what need not be read first."""
    charset = (request.charset or "utf-8").lower()
    if request.content_type not in TYPES or charset not in {"utf-8", "utf8"}:
        raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Type"))
    # aiohttp would unpack it by its own reading of a header that may come twice.
    if request.headers.getall("Content-Encoding", ["identity"]) != ["identity"]:
        raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Encoding"))
    if (request.content_length or 0) > limit:
        raise PermanentFailure(Fault(FaultCode.TOO_LARGE, detail=f"limit {limit}"))


async def _body(request: web.Request, limit: int) -> bytes:
    """The whole body; raises PermanentFailure: TOO_LARGE, TRUNCATED."""
    body = bytearray()
    while True:
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                chunk = await request.content.read(_CHUNK)
        except (TimeoutError, ConnectionError, ClientPayloadError) as error:
            raise PermanentFailure(Fault(FaultCode.TRUNCATED, "body")) from error
        if not chunk:
            return bytes(body)
        body += chunk
        if len(body) > limit:
            raise PermanentFailure(Fault(FaultCode.TOO_LARGE, detail=f"limit {limit}"))


def _act(request: web.Request, lot: Lot) -> DossierAct:
    """What is to be done; where address and frame disagree nothing is guessed."""
    service = SERVICES.get(lot.service.casefold(), "")
    if service not in {None, request.path}:
        raise PermanentFailure(Fault(FaultCode.OPERATION, "service"))
    if request.path == PROGRESS:
        return DossierAct.PROGRESS
    asked = {lots.flag(request.query.get("isUpdating")), lot.updating} - {None}
    if len(asked) > 1:
        raise PermanentFailure(Fault(FaultCode.OPERATION, "isUpdating"))
    return DossierAct.UPDATE if True in asked else DossierAct.ADD
