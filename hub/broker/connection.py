"""One connection to RabbitMQ that is opened again when somebody needs it.

We do not use aio-pika's robust connections: they restore channels and consumers
behind our back and can come back silent. Here whoever uses a channel hears that it
died, and asks for the next one.
"""

import asyncio
from collections import deque
from contextlib import suppress
from logging import getLogger
from typing import Self
from urllib.parse import unquote, urlsplit

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from hub.broker.tolerance import tolerate
from hub.errors import BrokerUnavailable
from hub.retries import until_connected

log = getLogger(__name__)

#: Seconds for opening a connection or a channel.
_PATIENCE = 10.0
#: Seconds for a polite end; a half-open connection does not answer it.
_FAREWELL = 2.0
#: Seconds between heartbeats: a half-open socket is found after twice that.
_HEARTBEAT = 10
#: What aio-pika and aiormq raise when the broker is away; stops in this package.
FAILURES = (*CONNECTION_EXCEPTIONS, TimeoutError)


def nodes(url: str) -> tuple[str, ...]:
    """The URLs of a cluster's nodes; a setting lists them by blanks or commas."""
    return tuple(url.replace(",", " ").split()) or ("",)


class Link:
    """A connection opened at need and shared by its channels.

    Where a cluster's nodes are listed, the next one is tried when one is away.
    """

    def __init__(self, url: str, name: str = "hub") -> None:
        tolerate()
        self._nodes = deque(nodes(url))
        self._name = name
        self._connection: AbstractConnection | None = None
        self._opening = asyncio.Lock()

    @property
    def user(self) -> str:
        """The user we log in as: the broker lets us claim no other `user_id`."""
        return unquote(urlsplit(self._nodes[0]).username or "guest")

    @property
    def address(self) -> str:
        """Where it leads, without the password; for lines and error texts."""
        parts = urlsplit(self._nodes[0])
        return f"{parts.hostname}:{parts.port or 5672}{parts.path or '/'}"

    async def channel(self, *, confirms: bool = True) -> AbstractChannel:
        """A new channel; what it publishes is confirmed, and raises when returned.

        Raises BrokerUnavailable.
        """
        connection = await self._open()
        try:
            async with asyncio.timeout(_PATIENCE):
                channel = connection.channel(
                    publisher_confirms=confirms, on_return_raises=confirms
                )
                await channel.initialize()
                return channel
        except FAILURES as error:
            await self.drop()
            raise BrokerUnavailable(f"{self.address}: {error!r}") from error

    async def _open(self) -> AbstractConnection:
        async with self._opening:
            # `is_closed` tells of our own close only; `connected` of the other side's.
            if self._connection is None or not self._connection.connected.is_set():
                await self.drop()
                self._connection = await self._connect()
            return self._connection

    async def _connect(self) -> AbstractConnection:
        """To the node that answered last, else to the next; raises BrokerUnavailable.

        Each is asked once: whoever waits for all of them asks again.
        """
        for _ in range(len(self._nodes) - 1):
            try:
                return await self._connect_to_first()
            except BrokerUnavailable as error:
                log.warning("node away", extra={"why": str(error)})
                self._nodes.rotate(-1)
        return await self._connect_to_first()

    async def _connect_to_first(self) -> AbstractConnection:
        try:
            async with asyncio.timeout(_PATIENCE):
                connection = await aio_pika.connect(
                    self._nodes[0],
                    heartbeat=_HEARTBEAT,
                    client_properties={"connection_name": self._name},
                )
        except FAILURES as error:
            raise BrokerUnavailable(f"{self.address}: {error!r}") from error
        log.info("connected", extra={"broker": self.address, "name_": self._name})
        return connection

    async def drop(self) -> None:
        """Give the connection up; the next `channel` opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await _end(connection)

    async def close(self) -> None:
        """The clean end; waits for one that is being opened."""
        async with self._opening:
            await self.drop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def connect(url: str, name: str = "hub", seconds: float = 60) -> Link:
    """A link that is up; tries for `seconds`, then raises BrokerUnavailable."""
    link = Link(url, name)
    async for attempt in until_connected(seconds):
        with attempt:
            channel = await link.channel()
            await channel.close()
    return link


async def _end(connection: AbstractConnection) -> None:
    """Close politely; where nobody answers, a second call clears up what is ours."""
    transport = connection.transport
    with suppress(*FAILURES):
        async with asyncio.timeout(_FAREWELL):
            await connection.close()
            return
    if transport is not None:
        with suppress(*FAILURES):
            async with asyncio.timeout(_FAREWELL):
                await transport.close(None)
