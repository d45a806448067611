"""Finds what is in no final state and nowhere on its way, and wakes it again."""

import asyncio
import logging
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hub.errors import TemporaryFailure
from hub.model.ids import ArrivalId, Digest
from hub.pipeline.keeping import Reading, items_of
from hub.ports import Clock

log = logging.getLogger(__name__)

#: The leases of these duties are held by one process at a time.
SWEEP, SEAL, COLLECT = "sweep", "seal", "collect"
#: Bytes are kept before the entry that names them; a day is far more than that takes.
_UNNAMED_AGE = timedelta(days=1)
_DUTY_LEASE = timedelta(seconds=30)


class Strays(Protocol):
    """The journal's answer to: what stands still."""

    async def stranded(
        self, at: datetime, older_than: timedelta
    ) -> Sequence[ArrivalId]:
        """Undecided arrivals with no wake row, no lease and no desk."""

    async def wake(self, ids: Sequence[ArrivalId], at: datetime) -> Sequence[ArrivalId]:
        """Give each a wake row if it still stands still; who got one."""


class Sealing(Protocol):
    """Numbers and chains what was committed."""

    async def seal(self, limit: int) -> int:
        """Seal up to `limit` entries; how many."""


class Duties(Protocol):
    """Leases for what only one process may do at a time."""

    async def hold(self, name: str, holder: str, until: datetime, at: datetime) -> bool:
        """Whether `holder` has the duty now."""


class Named(Protocol):
    """The journal's answer to: which bytes do entries name."""

    async def digests(self) -> frozenset[Digest]:
        """Every digest in any entry."""

    async def manifests(self) -> frozenset[Digest]:
        """Those of them that are manifests (keeping.py): they name more."""


class Attic(Reading, Protocol):
    """What the evidence store forgets only when told."""

    async def orphans(
        self, known: Container[Digest], older_than: datetime
    ) -> Sequence[Digest]:
        """Kept before that moment and not among `known`."""

    async def erase(self, digest: Digest, older_than: datetime) -> bool:
        """Erase bytes unless they were kept again since that moment."""

    async def tidy(self, older_than: datetime) -> int:
        """Remove drafts that a crash left."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the housekeeper looks after."""

    strays: Strays
    sealing: Sealing
    duties: Duties
    named: Named
    attic: Attic


class Housekeeper:
    """Runs sweep, sealer and collection wherever it holds their duties."""

    def __init__(self, rooms: Rooms, clock: Clock, holder: str) -> None:
        self._strays = rooms.strays
        self._sealing = rooms.sealing
        self._duties = rooms.duties
        self._named = rooms.named
        self._attic = rooms.attic
        self._clock = clock
        self._holder = holder

    async def sweep(self, every: float = 10, older_than: float = 30) -> None:
        """Wake strays, again and again."""
        while True:
            if await self._on_duty(SWEEP):
                await self._sweep_once(timedelta(seconds=older_than))
            await asyncio.sleep(every)

    async def seal(self, every: float = 0.5, batch: int = 500) -> None:
        """Seal what was committed, again and again."""
        while True:
            sealed = 0
            if await self._on_duty(SEAL):
                sealed = await self._seal_once(batch)
            if sealed < batch:
                await asyncio.sleep(every)

    async def collect(self, every: float = 6 * 3600) -> None:
        """Erase evidence that no entry names, a day after it was kept."""
        while True:
            if await self._on_duty(COLLECT):
                await self._collect_once(self._clock.now() - _UNNAMED_AGE)
            await asyncio.sleep(every)

    async def _collect_once(self, before: datetime) -> None:
        try:
            erased = await collect(self._named, self._attic, before)
            drafts = await self._attic.tidy(before)
        except TemporaryFailure as error:
            log.warning("collection put off", extra={"why": str(error)})
            return
        if erased or drafts:
            log.info("collected", extra={"erased": erased, "drafts": drafts})

    async def _sweep_once(self, older_than: timedelta) -> None:
        now = self._clock.now()
        try:
            found = await self._strays.stranded(now, older_than)
            woken = await self._strays.wake(found, now) if found else ()
        except TemporaryFailure as error:
            log.warning("sweep put off", extra={"why": str(error)})
            return
        if woken:
            log.warning("strays woken", extra={"count": len(woken)})

    async def _seal_once(self, batch: int) -> int:
        try:
            return await self._sealing.seal(batch)
        except TemporaryFailure as error:
            log.warning("sealing put off", extra={"why": str(error)})
            return 0

    async def _on_duty(self, duty: str) -> bool:
        now = self._clock.now()
        try:
            return await self._duties.hold(duty, self._holder, now + _DUTY_LEASE, now)
        except TemporaryFailure:
            return False


async def collect(named: Named, attic: Attic, before: datetime) -> int:
    """Erase what was kept before a moment and nothing names any more; how many.

    Raises EvidenceUnavailable where a manifest cannot be read.
    """
    items = await items_of(attic, await named.manifests())
    known = await named.digests() | items
    orphans = await attic.orphans(known, before)
    return sum([await attic.erase(digest, before) for digest in orphans])
