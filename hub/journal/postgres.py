"""PostgreSQL for several hosts: an async engine that runs the same sync functions."""

from typing import TypeVar

import asyncpg
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from tenacity import (
    AsyncRetrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from hub.errors import JournalRefused, JournalUnavailable
from hub.journal.databases import Work

T = TypeVar("T")

#: serialization_failure, deadlock_detected: PostgreSQL asks to run it once more.
_AGAIN = frozenset({"40001", "40P01"})
#: data_exception (a NUL in a text), program_limit_exceeded (too long for an index):
#: of the value, not of the moment. An installation's limit that is full is class 53.
_NEVER = frozenset({"22", "54"})
#: Driver errors that SQLAlchemy does not wrap while it connects.
_FOREIGN = (SQLAlchemyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


def _wants_another_try(error: BaseException) -> bool:
    return _state(error) in _AGAIN


def _told(error: BaseException) -> JournalUnavailable:
    """What the hub calls it; never the driver's words, which hold the values."""
    refused = _state(error)[:2] in _NEVER
    return (JournalRefused if refused else JournalUnavailable)(type(error).__name__)


def _state(error: BaseException) -> str:
    """The SQLSTATE; "" where the server did not speak."""
    spoken = error.orig if isinstance(error, DBAPIError) else error
    return getattr(spoken, "sqlstate", None) or ""


class PostgresDatabase:
    """See `Database`; READ COMMITTED, one connection a transaction."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            pool_size=10,
            max_overflow=0,
            # A server restarted since must not cost the next document its turn.
            pool_pre_ping=True,
        )

    async def write(self, work: Work[T]) -> T:
        retrying = AsyncRetrying(
            retry=retry_if_exception(_wants_another_try),
            stop=stop_after_attempt(6),
            wait=wait_random_exponential(multiplier=0.01, max=0.5),
            reraise=True,
        )
        try:
            return await retrying(self._transact, work)
        except _FOREIGN as error:
            raise _told(error) from error

    async def read(self, work: Work[T]) -> T:
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                return await connection.run_sync(work)
        except _FOREIGN as error:
            raise _told(error) from error

    async def close(self) -> None:
        await self._engine.dispose()

    async def _transact(self, work: Work[T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)
