"""Pick-up and deadline of a dossier."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.model.calendar import VIETNAM
from hub.model.clocks import ClockState, deadline, pick_up
from hub.model.dossiers import Dossier, DossierAct, first
from hub.model.ids import AgencyCode
from hub.model.procedures import Procedure
from hub.registry.calendar import read_calendar
from hub.resources import resource

CALENDAR = read_calendar(resource("config", "calendar.yaml").read_bytes())
FRIDAY = datetime(2019, 11, 15, 15, 30, tzinfo=VIETNAM)
MONDAY = datetime(2019, 11, 18, 15, 30, tzinfo=VIETNAM)
MINUTE = timedelta(minutes=1)
TOLD = Dossier(
    DossierAct.ADD,
    "000.00.37.H40-191115-00001",
    procedure="1",
    channel=2,
    status="1",
    submitted_at=FRIDAY,
)
ROW = first("cong", TOLD, "a" * 32, FRIDAY)
PROCEDURE = Procedure("1", "Đăng ký", "HT", AgencyCode("000.03.37.H40"), 3, 3)


def taken(**changes):
    return replace(ROW, **{"status": "2", "received_at": MONDAY, **changes})


def test_an_online_dossier_must_be_taken_up_within_a_working_day():
    assert pick_up(ROW, CALENDAR, 8, MONDAY).state is ClockState.RUNNING
    late = pick_up(ROW, CALENDAR, 8, MONDAY + MINUTE)
    assert (late.state, late.until, late.left) == (ClockState.LATE, MONDAY, -MINUTE)


@pytest.mark.parametrize(
    "row",
    [
        replace(ROW, channel=1),
        replace(ROW, channel=None),
        replace(ROW, status="2"),
        replace(ROW, received_at=MONDAY),
        replace(ROW, status="12"),
    ],
)
def test_the_pick_up_clock_runs_for_nothing_else(row):
    assert pick_up(row, CALENDAR, 8, MONDAY + timedelta(days=9)).state == "none"


def test_what_was_promised_wins_over_the_statutory_days():
    due = MONDAY + timedelta(days=1)
    assert deadline(taken(due_at=due), PROCEDURE, CALENDAR, MONDAY).until == due
    by_law = deadline(taken(), PROCEDURE, CALENDAR, MONDAY)
    assert by_law.until == datetime(2019, 11, 21, 17, 30, tzinfo=VIETNAM)
    assert by_law.left == timedelta(hours=2 + 3 * 8)


def test_past_its_day_it_is_late_and_without_a_day_there_is_no_clock():
    late = deadline(taken(due_at=FRIDAY), PROCEDURE, CALENDAR, MONDAY)
    assert (late.state, late.left) == (ClockState.LATE, timedelta(hours=-8))
    assert deadline(ROW, PROCEDURE, CALENDAR, MONDAY).state is ClockState.NONE
    assert deadline(taken(), None, CALENDAR, MONDAY).state is ClockState.NONE


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *((s, "paused") for s in ("5", "6")),
        *((s, "done") for s in ("3", "7", "8", "9", "10")),
    ],
)
def test_waiting_for_the_citizen_pauses_it_and_an_end_ends_it(status, state):
    row = replace(taken(due_at=FRIDAY), status=status)
    assert deadline(row, PROCEDURE, CALENDAR, MONDAY).state == state


@pytest.mark.parametrize("before", ["5", "6", "8"])
def test_done_straight_after_waiting_is_doubted_even_with_an_end(before):
    row = taken(due_at=FRIDAY, status_before=before, finished_at=MONDAY)
    told = replace(row, status="9")
    assert deadline(told, PROCEDURE, CALENDAR, MONDAY).state is ClockState.DOUBTED
    over = replace(row, status="10")
    assert deadline(over, PROCEDURE, CALENDAR, MONDAY).state is ClockState.DONE


def test_a_status_of_a_local_variant_stops_no_clock():
    row = taken(due_at=FRIDAY)
    assert deadline(replace(row, status="12"), None, CALENDAR, MONDAY).state == "late"


def test_a_day_without_an_hour_lasts_until_the_offices_close():
    day = datetime(2019, 11, 20, tzinfo=VIETNAM)
    at_work = deadline(taken(due_at=day), PROCEDURE, CALENDAR, day.replace(hour=16))
    assert at_work.state is ClockState.RUNNING
    assert at_work.until == day.replace(hour=17, minute=30)
    night = deadline(taken(due_at=day), PROCEDURE, CALENDAR, day.replace(hour=18))
    assert night.state is ClockState.LATE


def test_nobody_handed_in_after_the_hub_heard_of_it():
    mistyped = replace(ROW, submitted_at=FRIDAY.replace(year=2091))
    reading = pick_up(mistyped, CALENDAR, 8, MONDAY + MINUTE)
    assert (reading.state, reading.until) == (ClockState.LATE, MONDAY)
