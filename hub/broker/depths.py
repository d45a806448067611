"""How many messages wait in each queue, asked over AMQP itself."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity

from hub.broker.connection import FAILURES, Link
from hub.errors import BrokerUnavailable


@dataclass(frozen=True, slots=True)
class Depth:
    """One queue; `ready` is None where the broker has no such queue."""

    queue: str
    #: Messages nobody has taken yet (those in a consumer's hand are not counted).
    ready: int | None
    consumers: int = 0


async def depths(link: Link, queues: Iterable[str]) -> tuple[Depth, ...]:
    """The depth of each queue, in the order asked; raises BrokerUnavailable."""
    channel = await link.channel(confirms=False)
    found = []
    for name in queues:
        if channel.is_closed:  # the broker does so where a queue is not there
            channel = await link.channel(confirms=False)
        found.append(await _depth(channel, name))
    with suppress(*FAILURES):
        await channel.close()
    return tuple(found)


async def _depth(channel: AbstractChannel, name: str) -> Depth:
    try:
        queue = await channel.declare_queue(name, passive=True, timeout=10)
    except ChannelNotFoundEntity:
        return Depth(name, None)
    except FAILURES as error:
        raise BrokerUnavailable(f"cannot look at {name}: {error!r}") from error
    counts = queue.declaration_result
    return Depth(name, counts.message_count or 0, counts.consumer_count or 0)
