"""The watch over dossiers: on a list when late, one alert an office and day."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from hub.errors import JournalUnavailable, TemporaryFailure
from hub.model.calendar import VIETNAM
from hub.model.dossiers import Dossier, DossierAct, DossierRow, first
from hub.model.ids import AgencyCode
from hub.model.policy import DossierPolicy
from hub.model.procedures import Procedure
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
    read_by: dict[str, str] = field(default_factory=dict)

    async def hold(self, name, holder, until, at):
        return True

    async def every(self):
        return self.rows

    async def listed(self):
        return self.items

    async def ran_out(self, items, alerts, read_by, at):
        assert len(items) <= 200, "others write too"
        self.items += items
        self.read_by = read_by
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
    names = {ONE: "Phòng Tư pháp"}
    terms = Terms(CALENDAR, DossierPolicy(), {}, names, {"calendar": "abc"})
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
    told = [(a.agency, a.headers["name"], a.headers["count"]) for a in shelves.alerts]
    assert told == [(ONE, "Phòng Tư pháp", 2), (TWO, "chưa rõ đơn vị", 1)]
    assert shelves.read_by == {"calendar": "abc"}
    assert "H-1" not in str([a.headers for a in shelves.alerts])


async def test_what_is_taken_up_leaves_the_list_by_itself(keeper, shelves):
    await keeper.look(TUESDAY)
    shelves.rows[0] = replace(shelves.rows[0], status="2", received_at=TUESDAY)
    await keeper.look(TUESDAY)
    assert [i.reason for i in shelves.items] == ["H-2", "H-3"]


async def test_what_another_office_has_now_stands_on_that_ones_list(keeper, shelves):
    await keeper.look(TUESDAY)
    shelves.rows[0] = replace(shelves.rows[0], office=TWO)
    await keeper.look(TUESDAY + timedelta(minutes=1))
    stands = {i.reason: i.agency for i in shelves.items}
    assert stands == {"H-1": TWO, "H-2": ONE, "H-3": TWO}


async def test_a_day_that_was_promised_and_passed_is_on_the_other_list(keeper, shelves):
    shelves.rows = [
        replace(online("H-9"), status="4", received_at=MONDAY, due_at=MONDAY)
    ]
    await keeper.look(TUESDAY)
    assert [i.desk for i in shelves.items] == [DeskName.LATE]
    assert shelves.alerts[0].headers["matter"] == "late"


async def test_what_still_waits_is_called_out_again_on_the_next_working_day(
    keeper, shelves
):
    friday = datetime(2019, 11, 22, 8, 0, tzinfo=VIETNAM)
    days = [friday + timedelta(days=n) for n in range(4)]
    for day in days:
        await keeper.look(day)
    told = [a.headers["day"] for a in shelves.alerts if a.agency == ONE]
    assert told == ["2019-11-22", "2019-11-25"]
    assert len(shelves.items) == 3


@pytest.mark.parametrize("hour", [6, 12, 20])
async def test_nobody_is_called_outside_working_hours_but_the_list_is_right(
    keeper, shelves, hour
):
    await keeper.look(TUESDAY.replace(hour=hour) + timedelta(days=1))
    assert len(shelves.items) == 3
    assert not shelves.alerts


async def test_the_count_is_of_all_that_stand_on_the_list(keeper, shelves):
    await keeper.look(TUESDAY)
    shelves.rows.append(online("H-4"))
    await keeper.look(TUESDAY + timedelta(hours=1))
    assert [a.headers["count"] for a in shelves.alerts] == [2, 1]
    await keeper.look(TUESDAY + timedelta(days=1))
    assert [a.headers["count"] for a in shelves.alerts] == [2, 1, 3, 1]


async def test_the_statutory_days_of_the_procedure_count_where_nothing_was_promised(
    shelves,
):
    code = "9.900001.000.00.37.H40"
    procedure = Procedure(code, "Đăng ký", "HT", ONE, 3, days=1)
    terms = Terms(CALENDAR, DossierPolicy(), {code: procedure})
    keeper = ClockKeeper(shelves, shelves, terms, SteppingClock(), "one")
    taken = replace(online("H-9"), status="4", received_at=MONDAY)
    shelves.rows = [replace(taken, procedure=f" {code.lower()}"), taken]
    await keeper.look(TUESDAY)
    assert not shelves.items
    await keeper.look(TUESDAY + timedelta(days=1))
    assert [i.desk for i in shelves.items] == [DeskName.LATE]


class Elsewhere(MemoryShelves):
    """Another relay has the duty, or the journal is away."""

    def __init__(self, trouble: TemporaryFailure | None) -> None:
        super().__init__([online("H-1")])
        self.trouble = trouble
        self.asked = asyncio.Event()

    async def hold(self, name, holder, until, at):
        self.asked.set()
        if self.trouble:
            raise self.trouble
        return False


@pytest.mark.parametrize("trouble", [None, JournalUnavailable("away")])
async def test_without_the_duty_or_the_journal_nothing_is_touched(trouble):
    shelves = Elsewhere(trouble)
    terms = Terms(CALENDAR, DossierPolicy(), {})
    keeper = ClockKeeper(shelves, shelves, terms, SteppingClock(), "two")
    task = asyncio.create_task(keeper.watch(every=0))
    for _ in range(3):
        shelves.asked.clear()
        await shelves.asked.wait()
    assert not task.done()
    assert not shelves.items
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_after_a_long_outage_all_of_many_are_listed_and_counted(keeper, shelves):
    shelves.rows = [online(f"H-{n}") for n in range(501)]
    await keeper.look(TUESDAY)
    assert len(shelves.items) == 501
    assert [a.headers["count"] for a in shelves.alerts] == [501]
    shelves.rows = []
    await keeper.look(TUESDAY)
    assert not shelves.items
