"""A copy of the journal while the hub writes on, and putting one back.

SQLite: the online backup API, in one step and so of one moment. PostgreSQL: pg_dump on
a snapshot that is exported to it, so that what is read beside it is of the same moment.
"""

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import URL

from hub.durable import sync
from hub.errors import JournalUnavailable, SettingsError
from hub.journal.databases import Work, url_of
from hub.journal.entries import BEGINNING
from hub.journal.postgres import PostgresDatabase
from hub.journal.queries import digests, manifests
from hub.journal.sqlite import SqliteDatabase
from hub.journal.tables import entries, seals
from hub.journal.verify import named
from hub.model.backups import JournalFacts
from hub.model.ids import Digest

T = TypeVar("T")

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_DEBIAN = Path("/usr/lib/postgresql")
#: A dump of some gigabytes takes minutes; one that hangs must end some time.
_MOST_SECONDS = 6 * 3600
_RESTORING = (
    "--single-transaction",
    "--exit-on-error",
    "--no-owner",
    "--no-privileges",
)


def kind_of(url: str) -> str:
    """Which database a journal's URL names."""
    return url_of(url).drivername


async def take(url: str, target: Path, environment: Mapping[str, str]) -> JournalFacts:
    """Copy the journal to a file that is not there yet; safe on disk afterwards.

    PostgreSQL's programs run in `environment`.

    Raises JournalUnavailable where it cannot be read, and SettingsError where
    PostgreSQL's programs are missing.
    """
    parsed = url_of(url)
    if parsed.drivername == POSTGRESQL:
        facts = await _dump(parsed, target, environment)
    else:
        await asyncio.to_thread(_copy, Path(parsed.database or ""), target)
        facts = await _facts_of(target)
    sync(target)
    return facts


async def put_back(url: str, source: Path, environment: Mapping[str, str]) -> None:
    """Make the journal what a copy says; it must not be there yet.

    Raises SettingsError where it is there, JournalUnavailable where that fails.
    """
    await require_none(url)
    parsed = url_of(url)
    if parsed.drivername == POSTGRESQL:
        words = (*_RESTORING, "--dbname", parsed.database or "", str(source))
        program = _Program("pg_restore", parsed, environment)
        await asyncio.to_thread(program.run, words)
        return
    target = Path(parsed.database or "")
    try:
        await asyncio.to_thread(_place, source, target)
    except OSError as error:
        raise JournalUnavailable(f"restore: {error.strerror or error}") from error


def _place(source: Path, target: Path) -> None:
    draft = target.with_name(f"{target.name}.draft")
    shutil.copyfile(source, draft)
    sync(draft)
    draft.rename(target)
    sync(target.parent)


async def require_none(url: str) -> None:
    """Raise SettingsError where a journal is there already."""
    parsed = url_of(url)
    if parsed.drivername == POSTGRESQL:
        there = await _reading(parsed, _has_tables)
    else:
        there = await asyncio.to_thread(Path(parsed.database or "").exists)
    if there:
        raise SettingsError(("journal: đã có dữ liệu / is there already",))


async def _reading(url: URL, work: Work[T]) -> T:
    database = PostgresDatabase(url)
    try:
        return await database.read(work)
    finally:
        await database.close()


def _has_tables(connection: Connection) -> bool:
    query = (
        "SELECT count(*) FROM information_schema.tables "
        "WHERE table_schema = current_schema()"
    )
    return bool(connection.execute(text(query)).scalar_one())


def _copy(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as one,
            closing(sqlite3.connect(target)) as other,
        ):
            one.backup(other)
            # One file, without a log beside it that might be forgotten.
            other.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise JournalUnavailable(f"backup: {error}") from error


async def _facts_of(copy: Path) -> JournalFacts:
    database = SqliteDatabase(copy)
    try:
        return await database.read(_facts)
    finally:
        await database.close()


async def _dump(url: URL, target: Path, environment: Mapping[str, str]) -> JournalFacts:
    program = _Program("pg_dump", url, environment)
    words = ("--format=custom", "--no-owner", "--no-privileges", f"--file={target}")

    def work(connection: Connection) -> JournalFacts:
        asking = text("SELECT pg_export_snapshot()")
        moment = connection.execute(asking).scalar_one()
        program.run((*words, f"--snapshot={moment}", url.database or ""))
        return _facts(connection)

    return await _reading(url, work)


def _facts(connection: Connection) -> JournalFacts:
    count = select(func.count()).select_from(entries)
    last = select(seals.c.number, seals.c.digest).order_by(seals.c.number.desc())
    head = connection.execute(last.limit(1)).one_or_none()
    return JournalFacts(
        kind=POSTGRESQL if connection.dialect.name == "postgresql" else SQLITE,
        entries=connection.execute(count).scalar_one(),
        number=head.number if head else 0,
        head=Digest(head.digest) if head else BEGINNING,
        digests=digests(connection),
        needed=frozenset(named(connection)),
        manifests=manifests(connection),
    )


@dataclass(frozen=True, slots=True)
class _Program:
    """One of PostgreSQL's programs; the password goes by its environment."""

    name: str
    url: URL
    environment: Mapping[str, str]

    def run(self, words: tuple[str, ...]) -> None:
        """Raises JournalUnavailable with its last line, where it fails."""
        try:
            subprocess.run(
                [_program(self.name), "--no-password", *self._where(), *words],
                check=True,
                env=self._environment(),
                capture_output=True,
                timeout=_MOST_SECONDS,
            )
        except subprocess.CalledProcessError as error:
            told = error.stderr.decode(errors="replace").strip().splitlines()
            last = told[-1] if told else ""
            raise JournalUnavailable(f"{self.name}: {last}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise JournalUnavailable(f"{self.name}: {type(error).__name__}") from error

    def _where(self) -> tuple[str, ...]:
        url = self.url
        user = ("--username", url.username) if url.username else ()
        server = ("--host", url.host or "127.0.0.1", "--port", str(url.port or 5432))
        return (*server, *user)

    def _environment(self) -> dict[str, str]:
        known = {"PGPASSWORD": self.url.password or "", "PGSSLMODE": _ssl(self.url)}
        return {**self.environment, **{k: v for k, v in known.items() if v}}


def _ssl(url: URL) -> str:
    asked = url.query.get("ssl") or url.query.get("sslmode") or ""
    return asked if isinstance(asked, str) else ""


def _program(name: str) -> str:
    """The newest there is: an old pg_dump refuses a newer server."""
    versions = [p for p in _DEBIAN.glob(f"*/bin/{name}") if p.parts[4].isdigit()]
    newest = max(versions, key=lambda p: int(p.parts[4]), default=None)
    found = newest or shutil.which(name)
    if found is None:
        raise SettingsError((f"{name}: chưa cài / apt install postgresql-client",))
    return str(found)
