"""Remote files of an arrival: fetched once into the evidence store and recorded."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from hub.errors import SourceUnavailable
from hub.model.arrivals import Arrival
from hub.model.faults import Fault, FaultCode
from hub.model.ids import digest_of
from hub.model.knowledge import Gathered
from hub.ports import Clock, Evidence, Fetch, Journal

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Fetches what a frame points at; what is there is never asked for again."""

    journal: Journal
    fetch: Fetch
    evidence: Evidence
    clock: Clock
    #: The most bytes of one file.
    limit: int
    #: An arrival this old waits no longer for a file: a person's matter.
    patience: timedelta

    async def gather(
        self, arrival: Arrival, urls: Iterable[str]
    ) -> tuple[Gathered, ...]:
        """Every file, or why it cannot be had; in the order of the URLs.

        Raises SourceUnavailable where one may come later; those that came are recorded.
        """
        kept = {g.url: g for g in await self.journal.gathered(arrival.id)}
        found, missing = [], []
        for url in dict.fromkeys(urls):
            known = kept.get(digest_of(url.encode()))
            try:
                found.append(replace(known, url=url) if known else await self._get(url))
            except SourceUnavailable as error:
                missing.append(url)
                log.warning("file not to be had now", extra={"why": str(error)})
        new = [g for g in found if g.digest and digest_of(g.url.encode()) not in kept]
        if new:
            await self.journal.gather(arrival, new, self.clock.now())
        if missing and self.clock.now() - arrival.accepted_at < self.patience:
            raise SourceUnavailable(f"{len(missing)} remote files")
        return (*found, *(Gathered(url, fault=_GONE) for url in missing))

    async def _get(self, url: str) -> Gathered:
        return await self.fetch.download(url, self.evidence, self.limit)


_GONE = Fault(FaultCode.FILE_UNAVAILABLE, detail="no answer")
