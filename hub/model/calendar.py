"""The working calendar: days off and working hours as data, arithmetic as pure words.

Vietnam time is UTC+7 without change since 1975, so a fixed offset needs no database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, ClassVar

VIETNAM = timezone(timedelta(hours=7))
_DAY = timedelta(days=1)
#: No deadline of an office lies further away: a calendar without one is broken.
_FURTHEST = 3_660


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of a working day, in Vietnam time."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days and hours are working ones; moments in and out are aware, UTC."""

    #: Morning and afternoon, in order, not overlapping.
    shifts: tuple[Shift, ...]
    #: ISO weekdays (Monday 1) that are off.
    weekend: frozenset[int]
    holidays: frozenset[date]
    #: Weekend days worked in exchange for another day off (hoán đổi).
    make_up: frozenset[date]
    #: Years whose days were announced; all others are to be compared first.
    certain: frozenset[int] = frozenset()
    version: str = ""

    def is_working(self, day: date) -> bool:
        """Whether offices work that day."""
        if day in self.make_up:
            return True
        return day.isoweekday() not in self.weekend and day not in self.holidays

    @property
    def day_length(self) -> timedelta:
        """Working time of a whole working day."""
        return sum((_length(s) for s in self.shifts), timedelta())

    def add(self, moment: datetime, working: timedelta) -> datetime:
        """The moment when so much working time has gone by after another; UTC.

        `working` is not negative. From outside working hours it begins with the next.
        """
        left = working
        for begin, end in self._shifts_from(moment):
            start = max(begin, moment)
            if end - start >= left:
                return start + left
            left -= max(end - start, timedelta())
        raise ValueError("the calendar has no working day")

    def add_days(self, moment: datetime, days: int) -> datetime:
        """The end of the n-th working day after the day of a moment; UTC.

        As offices count: the day of receipt is not counted (Civil Code 2015, art. 147).
        """
        day, left = moment.astimezone(VIETNAM).date(), days
        for _ in range(_FURTHEST):
            if left <= 0:
                break
            day += _DAY
            left -= self.is_working(day)
        return datetime.combine(day, self.shifts[-1].end, VIETNAM).astimezone(
            moment.tzinfo
        )

    def between(self, one: datetime, other: datetime) -> timedelta:
        """Working time from one moment to another; negative when `other` is earlier."""
        return self._worked(other) - self._worked(one)

    def is_open(self, moment: datetime) -> bool:
        """Whether offices are at work at a moment."""
        local = moment.astimezone(VIETNAM)
        hours = any(s.begin <= local.time() < s.end for s in self.shifts)
        return hours and self.is_working(local.date())

    def _worked(self, moment: datetime) -> timedelta:
        """Working time since the first of all days; counted, however far that is."""
        local = moment.astimezone(VIETNAM)
        day = local.date()
        whole = self.day_length * self._days_before(day)
        if not self.is_working(day):
            return whole
        now = timedelta(
            hours=local.hour,
            minutes=local.minute,
            seconds=local.second,
            microseconds=local.microsecond,
        )
        return whole + sum((_gone(s, now) for s in self.shifts), timedelta())

    def _days_before(self, day: date) -> int:
        """Working days before a day."""
        weeks, rest = divmod(day.toordinal() - 1, 7)  # day 1 was a Monday
        worked = weeks * (7 - len(self.weekend))
        worked += sum(weekday not in self.weekend for weekday in range(1, rest + 1))
        for other in self.holidays:
            worked -= other < day and other.isoweekday() not in self.weekend
        for other in self.make_up:
            off = other.isoweekday() in self.weekend or other in self.holidays
            worked += other < day and off
        return worked

    def _shifts_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Shifts that have not ended at a moment, in order; about ten years of them."""
        first = moment.astimezone(VIETNAM).date()
        for number in range(_FURTHEST):
            day = first + number * _DAY
            if not self.is_working(day):
                continue
            for shift in self.shifts:
                begin, end = (
                    datetime.combine(day, t, VIETNAM).astimezone(moment.tzinfo)
                    for t in (shift.begin, shift.end)
                )
                if end > moment:
                    yield begin, end


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)


def _length(shift: Shift) -> timedelta:
    return _since_midnight(shift.end) - _since_midnight(shift.begin)


def _gone(shift: Shift, now: timedelta) -> timedelta:
    """How much of a shift is over, by the time since midnight."""
    begin = _since_midnight(shift.begin)
    return min(max(now - begin, timedelta()), _length(shift))
