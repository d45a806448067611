"""Opens the journal and hands out its parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from hub.errors import SettingsError
from hub.journal.batches import Batches
from hub.journal.catalogue import SqlCatalogue
from hub.journal.databases import Database, url_of
from hub.journal.dossiers import Dossiers
from hub.journal.duties import Duties
from hub.journal.journal import SqlJournal
from hub.journal.migrating import migrate as run_migrations
from hub.journal.migrating import require_migrated
from hub.journal.operators import Operators
from hub.journal.outbox import SqlOutbox
from hub.journal.paper import Paper
from hub.journal.postgres import PostgresDatabase
from hub.journal.queries import Queries
from hub.journal.rejudging import Rejudging
from hub.journal.sealer import Sealer
from hub.journal.sqlite import SqliteDatabase
from hub.journal.statuses import Statuses
from hub.journal.steering import SteeredTargets
from hub.journal.sweep import Sweep
from hub.journal.waking import Waking
from hub.model.policy import DeliveryPolicy


@dataclass(frozen=True, slots=True)
class Store:
    """The journal's parts on one database; belongs to one event loop."""

    database: Database
    journal: SqlJournal
    outbox: SqlOutbox
    queries: Queries
    sealer: Sealer
    sweep: Sweep
    duties: Duties
    operators: Operators
    dossiers: Dossiers
    statuses: Statuses
    catalogue: SqlCatalogue
    rejudging: Rejudging
    paper: Paper
    targets: SteeredTargets
    batches: Batches

    async def close(self) -> None:
        """Commit what has queued, then let go of the database."""
        await self.database.close()


@asynccontextmanager
async def open_journal(
    url: str,
    *,
    migrate: bool,
    large_from: int = DeliveryPolicy().large_arrival_bytes,
) -> AsyncIterator[Store]:
    """The journal at `sqlite:////path/journal.db` or `postgresql://user:pw@host/db`.

    Arrivals of more than `large_from` bytes are woken on the queue for large ones.
    Raises SettingsError when it is not migrated and `migrate` is False, and
    JournalUnavailable when the database does not answer.
    """
    database = _database(url_of(url), create=migrate)
    try:
        if migrate:
            await database.write(run_migrations)
        else:
            await database.read(require_migrated)
        yield _store(database, Waking(large_from))
    finally:
        await database.close()


def _database(url: URL, *, create: bool) -> Database:
    if url.drivername == "postgresql":
        return PostgresDatabase(url)
    path = Path(url.database or "")
    if not create and not path.exists():
        raise SettingsError(
            (
                f"journal: {path} chưa có, chạy `hub up` hoặc `hub migrate` / "
                "is not there, run `hub up` or `hub migrate`",
            )
        )
    return SqliteDatabase(path)


def _store(database: Database, waking: Waking) -> Store:
    return Store(
        database=database,
        journal=SqlJournal(database, waking),
        outbox=SqlOutbox(database),
        queries=Queries(database),
        sealer=Sealer(database),
        sweep=Sweep(database, waking),
        duties=Duties(database),
        operators=Operators(database, waking),
        dossiers=Dossiers(database),
        statuses=Statuses(database),
        catalogue=SqlCatalogue(database),
        rejudging=Rejudging(database, waking),
        paper=Paper(database),
        targets=SteeredTargets(database),
        batches=Batches(database, waking),
    )
