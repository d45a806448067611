"""One seam over the two databases: the same functions on a Connection serve both."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from hub.errors import SettingsError

T = TypeVar("T")

#: Values in one statement: databases have a limit, and 2,000 receivers are no error.
_AT_ONCE = 500

#: A unit of work: plain functions, no await, so no transaction is held across one.
Work = Callable[[Connection], T]


class Database(Protocol):
    """Runs work in a transaction; raises JournalUnavailable, and what work raised."""

    async def write(self, work: Work[T]) -> T:
        """Run and commit; returns only when it is on disk."""

    async def read(self, work: Work[T]) -> T:
        """Run on one consistent view; what it writes is refused or undone."""

    async def close(self) -> None:
        """Finish what has queued and let go of the database."""


def url_of(text: str) -> URL:
    """A database URL the hub can use; raises SettingsError."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise SettingsError(("journal: not a database URL",)) from error
    if url.drivername not in {"sqlite", "postgresql"}:
        raise SettingsError((f"journal: {url.drivername} is no database we use",))
    if url.drivername == "sqlite" and not Path(url.database or "").is_absolute():
        raise SettingsError(("journal: SQLite needs an absolute path",))
    return url


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many values as one statement takes."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def lapsed(
    until: ColumnElement[datetime], at: datetime | ColumnElement[datetime]
) -> ColumnElement[bool]:
    """Condition: no lease whose end stands in that column is in force."""
    return or_(until.is_(None), until <= at)


def insert_if_new(
    connection: Connection, table: Table, values: dict[str, object]
) -> bool:
    """Insert a row unless its key is taken; waits for another's open transaction."""
    if connection.dialect.name == "sqlite":
        result = connection.execute(
            sqlite.insert(table).on_conflict_do_nothing(), values
        )
    else:
        result = connection.execute(
            postgresql.insert(table).on_conflict_do_nothing(), values
        )
    return result.rowcount == 1


def insert_all_new(
    connection: Connection, table: Table, rows: list[dict[str, object]]
) -> None:
    """Insert many rows at once, but those whose key is taken."""
    if not rows:
        return
    maker = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(maker.insert(table).on_conflict_do_nothing(), rows)
