"""The two clocks of a dossier: pick-up and deadline, on the working calendar; pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from hub.model.calendar import VIETNAM, WorkingCalendar
from hub.model.dossiers import ENDED, ONLINE, DossierRow, DossierStatus
from hub.model.procedures import Procedure

_PAUSED = frozenset({DossierStatus.SUPPLEMENT_ASKED, DossierStatus.PAYMENT_ASKED})


class ClockState(StrEnum):
    """What a clock shows."""

    RUNNING = "running"
    LATE = "late"
    #: Waits for the citizen: papers or a payment were asked for.
    PAUSED = "paused"
    DONE = "done"
    #: Told done after it had been told to wait or to stop: see `DossierRow.doubted`.
    DOUBTED = "doubted"
    #: It does not run for this dossier, or nothing says until when.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock, read at one moment."""

    state: ClockState
    until: datetime | None = None
    #: Working time left; negative when it is over. Zero where the clock does not run.
    left: timedelta = timedelta()


def deadline(
    row: DossierRow,
    procedure: Procedure | None,
    calendar: WorkingCalendar,
    now: datetime,
) -> Reading:
    """When it must be done: NgayHenTra, else the statutory days from reception."""
    if row.doubted:
        return Reading(ClockState.DOUBTED, row.due_at)
    if row.status in ENDED or row.finished_at is not None:
        return Reading(ClockState.DONE, row.due_at)
    until = _promised(row, calendar)
    if until is None and procedure is not None and row.received_at is not None:
        until = calendar.add_days(row.received_at, procedure.days)
    if until is None:
        return Reading(ClockState.NONE)
    if row.status in _PAUSED:
        return Reading(ClockState.PAUSED, until)
    return _read(until, calendar, now)


def pick_up(
    row: DossierRow, calendar: WorkingCalendar, hours: float, now: datetime
) -> Reading:
    """How long an official may take to take up what was handed in online."""
    waits = row.status in {DossierStatus.REGISTERED, ""} and row.received_at is None
    if row.channel != ONLINE or not waits:
        return Reading(ClockState.NONE)
    # A year mistyped must not keep it from ever being late.
    begun = min(row.submitted_at or row.first_at, row.first_at)
    return _read(calendar.add(begun, timedelta(hours=hours)), calendar, now)


def _promised(row: DossierRow, calendar: WorkingCalendar) -> datetime | None:
    """NgayHenTra; midnight is how portals write a day, and a day has office hours."""
    due = row.due_at
    if due is None or due.astimezone(VIETNAM).time() != time():
        return due
    return calendar.add_days(due, 0)


def _read(until: datetime, calendar: WorkingCalendar, now: datetime) -> Reading:
    state = ClockState.RUNNING if now <= until else ClockState.LATE
    return Reading(state, until, calendar.between(now, until))
