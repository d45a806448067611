"""The command line and the window, from outside."""

import asyncio
import json

import pytest
import pytest_asyncio

from hub.rehearsal.load import bulk
from tests.acceptance.outsiders import get, hub

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def delivered(world):
    """A document that went all the way."""
    handed = await world.axis.send(world.samples["decision-signed"])
    await world.axis.receipt_for(handed.door_id, 60)
    return handed


async def until(world, words: list[str], *needed: str) -> str:
    """A command's output once it holds everything needed."""
    async with asyncio.timeout(30):
        while True:
            _, told = await hub(world.stage, *words)
            if all(text in told for text in needed):
                return told
            await asyncio.sleep(0.2)


async def test_the_timeline_tells_every_step(world, delivered):
    told = await until(
        world,
        ["trace", delivered.answer["arrival"]],
        "Đã nhận và lưu",
        "Đã đọc gói tin",
        "Đã kiểm tra chữ ký",
        "Đã quyết định xử lý",
        "Mở việc gửi bản giấy",
        "Đã vào hàng đợi của cơ quan",
        "Đã báo nhận cho nguồn gửi",
    )
    assert "quy tắc: deliver" in told
    assert "quyet-dinh" in told or "parallel" in told


async def test_any_id_leads_to_the_timeline(world, delivered):
    sample = world.samples["decision-signed"]
    for wanted in (sample.document_id, delivered.door_id):
        code, told = await hub(world.stage, "trace", wanted)
        assert code == 0, wanted
        assert "Đã nhận và lưu" in told
    assert (await hub(world.stage, "trace", "khong-co"))[0] == 1


async def test_english_by_an_option(world, delivered):
    told = await hub(world.stage, "--lang", "en", "trace", delivered.door_id)
    assert "Arrival accepted" in told[1]


async def test_the_log_and_the_queues_are_shown(world, delivered):
    assert "Đã nhận và lưu" in (await hub(world.stage, "log"))[1]
    code, told = await hub(world.stage, "queues")
    assert (code, "hub.arrivals" in told, "Chưa quyết định: " in told) == (
        0,
        True,
        True,
    )
    assert "Counts(" not in told
    assert "agency.xa-giao-an.urgent" not in told, "an empty one"
    assert "agency.xa-giao-an.urgent" in (await hub(world.stage, "queues", "--all"))[1]


async def test_check_says_that_a_rehearsal_is_one(world):
    code, told = await hub(world.stage, "check")
    assert code == 3, told
    assert "rehearsal" in told
    assert "anchors" not in told
    assert (await hub(world.stage, "check", "--live"))[0] == 0


async def test_the_journal_proves_itself_and_rebuilds_the_same(world, delivered):
    code, told = await hub(world.stage, "journal", "verify")
    assert code == 0, told
    assert "problems: ()" in told


async def test_verify_judges_a_file_alone(world, tmp_path):
    good, bad = tmp_path / "good.edxml", tmp_path / "bad.edxml"
    good.write_bytes(world.samples["report-signed"].xml)
    bad.write_bytes(world.samples["changed-byte"].xml)
    code, told = await hub(world.stage, "verify", str(good))
    assert (code, "chữ ký hợp lệ" in told) == (0, True), told
    code, told = await hub(world.stage, "verify", str(bad), "--json")
    assert (code, '"TOTAL_FAILED"' in told) == (4, True), told


@pytest.mark.full
async def test_what_was_delivered_is_judged_again_beside_what_is_recorded(
    world, delivered
):
    """While the hub runs; as of then must be the same, byte for byte."""
    code, told = await hub(world.stage, "verify", "--again", delivered.door_id)
    assert code == 0, told
    assert "đúng từng điều đã ghi" in told
    asked = ["verify", "--again", delivered.answer["arrival"], "--json"]
    code, told = await hub(world.stage, *asked)
    one = json.loads(told)["recorded"][0]
    assert (code, one["sameness"]) == (0, "same"), told
    assert one["facts"] == one["then"]


async def test_send_is_an_axis_for_one_file(world, tmp_path):
    file = tmp_path / "one.edxml"
    file.write_bytes(next(bulk(1, world.scene)).xml)
    token = world.stage.folder / "tokens" / "axis"
    words = ["send", str(file), "--to", world.stage.hub_url]
    code, told = await hub(world.stage, *words, "--token-file", str(token))
    assert (code, '"arrival"' in told) == (0, True), told


async def test_the_window_needs_its_token_and_shows_the_log(world, delivered):
    url = f"{world.stage.hub_url}/window"
    assert (await asyncio.to_thread(get, url))[0] == 401
    _, told = await hub(world.stage, "trace", delivered.door_id)
    assert told
