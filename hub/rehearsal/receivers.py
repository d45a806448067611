"""Agencies as ordinary AMQP consumers: one connection each, acknowledging by hand."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Self

import aio_pika
import aiohttp
from aio_pika.abc import AbstractIncomingMessage

Handler = Callable[[AbstractIncomingMessage], Awaitable[None]]

#: Kept here and not imported: an agency knows only what docs tell it.
_LANES = ("urgent", "ordinary")


@dataclass(frozen=True, slots=True)
class Received:
    """One message as an agency's system saw it."""

    agency: str
    queue: str
    message_id: str
    headers: dict[str, str | int] = field(hash=False)
    body: bytes = field(repr=False)
    #: The original by claim check; empty when it was not asked for.
    original: bytes = field(default=b"", repr=False)

    @property
    def body_is_whole(self) -> bool:
        """The body is what the header says it is."""
        return hashlib.sha256(self.body).hexdigest() == self.headers["body_sha256"]

    @property
    def original_is_whole(self) -> bool:
        """The original is what the header says it is."""
        digest = hashlib.sha256(self.original).hexdigest()
        return digest == self.headers["original_sha256"]


class Receivers:
    """Consumes the queues of some agencies and keeps all it got in a list."""

    def __init__(self, broker_url: str, tokens: dict[str, str]) -> None:
        self._broker_url = broker_url
        #: Queue slug -> bearer token of the claim check.
        self._tokens = tokens
        self._open = AsyncExitStack()
        self._web: aiohttp.ClientSession | None = None
        self.received: list[Received] = []
        self.news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._web = await self._open.enter_async_context(aiohttp.ClientSession())
        for agency in self._tokens:
            await self._attach(agency)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def of(self, known_by: str) -> list[Received]:
        """What came of one original: by its SHA-256, or by words of its DocumentId."""
        return [
            r
            for r in self.received
            if known_by == r.headers["original_sha256"]
            or (known_by and known_by in str(r.headers["document_id"]))
        ]

    async def wait_for(self, known_by: str, count: int, seconds: float) -> bool:
        """Whether so many messages of one original came in time."""
        try:
            async with asyncio.timeout(seconds), self.news:
                await self.news.wait_for(lambda: len(self.of(known_by)) >= count)
        except TimeoutError:
            return False
        return True

    async def _attach(self, agency: str) -> None:
        connection = await aio_pika.connect(self._broker_url)
        await self._open.enter_async_context(connection)
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=10)
        for lane in _LANES:
            queue = await channel.get_queue(f"agency.{agency}.{lane}")
            await queue.consume(self._handler(agency, queue.name))

    def _handler(self, agency: str, queue: str) -> Handler:
        async def handle(message: AbstractIncomingMessage) -> None:
            await self._keep(agency, queue, message)
            await message.ack()

        return handle

    async def _keep(
        self, agency: str, queue: str, message: AbstractIncomingMessage
    ) -> None:
        headers = {k: _plain(v) for k, v in message.headers.items()}
        body = message.body or await self._claim(agency, str(headers["body_url"]))
        original = b""
        if message.type != "notice":  # a word about a document, not one
            original = await self._claim(agency, str(headers["claim_url"]))
        got = Received(agency, queue, message.message_id or "", headers, body, original)
        async with self.news:
            self.received.append(got)
            self.news.notify_all()

    async def _claim(self, agency: str, url: str) -> bytes:
        assert self._web is not None, "entered"
        headers = {"Authorization": f"Bearer {self._tokens[agency]}"}
        async with self._web.get(url, headers=headers) as response:
            response.raise_for_status()
            return await response.read()


def _plain(value: object) -> str | int:
    return value if isinstance(value, int) else str(value)


def agencies_named(queues: Sequence[str], token_of: dict[str, str]) -> dict[str, str]:
    """The tokens of some agencies, each named once, in order."""
    return {queue: token_of[queue] for queue in dict.fromkeys(queues)}
