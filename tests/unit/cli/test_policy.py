import hashlib
import re
from dataclasses import fields

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.console.policy_words import COLUMNS, DEMANDS, ROWS, TROUBLES
from hub.model.policy import Demand, GridRow, SignaturePolicy, SignedColumn
from hub.resources import resource
from hub.rules.signatures import Trouble

SHIPPED = resource("config", "policy.yaml")


def hub(*words: str):
    return CliRunner().invoke(app, words, env={"COLUMNS": "240", "HUB_CONFIG": None})


def lines(text: str) -> list[str]:
    return [re.sub(r" {2,}", " | ", line.strip()) for line in text.splitlines()]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder without a hub."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_key_of_a_sources_policy_has_its_words():
    keys = {field.name for field in fields(SignaturePolicy)}
    assert set(TROUBLES) == keys - {"signed_fields"}
    assert [*TROUBLES][:-1] == [*Trouble]
    assert set(DEMANDS) == set(Demand)
    assert set(ROWS) == set(GridRow)
    assert set(COLUMNS) == set(SignedColumn)


def test_the_shipped_policy_is_shown_with_its_edition_and_its_hash(here):
    done = hub("policy", "show")
    told = lines(done.output)
    edition = yaml.safe_load(SHIPPED.read_bytes())["edition"]
    assert done.exit_code == 0
    assert f"Ấn bản: {edition}" in told
    assert f"SHA-256: {hashlib.sha256(SHIPPED.read_bytes()).hexdigest()}" in told


def test_each_finding_stands_beside_what_it_leads_to_at_each_source(here):
    told = lines(hub("policy", "show").output)
    assert "Khi | default | agencies | vi-du-nguon-chat | Khóa" in told
    for line in (
        "Không rõ nơi cấp chứng thư | tạm giữ | tạm giữ | từ chối | unknown_chain",
        "Thiếu dấu thời gian | không hỏi | không hỏi | tạm giữ | timestamp",
        "Không có chữ ký cho chính văn bản | chuyển | tạm giữ | từ chối | unsigned",
        "loại không giấy | không gửi giấy | gửi kèm bản giấy | gửi kèm bản giấy"
        " | từ chối",
    ):
        assert line in told
    assert "Bản giấy, từ 15/11/2019" in told


def test_it_is_told_in_english_too(here):
    told = lines(hub("--lang", "en", "policy", "show").output)
    assert "No time stamp | not asked for | not asked for | hold | timestamp" in told
    assert "What is only weakly signed (SHA-1) always takes paper with it." in told


def test_another_file_is_shown_as_it_is(here):
    plain = yaml.safe_load(SHIPPED.read_bytes())
    plain["edition"] = "2026-12, số 7"
    plain["paper"]["weak_until"] = "2019-12-31"
    file = here / "own.yaml"
    file.write_text(yaml.safe_dump(plain, allow_unicode=True))
    told = lines(hub("policy", "show", str(file)).output)
    assert "Ấn bản: 2026-12, số 7" in told
    assert "Chữ ký chỉ yếu (SHA-1) tính là đã ký đến hết 31/12/2019." in told


def test_this_hubs_own_policy_comes_first(here):
    (here / "trust").mkdir()
    plain = yaml.safe_load(SHIPPED.read_bytes()) | {"edition": "của huyện"}
    (here / "policy.yaml").write_text(yaml.safe_dump(plain, allow_unicode=True))
    settings = {
        "data": "data",
        "policy": "policy.yaml",
        "agencies": str(resource("config", "agencies.yaml")),
        "trust": "trust",
        "front": {"public_url": "http://127.0.0.1:8080"},
    }
    (here / "hub.yaml").write_text(yaml.safe_dump(settings))
    done = hub("policy", "show")
    assert done.exit_code == 0
    assert "Ấn bản: của huyện" in lines(done.output)


def test_a_file_that_is_no_policy_ends_with_2_and_all_its_problems(here):
    file = here / "own.yaml"
    file.write_text("edition: ''\ncolour: red\n")
    done = hub("policy", "show", str(file))
    assert done.exit_code == 2
    for problem in ("colour", "paper", "signatures"):
        assert f"own.yaml: {problem}" in done.output
