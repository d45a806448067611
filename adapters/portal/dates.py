"""Reads and writes the moments portals write (EDXML.md 1.3, 4.2, 4.5); never raises.

Day before month, always: a text that is a date only the other way round is told as
impossible, for a deadline must not be guessed.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from hub.edxml.dates import VIETNAM, read_zone

#: No dossier is older or younger than this.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
#: Year 1 is the zero of .NET, year 0 that of MySQL.
_NO_YEAR = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DateForm(StrEnum):
    """How a moment was written; the value stands in journals."""

    #: yyyyMMddHHmmss, the form of the national sync; yyyyMMddHHmm, yyyyMMdd.
    COMPACT = "compact"
    #: yyyy-MM-ddTHH:mm:ss.fff, with or without a zone; yyyy-MM-dd.
    ISO = "iso"
    #: dd/MM/yyyy HH:mm:ss, dd/MM/yyyy.
    DAY_FIRST = "day-first"
    #: yyyy/MM/dd HH:mm:ss, edXML's own.
    EDXML = "edxml"
    #: /Date(milliseconds)/, as .NET writes it.
    EPOCH = "epoch"
    #: Nothing, `null`.
    EMPTY = "empty"
    #: A year that says "none": 0001-01-01, 00010101000000, /Date(-62135596800000)/.
    NONE = "none"
    #: In no form of these, or a day that does not exist.
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Told:
    """A moment as told; None where the form is EMPTY, NONE or IMPOSSIBLE."""

    form: DateForm
    moment: datetime | None = None
    text: str = field(default="", repr=False)


_CLOCK = r"(?P<h>[0-9]{1,2}):(?P<mi>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
_ZONE = r" ?(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})?"
_FORMS: tuple[tuple[DateForm, re.Pattern[str]], ...] = (
    (
        DateForm.COMPACT,
        re.compile(
            r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
            r"(?:(?P<h>[0-9]{2})(?P<mi>[0-9]{2})(?P<s>[0-9]{2})?)?"
        ),
    ),
    (
        DateForm.ISO,
        re.compile(
            r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"
            rf"(?:[T ]{_CLOCK}{_ZONE})?"
        ),
    ),
    (
        DateForm.DAY_FIRST,
        re.compile(
            r"(?P<d>[0-9]{1,2})(?P<sep>[/-])(?P<m>[0-9]{1,2})(?P=sep)(?P<y>[0-9]{4})"
            rf"(?:[T ]+{_CLOCK})?"
        ),
    ),
    (
        DateForm.EDXML,
        re.compile(
            r"(?P<y>[0-9]{4})/(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})"
            rf"(?:[T ]+{_CLOCK})?"
        ),
    ),
)
_MILLISECONDS = re.compile(r"\\?/Date\((?P<ms>-?[0-9]{1,15})(?:[+-][0-9]{4})?\)\\?/")


def read(text: str) -> Told:
    """The moment in UTC and the form it was in; Vietnam time where no zone stands."""
    text = text.strip()
    if not text or text.lower() == "null":
        return Told(DateForm.EMPTY)
    if match := _MILLISECONDS.fullmatch(text):
        return _told(DateForm.EPOCH, _since_epoch(int(match["ms"])), text)
    for form, pattern in _FORMS:
        if match := pattern.fullmatch(text):
            return _matched(form, match, text)
    return Told(DateForm.IMPOSSIBLE, None, text)


def write(moment: datetime) -> str:
    """`yyyyMMddHHmmss` in Vietnam time."""
    local = moment.astimezone(VIETNAM)
    return f"{local.year:04}{local:%m%d%H%M%S}"


def _matched(form: DateForm, match: re.Match[str], text: str) -> Told:
    part = match.groupdict()
    if int(part["y"]) <= _NO_YEAR:
        return Told(DateForm.NONE, None, text)
    numbers = [int(part.get(name) or 0) for name in ("y", "m", "d", "h", "mi", "s")]
    try:
        year, month, day, hour, minute, second = numbers
        zone = read_zone(part.get("z"))
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return Told(DateForm.IMPOSSIBLE, None, text)
    return _told(form, moment, text)


def _told(form: DateForm, moment: datetime | None, text: str) -> Told:
    if moment is not None and moment.year <= _NO_YEAR:
        return Told(DateForm.NONE, None, text)
    if moment is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return Told(DateForm.IMPOSSIBLE, None, text)
    return Told(form, moment.astimezone(UTC), text)


def _since_epoch(milliseconds: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
