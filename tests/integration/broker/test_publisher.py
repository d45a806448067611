"""The publisher against a live broker."""

import asyncio
import json
from urllib.parse import urlsplit

import aio_pika
import pytest

from hub.broker.connection import Link, connect
from hub.broker.publisher import BrokerPublisher
from hub.broker.topology import DEAD, DELIVERIES, PARKING, agency_queue
from hub.errors import BrokerUnavailable, Unroutable
from hub.model.decisions import Lane
from tests.integration.broker.conftest import SLUG, Proxy, delivery, wake

pytestmark = pytest.mark.broker
URGENT = agency_queue(SLUG, Lane.URGENT)


@pytest.fixture
def publisher(link: Link) -> BrokerPublisher:
    return BrokerPublisher(link)


async def _one(witness, name: str):
    queue = await witness.get_queue(name)
    return await queue.get(no_ack=True, timeout=5)


async def test_a_delivery_arrives_with_id_headers_and_bytes(publisher, witness):
    row = delivery(sender="000.00.01.H40", document_id="12/BC-UBND")

    await publisher.deliver(row, b"<edXML/>")

    message = await _one(witness, URGENT)
    assert message.body == b"<edXML/>"
    assert message.message_id == row.id
    assert message.content_type == "application/xml"
    assert message.delivery_mode == 2
    assert message.user_id == "hub"
    assert message.headers == {
        "x-delivery-count": 0,
        "paper": 0,
        "sender": "000.00.01.H40",
        "document_id": "12/BC-UBND",
    }


async def test_the_same_row_gives_the_same_message_twice(publisher, witness):
    for _ in range(2):
        await publisher.deliver(delivery(), b"same")

    first, second = await _one(witness, URGENT), await _one(witness, URGENT)
    assert first.info() | {"delivery_tag": 0, "message_count": 0} == second.info() | {
        "delivery_tag": 0,
        "message_count": 0,
    }


async def test_a_wake_is_a_small_pointer_on_its_arrivals_queue(publisher, witness):
    await publisher.wake(wake())

    message = await _one(witness, "hub.arrivals")
    assert json.loads(message.body) == {"arrival": "a" * 32, "trace": "00-1-2-03"}
    assert message.message_id == "wake-1"


async def test_an_agency_without_queue_is_unroutable_and_its_message_parked(
    publisher, witness
):
    with pytest.raises(Unroutable):
        await publisher.deliver(delivery(target="nobody"), b"kept")

    assert (await _one(witness, PARKING)).body == b"kept"


async def test_a_wake_for_a_queue_that_is_not_there_is_unroutable(publisher):
    with pytest.raises(Unroutable):
        await publisher.wake(wake(target="hub.nowhere"))


async def test_an_unroutable_one_does_not_disturb_the_others(publisher, witness):
    rows = [delivery(n, target="nobody" if n % 2 else SLUG) for n in range(40)]

    ends = await asyncio.gather(
        *(publisher.deliver(row, b"x") for row in rows), return_exceptions=True
    )

    assert [type(end) for end in ends] == [type(None), Unroutable] * 20
    queue = await witness.declare_queue(URGENT, passive=True)
    assert queue.declaration_result.message_count == 20


async def test_a_missing_exchange_is_trouble_that_may_pass(publisher, witness):
    await witness.exchange_delete(DELIVERIES)

    with pytest.raises(BrokerUnavailable):
        await publisher.deliver(delivery(), b"x")


async def test_it_goes_on_after_its_connection_was_killed(
    publisher, broker_node, broker_url, witness
):
    await publisher.deliver(delivery(1), b"before")
    await broker_node.ctl(
        "close_all_connections", "--vhost", urlsplit(broker_url).path[1:], "test"
    )

    async def until_sent() -> None:
        while True:
            try:
                await publisher.deliver(delivery(2), b"after")
            except BrokerUnavailable:
                await asyncio.sleep(0)
            else:
                return

    await asyncio.wait_for(until_sent(), 20)
    link = await connect(broker_url)
    channel = await link.channel()
    assert [(await _one(channel, URGENT)).body for _ in range(2)] == [
        b"before",
        b"after",
    ]
    await link.close()


async def test_no_confirm_in_time_is_told_to_everyone_and_the_next_goes_well(
    link, broker_url, witness
):
    parts = urlsplit(broker_url)
    async with Proxy(parts.port or 0) as proxy:
        silent = Link(broker_url.replace(f":{parts.port}/", f":{proxy.port}/"))
        publisher = BrokerPublisher(silent, confirm_seconds=0.5)
        await publisher.deliver(delivery(1), b"1")
        proxy.fall_silent()

        ends = await asyncio.gather(
            *(publisher.deliver(delivery(n), b"x") for n in (2, 3)),
            return_exceptions=True,
        )
        assert [type(end) for end in ends] == [BrokerUnavailable] * 2

        proxy.speak_again()
        await publisher.deliver(delivery(4), b"4")
        await silent.close()
    assert proxy.connections == 2


async def test_of_several_nodes_the_one_that_answers_is_taken(broker_url, witness):
    queue = await witness.declare_queue("of-several-nodes", exclusive=True)
    async with Link(f"amqp://guest@127.0.0.1:1/, {broker_url}", "test") as link:
        channel = await link.channel()
        await channel.default_exchange.publish(
            aio_pika.Message(b"here"), routing_key=queue.name
        )
        assert link.user == Link(broker_url).user
    assert (await queue.get()).body == b"here"


async def test_nobody_at_the_address_is_broker_unavailable():
    link = Link("amqp://hub:secret@127.0.0.1:1/")

    with pytest.raises(BrokerUnavailable) as caught:
        await BrokerPublisher(link).deliver(delivery(), b"x")

    assert "secret" not in str(caught.value)


async def test_what_an_agency_rejects_becomes_a_dead_letter(publisher, witness):
    await publisher.deliver(delivery(), b"unwanted")
    queue = await witness.get_queue(URGENT)
    message = await queue.get(timeout=5)

    await message.reject(requeue=False)

    dead = await witness.get_queue(DEAD)
    async with asyncio.timeout(10):
        async for letter in dead.iterator():
            assert letter.body == b"unwanted"
            assert letter.message_id == "message-1"
            assert letter.headers["x-first-death-queue"] == URGENT
            await letter.ack()
            break
