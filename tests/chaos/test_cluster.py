"""A cluster of three under load (`make chaos`: 2,000): its leader dies, its net parts.

Nothing the hub took is lost, and it goes on by itself within a minute.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest

from hub.errors import SourceUnavailable
from hub.model.ids import digest_of
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.load import bulk
from hub.rehearsal.pki import Pki
from hub.rehearsal.running import RunningHub
from hub.rehearsal.samples import Sample, Scene
from hub.rehearsal.stage import Wishes, set_stage
from tests.acceptance.conftest import need_broker
from tests.chaos.cluster import Cables, Cluster, Node, namespaces_allowed
from tests.chaos.test_kill import drain

pytestmark = [pytest.mark.broker, pytest.mark.full]

#: `make chaos` says so; fewer show the same in the full tier.
DOCUMENTS = 2000 if os.environ.get("CHAOS") else 400
IN_FLIGHT = 8
#: Receipts after which the blow falls: in the middle.
BLOW = DOCUMENTS * 3 // 10
BACK_SECONDS = 60
_QUEUE = "agency.ubnd-huyen.ordinary"
_PATIENCE = 900


@dataclass
class Flow:
    """A hub on a cluster, and the documents that go through it."""

    cluster: Cluster
    axis: RehearsalAxis
    samples: list[Sample]

    async def send_all(self) -> None:
        """Each until it is taken, as an axis does; some at a time."""
        waiting = iter(self.samples)

        async def one_after_another() -> None:
            for sample in waiting:
                while True:
                    with suppress(SourceUnavailable):
                        if (await self.axis.send(sample)).taken:
                            break
                    await asyncio.sleep(0.1)

        await asyncio.gather(*(one_after_another() for _ in range(IN_FLIGHT)))

    async def receipts(self, count: int) -> None:
        async with asyncio.timeout(_PATIENCE):
            while len(self.axis.receipts) < count:
                await asyncio.sleep(0.05)

    async def seconds_until_back(self) -> float:
        """How long until ten more receipts came after what just happened."""
        began, seen = time.monotonic(), len(self.axis.receipts)
        await self.receipts(min(seen + 10, DOCUMENTS))
        return time.monotonic() - began

    async def nothing_is_lost(self, node: Node) -> None:
        await self.receipts(DOCUMENTS)
        tally = await asyncio.to_thread(drain, node.url)
        assert tally.originals == {digest_of(s.xml) for s in self.samples}
        assert len(tally.copies) == DOCUMENTS, "effects counted once"
        assert all(len(bodies) == 1 for bodies in tally.bodies.values())
        copies = sum(tally.copies.values()) - DOCUMENTS
        print(f"{DOCUMENTS} documents, {copies} copies beside")  # noqa: T201 - a figure


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="lt-"))
    yield made
    rmtree(made)


@asynccontextmanager
async def flowing(
    folder: Path, addresses: list[str], spaces: list[str]
) -> AsyncIterator[Flow]:
    """The cluster, a hub that knows its nodes, the axis; documents made ready."""
    need_broker()
    now = datetime.now(UTC)
    scene = Scene(Pki.make(now), at=now - timedelta(hours=1), day=now.date())
    samples = list(bulk(DOCUMENTS, scene))
    async with Cluster.on(folder, addresses, spaces) as cluster:
        wishes = Wishes(broker_url=cluster.url)
        (folder / "hub").mkdir()
        stage = set_stage(folder / "hub", scene.pki, at=now, wishes=wishes)
        tokens = stage.token("axis"), stage.token("receipts")
        async with RehearsalAxis(stage.hub_url, *tokens, port=stage.axis_port) as axis:
            running = RunningHub(stage)
            await running.start()
            try:
                yield Flow(cluster, axis, samples)
            finally:
                await running.stop()


async def test_the_death_of_a_queues_leader_loses_nothing(folder):
    async with flowing(
        folder, ["127.0.0.1", "127.0.0.2", "127.0.0.3"], ["", "", ""]
    ) as flow:
        sending = asyncio.create_task(flow.send_all())
        await flow.receipts(BLOW)
        leader = await flow.cluster.leader(_QUEUE)
        await leader.kill()
        back = await flow.seconds_until_back()
        print(f"leader {leader.name} killed, back after {back:.1f} s")  # noqa: T201
        assert back < BACK_SECONDS
        await sending
        other = next(n for n in flow.cluster.nodes if n is not leader)
        await flow.nothing_is_lost(other)


async def test_a_parted_network_loses_nothing_and_comes_together_by_itself(folder):
    if not namespaces_allowed():
        assert not os.environ.get("CI"), "network namespaces are not allowed on CI"
        pytest.skip("network namespaces are not allowed here")
    with Cables() as cables:
        async with flowing(folder, cables.addresses, cables.spaces) as flow:
            sending = asyncio.create_task(flow.send_all())
            await flow.receipts(BLOW)
            # The node that the hub's processes are connected to.
            first = flow.cluster.nodes[0]
            cables.pull(first.space)
            back = await flow.seconds_until_back()
            print(f"{first.name} parted, back after {back:.1f} s")  # noqa: T201
            assert back < BACK_SECONDS
            await flow.receipts(DOCUMENTS * 2 // 3)
            cables.put_back(first.space)
            whole = await flow.seconds_until_back()
            print(f"{first.name} is there again, {whole:.1f} s")  # noqa: T201
            assert whole < BACK_SECONDS
            await sending
            await flow.nothing_is_lost(flow.cluster.nodes[1])
