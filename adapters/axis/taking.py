"""What every HTTP door of the axis does with an entity: keep it, then record it."""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import dataclass

from aiohttp import web

from adapters.axis import formhash
from hub.errors import PermanentFailure
from hub.model.arrivals import Offer, Source, Taken
from hub.model.faults import Fault, FaultCode
from hub.model.ids import Digest, digest_of
from hub.ports import Evidence, Intake
from hub.taking import check_entity, door_id

#: SHA-256 of what is sent, hex; among the signed headers of the VXP kit.
HASH_FILE = "XroadVnpt-hash-file"


@dataclass(frozen=True, slots=True)
class Taker:
    """The evidence store and the journal behind a door."""

    evidence: Evidence
    intake: Intake
    #: The most bytes of one entity.
    limit: int

    def check(self, request: web.Request) -> None:
        """Refuse by the headers what need not be read first.

        Raises PermanentFailure: FRAME (a header that may come once came twice),
        CONTENT_TYPE, TOO_LARGE, KEY_REUSED.
        """
        check_entity(request, self.limit, (HASH_FILE,))

    async def take(
        self, request: web.Request, source: Source, chunks: AsyncIterable[bytes]
    ) -> Taken:
        """Stream the body to disk and record it; returns after the journal's commit.

        Raises PermanentFailure: TOO_LARGE, TRUNCATED (nothing more comes),
        HASH_MISMATCH; KeyReused; TemporaryFailure.
        """
        digest, size = await self.evidence.keep(chunks, self.limit)
        entity = request.headers.get("Content-Type", "")
        said = _said_hash(request)
        if said and not await self._is_hash(said, digest, entity):
            raise PermanentFailure(Fault(FaultCode.HASH_MISMATCH, HASH_FILE))
        own, chosen = door_id(request, digest)
        return await self.intake.accept(
            Offer(
                source=source,
                door_id=own,
                digest=digest,
                size=size,
                content_type=entity,
                strict_id=chosen,
            )
        )

    async def _is_hash(self, said: str, digest: Digest, entity: str) -> bool:
        """Of the whole body, or of the file in a form, as the kit hashes it."""
        if said == digest or not formhash.is_form(entity):
            return said == digest
        path = self.evidence.path(digest)
        return said == await asyncio.to_thread(formhash.file_digest, path, entity)


def check_hash(request: web.Request, body: bytes) -> None:
    """The same for a small message at hand; raises PermanentFailure(HASH_MISMATCH)."""
    said = _said_hash(request)
    if said and said != digest_of(body):
        raise PermanentFailure(Fault(FaultCode.HASH_MISMATCH, HASH_FILE))


def _said_hash(request: web.Request) -> str:
    return request.headers.get(HASH_FILE, "").strip().lower()
