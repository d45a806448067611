"""What every HTTP door of the axis does with an entity: keep it, then record it."""

import asyncio
import re
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from adapters.axis import formhash
from hub.errors import PermanentFailure
from hub.model.arrivals import Offer, Source, Taken
from hub.model.faults import Fault, FaultCode
from hub.model.ids import Digest, digest_of
from hub.ports import Evidence, Intake

#: SHA-256 of what is sent, hex; among the signed headers of the VXP kit.
HASH_FILE = "XroadVnpt-hash-file"
KEY = re.compile(r"^[\x21-\x7e]{1,200}$")
#: Twice, one reader could take the first and another the last.
_ONCE = ("Content-Type", "Content-Encoding", "Idempotency-Key", HASH_FILE)
_CHUNK = 65_536
#: A line that stands still for so long is broken.
_IDLE_SECONDS = 60.0


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
        for name in _ONCE:
            if len(request.headers.getall(name, ())) > 1:
                raise PermanentFailure(Fault(FaultCode.FRAME, name))
        if not request.headers.get("Content-Type", "").isascii():
            raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Type"))
        if request.headers.get("Content-Encoding", "identity") != "identity":
            # aiohttp would unpack it, and what is kept must be what came.
            raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Encoding"))
        if (request.content_length or 0) > self.limit:
            detail = f"limit {self.limit} bytes"
            raise PermanentFailure(Fault(FaultCode.TOO_LARGE, detail=detail))
        key = request.headers.get("Idempotency-Key", "")
        if key and not KEY.match(key):
            raise PermanentFailure(Fault(FaultCode.KEY_REUSED, "Idempotency-Key"))

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
        key = request.headers.get("Idempotency-Key", "")
        return await self.intake.accept(
            Offer(
                source=source,
                door_id=key or _unkeyed(digest, entity),
                digest=digest,
                size=size,
                content_type=entity,
                strict_id=bool(key),
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


async def chunks_of(
    request: web.Request, head: bytes = b"", idle: float = _IDLE_SECONDS
) -> AsyncIterator[bytes]:
    """`head`, then what still comes; raises PermanentFailure(TRUNCATED).

    So it is when nothing comes for `idle` seconds.
    """
    if head:
        yield head
    while True:
        try:
            async with asyncio.timeout(idle):
                chunk = await request.content.read(_CHUNK)
        except TimeoutError as error:
            raise PermanentFailure(Fault(FaultCode.TRUNCATED, "body")) from error
        if not chunk:
            return
        yield chunk


def _said_hash(request: web.Request) -> str:
    return request.headers.get(HASH_FILE, "").strip().lower()


def _unkeyed(digest: Digest, entity: str) -> str:
    """Identity without a key: the bytes, and the header that says what they are."""
    return f"{digest}/{digest_of(entity.encode())[:16]}"
