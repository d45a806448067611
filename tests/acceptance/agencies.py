"""The programs of docs/co-quan.md, taken out of the page and run as vendors would."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hub.resources import resource
from tests.acceptance.outsiders import hub

#: ```python / js / sh, whose first line names the file it is.
_PROGRAM = re.compile(r"```(?:python|js|sh)\n((?:#|//) ([\w.]+): .*?)```", re.DOTALL)
_PATIENCE = 60


def programs() -> dict[str, str]:
    """File name -> text of every program on the page."""
    page = resource("docs", "co-quan.md").read_text("utf-8")
    return {found[2]: found[1] for found in _PROGRAM.finditer(page)}


@dataclass(frozen=True)
class Vendor:
    """An agency's software on its own computer: a folder, an account, a token."""

    folder: Path
    slug: str
    url: str = field(repr=False)
    token: str = field(repr=False)
    further: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What the page says, and where programs are."""
        own = {"AMQP_URL": self.url, "CO_QUAN": self.slug, "MA": self.token}
        path = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        return {**path, "LANG": "C.UTF-8", **own, **self.further}

    def kept(self) -> dict[str, bytes]:
        """What `nhan` has kept whole, by file name."""
        folder = self.folder / "van-ban"
        found = [p for p in folder.glob("*") if not p.name.endswith(".part")]
        return {p.name: p.read_bytes() for p in found if not p.name.startswith(".")}

    async def keeps(self, some: int = 1) -> dict[str, bytes]:
        """The same once there are so many."""
        async with asyncio.timeout(_PATIENCE):
            while len(kept := self.kept()) < some:
                await asyncio.sleep(0.05)
        return kept

    @asynccontextmanager
    async def receiving(self, *command: str) -> AsyncIterator[None]:
        """`nhan` runs meanwhile; it must still run at the end."""
        process = await self._start(command)
        try:
            yield
            assert process.returncode is None, "it ended by itself"
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    async def send(self, envelope: bytes, *command: str) -> str:
        """`gui` sends an envelope; what it printed."""
        (self.folder / "gui.xml").write_bytes(envelope)
        process = await self._start((*command, "gui.xml"))
        out, _ = await asyncio.wait_for(process.communicate(), _PATIENCE)
        assert process.returncode == 0
        return out.decode().strip()

    async def _start(self, command: Sequence[str]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=self.folder,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
        )


async def vendors(world, base: Path, *slugs: str) -> list[Vendor]:
    """Provisioned by the operator's command; each with the page's programs."""
    code, told = await hub(
        world.stage, "agencies", "provision", *slugs, "--rotate", "--json"
    )
    assert code == 0, told
    made = {one["user"]: one for one in json.loads(told)["made"]}
    return [_vendor(world, base, slug, made[f"agency.{slug}"]) for slug in slugs]


def _vendor(world, base: Path, slug: str, one: Mapping[str, str]) -> Vendor:
    folder = base / slug
    folder.mkdir()
    for name, text in programs().items():
        (folder / name).write_text(text)
    return Vendor(folder, slug, one["url"], world.stage.token(slug))


def python() -> str:
    """The interpreter that has aio-pika."""
    return sys.executable
