"""The axis' REST door: takes the entity as it comes and never parses it.

Contract: schemas/axis-rest.openapi.yaml.
"""

import json
import logging
from http import HTTPStatus

from aiohttp import web

from adapters.axis.settings import AXIS_REST
from adapters.axis.taking import Taker
from hub import problems
from hub.errors import PermanentFailure, TemporaryFailure
from hub.kit import shown
from hub.model.arrivals import Source, Taken
from hub.model.faults import Fault, FaultCode
from hub.ports import Access, Evidence, Intake
from hub.taking import chunks_of

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


class RestDoor:
    """`POST /axis/v1/documents`: 202 only after the journal's commit."""

    def __init__(
        self, access: Access, evidence: Evidence, intake: Intake, limit: int
    ) -> None:
        self._access = access
        self._taker = Taker(evidence, intake, limit)

    def routes(self) -> list[web.RouteDef]:
        """What the front serves."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Authenticate, stream to the evidence store, journal, answer."""
        try:
            source = self._access.source(AXIS_REST, shown(request))
            taken = await self._accept(request, source)
        except PermanentFailure as error:
            log.warning("refused at the door", extra={"code": error.fault.code})
            return problems.refused(error.fault)
        except TemporaryFailure as error:
            log.warning("door not ready", extra={"why": type(error).__name__})
            return problems.not_now()
        return _taken(taken)

    async def _accept(self, request: web.Request, source: Source) -> Taken:
        if request.content_type not in _TYPES:
            raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Type"))
        self._taker.check(request)
        return await self._taker.take(request, source, chunks_of(request))


def _taken(taken: Taken) -> web.Response:
    arrival = taken.arrival
    told = {
        "arrival": arrival.id,
        "sha256": arrival.digest,
        "size": arrival.size,
        "taken_at": arrival.accepted_at.isoformat(),
        "repeated": taken.repeated,
        "message": "Đã nhận và lưu; kết quả sẽ được báo sau.",
        "message_en": "Taken and kept; the outcome follows in a receipt.",
    }
    return web.Response(
        status=HTTPStatus.ACCEPTED,
        body=json.dumps(told, ensure_ascii=False).encode(),
        content_type="application/json",
    )
