"""A fourth source in one file: a scanner's folder (docs/adapter.md)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict

from hub.edxml import dialects
from hub.errors import PermanentFailure, SourceUnavailable, TemporaryFailure
from hub.kit import Called, Kit, Package
from hub.model.arrivals import Credential, Door, Offer, Source, Taken
from hub.model.frames import Entity, Frame
from hub.model.ids import AgencyCode
from hub.model.limits import Limits
from hub.model.receipts import Receipt
from hub.model.sending import Sending
from hub.ports import Organizations

log = logging.getLogger(__name__)

FOLDER = Door("folder")
_LEASE = timedelta(seconds=30)


class FolderSettings(BaseModel):
    """An entry of `sources:` with `doors: [folder]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    doors: tuple[Door, ...]
    folder: Path
    codes: tuple[str, ...]
    poll_seconds: float = 5

    def sources(self) -> tuple[Source, ...]:
        codes = tuple(AgencyCode(code) for code in self.codes)
        return (Source(self.name, FOLDER, codes),)

    def secrets(self) -> Mapping[str, Path]:
        return {}

    def credentials(self, secrets: Mapping[str, str]) -> tuple[Credential, ...]:
        return ()

    def addresses(self) -> tuple[Called, ...]:
        return ()

    def ground(
        self, organizations: Organizations, procedures: Mapping[str, str]
    ) -> dict[str, Any]:
        return {}


def translate(entity: Entity, limits: Limits) -> Frame:
    """The pure half: here the file is edXML as it stands."""
    return dialects.frame(entity, limits)


@dataclass
class FolderAdapter:
    """Implements the port Adapter: takes `*.edxml`, leaves `*.receipt.json`."""

    settings: FolderSettings
    kit: Kit
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def name(self) -> str:
        return self.settings.name

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except (TemporaryFailure, OSError) as error:
                log.warning("folder not read", extra={"why": type(error).__name__})
            await asyncio.sleep(self.settings.poll_seconds)

    async def look(self) -> list[Taken]:
        """Take what is there; only one process at a time looks."""
        now = self.kit.clock.now()
        async with self._turn:
            if not await self.kit.marks.hold(f"{self.name}:look", now + _LEASE, now):
                return []
            waiting = sorted(self.settings.folder.glob("*.edxml"))
            taken = [await self._take(path) for path in waiting]
        return [one for one in taken if one]

    async def _take(self, path: Path) -> Taken | None:
        """Durable first, then out of the way: a crash between is a repetition."""
        (source,) = self.settings.sources()
        try:
            digest, size = await self.kit.evidence.keep(_chunks(path), self.kit.limit)
            offer = Offer(source, path.name, digest, size, "application/xml")
            taken = await self.kit.intake.accept(offer)
        except PermanentFailure as error:
            path.rename(path.with_suffix(f".{error.fault.code}"))
            return None
        path.rename(path.with_suffix(".taken"))
        return taken

    async def answer(self, receipt: Receipt) -> None:
        try:
            path = self.settings.folder / f"{receipt.id}.receipt.json"
            path.write_bytes(msgspec.json.encode(receipt))
        except OSError as error:
            raise SourceUnavailable(f"folder: {error.strerror}") from error

    async def forward(self, sending: Sending, data: bytes) -> str:
        try:
            (self.settings.folder / f"{sending.id}.edxml").write_bytes(data)
        except OSError as error:
            raise SourceUnavailable(f"folder: {error.strerror}") from error
        return sending.id

    async def check(self) -> list[str]:
        there = self.settings.folder.is_dir()
        return [] if there else [f"{self.name}: {self.settings.folder} is not there"]


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(65_536):
            yield chunk


def _build(
    settings: FolderSettings, secrets: Mapping[str, str], kit: Kit
) -> FolderAdapter:
    return FolderAdapter(settings, kit)


PACKAGE = Package(
    translators={FOLDER: f"{__name__}:translate"},
    read=FolderSettings.model_validate,
    build=_build,
)
