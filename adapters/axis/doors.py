"""The axis' REST door: takes the entity as it comes and never parses it.

Contract: schemas/axis-rest.openapi.yaml.
"""

import json
import logging
import re
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from adapters.axis.settings import AXIS_REST
from hub.errors import NotAllowed, PermanentFailure, TemporaryFailure
from hub.kit import shown
from hub.model.arrivals import Offer, Source, Taken
from hub.model.faults import SENTENCES, Fault, FaultCode
from hub.model.ids import Digest, digest_of
from hub.ports import Access, Evidence, Intake

log = logging.getLogger(__name__)

PATH = "/axis/v1/documents"
#: Media types the translator knows; anything else is told at the door.
_TYPES = frozenset(
    {
        "application/xml",
        "text/xml",
        "application/edxml",
        "application/edxml+xml",
        "application/soap+xml",
        "application/octet-stream",
        "multipart/related",
        "multipart/form-data",
    }
)
_KEY = re.compile(r"^[\x21-\x7e]{1,200}$")

_STATUS: Mapping[FaultCode, int] = {
    FaultCode.CREDENTIALS: HTTPStatus.UNAUTHORIZED,
    FaultCode.RATE: HTTPStatus.TOO_MANY_REQUESTS,
    FaultCode.KEY_REUSED: HTTPStatus.CONFLICT,
    FaultCode.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    FaultCode.CONTENT_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}


class RestDoor:
    """`POST /axis/v1/documents`: 202 only after the journal's commit."""

    def __init__(
        self, access: Access, evidence: Evidence, intake: Intake, limit: int
    ) -> None:
        self._access = access
        self._evidence = evidence
        self._intake = intake
        self._limit = limit

    def routes(self) -> list[web.RouteDef]:
        """What the front serves."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Authenticate, stream to the evidence store, journal, answer."""
        try:
            source = self._access.source(AXIS_REST, shown(request))
            taken = await self._accept(request, source)
        except PermanentFailure as error:
            return _refused(error)
        except TemporaryFailure as error:
            log.warning("door not ready", extra={"why": type(error).__name__})
            return _not_now()
        return _taken(taken)

    async def _accept(self, request: web.Request, source: Source) -> Taken:
        entity = request.headers.get("Content-Type", "")
        if request.content_type not in _TYPES or not entity.isascii():
            raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Type"))
        if request.headers.get("Content-Encoding", "identity") != "identity":
            # aiohttp would unpack it, and what is kept must be what came.
            raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Encoding"))
        if (request.content_length or 0) > self._limit:
            raise PermanentFailure(_too_large(self._limit))
        key = request.headers.get("Idempotency-Key", "")
        if key and not _KEY.match(key):
            raise PermanentFailure(Fault(FaultCode.KEY_REUSED, "Idempotency-Key"))
        chunks = request.content.iter_chunked(65_536)
        digest, size = await self._evidence.keep(chunks, self._limit)
        return await self._intake.accept(
            Offer(
                source=source,
                door_id=key or _unkeyed(digest, entity),
                digest=digest,
                size=size,
                content_type=entity,
                strict_id=bool(key),
            )
        )


def _unkeyed(digest: Digest, entity: str) -> str:
    """Identity without a key: the bytes, and the header that says what they are."""
    return f"{digest}/{digest_of(entity.encode())[:16]}"


def _too_large(limit: int) -> Fault:
    return Fault(FaultCode.TOO_LARGE, detail=f"limit {limit} bytes")


def _taken(taken: Taken) -> web.Response:
    arrival = taken.arrival
    return _json(
        HTTPStatus.ACCEPTED,
        {
            "arrival": arrival.id,
            "sha256": arrival.digest,
            "size": arrival.size,
            "taken_at": arrival.accepted_at.isoformat(),
            "repeated": taken.repeated,
            "message": "Đã nhận và lưu; kết quả sẽ được báo sau.",
            "message_en": "Taken and kept; the outcome follows in a receipt.",
        },
    )


def _refused(error: PermanentFailure) -> web.Response:
    fault = error.fault
    vietnamese, english = SENTENCES[fault.code]
    if isinstance(error, NotAllowed) and fault.code is FaultCode.CREDENTIALS:
        log.warning("credentials refused")
    status = _STATUS.get(fault.code, HTTPStatus.BAD_REQUEST)
    return _json(
        status,
        {
            "error": {
                "code": fault.code,
                "place": fault.place,
                "detail": fault.detail,
                "message": vietnamese,
                "message_en": english,
            }
        },
    )


def _not_now() -> web.Response:
    response = _json(
        HTTPStatus.SERVICE_UNAVAILABLE,
        {
            "error": {
                "code": "not-now",
                "message": "Trục tạm thời chưa nhận được; đề nghị gửi lại sau.",
                "message_en": "The hub cannot take it now; please try again later.",
            }
        },
    )
    response.headers["Retry-After"] = "5"
    return response


def _json(status: int, body: Mapping[str, object]) -> web.Response:
    return web.Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False).encode(),
        content_type="application/json",
    )
