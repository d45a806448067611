"""kill -9 of every process in the middle of 200 documents: none is silently nowhere."""

import asyncio
import json
import os
import signal
import tempfile
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pika
import pytest

from hub.errors import SourceUnavailable
from hub.model.ids import digest_of
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.load import bulk
from hub.rehearsal.pki import Pki
from hub.rehearsal.running import RunningHub
from hub.rehearsal.samples import Sample, Scene
from hub.rehearsal.stage import Stage, set_stage
from tests.acceptance.conftest import need_broker
from tests.acceptance.outsiders import hub

pytestmark = [pytest.mark.broker, pytest.mark.full]

DOCUMENTS = 200
#: Documents between two blows.
STEP = 25


@dataclass
class Target:
    """One kind of process, found by the words of its command line."""

    name: str
    words: tuple[str, ...]
    without: tuple[str, ...] = ()


#: In the order they are struck; the broker last, it is away the longest.
TARGETS = (
    Target("judging child", ("hub.judging.child",)),
    Target("worker", ("hub", "work"), without=("--large",)),
    Target("front", ("hub", "front")),
    Target("relay", ("hub", "relay")),
    Target("broker", ("beam.smp",)),
)


def descendants(pid: int) -> list[int]:
    """Every process below one, by /proc."""
    children = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            children[int(fields[1])].append(int(path.parent.name))
    found, waiting = [], [pid]
    while waiting:
        for child in children[waiting.pop()]:
            found.append(child)
            waiting.append(child)
    return found


def matching(pid: int, target: Target) -> list[int]:
    """The descendants that are what the target describes."""
    hits = []
    for child in descendants(pid):
        with suppress(OSError):
            words = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
            names = {Path(words[0]).name, *words}
            if set(target.words) <= names and not set(target.without) & names:
                hits.append(child)
    return hits


@dataclass
class Tally:
    """What agencies got: message id -> how often, and its bytes."""

    copies: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    originals: set[str] = field(default_factory=set)


async def send_all(axis: RehearsalAxis, samples: list[Sample]) -> list[str]:
    """Send each until it is taken, as an axis does; returns their door ids."""
    taken = []
    for sample in samples:
        while True:
            with suppress(SourceUnavailable):
                handed = await axis.send(sample)
                if handed.taken:
                    taken.append(handed.door_id)
                    break
            await asyncio.sleep(0.1)
    return taken


async def strike(running: RunningHub, axis: RehearsalAxis) -> dict[str, int]:
    """Kill one process of each kind, each when some more documents are through.

    Returns how many receipts had come at each blow.
    """
    struck = {}
    for number, target in enumerate(TARGETS, 1):
        async with asyncio.timeout(120):
            while len(axis.receipts) < number * STEP:
                await asyncio.sleep(0.02)
        victims = matching(running.pid, target)
        assert victims, f"no {target.name} to kill"
        for victim in victims:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        struck[target.name] = len(axis.receipts)
    return struck


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="lt-"))
    yield made
    rmtree(made)


@dataclass
class Ground:
    """A stage, its neighbours, and 200 signed documents to send."""

    stage: Stage
    axis: RehearsalAxis
    running: RunningHub
    samples: list[Sample]


@pytest.fixture
async def ground(folder):
    need_broker()
    now = datetime.now(UTC)
    scene = Scene(Pki.make(now), at=now - timedelta(hours=1), day=now.date())
    samples = list(bulk(DOCUMENTS, scene, signed=True))
    stage = set_stage(folder, scene.pki, at=now)
    running = RunningHub(stage)
    axis = RehearsalAxis(
        stage.hub_url,
        stage.token("axis"),
        stage.token("receipts"),
        port=stage.axis_port,
    )
    async with axis:
        await running.start()
        try:
            yield Ground(stage, axis, running, samples)
        finally:
            await running.stop()


async def everything_arrived(ground: Ground, taken: list[str]) -> None:
    assert len(set(taken)) == DOCUMENTS
    await all_receipts(ground.axis, taken)
    tally = await drained(ground.stage)
    assert tally.originals == {digest_of(sample.xml) for sample in ground.samples}
    assert len(tally.copies) == DOCUMENTS, "effects counted once"
    assert all(len(bodies) == 1 for bodies in tally.bodies.values()), "same bytes"


async def test_every_document_taken_is_on_its_queue_whatever_is_killed(ground):
    sending = asyncio.create_task(send_all(ground.axis, ground.samples))
    struck = await strike(ground.running, ground.axis)
    taken = await asyncio.wait_for(sending, 300)
    print("receipts at each blow:", struck)  # noqa: T201 - for the closing note
    assert max(struck.values()) < DOCUMENTS, "every blow fell in the middle"
    await everything_arrived(ground, taken)


async def test_a_hub_killed_whole_goes_on_where_it_was_when_started_again(ground):
    sending = asyncio.create_task(send_all(ground.axis, ground.samples))
    async with asyncio.timeout(120):
        while len(ground.axis.receipts) < DOCUMENTS // 2:
            await asyncio.sleep(0.02)
    below = descendants(ground.running.pid)
    os.kill(ground.running.pid, signal.SIGKILL)
    async with asyncio.timeout(30):
        while any(alive(pid) for pid in below):
            await asyncio.sleep(0.1)
    await ground.running.start()
    await everything_arrived(ground, await asyncio.wait_for(sending, 300))


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    with suppress(OSError):
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


async def all_receipts(axis: RehearsalAxis, taken: list[str]) -> None:
    async with asyncio.timeout(240):
        for door_id in taken:
            receipt = await axis.receipt_for(door_id, 240)
            assert receipt["outcome"] == "deliver"


async def drained(stage: Stage) -> Tally:
    """Everything on the agencies' queues, taken by a client that is not ours."""
    code, told = await hub(stage, "journal", "verify")
    assert code == 0, told
    broker = json.loads((stage.data / "run.json").read_text())["broker_url"]
    return await asyncio.to_thread(drain, broker)


def drain(broker: str) -> Tally:
    """What is on the queues of one agency, at one node."""
    tally = Tally()
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    channel = connection.channel()
    for lane in ("urgent", "ordinary"):
        while True:
            method, properties, body = channel.basic_get(f"agency.ubnd-huyen.{lane}")
            if method is None:
                break
            channel.basic_ack(method.delivery_tag)
            tally.copies[properties.message_id] += 1
            tally.bodies[properties.message_id].add(digest_of(body))
            tally.originals.add(properties.headers["original_sha256"])
    connection.close()
    return tally
