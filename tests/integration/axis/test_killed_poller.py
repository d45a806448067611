"""`kill -9` of a polling front at any request: nothing lost, nothing twice."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from hub.journal.store import open_journal
from hub.journal.tables import arrivals
from tests.contract.pull_sides import SmallVxp
from tests.fakes.outsides import NOON

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[3]


class DeadlyVxp(SmallVxp):
    """Kills whoever asks for the n-th time, before or after it did so."""

    asked = 0
    kill_at = 0
    after = False
    victim: asyncio.subprocess.Process | None = None

    def strike(self, *, after: bool) -> None:
        if self.asked == self.kill_at and after is self.after and self.victim:
            self.victim.kill()

    @web.middleware
    async def watch(self, request: web.Request, handler) -> web.StreamResponse:
        self.asked += 1
        self.strike(after=False)
        reply: web.StreamResponse = await handler(request)
        self.strike(after=True)
        return reply


async def start(port: int, folder: Path, life: int) -> asyncio.subprocess.Process:
    moment = NOON + timedelta(seconds=life * 1_000)
    here = "tests.integration.axis.pulling_child"
    told = (str(port), str(folder), moment.isoformat(), "2")
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", here, *told, cwd=ROOT
    )


@pytest.mark.parametrize("after", [False, True])
async def test_a_killed_front_is_followed_by_one_that_recognises(tmp_path, after):
    axis = DeadlyVxp()
    axis.after = after
    for number in range(12):
        axis.bodies[f"doc-{number}"] = axis_body(number)
        axis.states[f"doc-{number}"] = "INITIAL"
    app = web.Application(middlewares=[axis.watch])
    app.add_routes(axis.routes())
    async with TestServer(app, shutdown_timeout=0) as server:
        assert server.port
        for life, kill_at in enumerate([1, 2, 3, 4, 5, 0]):
            axis.asked, axis.kill_at = 0, kill_at
            axis.victim = await start(server.port, tmp_path, life)
            ended = await asyncio.wait_for(axis.victim.wait(), 60)
            assert ended == (-9 if kill_at else 0)

    assert set(axis.states.values()) == {"DONE"}
    async with open_journal(f"sqlite:///{tmp_path}/journal.db", migrate=False) as store:
        query = select(arrivals.c.door_id)
        taken = await store.database.read(lambda c: c.execute(query).scalars().all())
    assert sorted(taken) == sorted(axis.bodies)


def axis_body(number: int) -> bytes:
    return f'{{"data":"{number:04}"}}'.encode()
