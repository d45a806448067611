"""Processes that are ours: they end with us, and nothing of them is left."""

import asyncio
import os
import signal
from asyncio.subprocess import Process
from contextlib import suppress

#: Before a command: it dies with us, by the kernel's hand (util-linux is everywhere
#: where Debian is).
WITH_US = ("setpriv", "--pdeathsig", "TERM", "--")


async def end(process: Process | None, seconds: float) -> None:
    """SIGTERM, and after `seconds` SIGKILL to its whole group."""
    if process is None:
        return
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        kill_group(process)
        await process.wait()


def kill_group(process: Process) -> None:
    """The child's whole session: grandchildren that outlived it too."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
