"""`hub dossiers procedures`: levels counted from the shipped list."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.resources import resource


@pytest.fixture
def hub(tmp_path):
    (tmp_path / "trust").mkdir()
    shipped = {k: str(resource("config", f"{k}.yaml")) for k in ("policy", "agencies")}
    path = tmp_path / "hub.yaml"
    path.write_text(yaml.safe_dump({"data": "data", "trust": "trust", **shipped}))

    def run(*words: str, language: str = "vi"):
        options = ["--config", str(path), "--lang", language]
        words = ("dossiers", "procedures", *words)
        return CliRunner().invoke(app, [*options, *words], env={"COLUMNS": "250"})

    return run


def test_every_office_has_its_line_and_the_district_comes_last(hub):
    title, *offices, whole, target = hub().stdout.splitlines()
    assert "Tỷ lệ mức độ 3" in title
    assert len(offices) == 12
    assert whole.split()[:3] == ["Toàn", "huyện", "223"]
    assert "87 trên 223 (39.0 %)" in target
    assert "70 % là 157 thủ tục, còn thiếu 70" in target


def test_another_target_is_rounded_up_and_one_that_is_met_lacks_nothing(hub):
    assert "of 39 % is 87, 0 to go" in hub("--target", "39", language="en").stdout
    assert "of 1 % is 3, 0 to go" in hub("--target", "1", language="en").stdout


def test_the_same_as_json(hub):
    *offices, whole = json.loads(hub("--json").stdout)
    assert whole["levels"] == [135, 87, 1]
    assert whole["percent"] == 39.0
    assert sum(one["levels"][1] for one in offices) == 87
