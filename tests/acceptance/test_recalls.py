"""Recall, update, replacement on a real hub: the axis' REST door, agencies' AMQP."""

import asyncio
import json
import re
from dataclasses import replace
from typing import Any

import pika
import pytest
import pytest_asyncio

from hub.broker.topology import inbound_exchange
from hub.model.decisions import Disposition
from hub.rehearsal import papers
from hub.rehearsal.cast import AGRICULTURE, INFORMATION, OFFICES, Body
from hub.rehearsal.family_a import kit
from hub.rehearsal.parcels import Business, Parcel, parcel_of
from hub.rehearsal.samples import Expected, Sample, drawn
from hub.rehearsal.stage import code_to_queue
from tests.acceptance.outsiders import Got, Mailroom, hub

pytestmark = [
    pytest.mark.full,
    pytest.mark.broker,
    pytest.mark.asyncio(loop_scope="session"),
]

QUEUES = code_to_queue()
FIRST, SECOND, THIRD = OFFICES[2], OFFICES[3], OFFICES[4]
_PATIENCE = 60
_LANES = ("urgent", "ordinary")
#: What a waiting recall did, in the words of a trace.
_DONE = re.compile("chưa từng chuyển|hủy trước khi chuyển|đã yêu cầu")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desks(world):
    """The three offices' systems, which nobody else reads for."""
    names = [
        f"agency.{QUEUES[b.code]}.{n}" for b in (FIRST, SECOND, THIRD) for n in _LANES
    ]
    with Mailroom(world.broker, names) as room:
        yield room


def written(
    world, number: int, *to: Body, sender: Body = INFORMATION, **business: Any
) -> Parcel:
    """A letter; with `kind` what is about one. A recall bears its document's number."""
    paper = replace(
        papers.letter(world.scene.day, sender.name), notation=f"{number}/CV-thu"
    )
    parcel = parcel_of(paper, sender, to, drawn(papers.letter(world.scene.day)).pdf)
    return replace(parcel, business=Business(**business)) if business else parcel


async def told(world, parcel: Parcel) -> dict[str, Any]:
    """The axis hands it over; the receipt it hears."""
    name = f"{parcel.number}-{parcel.business.kind}-{parcel.sender.code}"
    expected = Expected(Disposition.DELIVER, "deliver")
    handed = await world.axis.send(Sample(name, "", "", kit(parcel), expected))
    assert handed.taken, handed.answer
    receipt: dict[str, Any] = await world.axis.receipt_for(handed.door_id, _PATIENCE)
    return receipt


def had(desks: Mailroom, body: Body, document_id: str) -> list[Got]:
    """What an office was sent of one document, in the order it came."""
    own = f"agency.{QUEUES[body.code]}."
    mine = (g for g in desks.got if g[0].startswith(own))
    return [g for g in mine if g[1].headers.get("document_id") == document_id]


async def kinds(desks: Mailroom, body: Body, document_id: str, some: int) -> list[str]:
    """The kinds of those, once there are so many."""
    async with asyncio.timeout(_PATIENCE):
        while len(found := had(desks, body, document_id)) < some:
            await asyncio.sleep(0.05)
    return [str(g[1].headers["kind"]) for g in found]


def answer(world, body: Body, code: str, about: str) -> None:
    """An office's status, by its own exchange."""
    connection = pika.BlockingConnection(pika.URLParameters(world.broker))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        properties = pika.BasicProperties(
            message_id=f"{about}-{code}",
            content_type="application/json",
            delivery_mode=2,
        )
        data = json.dumps({"status": code, "about": about}).encode()
        exchange = inbound_exchange(QUEUES[body.code])
        channel.basic_publish(exchange, "", data, properties, mandatory=True)
    finally:
        connection.close()


async def heard(world, document_id: str, some: int) -> set[tuple[str, str]]:
    """(who, code) of statuses the axis heard on a document."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            seen = [one.seen for one in world.axis.face.documents.values()]
            found = {(s.sender, s.status) for s in seen if s.about == document_id}
            if len(found) >= some:
                return found
            await asyncio.sleep(0.1)


async def test_a_recall_reaches_both_after_it_and_the_axis_hears_15_and_16(
    world, desks
):
    letter = written(world, 901, FIRST, SECOND)
    name = letter.document_id
    await told(world, letter)
    for body in (FIRST, SECOND):
        await kinds(desks, body, name, 1)
    recall = written(world, 901, FIRST, SECOND, kind=1, reason="Ban hành nhầm")
    receipt = await told(world, recall)
    assert receipt["outcome"] == "deliver"
    assert set(receipt["delivered_to"]) == {FIRST.code, SECOND.code}
    assert not receipt["taken_back"], "both had it"
    for body, code in ((FIRST, "15"), (SECOND, "16")):
        assert await kinds(desks, body, name, 2) == ["new", "revoke"]
        document, request = had(desks, body, name)
        assert request[1].headers["about"] == document[1].message_id
        await asyncio.to_thread(answer, world, body, code, request[1].message_id)
    assert await heard(world, name, 2) == {(FIRST.code, "15"), (SECOND.code, "16")}
    _, trace = await hub(world.stage, "trace", name)
    assert "cơ quan đồng ý (15)" in trace
    assert "cơ quan từ chối (16)" in trace
    assert "Ban hành nhầm" in trace


async def test_nobody_recalls_what_somebody_else_sent(world, desks):
    letter = written(world, 902, FIRST)
    await told(world, letter)
    foreign = replace(
        written(world, 902, FIRST, sender=AGRICULTURE, kind=1),
        own_id=letter.document_id,
    )
    receipt = await told(world, foreign)
    assert (receipt["outcome"], receipt["code"]) == ("refuse", "not-its-own")
    after = written(world, 903, FIRST)
    await told(world, after)
    await kinds(desks, FIRST, after.document_id, 1)
    assert await kinds(desks, FIRST, letter.document_id, 1) == ["new"]


def changed(*lines: tuple[Body, int]) -> str:
    """BussinessDocumentInfo that adds (1) and cuts (0) receivers."""
    inside = "".join(
        f"<{{p}}Receiver><{{p}}OrganId>{body.code}</{{p}}OrganId>"
        f"<{{p}}ReceiverType>{how}</{{p}}ReceiverType></{{p}}Receiver>"
        for body, how in lines
    )
    return (
        "<{p}BussinessDocumentInfo><{p}DocumentInfo>0</{p}DocumentInfo>"
        "<{p}DocumentReceiver>1</{p}DocumentReceiver>"
        f"<{{p}}ReceiverList>{inside}</{{p}}ReceiverList></{{p}}BussinessDocumentInfo>"
    )


async def test_an_update_brings_it_to_one_more_and_asks_it_back_of_another(
    world, desks
):
    letter = written(world, 904, FIRST, SECOND)
    await told(world, letter)
    for body in (FIRST, SECOND):
        await kinds(desks, body, letter.document_id, 1)
    lines = changed((THIRD, 1), (SECOND, 0))
    about: dict[str, Any] = {
        "kind": 2,
        "document_id": letter.document_id,
        "extra": lines,
    }
    update = written(world, 905, FIRST, **about)
    receipt = await told(world, update)
    assert receipt["outcome"] == "deliver", receipt
    assert await kinds(desks, THIRD, letter.document_id, 1) == ["new"]
    [added] = had(desks, THIRD, letter.document_id)
    [first] = had(desks, FIRST, letter.document_id)
    assert added[2] == first[2], "the document itself, as the others have it"
    assert await kinds(desks, SECOND, update.document_id, 1) == ["update"]
    [cut] = had(desks, SECOND, update.document_id)
    [had_before] = had(desks, SECOND, letter.document_id)
    assert cut[1].headers["about"] == had_before[1].message_id


async def test_a_replacement_is_told_wherever_either_is_seen(world, desks):
    letter = written(world, 906, FIRST)
    await told(world, letter)
    extra = (
        "<{p}ReplacementInfoList><{p}ReplacementInfo>"
        f"<{{p}}DocumentId>{letter.document_id}</{{p}}DocumentId>"
        f"<{{p}}OrganIdList><{{p}}OrganId>{FIRST.code}</{{p}}OrganId></{{p}}OrganIdList>"
        "</{p}ReplacementInfo></{p}ReplacementInfoList>"
    )
    later = written(world, 907, FIRST, kind=3, extra=extra)
    await told(world, later)
    assert await kinds(desks, FIRST, later.document_id, 1) == ["replace"]
    _, of_the_old = await hub(world.stage, "trace", letter.document_id)
    assert f"đã được thay thế bằng {later.document_id}" in " ".join(of_the_old.split())
    _, of_the_new = await hub(world.stage, "trace", later.document_id)
    assert f"thay thế {letter.document_id}" in " ".join(of_the_new.split())


async def test_a_recall_that_comes_first_waits_and_is_applied_when_that_comes(
    world, desks
):
    recall = written(world, 908, FIRST, SECOND, kind=1, reason="Ban hành nhầm")
    receipt = await told(world, recall)
    assert (receipt["outcome"], receipt["code"]) == ("hold", "not-come-yet")
    late = written(world, 908, FIRST, SECOND)
    await told(world, late)
    async with asyncio.timeout(_PATIENCE):
        while not _DONE.search(await traced(world, late)):
            await asyncio.sleep(0.5)
    after = written(world, 909, FIRST, SECOND)
    await told(world, after)
    for body in (FIRST, SECOND):
        await kinds(desks, body, after.document_id, 1)
        got = [g[1].headers["kind"] for g in had(desks, body, late.document_id)]
        assert got in ([], ["new", "revoke"]), "never the document without its recall"


async def traced(world, parcel: Parcel) -> str:
    _, told_of_it = await hub(world.stage, "trace", parcel.document_id)
    return told_of_it
