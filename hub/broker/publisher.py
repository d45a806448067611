"""The way to the broker: persistent, mandatory, confirmed, many at once."""

import asyncio
import json

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


class BrokerPublisher:
    """See `hub.ports.Publisher`; safe for many concurrent calls.

    All calls share one channel and one window. What goes wrong with the channel is
    told to every call that is out; the next call opens another.
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
        self._channel: AbstractChannel | None = None

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
        channel = await self._open()
        patience = self._confirm_seconds + len(message.body) / _SLOWEST
        try:
            target = await channel.get_exchange(exchange, ensure=False)
            async with asyncio.timeout(patience):
                await target.publish(message, key, mandatory=True)
        except DeliveryError:
            raise
        except TimeoutError as error:
            # Half-open, blocked by an alarm, or worse: whoever else waits hears it.
            await self._give_up(channel, whole_link=True)
            raise BrokerUnavailable(f"no confirm within {patience:.0f} s") from error
        except FAILURES as error:
            await self._give_up(channel)
            raise BrokerUnavailable(f"publish failed: {error!r}") from error

    async def _open(self) -> AbstractChannel:
        async with self._opening:
            if self._channel is None or self._channel.is_closed:
                self._channel = await self._link.channel()
            return self._channel

    async def _give_up(
        self, channel: AbstractChannel, *, whole_link: bool = False
    ) -> None:
        if self._channel is not channel:
            return  # another call was first
        self._channel = None
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
        channel, self._channel = self._channel, None
        if channel is not None and not channel.is_closed:
            try:
                await channel.close()
            except FAILURES as error:
                raise BrokerUnavailable(f"close failed: {error!r}") from error
