"""An operator moves what stands still: breakers, dead letters, what is held."""

import asyncio
import json
import uuid
from dataclasses import replace
from hashlib import sha256

import pika
import pytest

from hub.rehearsal.cast import COMMUNES
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.stage import code_to_queue
from tests.acceptance.outsiders import hub, reject_next

pytestmark = [
    pytest.mark.broker,
    pytest.mark.full,
    pytest.mark.asyncio(loop_scope="session"),
]

REASON = ("--reason", "đã gọi điện")


def queue_of(commune) -> str:
    return f"agency.{code_to_queue()[commune.code]}.ordinary"


def take_one(broker: str, queue: str, seconds: float = 30):
    """The next message of a queue, acknowledged; None: none came in time."""
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    try:
        channel = connection.channel()
        method, properties, body = next(
            channel.consume(queue, inactivity_timeout=seconds)
        )
        if method is None:
            return None
        channel.basic_ack(method.delivery_tag)
        return properties, body
    finally:
        connection.close()


async def listed(world, *words: str):
    code, told = await hub(world.stage, *words, "--json")
    assert code == 0, told
    return json.loads(told)


async def until(condition, seconds: float = 30):
    async with asyncio.timeout(seconds):
        while not (found := await condition()):
            await asyncio.sleep(0.2)
    return found


async def test_what_a_consumer_rejected_is_sent_again_with_the_same_id(world):
    commune = COMMUNES[7]
    sample = CASES["letter-signed"](replace(world.scene, receivers=(commune,)))
    handed = await world.axis.send(sample)
    await world.axis.receipt_for(handed.door_id, 60)
    queue = queue_of(commune)
    message = await asyncio.to_thread(reject_next, world.broker, queue)

    async def dead():
        found = await listed(world, "dead", "list")
        return [one for one in found if one["item"]["outbox"] == message]

    [letter] = await until(dead)
    assert letter["cause"] == "rejected by the agency's consumer"
    assert letter["certificates"]
    words = ("dead", "replay", letter["item"]["id"], *REASON)
    code, told = await hub(world.stage, *words)
    assert (code, "1/1" in told) == (0, True), told
    again = await asyncio.to_thread(take_one, world.broker, queue)
    assert again is not None
    properties, _ = again
    assert properties.message_id == message
    digest = properties.headers["original_sha256"]
    assert digest == sha256(sample.xml).hexdigest()


async def test_a_target_that_is_held_open_waits_and_costs_the_others_nothing(world):
    closed, other = COMMUNES[8], COMMUNES[9]
    slug = code_to_queue()[closed.code]
    assert (await hub(world.stage, "targets", "open", slug, *REASON))[0] == 0
    await asyncio.sleep(1.5)  # every relay looks once a second
    for commune in (closed, other):
        sample = CASES["letter-signed"](replace(world.scene, receivers=(commune,)))
        assert (await world.axis.send(sample)).taken
    assert await asyncio.to_thread(take_one, world.broker, queue_of(other))
    assert await asyncio.to_thread(take_one, world.broker, queue_of(closed), 2) is None
    rows = await listed(world, "targets", "list")
    [row] = [r for r in rows if r["target"]["name"] == slug]
    assert (row["waiting"], row["reason"]) == (1, "đã gọi điện")
    assert (await hub(world.stage, "targets", "close", slug, *REASON))[0] == 0
    assert await asyncio.to_thread(take_one, world.broker, queue_of(closed))


async def test_the_source_of_a_refused_document_hears_the_refusal(world):
    sample = world.samples["changed-later"]
    handed = await world.axis.send(sample, door_id=uuid.uuid4().hex)
    first = await world.axis.receipt_for(handed.door_id, 60)
    assert first["outcome"] == "hold"
    arrival = handed.answer["arrival"]
    assert (await hub(world.stage, "held", "refuse", arrival, *REASON))[0] == 0

    async def refused():
        told = world.axis.receipts
        return [r for r in told if r["arrival"] == arrival and r["outcome"] == "refuse"]

    [receipt] = await until(refused)
    assert receipt["rule"] == "refused-by-operator"
    assert receipt["code"] == first["code"]
    assert receipt["text_vi"]
    assert receipt["delivered_to"] == []
