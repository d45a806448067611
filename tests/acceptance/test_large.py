"""60 MB from door to queue: nobody on its path needs a multiple of it in memory."""

import tempfile
from pathlib import Path
from shutil import rmtree

import pytest

from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.running import RunningHub
from hub.rehearsal.stage import set_stage
from tests.acceptance.conftest import need_broker
from tests.bench import peaks
from tests.bench.documents import documents, room
from tests.bench.memory import GOOD, SIZES
from tests.bench.processes import below

pytestmark = [pytest.mark.broker, pytest.mark.full]

#: Whoever only moves the bytes does so in blocks of a megabyte.
_MOVED = 0.2


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="lt-"))
    yield made
    rmtree(made)


async def test_60_mb_flow_within_two_and_a_half_times_their_size(folder):
    need_broker()
    (folder / "room").mkdir()
    place = room(folder / "room")
    (one,) = documents(place, SIZES["60 MB"], 1)
    (folder / "hub").mkdir()
    stage = set_stage(folder / "hub", place.pki, at=place.now)
    token, heard = stage.token("axis"), stage.token("receipts")
    running = RunningHub(stage)
    async with RehearsalAxis(stage.hub_url, token, heard, port=stage.axis_port) as axis:
        try:
            await running.start()
            before = {pid: peaks.forget_peak(pid) for pid in below(running.pid)}
            handed = await axis.send(one.sample)
            receipt = await axis.receipt_for(handed.door_id, 120)
            assert receipt["outcome"] == "deliver", receipt
            roles = below(running.pid)
            grown: dict[str, float] = {}
            for pid, idle in before.items():
                more = (peaks.peak(pid) - idle) / len(one.sample.xml)
                grown[roles[pid]] = grown.get(roles[pid], 0) + more
        finally:
            await running.stop()
    judged = sum(v for k, v in grown.items() if "worker" in k or "child" in k)
    assert 0.5 < judged <= GOOD, grown
    for role in ("front", "relay", "supervisor"):
        assert grown[role] <= _MOVED, grown
