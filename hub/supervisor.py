"""The processes of `hub up`: start, restart, stop, none left behind; generic.

Children are started in order and stopped in reverse. Each is a session of its own and
dies with us by the kernel's hand, however we die. Who ends by itself is started again
with growing patience, except with code 2: its settings are not fit to start with, and
trying again changes nothing.
"""

import asyncio
import json
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from logging import getLogger
from pathlib import Path

from hub.children import WITH_US, kill_group

log = getLogger(__name__)

#: The code with which a command says "the settings are wrong".
EXIT_SETTINGS = 2
#: Seconds a child may take to finish what it has in hand.
_GRACE = 10.0
#: Seconds before a child that ended is started again: first, and at most.
_FIRST_AGAIN, _LAST_AGAIN = 0.5, 30.0
#: Seconds: who lived so long is started again without delay growing.
_STEADY = 30.0


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """One process; `env` is its whole environment (secrets stay out of argv)."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(hash=False, repr=False)


@dataclass(slots=True)
class _Child:
    """What we know of a child at this moment."""

    spec: ChildSpec
    process: Process | None = None
    starts: int = 0
    last_code: int | None = None

    @property
    def pid(self) -> int | None:
        alive = self.process is not None and self.process.returncode is None
        return self.process.pid if self.process and alive else None


class Supervisor:
    """Keeps children alive until SIGTERM, SIGINT, or `stop`.

    `base` gets `hub.pid` and `status.json` (name -> pid, starts, last exit code).
    """

    def __init__(
        self,
        children: Sequence[ChildSpec],
        base: Path,
        *,
        grace: float = _GRACE,
        first_again: float = _FIRST_AGAIN,
    ) -> None:
        self._children = tuple(_Child(spec) for spec in children)
        self._base = base
        self._grace = grace
        self._first_again = first_again
        self._stop = asyncio.Event()
        self._code = 0

    def stop(self, code: int = 0) -> None:
        """Let `run` end with this exit code; the first call counts."""
        if not self._stop.is_set():
            self._code = code
            self._stop.set()

    async def run(self) -> int:
        """Start all, keep them; returns the exit code for our own process.

        Cancelled, it stops the children as well.
        """
        (self._base / "hub.pid").write_text(str(os.getpid()))
        keepers: list[asyncio.Task[None]] = []
        with self._listening_to_signals():
            try:
                for child in self._children:
                    await self._start(child)
                    keepers.append(asyncio.create_task(self._keep(child)))
                await self._stop.wait()
            finally:
                await self._end(keepers)
        return self._code

    async def _start(self, child: _Child) -> None:
        child.process = await asyncio.create_subprocess_exec(
            *WITH_US,
            *child.spec.argv,
            env=dict(child.spec.env),
            stdin=DEVNULL,
            start_new_session=True,
        )
        child.starts += 1
        log.info("started", extra={"child": child.spec.name, "pid": child.pid})
        self._tell()

    async def _keep(self, child: _Child) -> None:
        """Start it again each time it ends."""
        delay = self._first_again
        loop = asyncio.get_running_loop()
        while child.process is not None:
            began = loop.time()
            code = child.last_code = await child.process.wait()
            kill_group(child.process)
            self._tell()
            if code == EXIT_SETTINGS:
                log.error("settings refused", extra={"child": child.spec.name})
                return self.stop(EXIT_SETTINGS)
            if loop.time() - began > _STEADY:
                delay = self._first_again
            log.warning(
                "ended; again soon",
                extra={"child": child.spec.name, "code": code, "seconds": delay},
            )
            delay = await self._again(child, delay)
        return None

    async def _again(self, child: _Child, delay: float) -> float:
        """Start it after a pause, however often that fails; returns the next pause."""
        while True:
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LAST_AGAIN)
            try:
                await self._start(child)
            except OSError as error:  # no process, no memory, no file: it may pass
                facts = {"child": child.spec.name, "why": str(error)}
                log.warning("not started", extra=facts)
            else:
                return delay

    async def _end(self, keepers: Sequence[asyncio.Task[None]]) -> None:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        for child in reversed(self._children):
            await self._end_child(child)
        self._tell()
        (self._base / "hub.pid").unlink(missing_ok=True)

    async def _end_child(self, child: _Child) -> None:
        """SIGTERM; after the grace SIGKILL; then whatever is left of its group."""
        if child.process is None:
            return
        with suppress(ProcessLookupError):
            child.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self._grace):
                child.last_code = await child.process.wait()
        except TimeoutError:
            log.warning("killed", extra={"child": child.spec.name})
            kill_group(child.process)
            child.last_code = await child.process.wait()
        kill_group(child.process)

    def _tell(self) -> None:
        """Rewrite status.json, whole or not at all."""
        status = {
            child.spec.name: {
                "pid": child.pid,
                "starts": child.starts,
                "last_code": child.last_code,
            }
            for child in self._children
        }
        draft = self._base / "status.json.new"
        try:
            draft.write_text(json.dumps(status, indent=1))
            draft.replace(self._base / "status.json")
        except OSError as error:  # a full disk must not cost us a role
            log.warning("status not told", extra={"why": str(error)})

    @contextmanager
    def _listening_to_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)
