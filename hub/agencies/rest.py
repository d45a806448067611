"""The REST door of agencies: what waits is leased, had, acknowledged; theirs is taken.

Contract: schemas/agencies-rest.openapi.yaml, docs/co-quan-rest.md. Whose shelf it is
says the bearer token and nothing in the request.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from aiohttp import web

from hub import problems
from hub.agencies import rest_words as words
from hub.agencies.downloads import send_file
from hub.agencies.inbound import by_code, source_of
from hub.errors import NotAllowed, PermanentFailure, TemporaryFailure
from hub.journal.leasing import Lease
from hub.model.agencies import Agency
from hub.model.arrivals import AGENCY_REST, Offer
from hub.model.faults import Fault, FaultCode
from hub.model.ids import normal_code
from hub.model.shelf import Standing
from hub.ports import Access, Clock, Evidence, Intake
from hub.taking import check_entity, chunks_of, door_id

log = logging.getLogger(__name__)

ROOT = "/agencies/v1"
_ONE = ROOT + "/deliveries/{id:[0-9A-Za-z-]{1,64}}"

Handler = Callable[[web.Request, Agency], Awaitable[web.StreamResponse]]


class Shelf(Protocol):
    """What the door asks and tells the journal; each agency reaches only its own."""

    async def lease(self, wish: Lease) -> list[Standing]:
        """Take what nobody has in hand, urgent first, then the oldest."""

    async def look(self, queue: str, most: int) -> list[Standing]:
        """What stands there, leased or not, in the same order."""

    async def find(self, queue: str, message_id: str) -> Standing | None:
        """One thing that left for this agency, on its shelf or off it."""

    async def fetched(self, queue: str, message_id: str, at: datetime) -> None:
        """The whole body was sent to this agency; noted once."""

    async def acknowledge(self, queue: str, message_id: str, at: datetime) -> bool:
        """The agency has it; False: nothing of the kind left for it."""

    async def reject(
        self, queue: str, message_id: str, words: str, at: datetime
    ) -> bool:
        """The agency will never take it; False: nothing of the kind left for it."""


@dataclass(frozen=True, slots=True)
class Room:
    """What the door works with."""

    access: Access
    shelf: Shelf
    intake: Intake
    evidence: Evidence
    clock: Clock
    #: How agencies reach this hub, without a slash at the end.
    public_url: str
    #: The most bytes of one document.
    limit: int


class RestDoor:
    """Routes under /agencies/v1 beside the claim check."""

    def __init__(self, room: Room, agencies: Iterable[Agency]) -> None:
        self._room = room
        self._agencies = by_code(agencies)

    def routes(self) -> list[web.RouteDef]:
        """What the front serves."""
        return [
            web.get(f"{ROOT}/deliveries", self._known(self.look), allow_head=False),
            web.post(f"{ROOT}/deliveries/lease", self._known(self.lease)),
            web.get(_ONE, self._known(self.have), allow_head=False),
            web.post(f"{_ONE}/acknowledge", self._known(self.acknowledge)),
            web.post(f"{_ONE}/reject", self._known(self.reject)),
            web.post(f"{ROOT}/documents", self._known(self.document)),
            web.post(f"{ROOT}/statuses", self._known(self.status)),
        ]

    async def look(self, request: web.Request, agency: Agency) -> web.StreamResponse:
        """What waits for the agency; changes nothing."""
        most = words.limit_of(request)
        found = await self._room.shelf.look(agency.queue, most)
        return words.listed(found, self._room.public_url, self._room.clock.now())

    async def lease(self, request: web.Request, agency: Agency) -> web.StreamResponse:
        """Give some of it to this client alone, for a while."""
        wish, now = await words.wish_of(request), self._room.clock.now()
        until = now + timedelta(seconds=wish.seconds)
        asked = Lease(agency.queue, wish.most, now, until)
        found = await self._room.shelf.lease(asked)
        return words.listed(found, self._room.public_url, now)

    async def have(self, request: web.Request, agency: Agency) -> web.StreamResponse:
        """The whole body; having had it is not yet having acknowledged it."""
        found = await self._room.shelf.find(agency.queue, request.match_info["id"])
        path = self._path(found)
        if found is None or found.body is None or path is None:
            return words.unknown()
        kind = str(found.headers.get("content_type", "application/octet-stream"))
        response = await send_file(request, path, found.body, kind)
        await self._room.shelf.fetched(agency.queue, found.id, self._room.clock.now())
        return response

    def _path(self, found: Standing | None) -> Path | None:
        """Where its body is; None: erased, or never kept."""
        if found is None or found.body is None:
            return None
        path = self._room.evidence.path(found.body)
        return path if path.is_file() else None

    async def acknowledge(
        self, request: web.Request, agency: Agency
    ) -> web.StreamResponse:
        """The agency has stored it; the same again is the same answer."""
        await words.told(request)
        wanted, at = request.match_info["id"], self._room.clock.now()
        known = await self._room.shelf.acknowledge(agency.queue, wanted, at)
        return web.Response(status=HTTPStatus.NO_CONTENT) if known else words.unknown()

    async def reject(self, request: web.Request, agency: Agency) -> web.StreamResponse:
        """The agency will never take it: an operator's list."""
        why = words.reason_of(await words.told(request))
        wanted, at = request.match_info["id"], self._room.clock.now()
        known = await self._room.shelf.reject(agency.queue, wanted, why, at)
        return web.Response(status=HTTPStatus.NO_CONTENT) if known else words.unknown()

    async def document(
        self, request: web.Request, agency: Agency
    ) -> web.StreamResponse:
        """A document of the agency's own."""
        return await self._take(request, agency, words.DOCUMENTS)

    async def status(self, request: web.Request, agency: Agency) -> web.StreamResponse:
        """What the agency says of a document it was delivered."""
        return await self._take(request, agency, words.STATUSES)

    async def _take(
        self, request: web.Request, agency: Agency, kinds: frozenset[str]
    ) -> web.StreamResponse:
        """Stream to the evidence store, journal, answer; nothing is parsed here."""
        room = self._room
        if request.content_type not in kinds:
            raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Type"))
        check_entity(request, room.limit)
        digest, size = await room.evidence.keep(chunks_of(request), room.limit)
        own, chosen = door_id(request, digest)
        taken = await room.intake.accept(
            Offer(
                source=replace(source_of(agency), door=AGENCY_REST),
                door_id=own,
                digest=digest,
                size=size,
                content_type=request.headers.get("Content-Type", ""),
                strict_id=chosen,
            )
        )
        return words.taken(taken)

    def _known(
        self, handler: Handler
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler for whoever shows a token of an agency."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request, self._agency(request))
            except PermanentFailure as error:
                log.warning("refused at the door", extra={"code": error.fault.code})
                return problems.refused(error.fault)
            except TemporaryFailure as error:
                log.warning("door not ready", extra={"why": type(error).__name__})
                return problems.not_now()

        return handle

    def _agency(self, request: web.Request) -> Agency:
        """Who asks; raises NotAllowed."""
        shown = request.headers.getall("Authorization", ())
        code = self._room.access.agency(shown[0] if len(shown) == 1 else "")
        agency = self._agencies.get(normal_code(code))
        if agency is None:
            log.warning("token of nobody in the registry", extra={"code": code})
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        return agency
