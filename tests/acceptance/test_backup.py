"""The drill: a running hub is copied, lost, put back on another disk, and goes on."""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree

import asyncpg
import pytest

from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.load import bulk
from hub.rehearsal.pki import Pki
from hub.rehearsal.running import RunningHub
from hub.rehearsal.samples import Scene
from hub.rehearsal.stage import Stage, Wishes, set_stage
from tests.acceptance.conftest import _queues, need_broker
from tests.acceptance.outsiders import Mailroom, hub
from tests.integration.journal import postgres_node

pytestmark = [pytest.mark.broker, pytest.mark.full]
DOCUMENTS = 24


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="lt-"))
    yield made
    rmtree(made)


@contextmanager
def journals(kind: str) -> Iterator[list[str]]:
    """Addresses of two empty journals; "": SQLite in the data folder."""
    with postgres_node.running() if kind == "postgres" else nullcontext("") as node:
        if node:
            asyncio.run(_make(node))
        yield [f"{node}/{name}" if node else "" for name in ("one", "two")]


async def _make(node: str) -> None:
    connection = await asyncpg.connect(f"{node}/postgres")
    for name in ("one", "two"):
        await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()


def elsewhere(stage: Stage, folder: Path, journal: str) -> Stage:
    """Another machine: the same settings and secrets, and no data."""
    copytree(stage.folder, folder, ignore=ignore_patterns("data", "hub.log"))
    other = Stage(folder, stage.hub_port, stage.axis_port)
    if journal:
        (folder / "tokens" / "journal-url").write_text(journal)
    return other


@pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_what_was_copied_while_documents_flowed_goes_on_elsewhere(folder, kind):
    need_broker()
    now = datetime.now(UTC)
    scene = Scene(Pki.make(now), at=now - timedelta(hours=1), day=now.date())
    with journals(kind) as (one, two):
        (folder / "one").mkdir()
        wishes = Wishes(journal_url=one)
        stage = set_stage(folder / "one", scene.pki, at=now, wishes=wishes)
        asyncio.run(_drill(stage, scene, folder, two))


async def _drill(stage: Stage, scene: Scene, folder: Path, journal: str) -> None:
    samples = list(bulk(DOCUMENTS, scene))
    token, heard = stage.token("axis"), stage.token("receipts")
    running = RunningHub(stage)
    async with RehearsalAxis(stage.hub_url, token, heard, port=stage.axis_port) as axis:
        await running.start()
        try:
            first = [await axis.send(s) for s in samples[: DOCUMENTS // 2]]
            for handed in first:
                await axis.receipt_for(handed.door_id, 120)
            flowing = asyncio.gather(*map(axis.send, samples[DOCUMENTS // 2 :]))
            code, told = await hub(stage, "backup", str(folder / "copy"))
            assert code == 0, told
            await flowing
        finally:
            await running.stop()
        other = elsewhere(stage, folder / "two", journal)
        code, told = await hub(other, "restore", str(folder / "copy"), "--requeue")
        assert (code, "problems: ()" in told) == (0, True), told
        again = RunningHub(other)
        broker = await again.start()
        try:
            await _all_arrive(broker, axis, samples, len(first))
            code, told = await hub(other, "journal", "verify")
            assert (code, "problems: ()" in told) == (0, True), told
        finally:
            await again.stop()
    manifest = json.loads((folder / "copy" / "backup.json").read_text())
    assert manifest["entries"] > len(first)
    assert manifest["missing"] == []


async def _all_arrive(broker, axis, samples, copied: int) -> None:
    """What stood in the lost broker's queues is there; the sender brings the rest."""
    with Mailroom(broker, _queues(samples)) as mailroom:
        for sample in samples[:copied]:
            await mailroom.wait_for(sample.xml)
        for sample in samples[copied:]:
            assert (await axis.send(sample)).taken
            await mailroom.wait_for(sample.xml)
        ids = [got[1].message_id for got in mailroom.got]
        assert len(set(ids)) == len(ids), "nothing came twice"
