"""The private node: what it keeps, how it comes back, what it leaves behind."""

import asyncio
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.broker.connection import Link, connect
from hub.broker.consumer import Consumer
from hub.broker.private_node import PrivateNode, installed
from hub.broker.publisher import BrokerPublisher
from hub.broker.topology import ARRIVALS, declare
from hub.errors import BrokerUnavailable
from tests.integration.broker.conftest import until, wake
from tests.integration.broker.test_consumer import Hands, running

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(
        not installed() and not os.environ.get("CI"),
        reason="rabbitmq-server is not installed: .ci/setup dev",
    ),
]


@pytest.fixture
async def node() -> AsyncIterator[PrivateNode]:
    base = Path(tempfile.mkdtemp(prefix="lt-"))
    node = PrivateNode(base)
    yield node
    await node.stop()
    shutil.rmtree(base)


@pytest.mark.full
async def test_killed_and_started_again_it_has_every_confirmed_message(node):
    """One life of a node costs six seconds, so this is one long story."""
    await node.start()
    hands = Hands()
    async with Link(node.url) as link, Link(node.url) as ears:
        await declare(await link.channel(), ())
        publisher = BrokerPublisher(link)
        consumer = Consumer(ears, ARRIVALS, 1, hands.handle, hands.bury)
        hands.wait = asyncio.Event()
        async with running(consumer):
            await asyncio.gather(*(publisher.wake(wake(n)) for n in range(50)))
            seen = {(await hands.next()).message_id}
            keeping = asyncio.create_task(node.keep())
            pid, url = node.pid, node.url
            os.kill(pid or 0, signal.SIGKILL)
            await until(lambda: node.pid not in {pid, None})
            await (await connect(node.url)).close()
            hands.wait.set()
            while len(seen) < 50:
                seen.add((await hands.next()).message_id)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    assert node.url == url
    assert seen == {f"wake-{n}" for n in range(50)}
    assert consumer.subscriptions == 2

    await node.stop()
    assert node.pid is None
    assert not _left_behind(node)


async def test_everything_secret_is_for_its_owner_only(node):
    node._files.prepare()
    node._files.choose_ports()
    home = node._files.stdout.parent

    for name in ("password", "rabbitmq.conf", "home/.erlang.cookie"):
        assert (home / name).stat().st_mode & 0o077 == 0
    assert (home / "password").read_text() in node.url


async def test_a_node_that_cannot_start_shows_its_last_lines(node):
    node._files.prepare()
    node._files.stdout.parent.joinpath("advanced.config").write_text("no term")

    with pytest.raises(BrokerUnavailable, match=r"(?s)ended while starting.*advanced"):
        await node.start()

    assert not _left_behind(node)


async def test_two_nodes_never_share_a_folder(node):
    node._files.prepare()
    with node._files.lock.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BrokerUnavailable, match="another node uses"):
            await PrivateNode(node._files.stdout.parent.parent, wait=0.3).start()


def _left_behind(node: PrivateNode) -> list[str]:
    """Processes, zombies apart, whose environment names the node's folder."""
    home = str(node._files.stdout.parent).encode()
    left = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if home in (entry / "environ").read_bytes():
                left.append((entry / "cmdline").read_text())
        except OSError:
            continue
    return left
