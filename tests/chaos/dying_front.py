"""A front that dies by SIGKILL at its k-th step: `python -m tests.chaos.dying_front`.

The journal, the evidence store and the adapter are the real ones; every call of the
adapter to a port counts as two steps, before it and after it. argv: a JSON file
{entry, secrets, port, folder}, and k (0: never).
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from hub.evidence.folder import FolderEvidence
from hub.fetch.client import Allowed, FetchClient
from hub.journal.marks import SqlMarks
from hub.journal.store import open_journal
from hub.parts import SystemClock
from hub.pipeline.intake import HubIntake
from hub.sources import PACKAGES
from tests.contract.sides import kit_for


class Countdown:
    """Kills this process at its last step."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """A port whose calls are steps; what it answers is the real port's."""

    def __init__(self, port: Any, countdown: Countdown) -> None:
        self._port = port
        self._countdown = countdown

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._port, name)
        return self._stepping(real) if asyncio.iscoroutinefunction(real) else real

    def _stepping(self, real: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*args: Any, **named: Any) -> Any:
            self._countdown.step()
            answer = await real(*args, **named)
            self._countdown.step()
            return answer

        return call


async def serve(told: dict[str, Any], steps: int) -> None:
    entry, secrets, folder = told["entry"], told["secrets"], Path(told["folder"])
    doors = set(entry["doors"])
    package = next(p for p in PACKAGES if doors <= set(p.translators))
    settings = package.read(entry)
    called = [Allowed.of(a.url, private=True) for a in settings.addresses()]
    countdown = Countdown(steps)
    url = f"sqlite:///{folder}/journal.db"
    async with open_journal(url, migrate=True) as store:
        clock = SystemClock()
        # The same name in each life: waiting for a lease to end proves nothing here.
        marks = SqlMarks(store.database, store.duties, "front")
        kit = kit_for(
            settings,
            secrets,
            Dying(HubIntake(store.journal, clock), countdown),
            Dying(FolderEvidence(folder / "evidence"), countdown),
            fetch=Dying(FetchClient(called), countdown),
            marks=Dying(marks, countdown),
            clock=clock,
        )
        app = web.Application()
        app.add_routes(package.routes(kit))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", told["port"]).start()
        Path(told["folder"], "ready").touch()
        await package.build(settings, secrets, kit).run()


if __name__ == "__main__":
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2])))
