"""docs/co-quan.md by its own examples: three clients that are not ours."""

import asyncio
import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hub.console.words import TAGS
from hub.model.ids import digest_of
from hub.model.records import Tag
from hub.rehearsal import papers
from hub.rehearsal.cast import AGRICULTURE, COMMUNES, OFFICES, Body
from hub.rehearsal.family_a import kit
from hub.rehearsal.samples import Sample, Scene, delivered
from hub.rehearsal.stage import code_to_queue
from tests.acceptance.agencies import Vendor, programs, python, vendors
from tests.acceptance.outsiders import hub

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="session")]

HEALTH, INSPECTORATE, ECONOMY = OFFICES[8], OFFICES[9], OFFICES[11]
NEIGHBOUR = COMMUNES[21]


def report(scene: Scene, sender: Body, receiver: Body, notation: str) -> Sample:
    """A signed report of one body for another."""
    paper = replace(papers.report(scene.day, sender.name), notation=notation)
    scene = replace(scene, receivers=(receiver,), sender=sender)
    parcel = scene.parcel(paper, sender, scene.signed(paper, sender))
    expected = delivered(scene, None)
    return Sample(
        notation, "", "", kit(parcel), expected, document_id=parcel.document_id
    )


def slug(body: Body) -> str:
    return code_to_queue()[body.code]


async def acknowledged(world, sample: Sample) -> None:
    """An operator sees in the trace that the agency has it."""
    words, seen = TAGS[Tag.DELIVERY_CONFIRMED][0], ""
    for _ in range(60):
        _, seen = await hub(world.stage, "trace", sample.document_id)
        if words in seen:
            return
        await asyncio.sleep(0.3)
    pytest.fail(seen)


async def receives(world, vendor: Vendor, body: Body) -> Sample:
    """A document from the axis reaches the vendor's folder, once."""
    sample = report(world.scene, AGRICULTURE, body, f"501/BC-{vendor.slug}")
    handed = await world.axis.send(sample)
    assert handed.taken, handed.answer
    (kept,) = (await vendor.keeps()).values()
    assert b"<edXML" in kept
    assert sample.document_id.encode() in kept
    told = await world.axis.receipt_for(handed.door_id, 60)
    assert told["delivered_to"] == [body.code]
    return sample


async def sends(world, vendor: Vendor, neighbour: Vendor, *command: str) -> None:
    """Its own document reaches the neighbour's folder; the receipt its own."""
    by_slug = {slug(body): body for body in (*OFFICES, *COMMUNES)}
    body, other = by_slug[vendor.slug], by_slug[neighbour.slug]
    sample = report(world.scene, body, other, f"701/BC-{vendor.slug}")
    before = len(vendor.kept())
    there = len(neighbour.kept())
    await vendor.send(sample.xml, *command)
    arrived = await neighbour.keeps(there + 1)
    assert any(sample.document_id.encode() in one for one in arrived.values())
    kept = await vendor.keeps(before + 1)
    (receipt,) = [r for r in map(receipt_in, kept.values()) if r]
    assert receipt["outcome"] == "deliver", receipt
    assert receipt["original_sha256"] == digest_of(sample.xml)
    assert receipt["delivered_to"] == [other.code]


def receipt_in(data: bytes) -> dict[str, object]:
    """A notice that is a receipt; {} for anything else."""
    if not data.startswith(b"{"):
        return {}
    told = json.loads(data)
    return told if told["notice"] == "receipt" else {}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tmp_path_factory.mktemp("co-quan")


async def test_the_page_has_a_program_to_receive_and_one_to_send_for_every_client():
    assert set(programs()) == {
        f"{what}.{ending}" for what in ("nhan", "gui") for ending in ("py", "js", "sh")
    }


@pytest.mark.full
async def test_python_receives_answers_and_sends_as_the_page_says(world, base):
    one, neighbour = await vendors(world, base, slug(HEALTH), slug(NEIGHBOUR))
    async with (
        one.receiving(python(), "nhan.py"),
        neighbour.receiving(python(), "nhan.py"),
    ):
        sample = await receives(world, one, HEALTH)
        await acknowledged(world, sample)
        await sends(world, one, neighbour, python(), "gui.py")


@pytest.mark.full
async def test_node_receives_answers_and_sends_as_the_page_says(world, base):
    one, neighbour = await vendors(world, base, slug(INSPECTORATE), slug(COMMUNES[20]))
    shutil.copytree(amqplib(base), one.folder, dirs_exist_ok=True)
    async with (
        one.receiving("node", "nhan.js"),
        neighbour.receiving(python(), "nhan.py"),
    ):
        sample = await receives(world, one, INSPECTORATE)
        await acknowledged(world, sample)
        await sends(world, one, neighbour, "node", "gui.js")


@pytest.mark.full
async def test_a_shell_receives_and_sends_as_the_page_says(world, base):
    need("amqp-consume")
    one, neighbour = await vendors(world, base, slug(ECONOMY), slug(COMMUNES[19]))
    async with (
        one.receiving("sh", "-c", "exec " + usage("nhan.sh")),
        neighbour.receiving(python(), "nhan.py"),
    ):
        await receives(world, one, ECONOMY)
        await sends(world, one, neighbour, "sh", "gui.sh")


def usage(name: str) -> str:
    """The command that the first line of a program names."""
    return programs()[name].partition("\n")[0].split(":  ")[1]


def need(program: str) -> None:
    """CI has it by `.ci/setup full`."""
    if shutil.which(program) is None:
        assert not os.environ.get("CI"), f"{program} is missing on CI"
        pytest.skip(f"{program} is not installed: .ci/setup full")


def amqplib(base: Path) -> Path:
    """A folder with npm's amqplib, from wherever npm is told to look."""
    need("npm")
    folder = base / "npm"
    folder.mkdir()
    command = ["npm", "install", "--no-audit", "--no-fund", "--silent", "amqplib@2"]
    subprocess.run(command, cwd=folder, check=True, timeout=300)
    return folder
