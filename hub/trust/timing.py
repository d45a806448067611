"""When an answer is asked for again; pure."""

from datetime import datetime, timedelta

#: However long an answer holds, a revocation must not stay unknown for longer.
_LONGEST = timedelta(hours=4)
_SHORTEST = timedelta(minutes=1)
_FIRST_RETRY = timedelta(seconds=30)
_LAST_RETRY = timedelta(hours=1)
_MOST_DOUBLINGS = 10


def refresh_at(at: datetime, until: datetime) -> datetime:
    """When half of what is left is over, within a minute and four hours."""
    return at + min(max((until - at) / 2, _SHORTEST), _LONGEST)


def retry_at(at: datetime, failures: int) -> datetime:
    """After so many failures in a row: half a minute, doubled up to an hour."""
    doubled: timedelta = _FIRST_RETRY * 2 ** min(max(failures - 1, 0), _MOST_DOUBLINGS)
    return at + min(doubled, _LAST_RETRY)
