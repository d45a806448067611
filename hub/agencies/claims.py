"""The claim check: an agency downloads what it was delivered, or sent; nothing else."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from hub.agencies.downloads import send_file
from hub.agencies.inbound import by_code
from hub.errors import NotAllowed, TemporaryFailure
from hub.model.agencies import Agency, agency_source
from hub.model.ids import AgencyCode, Digest, normal_code
from hub.model.records import Delivery
from hub.ports import Access, Clock

log = logging.getLogger(__name__)

PATH = "/agencies/v1/claims/{digest:[0-9a-f]{64}}"


class Deliveries(Protocol):
    """What the door asks the journal."""

    async def delivery(self, agency: AgencyCode, digest: Digest) -> Delivery | None:
        """The delivery through which an agency may have these bytes, if any."""

    async def sent(self, source: str, digest: Digest) -> bool:
        """Whether these very bytes once came from a source."""


class Fetched(Protocol):
    """What the door tells the journal."""

    async def fetched(self, delivery: str, at: datetime) -> bool:
        """The agency took this delivery; recorded once."""


class Kept(Protocol):
    """What the door needs of the evidence store."""

    def path(self, digest: Digest) -> Path:
        """Where the bytes are on this host."""


class ClaimDoor:
    """`GET /agencies/v1/claims/<sha256>` with the agency's bearer token."""

    def __init__(
        self,
        access: Access,
        evidence: Kept,
        deliveries: Deliveries,
        fetched: Fetched,
        clock: Clock,
        agencies: Iterable[Agency] = (),
    ) -> None:
        self._access = access
        self._evidence = evidence
        self._deliveries = deliveries
        self._fetched = fetched
        self._clock = clock
        self._agencies = by_code(agencies)

    def routes(self) -> list[web.RouteDef]:
        """What the front serves."""
        return [web.get(PATH, self.take, allow_head=False)]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """The bytes; 401 without a token, 404 for anything not the agency's own."""
        digest = Digest(request.match_info["digest"])
        try:
            agency = self._known(self._access.agency(_shown(request)))
            delivery = await self._deliveries.delivery(agency, digest)
            own = delivery is None and await self._sent(agency, digest)
        except NotAllowed:
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        except TemporaryFailure:
            return web.Response(status=503, headers={"Retry-After": "5"})
        path = self._evidence.path(digest)
        if not (delivery or own) or not path.is_file():
            log.warning("claim refused", extra={"agency": agency, "sha256": digest})
            return web.Response(status=404)
        response = await send_file(request, path, digest)
        if delivery is not None:
            await self._fetched.fetched(delivery.id, self._clock.now())
        return response

    def _known(self, code: AgencyCode) -> AgencyCode:
        """The code deliveries bear, where the settings name an agency by another."""
        agency = self._agencies.get(normal_code(code))
        return agency.code if agency else code

    async def _sent(self, code: AgencyCode, digest: Digest) -> bool:
        """Its own original, of which receipts and notices name the address."""
        agency = self._agencies.get(normal_code(code))
        if agency is None:
            return False
        return await self._deliveries.sent(agency_source(agency.queue), digest)


def _shown(request: web.Request) -> str:
    """The token's header; shown twice, it is nobody's."""
    shown = request.headers.getall("Authorization", ())
    return shown[0] if len(shown) == 1 else ""
