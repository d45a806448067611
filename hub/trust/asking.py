"""One question to one server, by whatever client may ask it."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urljoin

from hub.errors import SourceUnavailable
from hub.model.calls import Call, OpenReply
from hub.model.revocations import RevocationKind
from hub.trust.wants import Unfit, Want

#: From http to https, and on to where the list really lies.
_REDIRECTS = 2


class Asking(Protocol):
    """As much of the port Fetch as is needed here."""

    def open(self, call: Call) -> AbstractAsyncContextManager[OpenReply]:
        """See `hub.ports.Fetch`."""

    async def close(self) -> None:
        """End the session."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How servers are asked; operating values, they change no verdict made."""

    #: How long one document waits for all its answers.
    wait_seconds: float = 5.0
    #: How long one download may take; it goes on when the document no longer waits.
    download_seconds: float = 60.0
    #: Downloads at once in one process, and of them from one server.
    at_once: int = 8
    per_server: int = 2
    #: 20,000 entries take 800 KB; the largest lists anywhere some 10 MB.
    list_bytes: int = 20_000_000
    answer_bytes: int = 65_536


async def fetched(want: Want, fetch: Asking, manner: Manner) -> bytes:
    """What the server sends; redirects only to servers that may be asked.

    Raises Unfit, PermanentFailure where an address is not allowed, SourceUnavailable.
    """
    wanted, url = want.wanted, want.wanted.url
    is_list = wanted.kind is RevocationKind.CRL
    most = manner.list_bytes if is_list else manner.answer_bytes
    for _ in range(_REDIRECTS + 1):
        async with fetch.open(_call(want, url)) as reply:
            if reply.status == HTTPStatus.OK:
                return await _whole(reply, most)
            url = _next(url, _location(reply))
    raise Unfit("redirects")


def _call(want: Want, url: str) -> Call:
    if want.wanted.kind is RevocationKind.CRL:
        return Call("GET", url)
    headers = {"content-type": "application/ocsp-request"}
    return Call("POST", url, headers, want.request())


def _location(reply: OpenReply) -> str:
    """Where a redirect leads; raises Unfit, or SourceUnavailable for a sick server."""
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SourceUnavailable(f"HTTP {reply.status}")
    if not reply.location:
        raise Unfit(f"HTTP {reply.status}")
    return reply.location


def _next(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:  # a server may send anything
        raise Unfit("redirects") from error


async def _whole(reply: OpenReply, most: int) -> bytes:
    body = bytearray()
    async for chunk in reply.chunks:
        body += chunk
        if len(body) > most:
            raise Unfit("too large")
    return bytes(body)
