"""Watches the clocks of dossiers: what ran out is on a list, with its office."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hub.model.calendar import WorkingCalendar
from hub.model.clocks import ClockState, deadline, pick_up
from hub.model.dossiers import DossierRow
from hub.model.ids import AgencyCode, ArrivalId
from hub.model.policy import DossierPolicy
from hub.model.procedures import Procedure, procedure_of
from hub.model.records import DeskItem, DeskName, Facts
from hub.pipeline.listing import ListKeeper, Lists, ListTerms
from hub.pipeline.naming import derived_id
from hub.pipeline.sweep import Duties
from hub.ports import Clock

DUTY = "clocks"


class Shelves(Lists, Protocol):
    """The journal's part: dossiers, and what clocks have on lists."""

    async def every(self) -> list[DossierRow]:
        """All that have not ended."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the clocks go by."""

    calendar: WorkingCalendar
    policy: DossierPolicy
    #: See `procedure_of`.
    procedures: Mapping[str, Procedure]
    #: Code -> name of an office, for the alert.
    names: Mapping[AgencyCode, str] = field(default_factory=dict)
    #: Versions of all of it: they stand in the entries.
    versions: Facts = field(default_factory=dict)


class ClockKeeper(ListKeeper):
    """Looks at every open dossier, again and again."""

    duty = DUTY

    def __init__(
        self,
        shelves: Shelves,
        duties: Duties,
        terms: Terms,
        clock: Clock,
        holder: str,
    ) -> None:
        common = ListTerms(terms.calendar, terms.names, terms.versions)
        super().__init__(shelves, duties, common, clock, holder)
        self._shelves = shelves
        self._terms = terms

    async def due(self, now: datetime) -> dict[str, DeskItem]:
        """See `ListKeeper`."""
        rows = await self._shelves.every()
        # Some 0.1 ms a dossier: the loop has other things to do meanwhile.
        return await asyncio.to_thread(self._due, rows, now)

    def _due(self, rows: Sequence[DossierRow], now: datetime) -> dict[str, DeskItem]:
        return {item.id: item for item in self._late(rows, now)}

    def _late(self, rows: Sequence[DossierRow], now: datetime) -> Iterator[DeskItem]:
        terms = self._terms
        hours = terms.policy.pick_up_working_hours
        for row in rows:
            procedure = procedure_of(terms.procedures, row.procedure)
            taking = pick_up(row, terms.calendar, hours, now)
            if taking.state is ClockState.LATE:
                yield _item(row, DeskName.PICK_UP, now)
            doing = deadline(row, procedure, terms.calendar, now)
            if doing.state is ClockState.LATE:
                yield _item(row, DeskName.LATE, now)


def _item(row: DossierRow, desk: DeskName, now: datetime) -> DeskItem:
    return DeskItem(
        id=derived_id(row.key, desk),
        desk=desk,
        since=now,
        reason=row.number,
        arrival=ArrivalId(row.arrival),
        agency=row.office or None,
    )
