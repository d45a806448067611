"""The same path with the journal on PostgreSQL, by settings alone."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import asyncpg
import pytest

from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.catalogue import demo
from hub.rehearsal.pki import Pki
from hub.rehearsal.running import RunningHub
from hub.rehearsal.samples import Scene, revoked_in
from hub.rehearsal.stage import Wishes, set_stage
from tests.acceptance.conftest import need_broker
from tests.acceptance.outsiders import hub
from tests.integration.journal import postgres_node

pytestmark = [pytest.mark.broker, pytest.mark.postgres, pytest.mark.full]


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="lt-"))
    yield made
    rmtree(made)


async def database(url: str) -> str:
    connection = await asyncpg.connect(f"{url}/postgres")
    await connection.execute("CREATE DATABASE hub")
    await connection.close()
    return f"{url}/hub"


async def test_every_document_of_the_demo_ends_where_it_must(folder):
    need_broker()
    now = datetime.now(UTC)
    scene = Scene(Pki.make(now), at=now - timedelta(hours=1), day=now.date())
    samples = demo(scene)
    with postgres_node.running() as node:
        url = await database(node)
        revoked = revoked_in(samples)
        stage = set_stage(
            folder, scene.pki, at=now, revoked=revoked, wishes=Wishes(journal_url=url)
        )
        token, heard = stage.token("axis"), stage.token("receipts")
        running = RunningHub(stage)
        async with RehearsalAxis(
            stage.hub_url, token, heard, port=stage.axis_port
        ) as axis:
            try:
                await running.start()
                for sample in samples:
                    handed = await axis.send(sample)
                    receipt = await axis.receipt_for(handed.door_id, 60)
                    assert receipt["outcome"] == sample.expected.disposition
                code, told = await hub(stage, "journal", "verify")
                assert (code, "problems: ()" in told) == (0, True), told
                signed = [s for s in samples if s.expected.headline == "passed"]
                for sample in signed[:2]:
                    again = ("verify", "--again", sample.document_id)
                    code, told = await hub(stage, *again)
                    assert (code, "đúng từng điều" in told) == (0, True), told
                assert not (stage.data / "journal.db").exists()
            finally:
                await running.stop()
