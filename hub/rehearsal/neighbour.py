"""A server beside the hub as our own child: started, greeted, ended with us."""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from hub.children import WITH_US, end

_READY_SECONDS = 30
_STOP_SECONDS = 10
#: How servers of mail greet: IMAP, and SMTP or LMTP.
_GREETINGS = (b"* OK", b"220 ")


class NeighbourDied(RuntimeError):
    """It does not start; holds the last lines of its log."""


@dataclass
class Neighbour:
    """One server of mail in one folder (short, on a path that its users may enter)."""

    #: Its own log in the folder; what it prints is in stdout.log.
    log_name: ClassVar[str]

    base: Path
    _process: Process | None = field(default=None, init=False)

    async def launch(
        self,
        argv: Sequence[str],
        ports: Sequence[int],
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Returns when it has greeted on every port; raises NeighbourDied."""
        with (self.base / "stdout.log").open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *(*WITH_US, *argv),
                stdin=DEVNULL,
                stdout=out,
                stderr=out,
                env=env,
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(_READY_SECONDS):
                for port in ports:
                    while not await _greets(port):
                        self._alive_or_raise()
                        await asyncio.sleep(0.05)
        except BaseException as error:
            await self.stop()
            if isinstance(error, TimeoutError):
                raise NeighbourDied(self.last_lines("no greeting in time")) from error
            raise

    async def stop(self) -> None:
        """End it and its children."""
        process, self._process = self._process, None
        await end(process, _STOP_SECONDS)

    def last_lines(self, why: str) -> str:
        """Why, and what its logs said at the end."""
        told = [why]
        for name in (self.log_name, "stdout.log"):
            path = self.base / name
            if path.exists():
                told += path.read_text(errors="replace").splitlines()[-20:]
        return "\n".join(told)

    def _alive_or_raise(self) -> None:
        if self._process is None or self._process.returncode is not None:
            raise NeighbourDied(self.last_lines("it ended while starting"))


async def _greets(port: int) -> bool:
    """A port that is open is not ready yet: the protocol must have answered."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return (await reader.readline()).startswith(_GREETINGS)
            finally:
                writer.close()
    return False
