"""How HTTP doors take an entity: what a request must be, its bytes, its identity."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from hub.errors import PermanentFailure
from hub.model.faults import Fault, FaultCode
from hub.model.ids import Digest, digest_of

KEY = re.compile(r"^[\x21-\x7e]{1,200}$")
#: Twice, one reader could take the first and another the last.
_ONCE = ("Content-Type", "Content-Encoding", "Idempotency-Key")
_CHUNK = 65_536
#: A line that stands still for so long is broken.
_IDLE_SECONDS = 60.0


def check_entity(request: web.Request, limit: int, further: Sequence[str] = ()) -> None:
    """Refuse by the headers what need not be read first; `further` come once, too.

    Raises PermanentFailure: FRAME (a header that may come once came twice),
    CONTENT_TYPE, TOO_LARGE, KEY_REUSED.
    """
    for name in (*_ONCE, *further):
        if len(request.headers.getall(name, ())) > 1:
            raise PermanentFailure(Fault(FaultCode.FRAME, name))
    if not request.headers.get("Content-Type", "").isascii():
        raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Type"))
    if request.headers.get("Content-Encoding", "identity") != "identity":
        # aiohttp would unpack it, and what is kept must be what came.
        raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "Content-Encoding"))
    if (request.content_length or 0) > limit:
        detail = f"limit {limit} bytes"
        raise PermanentFailure(Fault(FaultCode.TOO_LARGE, detail=detail))
    key = request.headers.get("Idempotency-Key", "")
    if key and not KEY.match(key):
        raise PermanentFailure(Fault(FaultCode.KEY_REUSED, "Idempotency-Key"))


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


def door_id(request: web.Request, digest: Digest) -> tuple[str, bool]:
    """The identity of an entity at its door, and whether the client chose it.

    Without a key: the bytes, and the header that says what they are.
    """
    if key := request.headers.get("Idempotency-Key", ""):
        return key, True
    entity = request.headers.get("Content-Type", "")
    return f"{digest}/{digest_of(entity.encode())[:16]}", False
