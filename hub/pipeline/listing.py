"""Keeps lists that clocks fill: what ran out is on one, and the operators are called.

One relay has the duty. A list is made from what is known now: whatever moved on leaves
it by itself. Operators are called in working hours, once a day for each list and
office, with the number of matters that stand on it then.
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
from hub.model.ids import AgencyCode
from hub.model.records import DeskItem, Facts, OutboxKind, OutboxRow
from hub.pipeline.naming import OPERATORS, derived_id
from hub.pipeline.sweep import Duties
from hub.ports import Clock

log = logging.getLogger(__name__)

_LEASE = timedelta(seconds=150)
#: An alert that reached nobody in a day is of no more use: the list stays.
_ALERT_LIFE = timedelta(days=1)
#: Matters a transaction: others write too.
_AT_ONCE = 200
_NO_OFFICE = "chưa rõ đơn vị"


class Lists(Protocol):
    """The journal's part: what clocks have on lists."""

    async def listed(self) -> list[DeskItem]:
        """What they have there now."""

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
class ListTerms:
    """What every keeper of lists goes by."""

    calendar: WorkingCalendar
    #: Code -> name of an office, for the alert.
    names: Mapping[AgencyCode, str] = field(default_factory=dict)
    #: Versions of what clocks are read by: they stand in the entries.
    versions: Facts = field(default_factory=dict)


class ListKeeper:
    """Puts lists right, again and again; a subclass says what is due (`due`)."""

    duty = ""

    def __init__(
        self,
        lists: Lists,
        duties: Duties,
        terms: ListTerms,
        clock: Clock,
        holder: str,
    ) -> None:
        self._lists = lists
        self._duties = duties
        self._list_terms = terms
        self._clock = clock
        self._holder = holder
        self._called: set[str] = set()

    async def watch(self, every: float = 60) -> None:
        """Until cancelled; trouble that passes is looked at the next time."""
        while True:
            now = self._clock.now()
            try:
                if await self._duties.hold(self.duty, self._holder, now + _LEASE, now):
                    await self.look(now)
            except TemporaryFailure as error:
                why = {"duty": self.duty, "why": str(error)}
                log.warning("clocks not read", extra=why)
            await asyncio.sleep(every)

    async def due(self, now: datetime) -> dict[str, DeskItem]:
        """Everything that is to stand on the lists now, by id."""
        raise NotImplementedError

    async def look(self, now: datetime) -> None:
        """Read every clock once and put the lists right."""
        due = await self.due(now)
        listed = {item.id: item for item in await self._lists.listed()}
        # A matter that another office has now leaves one list for the other.
        stays = {n for n, item in listed.items() if _is_same(item, due.get(n))}
        for some in _lots([item for n, item in listed.items() if n not in stays]):
            await self._lists.stopped(some, now)
        versions = self._list_terms.versions
        for some in _lots([item for n, item in due.items() if n not in stays]):
            await self._lists.ran_out(some, (), versions, now)
        await self._call(due.values(), now)

    async def _call(self, items: Collection[DeskItem], now: datetime) -> None:
        """Call the operators, unless they were called today."""
        alerts = [a for a in self._alerts(items, now) if a.id not in self._called]
        if alerts:
            await self._lists.ran_out((), alerts, self._list_terms.versions, now)
            self._called.update(alert.id for alert in alerts)

    def _alerts(
        self, items: Collection[DeskItem], now: datetime
    ) -> Iterator[OutboxRow]:
        """One for each list, office and day; names a count, nobody's name."""
        if not self._list_terms.calendar.is_open(now):
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
                    "name": self._list_terms.names.get(office, _NO_OFFICE),
                    "count": count,
                    "day": day,
                },
            )


def _is_same(listed: DeskItem, due: DeskItem | None) -> bool:
    return due is not None and listed.agency == due.agency


def _lots(items: Sequence[DeskItem]) -> Iterator[Sequence[DeskItem]]:
    return (items[n : n + _AT_ONCE] for n in range(0, len(items), _AT_ONCE))
