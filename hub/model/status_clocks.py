"""When an agency's word is missed, on the working calendar; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.model.calendar import WorkingCalendar
from hub.model.policy import StatusPolicy
from hub.model.records import DeskName
from hub.model.statuses import ANSWERED, UNDER_WAY, Standing, StatusCode

#: After these an agency has told the whole story, as far as it goes.
_ENDS = frozenset({StatusCode.REFUSED, StatusCode.DONE})
_REPLIES = frozenset({StatusCode.AGREED, StatusCode.DECLINED})
#: Taken, or more than that.
_TAKEN = frozenset(StatusCode) - {StatusCode.ARRIVED, StatusCode.ASKED_BACK} - _REPLIES

#: List -> the codes an agency is asked for.
PROPOSED: dict[DeskName, tuple[StatusCode, ...]] = {
    DeskName.SILENT: (StatusCode.ARRIVED, StatusCode.TAKEN, StatusCode.REFUSED),
    DeskName.NOT_TAKEN: (StatusCode.TAKEN, StatusCode.REFUSED),
    DeskName.NOT_ARRIVED: (StatusCode.ARRIVED,),
    DeskName.RECALL: (StatusCode.AGREED, StatusCode.DECLINED),
    DeskName.NOT_DONE: (StatusCode.DONE,),
}


@dataclass(frozen=True, slots=True)
class Missed:
    """A word that did not come in time."""

    desk: DeskName
    #: Since when it was due, and until when it should have come.
    since: datetime
    until: datetime

    @property
    def proposed(self) -> tuple[StatusCode, ...]:
        """What to send; the likeliest first."""
        return PROPOSED[self.desk]


def missed(
    one: Standing, calendar: WorkingCalendar, policy: StatusPolicy, now: datetime
) -> tuple[Missed, ...]:
    """Everything that is missed of one delivery; () where all is well, or not yet."""
    due = _due(one, calendar, policy)
    return tuple(m for m in due if m.until < now)


def _due(
    one: Standing, calendar: WorkingCalendar, policy: StatusPolicy
) -> Iterator[Missed]:
    said = one.said
    if since := _recalled_at(one):
        hours = timedelta(hours=policy.recall_working_hours)
        yield Missed(DeskName.RECALL, since, calendar.add(since, hours))
        return
    if since := _taken_unarrived(one):
        until = end_of_day(since, calendar, policy.silent_working_days)
        yield Missed(DeskName.NOT_ARRIVED, since, until)
    if said.keys() & {*_REPLIES, *_ENDS}:
        return
    if not said:
        until = end_of_day(one.had_at, calendar, policy.silent_working_days)
        yield Missed(DeskName.SILENT, one.had_at, until)
    elif not said.keys() & {*_TAKEN, ANSWERED}:
        since = min(said.values())
        hours = timedelta(hours=policy.taken_working_hours)
        yield Missed(DeskName.NOT_TAKEN, since, calendar.add(since, hours))
    if since := said.get(ANSWERED):
        hours = timedelta(hours=policy.done_working_hours)
        yield Missed(DeskName.NOT_DONE, since, calendar.add(since, hours))


def end_of_day(had_at: datetime, calendar: WorkingCalendar, days: int) -> datetime:
    """The end of the day it came, where that is one of work; else of the next.

    What comes after hours is of the next day: nobody is there to say a word.
    """
    first = calendar.add_days(calendar.add(had_at, timedelta(minutes=1)), 0)
    return calendar.add_days(first, days) if days else first


def _taken_unarrived(one: Standing) -> datetime | None:
    """Since when it is under way without 01; None where 01 is not to be said."""
    said = one.said
    if said.keys() & {StatusCode.ARRIVED, StatusCode.REFUSED, *_REPLIES}:
        return None
    return min((said[code] for code in UNDER_WAY if code in said), default=None)


def _recalled_at(one: Standing) -> datetime | None:
    """Since when a recall waits for its answer; an earlier answer is another's."""
    asked = one.said.get(StatusCode.ASKED_BACK) or one.recalled_at
    if asked is None:
        return None
    replies = (one.said[code] for code in _REPLIES if code in one.said)
    return None if any(at >= asked for at in replies) else asked
