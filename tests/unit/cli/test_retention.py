"""`hub retention`: what would go, why the rest stays, and doing it."""

import asyncio
import json
import os
from datetime import datetime, timedelta

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.console.retention_words import BLOCKS, MATTERS
from hub.model.calendar import VIETNAM
from hub.model.ids import digest_of
from hub.model.retention import Block, Matter
from hub.parts import built
from hub.resources import resource
from hub.settings import load
from tests.integration.journal.scenes import NOW, claimed, document, held
from tests.integration.journal.test_retention import answered

LATER = NOW + timedelta(days=5 * 365 + 30)


@pytest.fixture
def hub(tmp_path):
    """The command over an answered document and a held one, five years later."""
    (tmp_path / "trust").mkdir()
    until = LATER - datetime.now(VIETNAM)
    (tmp_path / "offset").write_text(str(until.total_seconds()))
    values = {
        "data": "data",
        "policy": str(resource("config", "policy.yaml")),
        "agencies": str(resource("config", "agencies.yaml")),
        "trust": "trust",
        "rehearsal": {"clock_offset_file": "offset"},
    }
    path = tmp_path / "hub.yaml"
    path.write_text(yaml.safe_dump(values))
    asyncio.run(fill(path))

    def run(*words: str):
        options = ["--config", str(path), *words]
        return CliRunner().invoke(app, options, env={"COLUMNS": "250"})

    return run


async def fill(path) -> None:
    async with built(load(path, {}), migrate=True) as parts:
        for body in (b"doc-1", b"body of doc-1", b"doc-2"):
            digest = await parts.evidence.keep_bytes(body)
            os.utime(parts.evidence.path(digest), (NOW.timestamp(), NOW.timestamp()))
        row = document(notation="12/UBND-VX", type="cong-van")
        await answered(parts.store, document=row)
        waiting = await claimed(parts.store, "doc-2", b"doc-2")
        assert await parts.store.journal.conclude(
            held(waiting, "doc-2"), unless_changed=0
        )


def kept(tmp_path) -> set[str]:
    return {p.name for p in (tmp_path / "data" / "evidence").glob("??/??/*")}


def test_the_plan_says_what_would_go_and_why_the_rest_stays(hub, tmp_path):
    told = hub("retention", "plan", "--every").stdout
    assert "12/UBND-VX" in told
    assert "xóa chi tiết cá nhân, tệp" in told
    assert "đang chờ người xử lý" in told
    fates = json.loads(hub("retention", "plan", "--json").stdout)
    assert {f["notation"]: f["erases"]["bodies"] for f in fates} == {
        "12/UBND-VX": True,
        "": False,
    }
    assert len(kept(tmp_path)) == 3


def test_applying_it_erases_and_the_journal_still_proves_itself(hub, tmp_path):
    done = hub("retention", "apply")
    assert (done.exit_code, "Đã xóa của 1 văn bản, 2 tệp" in done.stdout) == (0, True)
    assert kept(tmp_path) == {digest_of(b"doc-2")}
    told = hub("journal", "verify")
    assert (told.exit_code, "erased: 1" in told.stdout) == (0, True), told.stdout
    assert "let_go: 1" in told.stdout
    told = hub("journal", "rebuild").stdout
    assert "erased_particulars: 1" in told
    assert "erased_bodies: 1" in told
    assert "đã xóa" in hub("retention", "plan", "--every").stdout
    assert "Đã xóa của 0 văn bản" in hub("retention", "apply").stdout


def test_every_reason_and_matter_has_its_words():
    assert set(BLOCKS) == set(Block)
    assert set(MATTERS) == set(Matter)
