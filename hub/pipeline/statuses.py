"""Watches what agencies say: a word that is missed is on a list; 01 is said for some.

One relay has the duty. Each matter proposes what to send (`hub status list`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hub.model.agencies import Agency, SaysArrived
from hub.model.calendar import VIETNAM
from hub.model.ids import AgencyCode, DocumentKey
from hub.model.policy import StatusPolicy
from hub.model.records import DeskItem
from hub.model.spoken import Spoken
from hub.model.status_clocks import Missed, missed
from hub.model.statuses import Standing, StatusCode, Subject
from hub.pipeline.listing import ListKeeper, Lists, ListTerms
from hub.pipeline.naming import derived_id
from hub.pipeline.statuses_said import Ways, Word, spoken
from hub.pipeline.sweep import Duties
from hub.ports import Clock, Evidence, Registry

DUTY = "statuses"


class Words(Lists, Protocol):
    """The journal's part: deliveries with what was said of them."""

    async def open(self, since: datetime) -> list[Standing]:
        """Deliveries planned since a moment of which a word may be missed."""

    async def arrived_unsaid(
        self, agencies: Sequence[AgencyCode], since: datetime
    ) -> list[Standing]:
        """Deliveries that were fetched and of which nobody said a word."""

    async def subject(self, document: DocumentKey) -> Subject | None:
        """A document as somebody who says a word on it must know it."""

    async def speak(self, spoken: Spoken) -> bool:
        """Say a status; False: the agency has said a word meanwhile."""


@dataclass(frozen=True, slots=True)
class StatusTerms:
    """What words are missed by, and said by."""

    lists: ListTerms
    policy: StatusPolicy
    registry: Registry
    agencies: tuple[Agency, ...]
    #: Where agencies reach this hub, without a slash at the end.
    public_url: str
    #: Where the bodies of what is said are kept.
    evidence: Evidence

    def says_for(self) -> tuple[AgencyCode, ...]:
        """Agencies of which the hub says 01."""
        hub = SaysArrived.HUB
        return tuple(a.code for a in self.agencies if a.says_arrived is hub)

    def ways(self, word: Word) -> Ways | None:
        """Who says a word and who hears it; None: no agency of ours says it."""
        today = word.now.astimezone(VIETNAM).date()
        speaker = self.registry.find(word.standing.agency, today)
        if speaker is None:
            return None
        heirs = self.registry.heirs(word.about.sender, today)
        return Ways(speaker, heirs, self.public_url)


class StatusKeeper(ListKeeper):
    """Looks at every delivery under way, again and again."""

    duty = DUTY

    def __init__(
        self,
        words: Words,
        duties: Duties,
        terms: StatusTerms,
        clock: Clock,
        holder: str,
    ) -> None:
        super().__init__(words, duties, terms.lists, clock, holder)
        self._words = words
        self._terms = terms

    async def look(self, now: datetime) -> None:
        """Say what is to be said, then put the lists right."""
        await self._arrived(now)
        await super().look(now)

    async def due(self, now: datetime) -> dict[str, DeskItem]:
        """See `ListKeeper`."""
        standing = await self._words.open(self._since(now))
        return await asyncio.to_thread(self._due, standing, now)

    def _since(self, now: datetime) -> datetime:
        return now - timedelta(days=self._terms.policy.watch_days)

    def _due(
        self, standing: Collection[Standing], now: datetime
    ) -> dict[str, DeskItem]:
        found = (
            _item(one, what, now) for one in standing for what in self._missed(one, now)
        )
        return {item.id: item for item in found}

    def _missed(self, one: Standing, now: datetime) -> Iterator[Missed]:
        terms = self._terms
        yield from missed(one, terms.lists.calendar, terms.policy, now)

    async def _arrived(self, now: datetime) -> None:
        """01 in the name of whose registry line says so, once it was fetched."""
        terms = self._terms
        waiting = await self._words.arrived_unsaid(terms.says_for(), self._since(now))
        for one in waiting:
            about = await self._words.subject(one.document)
            if about is None:
                continue
            word = Word(one, about, StatusCode.ARRIVED, one.fetched_at or now, now)
            if (ways := terms.ways(word)) is not None:
                await say(word, ways, terms.evidence, self._words.speak)


async def say(
    word: Word,
    ways: Ways,
    evidence: Evidence,
    speak: Callable[[Spoken], Awaitable[bool]],
) -> bool:
    """Keep the body, then write the rows; False: there is a word of the agency's."""
    told, body = spoken(word, ways)
    await evidence.keep_bytes(body)
    return await speak(told)


def _item(one: Standing, what: Missed, now: datetime) -> DeskItem:
    return DeskItem(
        id=derived_id(one.id, what.desk),
        desk=what.desk,
        since=now,
        reason=what.proposed[0],
        arrival=one.arrival,
        document=one.document,
        agency=one.agency,
    )
