"""The claim check: an agency downloads what was delivered to it, and nothing else."""

import asyncio
import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from hub.errors import NotAllowed, TemporaryFailure
from hub.model.ids import AgencyCode, Digest
from hub.model.records import Delivery
from hub.ports import Access, Clock

log = logging.getLogger(__name__)

#: Bytes read at once; a large original never stands in memory.
_CHUNK = 262_144

PATH = "/agencies/v1/claims/{digest:[0-9a-f]{64}}"


class Deliveries(Protocol):
    """What the door asks the journal."""

    async def delivery(self, agency: AgencyCode, digest: Digest) -> Delivery | None:
        """The delivery through which an agency may have these bytes, if any."""


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
    ) -> None:
        self._access = access
        self._evidence = evidence
        self._deliveries = deliveries
        self._fetched = fetched
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """What the front serves."""
        return [web.get(PATH, self.take, allow_head=False)]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """The bytes; 401 without a token, 404 for anything not the agency's own."""
        digest = Digest(request.match_info["digest"])
        try:
            agency = self._access.agency(request.headers.get("Authorization", ""))
            delivery = await self._deliveries.delivery(agency, digest)
        except NotAllowed:
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        except TemporaryFailure:
            return web.Response(status=503, headers={"Retry-After": "5"})
        path = self._evidence.path(digest)
        if delivery is None or not path.is_file():
            log.warning("claim refused", extra={"agency": agency, "sha256": digest})
            return web.Response(status=404)
        response = await _sent(request, path, digest)
        await self._fetched.fetched(delivery.id, self._clock.now())
        return response


async def _sent(request: web.Request, path: Path, digest: Digest) -> web.StreamResponse:
    """Send all of a file; a broken line raises, so that nobody is said to have it."""
    with path.open("rb") as file:
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Length": str(os.fstat(file.fileno()).st_size),
                "Digest": f"sha-256={digest}",
                "X-Content-Type-Options": "nosniff",
            }
        )
        await response.prepare(request)
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            await response.write(chunk)
    await response.write_eof()
    return response
