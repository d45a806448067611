"""The one HTTP client that may leave: allow-list, no private address, size, time."""

import ipaddress
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from hub.errors import NotAllowed, SourceUnavailable
from hub.model.faults import Fault, FaultCode

#: An answer longer than this is not one we wait for.
_ANSWER_BYTES = 65_536
_TIMEOUT = aiohttp.ClientTimeout(total=30, connect=5)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One address this hub may call; `private` admits loopback and inner networks."""

    scheme: str
    host: str
    port: int
    private: bool = False

    @classmethod
    def of(cls, url: str, *, private: bool = False) -> Self:
        """The scheme, host and port of a URL from the settings."""
        parsed = URL(url)
        return cls(parsed.scheme, parsed.host or "", parsed.port or 0, private)


class _GuardedResolver(AbstractResolver):
    """Refuses names that resolve to addresses the allow-list does not admit."""

    def __init__(self, private_hosts: frozenset[str]) -> None:
        self._private_hosts = private_hosts
        self._inner = ThreadedResolver()

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if host not in self._private_hosts:
            found = [f for f in found if ipaddress.ip_address(f["host"]).is_global]
        if not found:
            raise OSError("no admissible address")
        return found

    async def close(self) -> None:
        await self._inner.close()


class FetchClient:
    """Implements the port Fetch; one session for the life of a process."""

    def __init__(self, allowed: Sequence[Allowed]) -> None:
        self._allowed = {(a.scheme, a.host, a.port): a for a in allowed}
        self._private = frozenset(a.host for a in allowed if a.private)
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """See the port."""
        target = self._admit(url)
        try:
            async with self._open().post(
                target, data=body, headers=headers, allow_redirects=False
            ) as response:
                return response.status, await response.content.read(_ANSWER_BYTES)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise SourceUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        """End the session."""
        if self._session:
            await self._session.close()
            self._session = None

    def _admit(self, url: str) -> URL:
        parsed = URL(url)
        key = (parsed.scheme, parsed.host or "", parsed.port or 0)
        allowed = self._allowed.get(key)
        if allowed is None or not self._admits_literal(parsed, allowed):
            raise NotAllowed(Fault(FaultCode.ADDRESS, "fetch", parsed.host or ""))
        return parsed

    @staticmethod
    def _admits_literal(url: URL, allowed: Allowed) -> bool:
        """An address written as digits passes no resolver, so it is looked at here."""
        try:
            address = ipaddress.ip_address(url.host or "")
        except ValueError:
            return True
        return allowed.private or address.is_global

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(resolver=_GuardedResolver(self._private))
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=_TIMEOUT, trust_env=False
            )
        return self._session
