"""Documents of agencies leave the district: here directly, elsewhere by the axis."""

import asyncio
import json
from dataclasses import replace

import pika
import pytest

from hub.broker.topology import inbound_exchange
from hub.rehearsal import papers
from hub.rehearsal.cast import AGRICULTURE, DISTRICT, OFFICES
from hub.rehearsal.family_a import kit
from hub.rehearsal.samples import drawn
from hub.rehearsal.stage import code_to_queue
from tests.acceptance.outsiders import hub

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="session")]

OFFICE = OFFICES[5]
QUEUE = code_to_queue()[OFFICE.code]
_PATIENCE = 60


def written(world, notation: str, *, signed: bool, to=(DISTRICT, AGRICULTURE)):
    """DocumentId and bytes of a report of the office to somebody here and elsewhere."""
    paper = replace(papers.report(world.scene.day, OFFICE.name), notation=notation)
    scene = replace(world.scene, receivers=to, sender=OFFICE)
    pdf = scene.signed(paper, OFFICE) if signed else drawn(paper).pdf
    parcel = scene.parcel(paper, OFFICE, pdf)
    return parcel.document_id, kit(parcel)


def publish(world, envelope: bytes, message_id: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(world.broker))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        properties = pika.BasicProperties(
            message_id=message_id, content_type="application/xml", delivery_mode=2
        )
        channel.basic_publish(
            inbound_exchange(QUEUE), "", envelope, properties, mandatory=True
        )
    finally:
        connection.close()


def receipts(world, about: str) -> list[dict[str, object]]:
    """What the office finds on its own queue about what it sent."""
    connection = pika.BlockingConnection(pika.URLParameters(world.broker))
    found = []
    try:
        channel = connection.channel()
        while (got := channel.basic_get(f"agency.{QUEUE}.ordinary"))[0] is not None:
            method, properties, body = got
            channel.basic_ack(method.delivery_tag)
            if properties.headers.get("about") == about:
                found.append(json.loads(body))
    finally:
        connection.close()
    return found


async def receipt(world, about: str) -> dict[str, object]:
    async with asyncio.timeout(_PATIENCE):
        while not (found := await asyncio.to_thread(receipts, world, about)):
            await asyncio.sleep(0.2)
    (one,) = found
    return one


async def at_the_axis(world, document_id: str):
    async with asyncio.timeout(_PATIENCE):
        while True:
            for one in world.axis.face.documents.values():
                if one.seen.document_id == document_id:
                    return one
            await asyncio.sleep(0.1)


async def test_a_signed_document_reaches_those_here_and_elsewhere_and_its_sender_hears(
    world,
):
    document_id, envelope = written(world, "811/BC-ra", signed=True)
    await asyncio.to_thread(publish, world, envelope, "ra-1")
    queue, properties, _ = await world.mailroom.wait_for(envelope)
    assert queue.startswith(f"agency.{code_to_queue()[DISTRICT.code]}.")
    assert properties.headers["from"] == OFFICE.code
    carried = await at_the_axis(world, document_id)
    assert (carried.seen.sender, carried.seen.receivers) == (
        OFFICE.code,
        (AGRICULTURE.code,),
    ), "the axis brings it to nobody it would bring back"
    assert carried.times == 1
    told = await receipt(world, "ra-1")
    assert (told["notice"], told["outcome"]) == ("receipt", "deliver")
    assert told["delivered_to"] == [DISTRICT.code, AGRICULTURE.code]
    _, seen = await hub(world.stage, "trace", document_id)
    assert "Đã gửi ra ngoài" in seen


@pytest.mark.full
async def test_an_unsigned_document_waits_with_its_reason_and_leaves_when_let_pass(
    world,
):
    document_id, envelope = written(world, "812/BC-ra", signed=False)
    await asyncio.to_thread(publish, world, envelope, "ra-2")
    told = await receipt(world, "ra-2")
    assert (told["outcome"], told["code"]) == ("hold", "signature-missing")
    assert document_id not in {
        one.seen.document_id for one in world.axis.face.documents.values()
    }
    _, listed = await hub(world.stage, "held", "list", "--json")
    (held,) = [one for one in json.loads(listed) if one["reason"] == told["code"]]
    code, said = await hub(
        world.stage, "held", "release", held["arrival"], "--reason", "đã gọi điện"
    )
    assert code == 0, said
    assert (await at_the_axis(world, document_id)).times == 1
