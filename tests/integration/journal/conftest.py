"""The same journal on SQLite and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from hub.journal.store import Store, open_journal
from tests.integration.journal import postgres_node

POSTGRES = pytest.param(
    "postgres", marks=[pytest.mark.postgres, pytest.mark.full], id="postgres"
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A node with one migrated database, "model", that tests copy."""
    with postgres_node.running() as url:
        asyncio.run(_make_model(url))
        yield url


async def _command(url: str, sql: str) -> None:
    connection = await asyncpg.connect(f"{url}/postgres")
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _make_model(url: str) -> None:
    await _command(url, "CREATE DATABASE model")
    async with open_journal(f"{url}/model", migrate=True):
        pass


@pytest.fixture(params=["sqlite", POSTGRES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def node(kind: str, request: pytest.FixtureRequest) -> str:
    """Where PostgreSQL runs; not started for SQLite."""
    return request.getfixturevalue("postgres") if kind == "postgres" else ""


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that tests copy."""
    path = tmp_path_factory.mktemp("model") / "journal.db"

    async def make() -> None:
        async with open_journal(f"sqlite:///{path}", migrate=True):
            pass

    asyncio.run(make())
    return path


@pytest.fixture
async def url(node: str, model: Path, tmp_path: Path) -> AsyncIterator[str]:
    """A migrated, empty journal of one test's own."""
    if not node:
        path = shutil.copy(model, tmp_path / "journal.db")
        yield f"sqlite:///{path}"
        return
    name = f"t{uuid4().hex}"
    await _command(node, f"CREATE DATABASE {name} TEMPLATE model")
    yield f"{node}/{name}"
    await _command(node, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with open_journal(url, migrate=False, large_from=1_000) as opened:
        yield opened


@pytest.fixture
async def second(url: str, store: Store) -> AsyncIterator[Store]:
    """The same journal, opened by another process of the hub."""
    async with open_journal(url, migrate=False, large_from=1_000) as opened:
        yield opened


@pytest.fixture
async def empty(node: str, tmp_path: Path) -> AsyncIterator[str]:
    """A place for a journal where none is yet."""
    if not node:
        yield f"sqlite:///{tmp_path / 'restored.db'}"
        return
    name = f"t{uuid4().hex}"
    await _command(node, f"CREATE DATABASE {name}")
    yield f"{node}/{name}"
    await _command(node, f"DROP DATABASE {name} WITH (FORCE)")
