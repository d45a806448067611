"""Remote files of an arrival: fetched once into the evidence store and recorded."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hub.errors import SourceUnavailable
from hub.model.arrivals import Arrival
from hub.model.faults import Fault, FaultCode
from hub.model.ids import digest_of
from hub.model.knowledge import Gathered
from hub.ports import Clock, Evidence, Fetch, Journal

log = logging.getLogger(__name__)

#: Remote files of an arrival by their addresses.
Gather = Callable[[Arrival, Iterable[str]], Awaitable[tuple[Gathered, ...]]]

#: How long one arrival may keep a worker waiting; what came by then is recorded.
_TURN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Fetches what a frame points at; what is there is never asked for again."""

    journal: Journal
    fetch: Fetch
    evidence: Evidence
    clock: Clock
    #: The most bytes of one file, and of all files of an arrival.
    limit: int
    total: int
    #: An arrival this old waits no longer for a file: a person's matter.
    patience: timedelta

    async def gather(
        self, arrival: Arrival, urls: Iterable[str]
    ) -> tuple[Gathered, ...]:
        """Every file, or why it cannot be had; in the order of the URLs.

        Raises SourceUnavailable where one may come later; those that came are recorded.
        """
        kept = {g.url: g for g in await self.journal.gathered(arrival.id)}
        haul = await self._haul(urls, kept)
        new = [
            g for g in haul.found if g.digest and digest_of(g.url.encode()) not in kept
        ]
        if new:
            await self.journal.gather(arrival, new, self.clock.now())
        lost = haul.missing + haul.unasked
        waits = self.clock.now() - arrival.accepted_at < self.patience
        if lost and (waits or (haul.unasked and new)):
            raise SourceUnavailable(f"{len(lost)} remote files")
        return (*haul.found, *(Gathered(url, fault=_GONE) for url in lost))

    async def recall(
        self, arrival: Arrival, urls: Iterable[str]
    ) -> tuple[Gathered, ...]:
        """The files as they were when it was decided; none is fetched any more."""
        kept = {g.url: g for g in await self.journal.gathered(arrival.id)}
        return tuple(
            replace(known, url=url)
            if (known := kept.get(digest_of(url.encode())))
            else Gathered(url, fault=_GONE)
            for url in dict.fromkeys(urls)
        )

    async def _haul(self, urls: Iterable[str], kept: Mapping[str, Gathered]) -> "_Haul":
        """Go through the addresses until all were asked, or the turn is over."""
        began = self.clock.now()
        haul = _Haul(size=sum(g.size for g in kept.values()))
        for url in dict.fromkeys(urls):
            if known := kept.get(digest_of(url.encode())):
                haul.found.append(replace(known, url=url))
            elif self.clock.now() - began > _TURN:
                haul.unasked.append(url)
            else:
                await self._ask(url, haul)
        return haul

    async def _ask(self, url: str, haul: "_Haul") -> None:
        left = self.total - haul.size
        if left <= 0:
            detail = f"limit {self.total}"
            haul.add(Gathered(url, fault=Fault(FaultCode.TOO_LARGE, detail=detail)))
            return
        most = min(self.limit, left)
        try:
            haul.add(await self.fetch.download(url, self.evidence, most))
        except SourceUnavailable as error:
            haul.missing.append(url)
            log.warning("file not to be had now", extra={"why": str(error)})


@dataclass(slots=True)
class _Haul:
    """What one turn came to."""

    found: list[Gathered] = field(default_factory=list)
    #: Asked for in vain; and not asked for, because the turn was over.
    missing: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    #: Bytes of all that are kept by now.
    size: int = 0

    def add(self, one: Gathered) -> None:
        self.found.append(one)
        self.size += one.size


_GONE = Fault(FaultCode.FILE_UNAVAILABLE, detail="no answer")
