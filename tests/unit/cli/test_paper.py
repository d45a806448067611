"""`hub paper`: the paper desk from the command line."""

import asyncio
import json
from datetime import datetime

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.console.paper_words import STATES, TYPES, WAYS
from hub.model.calendar import VIETNAM
from hub.model.documents import DocumentType
from hub.model.ids import AgencyCode
from hub.model.paper import PaperState, PaperWay
from hub.model.records import PaperTask
from hub.parts import built
from hub.resources import resource
from hub.settings import load
from tests.integration.journal.scenes import NOW, concluded, document, key

JUSTICE, HEALTH = AgencyCode("000.03.37.H40"), AgencyCode("000.99.37.H40")


@pytest.fixture
def hub(tmp_path):
    """The command over a journal with one document on paper; Wednesday, 08:00."""
    (tmp_path / "trust").mkdir()
    until = datetime(2019, 11, 20, 8, 0, tzinfo=VIETNAM) - datetime.now(VIETNAM)
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

    def run(*words: str, language: str = "vi"):
        options = ["--config", str(path), "--lang", language, "paper", *words]
        return CliRunner().invoke(app, options, env={"COLUMNS": "250"})

    return run


async def fill(path) -> None:
    row = document(notation="12/UBND-VX", type="bao-cao")
    tasks = (
        PaperTask("task-out-1", key(), JUSTICE, NOW, PaperWay.OUT, kept=True),
        PaperTask("task-in-2", key(), HEALTH, NOW, PaperWay.IN),
    )
    async with built(load(path, {}), migrate=True) as parts:
        await concluded(parts.store, document=row, paper=tasks)


def listed(done) -> dict[str, str]:
    return {row["id"]: row["state"] for row in json.loads(done.stdout)}


def test_tasks_are_listed_with_their_day_and_whether_it_is_over(hub):
    told = hub("list").stdout
    assert "12/UBND-VX" in told
    assert "Phòng Tư pháp" in told
    assert "18/11/2019 (quá hạn)" in told
    assert "22/11/2019" in told
    assert listed(hub("list", "--overdue", "--json")) == {"task-out-1": "open"}
    assert listed(hub("list", "--way", "in", "--json")) == {"task-in-2": "open"}
    assert listed(hub("list", "--office", JUSTICE, "--json")) == {"task-out-1": "open"}


def test_a_task_goes_step_by_step(hub):
    assert hub("printed", "task-out-1").exit_code == 0
    assert hub("sent", "task-out-1", "--post", "ee123456789vn").exit_code == 0
    assert "đã gửi EE123456789VN" in hub("list").stdout
    done = hub("received", "task-out-1")
    assert (done.exit_code, "đã gửi → đã nhận" in done.stdout) == (0, True)
    assert "task-out-1" not in listed(hub("list", "--json"))
    assert listed(hub("list", "--all", "--json"))["task-out-1"] == "received"


def test_one_command_is_enough_where_all_is_done(hub):
    assert hub("done", "12/UBND-VX", "--office", JUSTICE).exit_code == 0
    assert hub("done", "12/UBND-VX").exit_code == 0, "one is left, and it is clear"
    assert listed(hub("list", "--json")) == {}


def test_where_several_fit_nobody_guesses(hub):
    done = hub("done", "12/UBND-VX")
    assert (done.exit_code, "--every" in done.stdout) == (1, True)
    assert len(listed(hub("list", "--json"))) == 2
    assert hub("done", "12/UBND-VX", "--every").exit_code == 0
    assert listed(hub("list", "--json")) == {}


def test_a_difference_and_no_need_want_a_reason(hub):
    assert hub("differs", "task-in-2", "--reason", " ").exit_code == 1
    assert hub("not-needed", "task-in-2", "--reason", "").exit_code == 1
    assert hub("differs", "task-in-2", "--reason", "thiếu trang 3").exit_code == 0
    assert listed(hub("list", "--json"))["task-in-2"] == "differs"
    assert hub("not-needed", "task-in-2", "--reason", "đã rõ").exit_code == 0
    assert hub("reopen", "task-in-2", "--reason", "ghi nhầm").exit_code == 0
    assert listed(hub("list", "--json"))["task-in-2"] == "open"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("printed", "khác"), "Không có việc bản giấy nào"),
        (("sent", "task-out-1", "--post", "<b>"), "Số bưu gửi"),
        (("weekly", "--day", "20/11"), "2019-11-20"),
    ],
)
def test_what_cannot_be_done_is_told(hub, words, told):
    done = hub(*words)
    assert (done.exit_code, told in done.stdout) == (1, True)


def test_nobody_goes_back(hub):
    hub("received", "task-in-2")
    done = hub("printed", "task-in-2")
    assert (done.exit_code, "không đi tiếp" in done.stdout) == (1, True)


def test_the_week_shows_who_keeps_to_paper(hub):
    told = hub("weekly", "--day", "2019-11-15").stdout
    assert "11/11/2019 – 17/11/2019: 1" in told
    assert "Báo cáo" in told
    assert "18/11/2019 – 24/11/2019: 0" in hub("weekly").stdout
    [one] = json.loads(hub("weekly", "--day", "2019-11-15", "--json").stdout)
    assert one["receivers"] == [JUSTICE]


def test_every_state_way_and_type_has_its_words():
    assert set(STATES) == set(PaperState)
    assert set(WAYS) == set(PaperWay)
    assert set(TYPES) == set(DocumentType)
