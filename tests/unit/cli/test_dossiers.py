"""`hub dossiers`: what clerks read of open dossiers and their clocks."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli import dossiers as command
from hub.cli.main import app
from hub.journal.store import Store
from hub.model.calendar import VIETNAM
from hub.model.dossiers import Dossier, DossierAct
from hub.model.ids import AgencyCode
from hub.parts import built
from hub.resources import resource
from hub.settings import load
from tests.integration.journal.scenes import NOW, concluded

JUSTICE = AgencyCode("000.03.37.H40")
FRIDAY = datetime(2019, 11, 15, 9, 0, tzinfo=VIETNAM)
ONLINE = Dossier(
    DossierAct.ADD,
    "H-1",
    other_number="H-1-KHAC",
    procedure="9.900012",
    office=JUSTICE,
    channel=2,
    status="1",
    submitted_at=FRIDAY,
)
TAKEN = replace(ONLINE, number="H-2", other_number="", status="4", received_at=FRIDAY)
ELSEWHERE = replace(ONLINE, number="H-3", other_number="", office=AgencyCode("X.Y"))
STOPPED = replace(ONLINE, number="H-4", other_number="", status="8")
TOLD_DONE = replace(STOPPED, status="9", said_at=NOW + timedelta(hours=1))


@pytest.fixture
def hub(tmp_path):
    """The command over a journal with five messages; Tuesday, 08:00 in Vietnam."""
    (tmp_path / "trust").mkdir()
    until = datetime(2019, 11, 19, 8, 0, tzinfo=VIETNAM) - datetime.now(VIETNAM)
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
        options = ["--config", str(path), "--lang", language, "dossiers", *words]
        return CliRunner().invoke(app, options, env={"COLUMNS": "250"})

    return run


async def fill(path) -> None:
    async with built(load(path, {}), migrate=True) as parts:
        store: Store = parts.store
        told = (ONLINE, TAKEN, ELSEWHERE, STOPPED, TOLD_DONE)
        for number, one in enumerate(told):
            await concluded(store, f"doc-{number}", dossier=one)


def numbers(done) -> list[str]:
    return [row["number"] for row in json.loads(done.stdout)]


def test_open_dossiers_are_listed_by_office_with_both_clocks(hub):
    done = hub("list")
    title, *rows = done.stdout.splitlines()
    for column in ("Đơn vị", "Mã hồ sơ", "Trạng thái đã báo", "Tiếp nhận", "Hẹn trả"):
        assert column in title
    told = "\n".join(rows)
    assert "Phòng Tư pháp" in rows[0]
    assert "1 mới đăng ký" in rows[0]
    # Eight working hours from Friday 09:00 were over on Monday 09:00.
    assert "quá 0 ngày 7 giờ, 18/11/2019 09:00" in rows[0]
    assert "H-1-KHAC" in rows[1]
    # Three working days after Friday.
    assert "còn 1 ngày 7 giờ, 20/11/2019 17:30" in told
    assert "H-4" not in told


def test_the_list_is_cut_down_by_office_and_by_what_ran_out(hub):
    assert numbers(hub("list", "--json")) == ["H-1", "H-2", "H-3"]
    assert numbers(hub("list", "--json", "--office", JUSTICE)) == ["H-1", "H-2"]
    assert numbers(hub("list", "--json", "--not-taken")) == ["H-1", "H-3"]
    assert numbers(hub("list", "--json", "--late")) == []
    assert numbers(hub("list", "--json", "--doubtful")) == ["H-4"]


def test_an_end_that_proves_nothing_is_shown_with_what_was_said_before(hub):
    told = hub("list", "--doubtful").stdout
    assert "9 đã xử lý xong (trước đó: 8 dừng xử lý)" in told
    assert "báo đã xong, chưa chắc" in told
    told = hub("list", "--doubtful", language="en").stdout
    assert "9 done (before: 8 stopped)" in told


@pytest.mark.parametrize("number", ["H-1", "H-1-KHAC"])
def test_a_dossier_is_shown_by_either_of_its_numbers(hub, number):
    done = hub("show", number)
    assert done.exit_code == 0
    for told in (
        "H-1, H-1-KHAC",
        "Phòng Tư pháp",
        "Thay đổi hộ tịch cho người từ đủ 14 tuổi (3 ngày làm việc)",
        "trực tuyến",
        "15/11/2019 09:00",
        "quá 0 ngày 7 giờ",
    ):
        assert told in done.stdout
    (row,) = json.loads(hub("show", number, "--json").stdout)
    assert (row["number"], row["pick_up"]["state"]) == ("H-1", "late")


def test_a_number_that_nobody_has_ends_with_1(hub):
    done = hub("show", "H-9")
    assert done.exit_code == 1
    assert "Không có hồ sơ này." in done.stdout


def test_check_is_told_of_a_year_that_nobody_compared(hub, tmp_path):
    settings = load(tmp_path / "hub.yaml", {})
    assert command.doubts(settings) == []
    source = {"name": "cong", "doors": ["portal-push"]}
    file = settings.file.model_copy(update={"sources": (source,)})
    portal = replace(settings, file=file)
    bare = replace(settings.calendar, certain=frozenset())
    (told,) = command.doubts(replace(portal, calendar=bare))
    assert told.startswith("calendar: năm ")
    year = datetime.now(VIETNAM).year
    sure = replace(settings.calendar, certain=frozenset({year}))
    assert command.doubts(replace(portal, calendar=sure)) == []
