"""The way to the broker: persistent, mandatory, confirmed, many at once."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity, DeliveryError, PublishError

from hub.broker.connection import FAILURES, Link
from hub.broker.headers import to_amqp
from hub.broker.topology import DELIVERIES, agency_queue, routing_key
from hub.broker.window import Window
from hub.errors import BrokerUnavailable, Unroutable
from hub.model.records import OutboxRow

_DEFAULT_EXCHANGE = ""
#: Beyond 100 outstanding confirms nothing is gained (ENGINEERING.md B.3e) ...
WINDOW_MESSAGES = 100
#: ... and 20 bodies of 1 MB is where large ones are at their best.
WINDOW_BYTES = 20_000_000
#: Seconds for a confirm; a loaded quorum queue answers within one.
CONFIRM_SECONDS = 15.0
#: Bytes a second a slow broker is still trusted with, on top of that.
_SLOWEST = 1_000_000


@dataclass(slots=True)
class _Opened:
    """A channel, and how many publishes wait on it for the broker's word."""

    channel: AbstractChannel
    out: int = 0
    #: Takes nothing new; closed when nothing waits on it any more.
    retired: bool = False


class BrokerPublisher:
    """See `hub.ports.Publisher`; safe for many concurrent calls.

    All calls share one channel and one window. What goes wrong with the channel is
    told to every call that is out; the next call opens another.

    After a nack the next call opens another, too: RabbitMQ 3.10 keeps a queue's leader
    in mind per channel, and one that saw it die may be refused for ever.
    """

    def __init__(
        self,
        link: Link,
        *,
        messages: int = WINDOW_MESSAGES,
        octets: int = WINDOW_BYTES,
        confirm_seconds: float = CONFIRM_SECONDS,
    ) -> None:
        self._link = link
        self._window = Window(messages, octets)
        self._confirm_seconds = confirm_seconds
        self._opening = asyncio.Lock()
        self._opened: _Opened | None = None

    async def deliver(self, row: OutboxRow, body: bytes) -> None:
        key = routing_key(row.target, row.lane)
        message = self._message(row, body, to_amqp(row.headers))
        await self._send(DELIVERIES, key, message, agency_queue(row.target, row.lane))

    async def wake(self, row: OutboxRow) -> None:
        trace = row.headers.get("trace") or row.headers.get("traceparent") or ""
        pointer = {"arrival": row.arrival, "trace": trace}
        body = json.dumps(pointer, separators=(",", ":")).encode()
        message = self._message(row, body, {})
        await self._send(_DEFAULT_EXCHANGE, row.target, message, row.target)

    def _message(
        self, row: OutboxRow, body: bytes, headers: dict[str, str | int]
    ) -> Message:
        """The same row gives the same message at every try: no clock, no counter."""
        return Message(
            body,
            headers=dict(headers),
            content_type=str(row.headers.get("content_type", "application/json")),
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=row.id,
            type=row.kind,
            user_id=self._link.user,
        )

    async def _send(
        self, exchange: str, key: str, message: Message, queue: str
    ) -> None:
        async with self._window.room(len(message.body)):
            try:
                await self._confirmed(exchange, key, message)
            except PublishError as error:
                raise Unroutable(f"no queue takes {key}: {error}") from error
            except DeliveryError as error:
                raise await self._why_refused(queue) from error

    async def _confirmed(self, exchange: str, key: str, message: Message) -> None:
        """Publish and wait for the broker's word; raises BrokerUnavailable."""
        opened = await self._open()
        opened.out += 1
        patience = self._confirm_seconds + len(message.body) / _SLOWEST
        try:
            target = await opened.channel.get_exchange(exchange, ensure=False)
            async with asyncio.timeout(patience):
                await target.publish(message, key, mandatory=True)
        except PublishError:
            raise
        except DeliveryError:
            opened.retired = True
            raise
        except TimeoutError as error:
            # Half-open, blocked by an alarm, or worse: whoever else waits hears it.
            await self._give_up(opened, whole_link=True)
            raise BrokerUnavailable(f"no confirm within {patience:.0f} s") from error
        except FAILURES as error:
            await self._give_up(opened)
            raise BrokerUnavailable(f"publish failed: {error!r}") from error
        finally:
            opened.out -= 1
            await _close_if_done(opened)

    async def _open(self) -> _Opened:
        async with self._opening:
            known = self._opened
            if known is None or known.retired or known.channel.is_closed:
                self._opened = known = _Opened(await self._link.channel())
            return known

    async def _give_up(self, opened: _Opened, *, whole_link: bool = False) -> None:
        if self._opened is not opened:
            return  # another call was first
        self._opened = None
        if whole_link:
            await self._link.drop()

    async def _why_refused(self, queue: str) -> Exception:
        """A nack: either the gate before the parking queue spoke, or a full queue."""
        channel = await self._link.channel()
        try:
            await channel.get_queue(queue)
            await channel.close()
        except ChannelNotFoundEntity:
            return Unroutable(f"there is no queue {queue}")
        except FAILURES as error:
            return BrokerUnavailable(f"cannot look at {queue}: {error!r}")
        return BrokerUnavailable(f"{queue} takes nothing now")

    async def close(self) -> None:
        """Close the channel; the link belongs to whoever made it."""
        opened, self._opened = self._opened, None
        if opened is not None and not opened.channel.is_closed:
            try:
                await opened.channel.close()
            except FAILURES as error:
                raise BrokerUnavailable(f"close failed: {error!r}") from error


async def _close_if_done(opened: _Opened) -> None:
    """One that is retired ends with the last that waits on it."""
    if opened.retired and not opened.out and not opened.channel.is_closed:
        with suppress(*FAILURES):
            await opened.channel.close()
