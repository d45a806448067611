"""Reads the dates and moments senders write (EDXML.md 1.3); never raises."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from hub.model.quirks import QuirkCode

#: Vietnam time; a fixed offset, so that no time zone file is read.
VIETNAM = timezone(timedelta(hours=7))

_TIME = (
    r"(?:[T ]+(?P<h>[0-9]{1,2}):(?P<mi>[0-9]{2})(?::(?P<s>[0-9]{2}))?(?:[.,][0-9]+)?)?"
)
_ZONE = r" ?(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})?"
_YEAR_FIRST = re.compile(
    r"(?P<y>[0-9]{4})(?P<sep>[/.-])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})"
    + _TIME
    + _ZONE
)
_DAY_FIRST = re.compile(
    r"(?P<d>[0-9]{1,2})(?P<sep>[/.-])(?P<m>[0-9]{1,2})(?P=sep)(?P<y>[0-9]{4})"
    + _TIME
    + _ZONE
)
#: TTHC: yyyyMMddHHmmss; the axis' header: ddMMyyyy'T'HHmmss+0700.
_COMPACT = re.compile(
    r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
    r"(?:T?(?P<h>[0-9]{2})(?P<mi>[0-9]{2})(?P<s>[0-9]{2})" + _ZONE + r")?"
)
_AXIS = re.compile(
    r"(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>[0-9]{4})"
    r"T(?P<h>[0-9]{2})(?P<mi>[0-9]{2})(?P<s>[0-9]{2})" + _ZONE
)
_STRICT_DATE = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}")
_STRICT_MOMENT = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


def read_date(text: str) -> tuple[date | None, QuirkCode | None]:
    """The day in Vietnam, and what was odd about the text; blank is not odd."""
    text = text.strip()
    if not text:
        return None, None
    moment = _read(text)
    if moment is None:
        return None, QuirkCode.DATE_IMPOSSIBLE
    odd = None if _STRICT_DATE.fullmatch(text) else QuirkCode.DATE_FORM
    return moment.astimezone(VIETNAM).date(), odd


def read_moment(text: str) -> tuple[datetime | None, QuirkCode | None]:
    """The moment in UTC; without a zone the text is Vietnam time."""
    text = text.strip()
    if not text:
        return None, None
    moment = _read(text)
    if moment is None:
        return None, QuirkCode.DATE_IMPOSSIBLE
    odd = None if _STRICT_MOMENT.fullmatch(text) else QuirkCode.DATE_FORM
    return moment.astimezone(UTC), odd


def write_date(day: date) -> str:
    """`yyyy/MM/dd`."""
    return f"{day.year:04}/{day.month:02}/{day.day:02}"


def write_moment(moment: datetime) -> str:
    """`yyyy/MM/dd HH:mm:ss` in Vietnam time."""
    local = moment.astimezone(VIETNAM)
    return f"{write_date(local)} {local:%H:%M:%S}"


def _read(text: str) -> datetime | None:
    # The axis' form before the compact one: both may be eight digits, T, six digits.
    for form in (_YEAR_FIRST, _DAY_FIRST, _AXIS, _COMPACT):
        if (match := form.fullmatch(text)) and (moment := _moment(match)):
            return moment
    return None


def _moment(match: re.Match[str]) -> datetime | None:
    """Day before month (Vietnam); the other way only where that is no date."""
    part = match.groupdict()
    year, month, day = (int(part[k]) for k in ("y", "m", "d"))
    clock = tuple(int(part.get(k) or 0) for k in ("h", "mi", "s"))
    moment = _at(year, month, day, clock, part.get("z"))
    if moment is None and match.re is _DAY_FIRST:
        moment = _at(year, day, month, clock, part.get("z"))
    return moment


def _at(
    year: int, month: int, day: int, clock: tuple[int, ...], zone: str | None
) -> datetime | None:
    hour, minute, second = clock
    try:
        moment = datetime(
            year, month, day, hour, minute, second, tzinfo=read_zone(zone)
        )
        moment.astimezone(UTC), moment.astimezone(VIETNAM)  # year 1 and 9999 overflow
    except (ValueError, OverflowError):
        return None
    return moment


def read_zone(text: str | None) -> timezone:
    """The zone written (`Z`, `+07:00`, `+0700`), Vietnam's where there is none.

    Raises ValueError for one that cannot be.
    """
    if not text:
        return VIETNAM
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))
