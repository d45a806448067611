"""Consumers against a live broker: the fates of a message, and never falling silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aio_pika
import aiormq
import pytest

from hub.broker.connection import Link
from hub.broker.consumer import Consumer, Incoming, Rhythm
from hub.broker.topology import ARRIVALS, DEAD
from hub.errors import JournalUnavailable
from tests.integration.broker.conftest import Proxy, until

pytestmark = pytest.mark.broker


class Hands:
    """A handler that remembers; raises what it is told to, once each."""

    def __init__(self, *troubles: BaseException, bury: BaseException | None = None):
        self.troubles = list(troubles)
        self.no_grave = [bury] if bury else []
        self.taken: asyncio.Queue[Incoming] = asyncio.Queue()
        self.buried: asyncio.Queue[tuple[Incoming, str]] = asyncio.Queue()
        self.wait: asyncio.Event | None = None

    async def handle(self, incoming: Incoming) -> None:
        self.taken.put_nowait(incoming)
        if self.wait is not None:
            await self.wait.wait()
        if self.troubles:
            raise self.troubles.pop(0)

    async def bury(self, incoming: Incoming, story: str) -> None:
        if self.no_grave:
            raise self.no_grave.pop()
        self.buried.put_nowait((incoming, story))

    async def next(self) -> Incoming:
        return await asyncio.wait_for(self.taken.get(), 20)


@asynccontextmanager
async def running(consumer: Consumer) -> AsyncIterator[Consumer]:
    task = asyncio.create_task(consumer.run())
    try:
        yield consumer
    finally:
        task.cancel()
        [end] = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(end, asyncio.CancelledError), end


def consumer_of(link: Link, hands: Hands, queue: str = ARRIVALS) -> Consumer:
    rhythm = Rhythm(tick=0.2, pause=0.01, patience=1.0)
    return Consumer(link, queue, 3, hands.handle, hands.bury, rhythm=rhythm)


async def put(witness, body: bytes, queue: str = ARRIVALS, **properties) -> None:
    message = aio_pika.Message(body, delivery_mode=2, **properties)
    await witness.default_exchange.publish(message, queue)


async def left(url: str, queue: str = ARRIVALS) -> int:
    """Messages in the queue when nobody holds any: asked on a fresh connection."""
    connection = await aio_pika.connect(url)
    channel = await connection.channel()
    seen = await channel.declare_queue(queue, passive=True)
    await connection.close()
    return seen.declaration_result.message_count or 0


async def test_what_is_handled_is_gone(link, witness, broker_url):
    hands = Hands()
    async with running(consumer_of(link, hands)) as consumer:
        await put(witness, b"one", message_id="m1", headers={"n": 7, "x": "\x00y"})
        incoming = await hands.next()
        await until(lambda: not consumer.in_hand)

    assert incoming == Incoming(
        message_id="m1",
        body=b"one",
        headers={"n": 7, "x": "\ufffdy"},
        redelivered=False,
        queue=ARRIVALS,
        routing_key=ARRIVALS,
    )
    assert await left(broker_url) == 0


async def test_the_true_publisher_is_named(link, witness):
    hands = Hands()
    async with running(consumer_of(link, hands)):
        await put(witness, b"one", user_id="hub", content_type="text/plain")
        incoming = await hands.next()

    assert (incoming.user_id, incoming.content_type) == ("hub", "text/plain")


async def test_trouble_that_passes_brings_the_message_again(link, witness, broker_url):
    hands = Hands(JournalUnavailable("not now"))
    async with running(consumer_of(link, hands)):
        await put(witness, b"again")
        first, second = await hands.next(), await hands.next()

    assert (first.redelivered, second.redelivered) == (False, True)
    assert hands.buried.empty()


async def test_a_bug_is_buried_with_its_story_and_the_next_one_flows(
    link, witness, broker_url
):
    hands = Hands(KeyError("surprise"))
    async with running(consumer_of(link, hands)) as consumer:
        await put(witness, b"bad")
        await put(witness, b"good")
        assert [(await hands.next()).body for _ in range(2)] == [b"bad", b"good"]
        incoming, story = await asyncio.wait_for(hands.buried.get(), 5)
        await until(lambda: not consumer.in_hand)

    assert incoming.body == b"bad"
    assert "KeyError: 'surprise'" in story
    assert "in handle" in story
    assert await left(broker_url) == 0


async def test_where_burying_fails_the_message_stays(link, witness):
    hands = Hands(KeyError("surprise"), bury=JournalUnavailable("no grave either"))
    async with running(consumer_of(link, hands)):
        await put(witness, b"kept")
        assert (await hands.next()).redelivered is False
        assert (await hands.next()).redelivered is True

    assert hands.buried.empty()


async def test_a_cancellation_from_within_the_handler_is_a_bug_like_another(
    link, witness
):
    hands = Hands(asyncio.CancelledError("a future of its own"))
    async with running(consumer_of(link, hands)):
        await put(witness, b"odd")
        _, story = await asyncio.wait_for(hands.buried.get(), 10)

    assert "cancelled from within" in story


async def test_who_is_cancelled_leaves_what_was_in_hand_to_the_queue(
    link, witness, broker_url
):
    hands = Hands()
    hands.wait = asyncio.Event()
    async with running(consumer_of(link, hands)):
        await put(witness, b"in hand")
        await hands.next()

    assert await left(broker_url) == 1


async def test_no_more_than_the_prefetch_is_in_hand(link, witness):
    hands = Hands()
    hands.wait = asyncio.Event()
    async with running(consumer_of(link, hands)) as consumer:
        for number in range(8):
            await put(witness, b"%d" % number)
        for _ in range(3):
            await hands.next()
        assert hands.taken.empty()
        hands.wait.set()
        for _ in range(5):
            await hands.next()

    assert consumer.subscriptions == 1


async def test_a_message_given_back_too_often_becomes_a_dead_letter(
    link, witness, broker_url
):
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": 2,
        "x-overflow": "reject-publish",
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-strategy": "at-least-once",
    }
    await witness.declare_queue("short", durable=True, arguments=arguments)
    hands = Hands(*(JournalUnavailable("never") for _ in range(9)))
    dead = Hands()
    async with (
        running(consumer_of(link, hands, "short")),
        running(consumer_of(link, dead, DEAD)),
    ):
        await put(witness, b"tired", "short")
        letter = await dead.next()

    assert letter.body == b"tired"
    assert letter.headers["x-first-death-queue"] == "short"
    assert letter.headers["x-first-death-reason"] == "delivery_limit"


async def test_it_lives_on_when_its_connection_is_killed(
    link, witness, broker_node, broker_url
):
    hands = Hands()
    async with running(consumer_of(link, hands)) as consumer:
        await put(witness, b"1")
        await hands.next()
        vhost = urlsplit(broker_url).path[1:]
        await broker_node.ctl("close_all_connections", "--vhost", vhost, "test")
        async with Link(broker_url) as other:
            channel = await other.channel()
            await put(channel, b"2")
            while (await hands.next()).body != b"2":
                pass

        assert consumer.subscriptions == 2


async def test_it_lives_on_when_its_queue_is_deleted_and_makes_it_again(
    link, witness, broker_url
):
    hands = Hands()
    async with running(consumer_of(link, hands)) as consumer:
        await put(witness, b"1")
        await hands.next()
        await witness.queue_delete(ARRIVALS)
        await until(lambda: consumer.subscriptions == 2)
        await put(witness, b"2")
        assert (await hands.next()).body == b"2"


async def test_it_waits_for_a_queue_that_is_not_there_yet(link, witness):
    hands = Hands()
    async with running(consumer_of(link, hands, "later")):
        await asyncio.sleep(0.3)
        await witness.declare_queue("later", durable=True)
        await put(witness, b"at last", "later")
        assert (await hands.next()).body == b"at last"


async def test_a_half_open_connection_is_found_by_the_heartbeat(broker_url, link):
    hands = Hands()
    port = urlsplit(broker_url).port
    async with (
        Proxy(port or 0) as proxy,
        Link(broker_url.replace(f":{port}/", f":{proxy.port}/")) as frail,
        Link(broker_url) as other,
        running(consumer_of(frail, hands)) as consumer,
    ):
        channel = await other.channel()
        await put(channel, b"1")
        await hands.next()
        proxy.fall_silent()
        proxy.speak_again()
        await until(lambda: consumer.subscriptions == 2)
        # The broker still believes in the first connection and serves both by turns.
        await put(channel, b"2")
        await put(channel, b"2")
        assert (await hands.next()).body == b"2"


async def test_a_consumer_the_broker_forgot_subscribes_again(link, witness):
    """What robust connections do at times: a channel that lives, a consumer gone."""
    hands = Hands()
    async with (
        Forgetful(link) as forgetful,
        running(consumer_of(forgetful, hands)) as consumer,
    ):
        await put(witness, b"1")
        await hands.next()
        await forgetful.forget()
        await put(witness, b"2")
        assert (await hands.next()).body == b"2"
        assert consumer.subscriptions == 2


class Forgetful(Link):
    """A link whose last channel can lose its consumers behind everybody's back."""

    def __init__(self, link: Link) -> None:
        super().__init__(link._nodes[0])

    async def channel(self, *, confirms: bool = True) -> aio_pika.abc.AbstractChannel:
        self._last = await super().channel(confirms=confirms)
        return self._last

    async def forget(self) -> None:
        underlay = await self._last.get_underlay_channel()
        assert isinstance(underlay, aiormq.Channel)
        for tag in tuple(underlay.consumers):
            await underlay.basic_cancel(tag)
