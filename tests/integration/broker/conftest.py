"""Links, a declared topology, rows, and a proxy that can fall silent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Self

import aio_pika
import pytest

from hub.broker.connection import Link
from hub.broker.topology import declare
from hub.model.decisions import Lane
from hub.model.ids import ArrivalId
from hub.model.records import OutboxKind, OutboxRow

SLUG = "ubnd-huyen"


@pytest.fixture
async def link(broker_url: str) -> AsyncIterator[Link]:
    async with Link(broker_url, "test") as opened:
        await declare(await opened.channel(), (SLUG,))
        yield opened


@pytest.fixture
async def witness(broker_url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    """A second connection, to look and to meddle."""
    connection = await aio_pika.connect(broker_url)
    yield await connection.channel()
    await connection.close()


def delivery(number: int = 1, target: str = SLUG, **headers: str) -> OutboxRow:
    return OutboxRow(
        id=f"message-{number}",
        kind=OutboxKind.DELIVER,
        target=target,
        due_at=datetime(2019, 11, 15, tzinfo=UTC),
        lane=Lane.URGENT,
        headers={"content_type": "application/xml", "paper": 0, **headers},
    )


def wake(number: int = 1, target: str = "hub.arrivals") -> OutboxRow:
    return OutboxRow(
        id=f"wake-{number}",
        kind=OutboxKind.WAKE,
        target=target,
        due_at=datetime(2019, 11, 15, tzinfo=UTC),
        arrival=ArrivalId("a" * 32),
        headers={"trace": "00-1-2-03"},
    )


async def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for what the broker does in its own time; fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


class Proxy:
    """A door before the broker that can stop passing bytes without closing."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._passing = asyncio.Event()
        self._passing.set()
        self._pipes: set[asyncio.Task[None]] = set()
        self.port = 0
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    def fall_silent(self) -> None:
        self._passing.clear()

    def speak_again(self) -> None:
        """New connections pass; those that fell silent stay so."""
        self._passing = asyncio.Event()
        self._passing.set()

    async def _serve(self, reader, writer) -> None:
        self.connections += 1
        inner, outer = await asyncio.open_connection("127.0.0.1", self._port)
        passing = self._passing
        for one, other in ((reader, outer), (inner, writer)):
            pipe = asyncio.create_task(_pipe(one, other, passing))
            self._pipes.add(pipe)


async def _pipe(reader, writer, passing: asyncio.Event) -> None:
    try:
        while data := await reader.read(65_536):
            await passing.wait()
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
