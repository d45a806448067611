"""One judging child as its parent sees it: started, asked, killed past its budget."""

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import Sequence

import msgspec

from hub.judging.handover import Shelf
from hub.judging.protocol import (
    ANSWER_LIMIT,
    HEADER,
    LAST_WORDS,
    Answer,
    Request,
    Setup,
)

#: Starting imports pyHanko, lxml and builds the schemas: about two seconds, cold 10.
_START_SECONDS = 60.0
#: Bytes of stderr kept: the line with which a child says what ended it.
_LAST_BYTES = 1024
_WORDS = re.compile(LAST_WORDS + r" ([A-Za-z_][\w.]{0,99})")


class ChildGone(Exception):
    """The child died or ran past its budget."""

    def __init__(self, why: str, last_words: str = "") -> None:
        super().__init__(why)
        self.last_words = last_words


class Child:
    """One process; used by one caller at a time."""

    def __init__(self, setup: Setup, command: Sequence[str]) -> None:
        self._setup = setup
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._stderr = b""
        self._reader: asyncio.Task[None] | None = None
        self.knows = Shelf[None]()
        self.served = 0

    async def start(self) -> None:
        """Start and hand over the set-up; returns when it is ready.

        Raises ChildGone where that does not come to pass.
        """
        try:
            self._process = await self._spawn()
        except OSError as error:
            raise ChildGone("not started") from error
        self._reader = asyncio.create_task(self._keep_stderr(self._process))
        await self.ask(self._setup, _START_SECONDS)

    async def _spawn(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            env=_bare_environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def ask(self, message: Setup | Request, seconds: float) -> Answer:
        """One question, one answer; raises ChildGone."""
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(message)
        except TimeoutError as error:
            raise ChildGone("time budget") from error
        except (asyncio.IncompleteReadError, OSError, msgspec.DecodeError) as error:
            raise ChildGone("died") from error

    async def stop(self) -> None:
        """Kill it; nothing it holds is worth a farewell."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._reader:
            await self._reader
        self._process = None

    @property
    def pid(self) -> int | None:
        """Its process id while it lives."""
        return self._process.pid if self._process else None

    @property
    def last_words(self) -> str:
        """The name of what ended it; its message may quote a document and is left."""
        found = _WORDS.findall(self._stderr.decode(errors="replace"))
        return str(found[-1]) if found else ""

    async def _exchange(self, message: Setup | Request) -> Answer:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise ChildGone("not started")
        body = msgspec.msgpack.encode(message)
        process.stdin.write(HEADER.pack(len(body)) + body)
        await process.stdin.drain()
        (size,) = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
        if size > ANSWER_LIMIT:
            raise ChildGone("answer too large")
        return msgspec.msgpack.decode(
            await process.stdout.readexactly(size), type=Answer
        )

    async def _keep_stderr(self, process: asyncio.subprocess.Process) -> None:
        """Drain it, by chunks: what libraries print need not have lines."""
        while process.stderr and (chunk := await process.stderr.read(_LAST_BYTES)):
            self._stderr = (self._stderr + chunk)[-_LAST_BYTES:]


def _bare_environment() -> dict[str, str]:
    """What Python needs to start; no secret of ours is in a child's environment."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
