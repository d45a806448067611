"""SQLite on a local disk: one writer thread that commits whatever has queued."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from hub.errors import JournalUnavailable
from hub.journal.databases import Work

T = TypeVar("T")

#: Most works of one commit: bounds how long the first of them waits.
_BATCH = 256
_READERS = 4
_WRITING = (
    # Other processes of the hub write too; each holds the lock for milliseconds.
    "PRAGMA busy_timeout=15000",
    "PRAGMA journal_mode=WAL",
    # The acceptance record must be on disk before a source hears "taken".
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # Erased particulars leave nothing in free pages.
    "PRAGMA secure_delete=ON",
)
_READING = ("PRAGMA busy_timeout=15000", "PRAGMA query_only=ON")


class _Carry:
    """Carries whatever a work raised to whoever awaits it: the thread must live on."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Exception):
            self.error = error
            return True
        return False


@dataclass(slots=True)
class _Job:
    """One work that waits for its commit."""

    work: Work[object]
    future: asyncio.Future[object]
    result: object = None
    error: Exception | None = None

    def resolve(self) -> None:
        """Tell who awaits, in that loop, unless it went away."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def _engine(path: Path, pragmas: Sequence[str], begin: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", poolclass=QueuePool, pool_size=_READERS, max_overflow=0
    )

    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver's own idea of when to begin would begin too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", start)
    return engine


def _run(connection: Connection, job: _Job) -> None:
    """One work among others: what it breaks is undone alone."""
    carry = _Carry()
    with carry, connection.begin_nested():
        job.result = job.work(connection)
    job.error = carry.error
    _require_transaction(connection)


def _run_alone(connection: Connection, job: _Job) -> None:
    """The only work of a transaction: what it raises undoes that."""
    job.result = job.work(connection)
    _require_transaction(connection)


def _require_transaction(connection: Connection) -> None:
    # A full disk makes SQLite undo the whole transaction; a commit would then
    # quietly do nothing, and the neighbours would be told a lie.
    if not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr] # sqlite3's own attribute
        raise JournalUnavailable("the database undid the transaction")


class SqliteDatabase:
    """See `Database`; one instance a process."""

    def __init__(self, path: Path) -> None:
        self._writing = _engine(path, _WRITING, "BEGIN IMMEDIATE")
        self._reading = _engine(path, _READING, "BEGIN")
        self._threads = ThreadPoolExecutor(_READERS, "journal-read")
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._writer = Thread(target=self._write_all, name="journal-write", daemon=True)
        self._writer.start()
        self._closed = False
        #: How many transactions were committed: what group commit saves is seen here.
        self.commits = 0

    async def write(self, work: Work[T]) -> T:
        self._require_open()
        future = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(work, future))
        try:
            return cast("T", await future)
        except SQLAlchemyError as error:
            raise JournalUnavailable(type(error).__name__) from error

    async def read(self, work: Work[T]) -> T:
        self._require_open()
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, self._read, work)
        except SQLAlchemyError as error:
            raise JournalUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        self._threads.shutdown()
        self._reading.dispose()
        self._writing.dispose()

    def _require_open(self) -> None:
        if self._closed:
            raise JournalUnavailable("the journal is closed")

    def _read(self, work: Work[T]) -> T:
        with self._reading.begin() as connection:
            return work(connection)

    def _write_all(self) -> None:
        while (job := self._jobs.get()) is not None:
            for done in self._commit(job):
                with suppress(RuntimeError):  # the loop that asked is closed
                    done.future.get_loop().call_soon_threadsafe(done.resolve)

    def _queued(self) -> list[_Job]:
        jobs: list[_Job] = []
        with suppress(Empty):
            while len(jobs) < _BATCH:
                job = self._jobs.get_nowait()
                if job is None:
                    self._jobs.put(None)
                    break
                jobs.append(job)
        return jobs

    def _commit(self, first: _Job) -> list[_Job]:
        """One transaction; whoever queued while it waited for the lock is in it."""
        batch, carry = [first], _Carry()
        with carry, self._writing.begin() as connection:
            batch += self._queued()
            if len(batch) == 1:
                _run_alone(connection, first)
            else:
                for job in batch:
                    _run(connection, job)
        if carry.error is None:
            self.commits += 1
        for job in batch:
            job.error = job.error or carry.error
        return batch
