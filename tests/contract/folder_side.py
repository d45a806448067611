"""The small fourth source of docs/adapter.md."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from hub.errors import TemporaryFailure
from hub.ports import Evidence, Intake
from tests.contract.sides import LIMIT, Item, Mood, Side, kit_for
from tests.fakes.folder_source import FOLDER, PACKAGE, FolderAdapter, FolderSettings


@dataclass
class FolderSide(Side):
    """A folder that a scanner writes into."""

    adapter: FolderAdapter
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    translator = PACKAGE.translators[FOLDER]
    door = FOLDER
    content_types = ("application/xml", "")
    moods = (Mood.WELL, Mood.NOT_NOW)
    knocks = False

    @property
    def folder(self) -> Path:
        return self.adapter.settings.folder

    @property
    def heard(self) -> list[bytes]:  # type: ignore[override] # seen, not set
        return [p.read_bytes() for p in self.folder.glob("*.receipt.json")]

    def be(self, mood: Mood) -> None:
        if mood is Mood.NOT_NOW:
            rmtree(self.folder)

    async def bring(self, item: Item) -> str | None:
        async with self.turn:
            (self.folder / f"{item.id}.edxml").write_bytes(item.data)
            try:
                taken = await self.adapter.look()
            except TemporaryFailure:  # `run` looks again
                return None
        return taken[-1].arrival.id if taken else None

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        intake: Intake,
        evidence: Evidence,
        *,
        down: bool = False,
        limit: int = LIMIT,
    ) -> AsyncIterator["FolderSide"]:
        folder = Path(mkdtemp(prefix="lt-"))
        settings = FolderSettings(
            name="may-quet",
            doors=(FOLDER,),
            folder=folder,
            codes=("000.00.12.H40",),
            poll_seconds=0.01,
        )
        kit = kit_for(settings, {}, intake, evidence, limit=limit)
        if down:
            rmtree(folder)
        yield cls(FolderAdapter(settings, kit))
        rmtree(folder, ignore_errors=True)
