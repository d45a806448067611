"""The one HTTP client that may leave: allow-list, no private address, size, time."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from hub.errors import NotAllowed, PermanentFailure, SourceUnavailable
from hub.model.calls import Call, OpenReply, Reply
from hub.model.faults import Fault, FaultCode
from hub.model.knowledge import Gathered
from hub.ports import Evidence

#: A large file may take its time, but never stand still for long.
_TIMEOUT = aiohttp.ClientTimeout(total=600, connect=5, sock_read=30)
_CHUNK = 65_536
#: Shorter than a relay's lease: who asks waits for the answer.
_ASK_SECONDS = 30.0
#: A portal's file is one redirect away at most (a login page is two).
_REDIRECTS = 3
_LATER = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,  # an operator mends it
        HTTPStatus.FORBIDDEN,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One address this hub may call.

    `private` admits loopback and inner networks; `files`: what documents point at may
    come from there. What the hub itself calls is not for documents to call.
    """

    scheme: str
    host: str
    port: int
    private: bool = False
    files: bool = True

    @classmethod
    def of(cls, url: str, *, private: bool = False, files: bool = True) -> Self:
        """The scheme, host and port of a URL from the settings."""
        parsed = URL(url)
        return cls(parsed.scheme, parsed.host or "", parsed.port or 0, private, files)

    @property
    def key(self) -> tuple[str, str, int]:
        """What a URL is known by."""
        return (self.scheme, self.host, self.port)


#: IPv6 that carries an IPv4 address, which may be an inner one: IPv4-compatible,
#: NAT64, Teredo, 6to4. No portal lives there.
_CARRYING = tuple(
    map(ipaddress.IPv6Network, ("::/96", "64:ff9b::/96", "2001::/32", "2002::/16"))
)


def _is_public(written: str) -> bool:
    """Whether an address leads outside; raises ValueError for what is none."""
    address = ipaddress.ip_address(written)
    carries = any(address in network for network in _CARRYING)
    return address.is_global and not address.is_multicast and not carries


class _GuardedResolver(AbstractResolver):
    """Refuses names that resolve to addresses the allow-list does not admit."""

    def __init__(self, private: frozenset[tuple[str, int]]) -> None:
        self._private = private
        self._inner = ThreadedResolver()

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if (host, port) not in self._private:
            found = [f for f in found if _is_public(f["host"])]
        if not found:
            raise OSError("no admissible address")
        return found

    async def close(self) -> None:
        await self._inner.close()


class FetchClient:
    """Implements the port Fetch; one session for the life of a process."""

    def __init__(self, allowed: Sequence[Allowed]) -> None:
        self._allowed: dict[tuple[str, str, int], Allowed] = {}
        for one in allowed:
            known = self._allowed.get(one.key, one)
            self._allowed[one.key] = replace(
                one,
                private=one.private or known.private,
                files=one.files or known.files,
            )
        self._private = frozenset((a.host, a.port) for a in allowed if a.private)
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, call: Call, most: int) -> Reply:
        """See the port."""
        with _troubles():
            async with asyncio.timeout(_ASK_SECONDS), self.open(call) as reply:
                body = bytearray()
                async for chunk in reply.chunks:
                    body += chunk
                    if len(body) > most:
                        raise SourceUnavailable(f"an answer over {most} bytes")
                return Reply(reply.status, reply.headers, bytes(body))

    @asynccontextmanager
    async def open(self, call: Call) -> AsyncIterator[OpenReply]:
        """See the port."""
        target = self._admit(call.url)
        with _troubles():
            async with self._open().request(
                call.method,
                target,
                data=call.body or None,
                headers=call.headers,
                allow_redirects=False,
            ) as response:
                headers = {k.lower(): v for k, v in response.headers.items()}
                yield OpenReply(response.status, headers, _chunks(response))

    async def download(self, url: str, into: Evidence, limit: int) -> Gathered:
        """See the port."""
        target = url
        try:
            for _ in range(_REDIRECTS + 1):
                self._admit(target, files=True)
                async with self.open(Call("GET", target)) as reply:
                    if reply.status == HTTPStatus.OK:
                        digest, size = await into.keep(reply.chunks, limit)
                        return Gathered(url, digest, size)
                    target = _next(target, reply)
        except PermanentFailure as error:
            return Gathered(url, fault=error.fault)
        return Gathered(url, fault=_lost("redirects"))

    async def close(self) -> None:
        """End the session."""
        if self._session:
            await self._session.close()
            self._session = None

    def _admit(self, url: str, *, files: bool = False) -> URL:
        try:
            parsed = URL(url)
        except ValueError as error:  # a document may point at anything
            raise NotAllowed(Fault(FaultCode.ADDRESS, "fetch")) from error
        key = (parsed.scheme, parsed.host or "", parsed.port or 0)
        allowed = self._allowed.get(key)
        if allowed is None or not self._admits_literal(parsed, allowed):
            raise NotAllowed(Fault(FaultCode.ADDRESS, "fetch", parsed.host or ""))
        if files and not allowed.files:
            raise NotAllowed(Fault(FaultCode.ADDRESS, "fetch", parsed.host or ""))
        return parsed

    @staticmethod
    def _admits_literal(url: URL, allowed: Allowed) -> bool:
        """An address written as digits passes no resolver, so it is looked at here."""
        try:
            return allowed.private or _is_public(url.host or "")
        except ValueError:
            return True

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=_GuardedResolver(self._private))
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=_TIMEOUT, trust_env=False
            )
        return self._session


@contextmanager
def _troubles() -> Iterator[None]:
    try:
        yield
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise SourceUnavailable(type(error).__name__) from error


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    with _troubles():
        async for chunk in response.content.iter_chunked(_CHUNK):
            yield chunk


def _next(url: str, reply: OpenReply) -> str:
    """Where a redirect leads; whether we may go there is asked like any address."""
    if reply.location:
        try:
            return str(URL(url).join(URL(reply.location)))
        except ValueError as error:
            raise PermanentFailure(_lost("redirect")) from error
    if reply.status in _LATER or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SourceUnavailable(f"HTTP {reply.status}")
    raise PermanentFailure(_lost(f"HTTP {reply.status}"))


def _lost(why: str) -> Fault:
    return Fault(FaultCode.FILE_UNAVAILABLE, "fetch", why)
