"""config/calendar.yaml into a WorkingCalendar, or every problem of it at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, ClassVar

from hub.errors import SettingsError
from hub.model.calendar import Shift, WorkingCalendar
from hub.typed_yaml import load, shape, version_of

_WEEK = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class Year:
    """Days off and make-up days of one year, as published."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    #: False: to be compared with what is published before it is relied on.
    certain: bool
    holidays: tuple[date, ...]
    make_up: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """The file as written; keys are explained in config/README.md."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    label: str
    hours: tuple[Shift, ...]
    #: ISO weekdays, Monday 1.
    weekend: tuple[int, ...]
    years: dict[int, Year]


def read_calendar(data: bytes) -> WorkingCalendar:
    """The calendar a file holds; raises SettingsError with all its problems."""
    file = shape(load(data), CalendarFile)
    if problems := tuple(_problems(file)):
        raise SettingsError(problems)
    years = file.years.values()
    return WorkingCalendar(
        shifts=file.hours,
        weekend=frozenset(file.weekend),
        holidays=frozenset(day for year in years for day in year.holidays),
        make_up=frozenset(day for year in years for day in year.make_up),
        certain=frozenset(n for n, year in file.years.items() if year.certain),
        version=version_of(data),
    )


def _problems(file: CalendarFile) -> Iterator[str]:
    if not file.hours:
        yield "hours: no working hours"
    for shift in file.hours:
        if shift.begin >= shift.end:
            yield f"hours: {shift.begin} is not before {shift.end}"
    for one, other in pairwise(file.hours):
        if one.end > other.begin:
            yield f"hours: {other.begin} lies within the one before"
    weekend = set(file.weekend)
    if not weekend <= _WEEK or weekend == _WEEK:
        yield "weekend: ISO weekdays 1 to 7, not all of them"
    for number, year in file.years.items():
        yield from _of_year(number, year, weekend)


def _of_year(number: int, year: Year, weekend: set[int]) -> Iterator[str]:
    for day in (*year.holidays, *year.make_up):
        if day.year != number:
            yield f"years.{number}: {day} is of another year"
    for day in year.make_up:
        if day.isoweekday() not in weekend:
            yield f"years.{number}: make-up day {day} is no weekend day"
        if day in year.holidays:
            yield f"years.{number}: {day} is both a holiday and a make-up day"
