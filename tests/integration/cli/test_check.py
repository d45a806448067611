"""`hub check` beside a live broker: ready, or a person is needed."""

import asyncio
from pathlib import Path
from shutil import rmtree

import pytest
import yaml

from hub.parts import built
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT
from hub.rehearsal.stage import set_stage
from hub.sources import load
from hub.trust.confirmations import Confirmation, record
from hub.trust.inventory import inventory
from tests.acceptance.outsiders import hub

pytestmark = [pytest.mark.broker]


@pytest.fixture
async def stage(tmp_path, broker_url):
    """Settings whose broker and journal are up."""
    stage = set_stage(tmp_path, Pki.make(DEFAULT_AT), at=DEFAULT_AT)
    values = yaml.safe_load(stage.settings.read_text())
    values |= {
        "broker": {"url": broker_url},
        "alerts": {"webhook": "https://alerts.example.vn/hub"},
    }
    del values["rehearsal"]
    stage.settings.write_text(yaml.safe_dump(values, allow_unicode=True))
    confirm(stage.folder / "trust")
    async with built(load(stage.settings), migrate=True):
        return stage


def confirm(trust: Path) -> None:
    """Everything there was compared with whoever issued it."""
    for item in inventory(trust):
        file, clerk = item.path.name, "văn thư"
        known = Confirmation(
            item.fingerprint, file, item.subject, clerk, DEFAULT_AT, "công văn 12"
        )
        record(trust, known)


async def test_ready_is_0(stage):
    code, told = await hub(stage, "check")
    assert (code, told.splitlines()[-1]) == (0, "SẴN SÀNG")


async def test_an_anchor_that_nobody_confirmed_needs_a_person(stage):
    (stage.folder / "trust" / "confirmed.yaml").unlink()
    code, told = await hub(stage, "check")
    assert code == 3
    assert "rehearsal-root.crt: chưa ghi ai xác nhận dấu vân tay" in told


async def test_nobody_to_call_needs_a_person(stage):
    text = stage.settings.read_text()
    stage.settings.write_text(text.replace("https://alerts.example.vn/hub", "''"))
    code, told = await hub(stage, "check")
    assert (code, "alerts.webhook" in told) == (3, True)


async def test_an_agency_without_a_token_needs_a_person(stage):
    values = yaml.safe_load(stage.settings.read_text())
    values["agency_access"].pop()
    stage.settings.write_text(yaml.safe_dump(values, allow_unicode=True))
    code, told = await hub(stage, "check")
    assert (code, "1 cơ quan" in told) == (3, True)


async def test_who_only_asks_and_has_no_token_is_named(stage):
    values = yaml.safe_load(stage.settings.read_text())
    code = values["agency_access"].pop()["code"]
    shipped = yaml.safe_load(Path(values["agencies"]).read_bytes())
    next(a for a in shipped["agencies"] if a["code"] == code)["takes"] = "pull"
    values["agencies"] = "agencies.yaml"
    book = stage.folder / "agencies.yaml"
    book.write_text(yaml.safe_dump(shipped, allow_unicode=True))
    stage.settings.write_text(yaml.safe_dump(values, allow_unicode=True))
    found, told = await hub(stage, "check")
    assert (found, f"{code}: nhận bằng REST mà chưa có mã" in told) == (3, True), told


async def test_no_anchor_needs_a_person_but_the_hub_lives(stage):
    await asyncio.to_thread(rmtree, stage.folder / "trust" / "anchors")
    code, told = await hub(stage, "check")
    assert (code, told.splitlines()[-1]) == (3, "CẦN NGƯỜI XỬ LÝ")
    assert "anchors" in told
    assert (await hub(stage, "check", "--live"))[0] == 0


async def test_a_journal_that_is_gone_is_not_ready(stage):
    (stage.data / "journal.db").unlink()
    code, told = await hub(stage, "--lang", "en", "check")
    assert (code, told.splitlines()[-1]) == (1, "NOT READY")
