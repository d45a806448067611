"""Agencies at a real broker: each its own queues and exchange, nobody else's."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aio_pika
import pytest
import pytest_asyncio
from aio_pika import Message
from aio_pika.exceptions import (
    AMQPConnectionError,
    ChannelPreconditionFailed,
    DeliveryError,
)
from aiormq.exceptions import ChannelAccessRefused

from hub.broker.admins import NodeAdmin
from hub.broker.connection import Link
from hub.broker.private_node import with_vhost
from hub.broker.provision import provision, queue_limit, remove, user_of, vhost_of
from hub.broker.publisher import BrokerPublisher
from hub.broker.topology import DELIVERIES, declare
from hub.errors import BrokerUnavailable
from hub.model.decisions import Lane
from tests.integration.broker.conftest import delivery, until

ONE, OTHER = "noi-vu", "noi-vu-2"
LIMIT = 3


def login(broker_url: str, user: str, password: str) -> str:
    parts = urlsplit(broker_url)
    return f"amqp://{user}:{password}@{parts.hostname}:{parts.port}{parts.path}"


@asynccontextmanager
async def channel_of(url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    connection = await aio_pika.connect(url)
    try:
        yield await connection.channel()
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def admin(broker_node) -> NodeAdmin:
    """The way an operator's command has, from another process than the node's."""
    return NodeAdmin(broker_node.base)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hub_url(broker_node, admin) -> str:
    """A virtual host of its own where the hub has declared everything."""
    url = with_vhost(broker_node.url, "rights")
    right = dict.fromkeys(("configure", "write", "read"), ".*")
    own = {"user": "hub", "vhost": "rights", **right}
    await admin.load(
        json.dumps({"vhosts": [{"name": "rights"}], "permissions": [own]}).encode()
    )
    async with Link(url, "test") as link:
        await declare(await link.channel(), (ONE, OTHER))
    return url


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def urls(admin, hub_url) -> dict[str, str]:
    """Where each agency logs in."""
    return await logins(admin, hub_url, ONE, OTHER)


async def logins(admin, hub_url, *slugs) -> dict[str, str]:
    done = await provision(
        admin,
        vhost_of(hub_url),
        slugs,
        known=(ONE, OTHER),
        rotate=True,
        queue_length=LIMIT,
    )
    return {one.slug: login(hub_url, one.user, one.password) for one in done.made}


async def test_each_agency_is_refused_at_each_others_queue_and_exchange(urls):
    for slug, other in ((ONE, OTHER), (OTHER, ONE)):
        async with channel_of(urls[slug]) as channel:
            queue = await channel.get_queue(f"agency.{slug}.urgent")
            assert await queue.get(fail=False) is None
            own = await channel.get_exchange(f"agency.{slug}.in", ensure=False)
            assert await own.publish(Message(b"own"), "")
        for attempt in (read_other, write_other, write_deliveries, write_by_name):
            async with channel_of(urls[slug]) as channel:
                with pytest.raises(ChannelAccessRefused):
                    await attempt(channel, other)


async def read_other(channel, other):
    queue = await channel.get_queue(f"agency.{other}.ordinary", ensure=False)
    await queue.get(fail=False)


async def write_other(channel, other):
    exchange = await channel.get_exchange(f"agency.{other}.in", ensure=False)
    await exchange.publish(Message(b"forged"), "")


async def write_deliveries(channel, other):
    exchange = await channel.get_exchange(DELIVERIES, ensure=False)
    await exchange.publish(Message(b"forged"), f"{other}.urgent")


async def write_by_name(channel, other):
    await channel.default_exchange.publish(Message(b"x"), f"hub.inbound.{other}")


async def test_an_agency_can_configure_nothing_nor_tap_its_own_inbox(urls):
    async def declare_queue(channel):
        await channel.declare_queue("agency.noi-vu.mine", durable=True)

    async def delete_own(channel):
        await channel.queue_delete("agency.noi-vu.urgent")

    async def read_inbox(channel):
        await (await channel.get_queue("hub.inbound.noi-vu", ensure=False)).get()

    async def divert(channel):
        queue = await channel.get_queue("agency.noi-vu.urgent", ensure=False)
        await queue.bind("agency.noi-vu.in")

    for attempt in (declare_queue, delete_own, read_inbox, divert):
        async with channel_of(urls[ONE]) as channel:
            with pytest.raises(ChannelAccessRefused):
                await attempt(channel)


async def test_nobody_publishes_under_the_name_of_another(urls):
    async with channel_of(urls[ONE]) as channel:
        own = await channel.get_exchange("agency.noi-vu.in", ensure=False)
        forged = Message(b"x", user_id=user_of(OTHER))
        with pytest.raises(ChannelPreconditionFailed):
            await own.publish(forged, "")


async def test_an_agency_that_never_reads_fills_its_own_queue_and_no_other(
    urls, hub_url
):
    async with Link(hub_url, "test") as link:
        publisher = BrokerPublisher(link)
        refused = 0
        for number in range(LIMIT + 5):  # the limit is kept to within what is in flight
            try:
                await publisher.deliver(delivery(number, ONE), b"x")
            except BrokerUnavailable:
                refused += 1
        assert refused >= 3
        await publisher.deliver(delivery(99, OTHER), b"x")
        await publisher.close()
    async with channel_of(urls[OTHER]) as channel:
        queue = await channel.get_queue(f"agency.{OTHER}.{Lane.URGENT}")
        message = await queue.get()
        assert message.message_id == "message-99"


async def publish_large(exchange):
    for _ in range(10):
        await exchange.publish(Message(b"x" * 500_000), "")


@pytest.mark.full
async def test_an_agency_cannot_fill_the_brokers_disk_by_what_it_sends(
    admin, urls, hub_url
):
    """The policy is on the queue; by bytes, since a few messages may be large."""
    vhost = vhost_of(hub_url)
    small = json.loads(queue_limit(vhost, LIMIT))
    small["policies"][1]["definition"]["max-length-bytes"] = 1_000_000
    await admin.load(json.dumps(small).encode())
    async with channel_of(urls[OTHER]) as channel:
        own = await channel.get_exchange(f"agency.{OTHER}.in", ensure=False)
        with pytest.raises(DeliveryError):
            await publish_large(own)
    await admin.load(queue_limit(vhost, LIMIT))


@pytest.mark.full
async def test_the_limit_of_a_queue_changes_while_it_stands(admin, urls, hub_url):
    await admin.load(queue_limit(vhost_of(hub_url), 100))
    async with Link(hub_url, "test") as link:
        publisher = BrokerPublisher(link)
        for number in range(20):
            await publisher.deliver(delivery(number, ONE), b"x")
        await publisher.close()


@pytest.mark.full
async def test_a_new_password_ends_the_old_one_and_removing_ends_the_user(
    urls, admin, hub_url
):
    inside = await aio_pika.connect(urls[ONE])
    again = await logins(admin, hub_url, ONE)
    # Whoever is in by the old password is put out, too.
    await until(lambda: not inside.connected.is_set())
    with pytest.raises(AMQPConnectionError):
        await aio_pika.connect(urls[ONE])
    connection = await aio_pika.connect(again[ONE])

    assert await remove(admin, [ONE]) == (ONE,)
    # The broker itself ends what the user has open.
    await until(lambda: not connection.connected.is_set())
    with pytest.raises(AMQPConnectionError):
        await aio_pika.connect(again[ONE])
    async with channel_of(urls[OTHER]) as channel:  # nobody else noticed
        assert (await channel.get_queue("agency.noi-vu-2.urgent")).name


async def test_a_node_that_nobody_started_is_told(tmp_path):
    with pytest.raises(BrokerUnavailable, match="no private node"):
        await NodeAdmin(tmp_path).users()
