"""The working calendar: the shipped years, and arithmetic that adds up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.calendar import VIETNAM
from hub.registry.calendar import read_calendar
from hub.resources import resource

CALENDAR = read_calendar(resource("config", "calendar.yaml").read_bytes())
_FIRST, _LAST = datetime(2019, 1, 2), datetime(2026, 6, 1)  # noqa: DTZ001 - Hypothesis adds the zone
MOMENTS = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))
SPANS = st.timedeltas(timedelta(), timedelta(hours=200))


def at(text: str) -> datetime:
    """A moment in Vietnam time."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2019-11-15", True),
        ("2019-11-16", False),
        ("2020-01-22", True),
        ("2020-01-23", False),
        ("2020-01-29", False),
        ("2020-01-30", True),
        ("2025-01-27", False),
        ("2025-04-26", True),
        ("2025-05-02", False),
    ],
)
def test_the_days_of_the_shipped_years(day, works):
    assert CALENDAR.is_working(date.fromisoformat(day)) is works


def test_eight_hours_from_friday_afternoon_end_on_monday():
    friday = at("2019-11-15 15:30")
    assert CALENDAR.add(friday, timedelta(hours=8)) == at("2019-11-18 15:30")
    assert CALENDAR.add(friday, timedelta(hours=2)) == at("2019-11-15 17:30")


def test_what_comes_in_at_night_begins_in_the_morning():
    assert CALENDAR.add(at("2019-11-15 22:00"), timedelta(hours=1)) == at(
        "2019-11-18 08:30"
    )


def test_the_day_of_receipt_is_not_counted_and_tet_is_jumped_over():
    assert CALENDAR.add_days(at("2020-01-21 09:00"), 3) == at("2020-01-31 17:30")


def test_a_make_up_saturday_counts():
    assert CALENDAR.add_days(at("2025-04-25 09:00"), 1) == at("2025-04-26 17:30")


def test_the_working_time_between_two_moments_leaves_out_lunch_and_weekends():
    one, other = at("2019-11-15 11:00"), at("2019-11-18 14:00")
    assert CALENDAR.between(one, other) == timedelta(hours=9)
    assert CALENDAR.between(other, one) == timedelta(hours=-9)


@given(MOMENTS, SPANS)
def test_what_is_added_lies_between(moment, span):
    later = CALENDAR.add(moment, span)
    assert later >= moment
    assert CALENDAR.between(moment, later) == span


@given(MOMENTS, SPANS, SPANS)
def test_one_after_the_other_is_both_together(moment, one, other):
    apart = CALENDAR.add(CALENDAR.add(moment, one), other)
    assert CALENDAR.between(moment, apart) == one + other


@given(MOMENTS, st.integers(1, 40))
def test_no_deadline_falls_on_a_day_off(moment, days):
    end = CALENDAR.add_days(moment, days).astimezone(VIETNAM)
    assert CALENDAR.is_working(end.date())
    counted = (end.date() - moment.astimezone(VIETNAM).date()).days
    assert counted >= days


@given(MOMENTS, MOMENTS, MOMENTS)
def test_stretches_of_time_add_up(one, two, three):
    first, second, third = sorted((one, two, three))
    between = CALENDAR.between
    assert between(first, second) + between(second, third) == between(first, third)


@given(MOMENTS, MOMENTS, SPANS)
def test_who_begins_later_ends_no_earlier(one, other, span):
    first, second = sorted((one, other))
    assert CALENDAR.add(first, span) <= CALENDAR.add(second, span)


@given(MOMENTS, SPANS, SPANS)
def test_more_work_ends_no_earlier(moment, one, other):
    short, long = sorted((one, other))
    assert CALENDAR.add(moment, short) <= CALENDAR.add(moment, long)


@given(MOMENTS, st.timedeltas(timedelta(microseconds=1), timedelta(hours=200)))
def test_work_is_never_done_on_a_day_off(moment, span):
    end = CALENDAR.add(moment, span)
    assert CALENDAR.is_open(end - timedelta(microseconds=1))


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(0, 9))  # noqa: DTZ001
def test_working_time_is_counted_as_it_would_be_day_by_day(moment, days):
    begin = moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=VIETNAM)
    working = sum(
        CALENDAR.is_working((begin + timedelta(days=n)).date()) for n in range(days)
    )
    end = begin + timedelta(days=days)
    assert CALENDAR.between(begin, end) == working * CALENDAR.day_length


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2019-11-15 07:29", False),
        ("2019-11-15 07:30", True),
        ("2019-11-15 11:30", False),
        ("2019-11-15 13:30", True),
        ("2019-11-15 17:30", False),
        ("2019-11-16 09:00", False),
        ("2025-04-26 09:00", True),
        ("2025-05-02 09:00", False),
    ],
)
def test_offices_are_open_in_their_hours(moment, is_open):
    assert CALENDAR.is_open(at(moment)) is is_open


def test_tet_2025_is_nine_days_without_work():
    begin, end = at("2025-01-24 17:30"), at("2025-02-03 07:30")
    assert CALENDAR.between(begin, end) == timedelta()
    assert CALENDAR.add_days(at("2025-01-22 10:00"), 5) == at("2025-02-05 17:30")


def test_years_ago_is_told_in_full():
    assert CALENDAR.between(at("2001-01-01 00:00"), at("2026-01-01 00:00")) > 6_000 * (
        CALENDAR.day_length
    )
