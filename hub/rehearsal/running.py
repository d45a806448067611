"""Runs `hub up` as a new user would: a child process with a settings file."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import aio_pika
import aiohttp

from hub.broker.connection import nodes
from hub.children import WITH_US, end
from hub.rehearsal.stage import Stage

#: A private node needs 6 s alone on two cores, more on a busy machine.
_READY_SECONDS = 120
_STOP_SECONDS = 40
Answer = TypeVar("Answer")


class HubDied(RuntimeError):
    """`hub up` ended or did not come up; holds the last lines of its log."""


class RunningHub:
    """One `hub up`; its lines go to hub.log in the stage's folder."""

    def __init__(self, stage: Stage, *, outlives_us: bool = False) -> None:
        self._stage = stage
        self._prefix = () if outlives_us else WITH_US
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        """The supervisor's process id."""
        assert self._process is not None, "started"
        return self._process.pid

    @property
    def log(self) -> Path:
        """Where its lines go."""
        return self._stage.folder / "hub.log"

    async def start(self) -> str:
        """Start and wait until it takes documents; a node of its broker, as URL."""
        with self.log.open("ab") as lines:
            self._process = await asyncio.create_subprocess_exec(
                *self._prefix,
                *command(self._stage),
                "up",
                stdin=DEVNULL,
                stdout=lines,
                stderr=STDOUT,
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(_READY_SECONDS):
                return await self._ready()
        except TimeoutError as error:
            await self.stop()
            raise HubDied(self.last_lines("not ready in time")) from error

    async def stop(self) -> None:
        """Ask it to end, and wait until it and its children have."""
        await end(self._process, _STOP_SECONDS)

    async def _ready(self) -> str:
        broker = await self._until(self._broker)
        await self._until(lambda: _path_stands(broker))
        await self._until(self._front_answers)
        return broker

    async def _until(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        while not (answer := await ask()):
            if self._process is not None and self._process.returncode is not None:
                raise HubDied(self.last_lines("ended"))
            await asyncio.sleep(0.1)
        return answer

    async def _broker(self) -> str:
        with suppress(OSError, ValueError, KeyError):
            url = str(json.loads(run_file(self._stage).read_text())["broker_url"])
            return nodes(url)[0]
        return ""

    async def _front_answers(self) -> bool:
        with suppress(aiohttp.ClientError, OSError):
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self._stage.hub_url}/healthz") as response,
            ):
                return response.status == 200  # noqa: PLR2004 - HTTP's OK
        return False

    def last_lines(self, what: str) -> str:
        """The end of its log, under a heading."""
        lines = self.log.read_text(errors="replace").splitlines()[-20:]
        return "\n".join([f"hub up: {what}", *lines])


def command(stage: Stage) -> list[str]:
    """`hub --config …` by this interpreter."""
    return [sys.executable, "-m", "hub", "--config", str(stage.settings)]


def run_file(stage: Stage) -> Path:
    """What a running `hub up` leaves: pid and broker URL."""
    return stage.data / "run.json"


async def _path_stands(broker: str) -> bool:
    """Whether the relay has declared the queues and a worker listens."""
    with suppress(aio_pika.exceptions.AMQPError, OSError):
        connection = await aio_pika.connect(broker)
        async with connection:
            channel = await connection.channel()
            queue = await channel.declare_queue("hub.arrivals", passive=True)
            await channel.get_queue("agency.xa-hong-thuan.ordinary")
            return bool(queue.declaration_result.consumer_count)
    return False
