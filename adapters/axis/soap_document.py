"""GetDocument's answer, streamed from disk: base64 in the message, or MTOM."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

import pybase64
from aiohttp import web

from adapters.axis.soap_replies import document_frame
from adapters.axis.soap_wire import Asked, Version
from hub.model.shelf import Waiting

#: A multiple of three, so that base64 of the pieces is base64 of the whole.
_CHUNK = 3 * 65_536
_ROOT, _PART = "root@lienthong", "document@lienthong"


async def send_document(
    request: web.Request, found: Asked, waiting: Waiting, path: Path
) -> web.StreamResponse:
    """Send the normalised envelope at `path`; a broken line raises."""
    size = await asyncio.to_thread(lambda: path.stat().st_size)
    if found.reads_mtom:
        before, after, kind = _multipart(found.version, waiting)
        length = size
    else:
        before, after = document_frame(found.version, waiting, "")
        kind = f"{found.version.media_type}; charset=utf-8"
        length = (size + 2) // 3 * 4
    headers = {
        "Content-Type": kind,
        "Content-Length": str(len(before) + length + len(after)),
    }
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(before)
    with path.open("rb") as file:
        async for chunk in _chunks(file):
            await response.write(
                chunk if found.reads_mtom else pybase64.b64encode(chunk)
            )
    await response.write(after)
    await response.write_eof()
    return response


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(file.read, _CHUNK):
        yield chunk


def _multipart(version: Version, waiting: Waiting) -> tuple[bytes, bytes, str]:
    """What stands before and after the document's bytes, and the content type."""
    boundary = token_hex(16)
    message = b"".join(document_frame(version, waiting, _PART))
    inner = f'application/xop+xml; charset=utf-8; type="{version.media_type}"'
    before = (
        f"--{boundary}\r\nContent-Type: {inner}\r\n"
        f"Content-Transfer-Encoding: binary\r\nContent-ID: <{_ROOT}>\r\n\r\n"
    ).encode()
    between = (
        f"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Transfer-Encoding: binary\r\nContent-ID: <{_PART}>\r\n\r\n"
    ).encode()
    kind = (
        f'multipart/related; type="application/xop+xml"; start="<{_ROOT}>"; '
        f'start-info="{version.media_type}"; boundary="{boundary}"'
    )
    return before + message + between, f"\r\n--{boundary}--\r\n".encode(), kind
