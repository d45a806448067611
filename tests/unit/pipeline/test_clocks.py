"""The watch over dossiers: on a list when late, one alert an office and day."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from hub.model.calendar import VIETNAM
from hub.model.dossiers import Dossier, DossierAct, DossierRow, first
from hub.model.ids import AgencyCode
from hub.model.policy import DossierPolicy
from hub.model.records import DeskItem, DeskName, OutboxRow
from hub.pipeline.clocks import ClockKeeper, Terms
from hub.registry.calendar import read_calendar
from hub.resources import resource
from tests.fakes.outsides import SteppingClock

CALENDAR = read_calendar(resource("config", "calendar.yaml").read_bytes())
MONDAY = datetime(2019, 11, 18, 8, 0, tzinfo=VIETNAM)
TUESDAY = MONDAY + timedelta(days=1, minutes=1)
ONE, TWO = AgencyCode("000.03.37.H40"), AgencyCode("000.05.37.H40")


@dataclass
class MemoryShelves:
    """Implements the port Shelves and, for one process, Duties."""

    rows: list[DossierRow] = field(default_factory=list)
    items: list[DeskItem] = field(default_factory=list)
    alerts: list[OutboxRow] = field(default_factory=list)

    async def hold(self, name, holder, until, at):
        return True

    async def every(self):
        return self.rows

    async def listed(self):
        return self.items

    async def ran_out(self, items, alerts, at):
        self.items += items
        known = {row.id for row in self.alerts}
        self.alerts += [row for row in alerts if row.id not in known]

    async def stopped(self, items, at):
        self.items = [i for i in self.items if i not in items]


def online(number: str, office: AgencyCode = ONE) -> DossierRow:
    told = Dossier(
        DossierAct.ADD,
        number,
        office=office,
        channel=2,
        status="1",
        submitted_at=MONDAY,
    )
    return first("cong", told, "a" * 32, MONDAY)


@pytest.fixture
def shelves():
    return MemoryShelves([online("H-1"), online("H-2"), online("H-3", TWO)])


@pytest.fixture
def keeper(shelves):
    terms = Terms(CALENDAR, DossierPolicy(), {})
    return ClockKeeper(shelves, shelves, terms, SteppingClock(), "one")


async def test_in_time_nobody_is_called(keeper, shelves):
    await keeper.look(MONDAY + timedelta(hours=3))
    assert not shelves.items
    assert not shelves.alerts


async def test_each_office_is_called_once_a_day_and_no_citizen_is_named(
    keeper, shelves
):
    for minutes in range(3):
        await keeper.look(TUESDAY + timedelta(minutes=minutes))
    assert [(i.desk, i.reason) for i in shelves.items] == [
        (DeskName.PICK_UP, "H-1"),
        (DeskName.PICK_UP, "H-2"),
        (DeskName.PICK_UP, "H-3"),
    ]
    told = [(a.agency, a.headers["count"]) for a in shelves.alerts]
    assert told == [(ONE, 2), (TWO, 1)]
    assert "H-1" not in str([a.headers for a in shelves.alerts])


async def test_what_is_taken_up_leaves_the_list_by_itself(keeper, shelves):
    await keeper.look(TUESDAY)
    shelves.rows[0] = replace(shelves.rows[0], status="2", received_at=TUESDAY)
    await keeper.look(TUESDAY)
    assert [i.reason for i in shelves.items] == ["H-2", "H-3"]


async def test_a_day_that_was_promised_and_passed_is_on_the_other_list(keeper, shelves):
    shelves.rows = [
        replace(online("H-9"), status="4", received_at=MONDAY, due_at=MONDAY)
    ]
    await keeper.look(TUESDAY)
    assert [i.desk for i in shelves.items] == [DeskName.LATE]
    assert shelves.alerts[0].headers["matter"] == "late"
