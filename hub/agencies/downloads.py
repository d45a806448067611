"""Kept bytes to an agency: streamed, and known to have arrived only as a whole."""

import asyncio
import os
from pathlib import Path

from aiohttp import web

from hub.model.ids import Digest

#: Bytes read at once; a large original never stands in memory.
_CHUNK = 262_144


async def send_file(
    request: web.Request,
    path: Path,
    digest: Digest,
    content_type: str = "application/octet-stream",
) -> web.StreamResponse:
    """Send all of a file; a broken line raises, so that nobody is said to have it."""
    with path.open("rb") as file:
        response = web.StreamResponse(
            headers={
                "Content-Type": content_type,
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
