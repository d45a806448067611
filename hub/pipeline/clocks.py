"""Watches the clocks of dossiers: what ran out is on a list, and its office is named.

One relay has the duty. The list is made from what is known now: a dossier that was
taken up or done leaves it by itself. Operators are called in working hours, once a day
for each list and office, with the number of dossiers that stand on it then.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from hub.errors import TemporaryFailure
from hub.model.calendar import VIETNAM, WorkingCalendar
from hub.model.clocks import ClockState, deadline, pick_up
from hub.model.dossiers import DossierRow
from hub.model.ids import AgencyCode, ArrivalId
from hub.model.policy import DossierPolicy
from hub.model.procedures import Procedure, procedure_of
from hub.model.records import DeskItem, DeskName, Facts, OutboxKind, OutboxRow
from hub.pipeline.naming import OPERATORS, derived_id
from hub.pipeline.sweep import Duties
from hub.ports import Clock

log = logging.getLogger(__name__)

DUTY = "clocks"
_LEASE = timedelta(seconds=150)
#: An alert that reached nobody in a day is of no more use: the list stays.
_ALERT_LIFE = timedelta(days=1)
#: Matters a transaction: others write too.
_AT_ONCE = 200
_NO_OFFICE = "chưa rõ đơn vị"


class Shelves(Protocol):
    """The journal's part: dossiers, and what clocks have on lists."""

    async def every(self) -> list[DossierRow]:
        """All that have not ended."""

    async def listed(self) -> list[DeskItem]:
        """What clocks have on lists now."""

    async def ran_out(
        self,
        items: Sequence[DeskItem],
        alerts: Sequence[OutboxRow],
        read_by: Facts,
        at: datetime,
    ) -> None:
        """Put matters on their lists and plan the alerts; both once."""

    async def stopped(self, items: Sequence[DeskItem], at: datetime) -> None:
        """Take matters off their lists."""


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


class ClockKeeper:
    """Looks at every open dossier, again and again."""

    def __init__(
        self,
        shelves: Shelves,
        duties: Duties,
        terms: Terms,
        clock: Clock,
        holder: str,
    ) -> None:
        self._shelves = shelves
        self._duties = duties
        self._terms = terms
        self._clock = clock
        self._holder = holder
        self._called: set[str] = set()

    async def watch(self, every: float = 60) -> None:
        """Until cancelled; trouble that passes is looked at the next time."""
        while True:
            now = self._clock.now()
            try:
                if await self._duties.hold(DUTY, self._holder, now + _LEASE, now):
                    await self.look(now)
            except TemporaryFailure as error:
                log.warning("clocks not read", extra={"why": str(error)})
            await asyncio.sleep(every)

    async def look(self, now: datetime) -> None:
        """Read every clock once and put the lists right."""
        rows = await self._shelves.every()
        # Some 0.1 ms a dossier: the loop has other things to do meanwhile.
        due = await asyncio.to_thread(self._due, rows, now)
        listed = {item.id: item for item in await self._shelves.listed()}
        # A dossier that another office has now leaves one list for the other.
        stays = {n for n, item in listed.items() if _is_same(item, due.get(n))}
        for some in _lots([item for n, item in listed.items() if n not in stays]):
            await self._shelves.stopped(some, now)
        for some in _lots([item for n, item in due.items() if n not in stays]):
            await self._shelves.ran_out(some, (), self._terms.versions, now)
        await self._call(due.values(), now)

    async def _call(self, items: Collection[DeskItem], now: datetime) -> None:
        """Call the operators, unless they were called today."""
        alerts = [a for a in self._alerts(items, now) if a.id not in self._called]
        if alerts:
            await self._shelves.ran_out((), alerts, self._terms.versions, now)
            self._called.update(alert.id for alert in alerts)

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

    def _alerts(
        self, items: Collection[DeskItem], now: datetime
    ) -> Iterator[OutboxRow]:
        """One for each list, office and day; names a count, no citizen."""
        if not self._terms.calendar.is_open(now):
            return
        day = f"{now.astimezone(VIETNAM):%Y-%m-%d}"
        counts = Counter((item.desk, item.agency or AgencyCode("")) for item in items)
        for (desk, office), count in sorted(counts.items()):
            yield OutboxRow(
                id=derived_id("clock", desk, office, day),
                kind=OutboxKind.ALERT,
                target=OPERATORS,
                due_at=now,
                deadline=now + _ALERT_LIFE,
                agency=office or None,
                headers={
                    "matter": desk,
                    "office": office,
                    "name": self._terms.names.get(office, _NO_OFFICE),
                    "count": count,
                    "day": day,
                },
            )


def _is_same(listed: DeskItem, due: DeskItem | None) -> bool:
    return due is not None and listed.agency == due.agency


def _lots(items: Sequence[DeskItem]) -> Iterator[Sequence[DeskItem]]:
    return (items[n : n + _AT_ONCE] for n in range(0, len(items), _AT_ONCE))


def _item(row: DossierRow, desk: DeskName, now: datetime) -> DeskItem:
    return DeskItem(
        id=derived_id(row.key, desk),
        desk=desk,
        since=now,
        reason=row.number,
        arrival=ArrivalId(row.arrival),
        agency=row.office or None,
    )
