"""Bytes in by HTTP, a judged message out by an AMQP client that is not ours."""

import asyncio
import json
import urllib.error
import urllib.request
import uuid
from dataclasses import replace
from typing import Any

import pytest
import xmlschema

from hub.model.ids import digest_of
from hub.rehearsal.cast import COMMUNES
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.stage import code_to_queue
from hub.resources import resource
from tests.acceptance.outsiders import get, hub, reject_next

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("name", CASES)
async def test_each_document_ends_where_it_must(world, name):
    sample = world.samples[name]
    if sample.after:
        first = await world.axis.send(world.samples[sample.after])
        await world.axis.receipt_for(first.door_id, 60)
    handed = await world.axis.send(sample)
    assert handed.taken, handed.answer
    receipt = await world.axis.receipt_for(handed.door_id, 60)
    expected = sample.expected
    assert receipt["outcome"] == expected.disposition
    assert receipt["rule"] == expected.rule
    assert receipt["code"] == (expected.fault or "")
    assert tuple(receipt["delivered_to"]) == expected.receivers
    assert receipt["hub"] == "000.90.37.H40", "never in an agency's name"
    if expected.fault:
        assert receipt["text_vi"], "a clerk must understand it"
    if expected.headline:
        assert receipt["verdict"] == expected.headline
    if expected.paper is not None:
        assert receipt["paper"] == expected.paper


async def resent(world, name: str):
    """A sample again, as another coming of the same document."""
    sample = world.samples[name]
    handed = await world.axis.send(sample, door_id=uuid.uuid4().hex)
    return sample, await world.axis.receipt_for(handed.door_id, 60)


async def test_the_message_is_strict_edxml_and_says_what_it_is(world):
    sample = world.samples["decision-signed"]
    _, properties, body = await world.mailroom.wait_for(sample.xml)
    schema = xmlschema.XMLSchema(resource("schemas", "edxml.xsd"))
    schema.validate(body.decode())
    headers = properties.headers
    assert properties.delivery_mode == 2
    assert uuid.UUID(properties.message_id).version == 5
    assert headers["document_id"] == sample.document_id
    assert (headers["type"], headers["paper"]) == ("quyet-dinh", 1)
    assert (headers["verdict"], headers["urgency"]) == ("passed", "ordinary")
    assert headers["body_sha256"] == digest_of(body)
    assert headers["traceparent"].startswith("00-")
    assert b"<edXML:Paper>1</edXML:Paper>" in body
    assert b"SignatureValue" not in body, "it does not pretend to be the sender's"


async def test_the_original_comes_by_claim_check_byte_for_byte(world):
    sample = world.samples["letter-signed"]
    queue, properties, _ = await world.mailroom.wait_for(sample.xml)
    url, slug = properties.headers["claim_url"], queue.split(".")[1]
    status, original = await asyncio.to_thread(get, url, world.stage.token(slug))
    assert (status, original) == (200, sample.xml)


async def test_no_other_agency_and_no_stranger_gets_it(world):
    digest = digest_of(world.samples["letter-signed"].xml)
    url = f"{world.stage.hub_url}/agencies/v1/claims/{digest}"
    other = world.stage.token("xa-giao-an")
    assert (await asyncio.to_thread(get, url, other))[0] == 404
    assert (await asyncio.to_thread(get, url, ""))[0] == 401
    assert (await asyncio.to_thread(get, url, world.stage.token("axis")))[0] == 401


async def test_a_secret_reaches_no_queue_no_window_and_no_download(world):
    sample = world.samples["secret-field"]
    found = await asyncio.to_thread(
        get,
        f"{world.stage.hub_url}/agencies/v1/claims/{digest_of(sample.xml)}",
        world.stage.token("ubnd-huyen"),
    )
    assert found[0] == 404
    code, told = await hub(world.stage, "log", "-n", "1000")
    assert code == 0
    assert sample.document_id not in told


async def test_a_person_lets_a_held_document_pass_but_never_a_secret_one(world):
    sample = world.samples["stranger"]
    handed = await world.axis.send(sample)
    await world.axis.receipt_for(handed.door_id, 60)
    code, told = await hub(world.stage, "held", "list")
    assert (code, handed.answer["arrival"] in told) == (0, True), told
    some = handed.answer["arrival"][:12]
    words = ["held", "release", some, "--reason", "Đã gọi điện"]
    assert (await hub(world.stage, *words))[0] == 0
    _, properties, _ = await world.mailroom.wait_for(sample.xml)
    assert properties.headers["verdict"] == "indeterminate", "released, not passed"
    assert (await hub(world.stage, *words))[0] == 1, "it is held no more"
    secret = await world.axis.send(world.samples["secret-stamp"])
    await world.axis.receipt_for(secret.door_id, 60)
    words[2] = secret.answer["arrival"]
    assert (await hub(world.stage, *words))[0] == 1


async def test_the_same_again_is_the_same_receipt_and_no_second_message(world):
    sample = world.samples["proposal-signed"]
    first = await world.axis.send(sample)
    again = await world.axis.send(sample)
    assert again.answer["repeated"] is True
    assert again.answer["arrival"] == first.answer["arrival"]


async def test_the_same_document_under_another_id_is_a_twin(world):
    _, receipt = await resent(world, "report-signed")
    assert (receipt["outcome"], receipt["rule"]) == ("deliver", "twin")
    assert receipt["delivered_to"]


async def test_other_content_under_a_known_id_is_held(world):
    sample = world.samples["report-unsigned"]
    other = sample.xml.replace(b"<edXML:Subject>", b"<edXML:Subject>Khac ")
    handed = await world.axis.send(replace(sample, xml=other))
    receipt = await world.axis.receipt_for(handed.door_id, 60)
    assert (receipt["outcome"], receipt["code"]) == ("hold", "other-content")


def post(url: str, body, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


async def test_wrong_credentials_are_told_and_keep_nothing(world):
    url = f"{world.stage.hub_url}/axis/v1/documents"
    headers = {"Authorization": "Bearer wrong", "Content-Type": "application/xml"}
    status, told = await asyncio.to_thread(post, url, b"<a/>", headers)
    assert (status, told["code"]) == (401, "credentials")


async def test_too_large_is_told_while_it_streams_and_the_next_one_flows(world):
    def endless():
        for _ in range(1700):
            yield b"x" * 65_536

    url = f"{world.stage.hub_url}/axis/v1/documents"
    headers = {
        "Authorization": f"Bearer {world.stage.token('axis')}",
        "Content-Type": "application/xml",
    }
    try:
        status, told = await asyncio.to_thread(post, url, endless(), headers)
    except (BrokenPipeError, ConnectionResetError, urllib.error.URLError):
        pass  # urllib may not read an answer that comes before its body is out
    else:
        assert (status, told["code"]) == (413, "too-large")
    _, receipt = await resent(world, "report-signed")
    assert receipt["outcome"] == "deliver"


async def test_a_key_used_again_for_other_bytes_is_a_conflict(world):
    key = uuid.uuid4().hex
    await world.axis.send(world.samples["status-03"], door_id=key)
    handed = await world.axis.send(world.samples["update"], door_id=key)
    assert handed.status == 409
    assert handed.answer["code"] == "key-reused"


async def test_receipts_wait_for_an_axis_that_is_down(world):
    await world.axis.down()
    handed = await world.axis.send(
        world.samples["report-signed"], door_id=uuid.uuid4().hex
    )
    await asyncio.sleep(1)
    await world.axis.up()
    receipt = await world.axis.receipt_for(handed.door_id, 60)
    assert receipt["outcome"] == "deliver"


async def test_what_an_agency_rejects_comes_back_onto_a_list(world):
    commune = replace(world.scene, receivers=(COMMUNES[3],))
    handed = await world.axis.send(CASES["letter-signed"](commune))
    await world.axis.receipt_for(handed.door_id, 60)
    slug = code_to_queue()[COMMUNES[3].code]
    queue = f"agency.{slug}.ordinary"
    assert await asyncio.to_thread(reject_next, world.broker, queue)
    async with asyncio.timeout(30):
        while "Cơ quan trả lại" not in (await hub(world.stage, "log", "-n", "30"))[1]:
            await asyncio.sleep(0.2)


async def test_the_same_document_for_a_new_receiver_goes_only_to_the_new_one(world):
    sample, code = world.samples["report-signed"], COMMUNES[5].code.encode()
    more = b"</edXML:To><edXML:To><edXML:OrganId>" + code + b"</edXML:OrganId>"
    both = sample.xml.replace(b"</edXML:To>", more + b"</edXML:To>", 1)
    handed = await world.axis.send(replace(sample, xml=both))
    receipt = await world.axis.receipt_for(handed.door_id, 60)
    assert (receipt["outcome"], receipt["rule"]) == ("deliver", "deliver")
    assert COMMUNES[5].code in receipt["delivered_to"]
    assert not world.mailroom.about(both), "who has it does not get it again"
