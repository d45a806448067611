"""Takes messages from one queue, hands them on, settles them; never falls silent.

The fates of a message: handled (ack), trouble that passes (back to the queue after a
short pause), a bug (buried with its story, then ack). A bug must not lose a message:
where burying fails too, the message stays.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from logging import getLogger
from traceback import format_exception
from typing import NoReturn

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from hub.broker.connection import FAILURES, Link
from hub.broker.headers import Value, clean, from_amqp
from hub.broker.topology import open_queue
from hub.errors import BrokerUnavailable, TemporaryFailure

log = getLogger(__name__)

#: Seconds before a subscription is tried again, doubling up to the last.
_FIRST_AGAIN, _LAST_AGAIN = 0.2, 10.0
#: Ticks in a row that must look silent: at one moment a message may be on its way.
_DOUBTS = 2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The times of a consumer, in seconds."""

    #: Between two looks at a consumer that hears nothing.
    tick: float = 15.0
    #: How long a message is held before it goes back: it blocks a place meanwhile,
    #: and must be settled well inside the broker's delivery timeout of 30 minutes.
    pause: float = 1.0
    #: For the broker's answer to one question.
    patience: float = 10.0


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as it came."""

    message_id: str
    body: bytes = field(repr=False)
    #: Text and whole numbers only, cleaned (see `hub.broker.headers`).
    headers: Mapping[str, Value] = field(hash=False)
    redelivered: bool
    queue: str
    #: The user the broker knows to have published it; empty: it did not say.
    user_id: str = ""
    content_type: str = ""
    content_encoding: str = ""
    #: The exchange it was published to; "": straight to the queue.
    exchange: str = ""
    routing_key: str = ""


Inbox = asyncio.Queue[AbstractIncomingMessage | None]
Handle = Callable[[Incoming], Awaitable[None]]
#: Gets the message and the story (a traceback) of the bug it met.
Bury = Callable[[Incoming, str], Awaitable[None]]


class Consumer:
    """One subscription to one queue, kept alive until cancelled."""

    def __init__(
        self,
        link: Link,
        queue: str,
        prefetch: int,
        handle: Handle,
        bury: Bury,
        *,
        rhythm: Rhythm = Rhythm(),
    ) -> None:
        self._link = link
        self._queue = queue
        self._prefetch = prefetch
        self._handle = handle
        self._bury = bury
        self._rhythm = rhythm
        #: Messages being handled now.
        self.in_hand = 0
        #: How often it subscribed: 1 is a life without trouble.
        self.subscriptions = 0

    async def run(self) -> NoReturn:
        """Take messages until cancelled; what is in hand then goes back by itself."""
        again = _FIRST_AGAIN
        async with asyncio.TaskGroup() as hands:
            while True:
                before = self.subscriptions
                reason = await self._life(hands)
                log.warning(
                    "subscription ended",
                    extra={"queue": self._queue, "reason": reason},
                )
                worked = self.subscriptions > before
                again = _FIRST_AGAIN if worked else min(again * 2, _LAST_AGAIN)
                await asyncio.sleep(again)

    async def _life(self, hands: asyncio.TaskGroup) -> str:
        """One subscription from its begin to its end; returns why it ended."""
        try:
            return await self._subscribe(hands)
        except TimeoutError:
            await self._link.drop()  # half-open: no channel of it is any good
            return "no answer"
        except (BrokerUnavailable, *FAILURES) as error:
            return repr(error)
        except asyncio.CancelledError as stray:
            if _being_cancelled():
                raise
            return f"the client library cancelled: {stray}"

    async def _subscribe(self, hands: asyncio.TaskGroup) -> str:
        channel = await self._link.channel(confirms=False)
        try:
            async with asyncio.timeout(self._rhythm.patience):
                await channel.set_qos(prefetch_count=self._prefetch)
                queue = await open_queue(channel, self._queue)
                inbox = await _inbox(channel, queue)
            self.subscriptions += 1
            return await self._listen(inbox, queue, hands)
        finally:
            await _closed(channel, self._rhythm.patience)

    async def _listen(
        self, inbox: Inbox, queue: AbstractQueue, hands: asyncio.TaskGroup
    ) -> str:
        """Hand on what comes; the heartbeat is "a message or a tick"."""
        doubts = 0
        while True:
            try:
                async with asyncio.timeout(self._rhythm.tick):
                    message = await inbox.get()
            except TimeoutError:
                doubts = doubts + 1 if await self._looks_silent(queue) else 0
                if doubts == _DOUBTS:
                    return "silent though messages wait"
                continue
            if message is None:
                return "the broker ended it"
            doubts = 0
            hands.create_task(self._settle(message))

    async def _looks_silent(self, queue: AbstractQueue) -> bool:
        """Whether the broker does not know us, or something waits that we do not get.

        The question itself proves the channel; raises TimeoutError without an answer.
        """
        async with asyncio.timeout(self._rhythm.patience):
            seen = await queue.channel.declare_queue(queue.name, passive=True)
        counts = seen.declaration_result
        waiting = bool(counts.message_count) and self.in_hand < self._prefetch
        return waiting or not counts.consumer_count

    async def _settle(self, message: AbstractIncomingMessage) -> None:
        self.in_hand += 1
        try:
            done = await self._done_with(_incoming(message, self._queue))
            await (message.ack() if done else message.nack(requeue=True))
        except FAILURES as error:
            # The channel died meanwhile: the broker gives the message out again.
            log.info("not settled", extra={"reason": repr(error)})
        finally:
            self.in_hand -= 1

    async def _done_with(self, incoming: Incoming) -> bool:
        """Whether the message may go: handled, or buried with its story."""
        trouble = await _attempt(self._handle(incoming))
        if trouble is None:
            return True
        if not isinstance(trouble, TemporaryFailure):
            log.error("buried", extra={"message_id": incoming.message_id})
            story = "".join(format_exception(trouble))
            trouble = await _attempt(self._bury(incoming, story))
            if trouble is None:
                return True
        log.warning(
            "message goes back",
            extra={"message_id": incoming.message_id, "reason": repr(trouble)},
        )
        await asyncio.sleep(self._rhythm.pause)
        return False


async def _attempt(doing: Awaitable[None]) -> Exception | None:
    """Await it; what it raised, if anything."""
    try:
        await doing
    except asyncio.CancelledError as stray:
        if _being_cancelled():
            raise
        return RuntimeError(f"cancelled from within: {stray}")
    except Exception as error:  # noqa: BLE001 - a bug must not lose a message: it is buried
        return error
    return None


def _being_cancelled() -> bool:
    """Whether somebody wants this task to end, rather than a library's own future."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _inbox(channel: AbstractChannel, queue: AbstractQueue) -> Inbox:
    """Subscribe; messages arrive in the inbox, None when the broker ended it."""
    inbox: Inbox = asyncio.Queue()

    async def ended(*_: object) -> None:
        await inbox.put(None)

    underlay = await channel.get_underlay_channel()
    underlay.on_consumer_cancel_callbacks.add(ended)
    channel.close_callbacks.add(ended)
    await queue.consume(inbox.put)
    return inbox


async def _closed(channel: AbstractChannel, seconds: float) -> None:
    with suppress(*FAILURES):
        async with asyncio.timeout(seconds):
            await channel.close()


def _incoming(message: AbstractIncomingMessage, queue: str) -> Incoming:
    return Incoming(
        message_id=clean(message.message_id or ""),
        body=message.body,
        headers=from_amqp(message.headers),
        redelivered=bool(message.redelivered),
        queue=queue,
        user_id=clean(message.user_id or ""),
        content_type=clean(message.content_type or ""),
        content_encoding=clean(message.content_encoding or ""),
        exchange=message.exchange or "",
        routing_key=message.routing_key or "",
    )
