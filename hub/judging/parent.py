"""The parent's side of the judging child: start, ask, kill past the budget."""

import asyncio
import contextlib
import logging
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from hub.errors import EvidenceUnavailable, TemporaryFailure
from hub.judging.handover import Shelf, pack
from hub.judging.protocol import (
    ANSWER_LIMIT,
    HEADER,
    LAST_WORDS,
    Answer,
    FileAt,
    Operation,
    Request,
    Setup,
)
from hub.model.arrivals import Arrival
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.ids import Digest
from hub.model.knowledge import Gathered, Knowledge, Needs

log = logging.getLogger(__name__)

#: Documents after which a child is replaced: libraries leak a little.
_DOCUMENTS_PER_CHILD = 500
#: Starting imports pyHanko, lxml and builds the schemas: about two seconds, cold 10.
_START_SECONDS = 60.0
#: A file in the spool is moved on within seconds.
_SPOOL_SECONDS = 3600.0
#: Names of errors by which a child that writes says: the disk.
_DISK_TROUBLES = frozenset({"OSError", "FileNotFoundError", "PermissionError"})
#: How the child is started: it finds its own way, nothing of the document in argv.
_COMMAND = (sys.executable, "-m", "hub.judging.child")
#: Bytes of stderr kept: the line with which a child says what ended it.
_LAST_BYTES = 1024
_WORDS = re.compile(LAST_WORDS + r" ([A-Za-z_][\w.]{0,99})")


class ChildGone(Exception):
    """The child died or ran past its budget."""


class NoChild(TemporaryFailure):
    """A judging child cannot be started; no document is to blame for it."""


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


class ChildJudge:
    """Implements the port Judge with one warm child, replaced when it must be."""

    def __init__(
        self,
        setup: Setup,
        path_of: Callable[[Digest], Path],
        spool: Path,
        command: Sequence[str] = _COMMAND,
        lifetime: int = _DOCUMENTS_PER_CHILD,
    ) -> None:
        self._setup = setup
        self._lifetime = lifetime
        self._command = command
        self._path_of = path_of
        self._spool = spool
        self._child: Child | None = None
        self._turn = asyncio.Lock()
        self._ended_by = ""

    async def start(self) -> None:
        """Warm the child before the first document; sweep out what a crash left."""
        await asyncio.to_thread(tidy_spool, self._spool)
        async with self._turn:
            await self._ready()

    async def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child:
            await child.stop()

    @property
    def child_pid(self) -> int | None:
        """Process id of the child, for supervision and for the crash test."""
        return self._child.pid if self._child else None

    async def inspect(self, arrival: Arrival, files: Sequence[Gathered] = ()) -> Needs:
        """See the port."""
        answer = await self._ask(self._request(Operation.INSPECT, arrival, files))
        return answer.needs or Needs() if answer else Needs()

    async def examine(
        self,
        arrival: Arrival,
        knowledge: Knowledge,
        files: Sequence[Gathered] = (),
        *,
        at: datetime,
    ) -> Examined:
        """See the port; past the doubled budget the answer is a resource limit."""
        asked = self._request(Operation.EXAMINE, arrival, files)
        answer = await self._ask(replace(asked, at=at), knowledge=knowledge)
        if answer and answer.examined:
            return answer.examined
        return Examined(digest=arrival.digest, fault=Fault(FaultCode.RESOURCE_LIMIT))

    async def write(
        self, arrival: Arrival, paper: int, files: Sequence[Gathered] = ()
    ) -> Path:
        """See the port; raises ChildGone when even the second child fails."""
        with _disk():
            await asyncio.to_thread(self._spool.mkdir, parents=True, exist_ok=True)
        out = self._spool / f"{arrival.id}-{secrets.token_hex(4)}.edxml"
        asked = self._request(Operation.WRITE, arrival, files)
        request = replace(asked, paper=paper, out=str(out))
        answer = await self._ask(request)
        if answer is None or answer.written != request.out:
            out.unlink(missing_ok=True)
            if self._ended_by.partition(" ")[0] in _DISK_TROUBLES:
                raise EvidenceUnavailable(f"spool: {self._ended_by}")
            raise ChildGone("write")
        return out

    def _request(
        self, operation: Operation, arrival: Arrival, files: Sequence[Gathered]
    ) -> Request:
        return Request(
            operation=operation,
            path=str(self._path_of(arrival.digest)),
            digest=arrival.digest,
            door=arrival.door,
            source=arrival.source,
            content_type=arrival.content_type,
            at=arrival.accepted_at,
            files=tuple(self._at(file) for file in files),
        )

    def _at(self, file: Gathered) -> FileAt:
        path = str(self._path_of(file.digest)) if file.digest else ""
        return FileAt(file.url, path, file.digest or "", file.fault)

    async def _ask(
        self, request: Request, knowledge: Knowledge | None = None
    ) -> Answer | None:
        """Ask; once more in a fresh child with twice the budget; then None."""
        budget = self._setup.limits.judging_seconds
        with _disk():  # trouble of ours, and no fault of the document
            await asyncio.to_thread(_readable, Path(request.path))
        async with self._turn:
            for seconds in (budget, budget * 2):
                try:
                    child = await self._ready(request.operation)
                    return await child.ask(_tell(request, child, knowledge), seconds)
                except ChildGone as gone:
                    await self._bury(request, gone)
                except asyncio.CancelledError:
                    await self.close()  # its next answer would be out of step
                    raise
        return None

    async def _ready(self, asked: Operation | None = None) -> Child:
        old = self._child and self._child.served >= self._lifetime
        # What is written was just examined; another child would read it again.
        if old and asked is not Operation.WRITE:
            await self.close()
        if self._child is None:
            self._child = Child(self._setup, self._command)
            await self._begin(self._child)
        if asked is Operation.EXAMINE:  # once for every document
            self._child.served += 1
        return self._child

    async def _begin(self, child: Child) -> None:
        try:
            await child.start()
        except ChildGone as gone:
            await self.close()
            raise NoChild(f"judging child: {gone} {child.last_words}") from gone

    async def _bury(self, request: Request, gone: ChildGone) -> None:
        child = self._child
        await self.close()
        self._ended_by = child.last_words if child else ""
        log.warning(
            "judging child gone",
            extra={
                "operation": request.operation,
                "sha256": request.digest,
                "why": str(gone),
                "last_words": self._ended_by,
            },
        )


def _tell(request: Request, child: Child, knowledge: Knowledge | None) -> Request:
    """Add the knowledge; of its items only those the child does not have yet."""
    if knowledge is None:
        return request
    return replace(request, knowledge=pack(knowledge, child.knows))


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """A full or lost disk passes; the document waits."""
    try:
        yield
    except OSError as error:
        raise EvidenceUnavailable(f"disk: {error.strerror or error}") from error


def _readable(path: Path) -> None:
    with path.open("rb"):
        pass


def _bare_environment() -> dict[str, str]:
    """What Python needs to start; no secret of ours is in a child's environment."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


def tidy_spool(spool: Path) -> None:
    """Remove files that lay there for an hour: their worker died before it was done."""
    for path in spool.glob("*.edxml"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _SPOOL_SECONDS:
                path.unlink()
