"""Lists are kept warm by one process of an installation, whatever happens to it."""

import asyncio
from contextlib import asynccontextmanager, suppress

from hub.rehearsal.pki import ROOT_LIST
from hub.rehearsal.responder import Mood
from tests.integration.trust.conftest import HOUR

LIST = f"/{ROOT_LIST}"


@asynccontextmanager
async def warming(desk, holder):
    """A relay that looks all the time."""
    worker, lease = await desk.worker(), await desk.lease(holder)
    task = asyncio.create_task(worker.keep_warm(lease, every=0.02))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def kept(desk, number):
    """Until the root's list was asked for so often, and nobody is asking any more."""
    looking = await desk.worker()
    async with asyncio.timeout(60):
        while desk.responder.asked[LIST] < number or any(
            row.claimed_until for row in await looking.lists()
        ):
            await asyncio.sleep(0.02)


async def test_an_installed_authoritys_list_is_there_before_any_document(desk, leaf):
    async with warming(desk, "one"):
        await kept(desk, 1)
        desk.clock.step(4.1 * HOUR.total_seconds())
        await kept(desk, 2)
    desk.responder.feel(Mood.DOWN)
    knowledge = await (await desk.worker()).gather(desk.needs(leaf))
    assert len(knowledge.crls) == 1


async def test_two_relays_ask_once_and_the_other_takes_over_when_one_is_gone(desk):
    async with warming(desk, "other"):
        async with warming(desk, "one"):
            await kept(desk, 1)
        desk.clock.step(4.1 * HOUR.total_seconds())  # the lease has run out, too
        await kept(desk, 2)
    assert desk.responder.asked[LIST] == 2


async def test_trouble_that_passes_ends_no_relay(desk, caplog):
    """A certificate is just being copied, and nothing was read before."""
    broken = desk.folder / "trust" / "anchors" / "half.crt"
    broken.write_bytes(b"-----BEGIN CERTIFICATE-----")
    async with warming(desk, "one"):
        async with asyncio.timeout(30):
            while "not refreshed" not in caplog.text:
                await asyncio.sleep(0.02)
        assert not desk.responder.asked
        broken.unlink()
        await kept(desk, 1)
