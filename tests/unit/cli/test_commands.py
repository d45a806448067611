"""The command line: help in both languages, and how it ends when it cannot work."""

import re

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app

COMMANDS = [
    ["up"], ["front"], ["work"], ["relay"], ["migrate"], ["check"], ["trace"], ["log"],
    ["queues"], ["send"], ["verify"], ["journal", "verify"], ["journal", "rebuild"],
    ["held", "list"], ["held", "release"], ["policy", "show"],
    ["trust", "list"], ["trust", "install"], ["trust", "remove"], ["trust", "fetch"],
    ["agencies", "import"], ["agencies", "find"], ["agencies", "provision"],
    ["agencies", "unread"], ["agencies", "unaccepted"],
    ["dossiers", "list"], ["dossiers", "show"], ["rejudge"],
]  # fmt: skip
NEED_SETTINGS = [
    ["front"], ["work"], ["relay"], ["migrate"], ["check"], ["trace", "x"], ["log"],
    ["queues"], ["up"], ["journal", "verify"], ["held", "list"],
    ["agencies", "find", "x"], ["agencies", "provision"], ["agencies", "unread"],
    ["agencies", "unaccepted"], ["dossiers", "list"], ["dossiers", "show", "x"],
    ["rejudge"], ["rejudge", "x"], ["rejudge", "--all-open"],
    ["rejudge", "x", "--seen"],
]  # fmt: skip


def hub(*words: str, **environment: str):
    return CliRunner().invoke(app, words, env={"COLUMNS": "200", **environment})


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_help_names_every_command_in_vietnamese_and_english():
    told = bare(hub("--help").output)
    assert "trục liên thông văn bản edXML" in told
    assert "The edXML exchange hub" in told
    for words in COMMANDS:
        assert words[0] in told


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_explains_itself_in_both_languages(words):
    done = hub(*words, "--help")
    assert done.exit_code == 0
    vietnamese, _, english = bare(done.output).partition(" / ")
    assert not vietnamese.isascii()
    assert english


def test_no_command_and_an_unknown_one_end_with_2():
    assert hub().exit_code == 2
    done = hub("chek")
    assert done.exit_code == 2
    assert "check" in done.output


def test_a_language_nobody_speaks_is_told():
    assert hub("--lang", "fr", "check").exit_code == 2


@pytest.fixture
def unfit(tmp_path):
    path = tmp_path / "hub.yaml"
    path.write_text(yaml.safe_dump({"data": "d", "policy": "p", "bogus": "geheim"}))
    return str(path)


@pytest.mark.parametrize("words", NEED_SETTINGS, ids=" ".join)
def test_settings_that_are_unfit_end_every_command_with_2_and_every_line(words, unfit):
    done = hub("--config", unfit, *words)
    assert done.exit_code == 2
    title, *lines = done.stderr.splitlines()
    assert title == "Cấu hình chưa đạt:"
    for key in ("bogus", "agencies", "trust", "p: No such file"):
        assert [line for line in lines if line.startswith("  - ") and key in line], key
    assert "geheim" not in done.output
    assert "Traceback" not in done.output


def test_the_title_is_english_when_asked_for(unfit):
    done = hub("--config", unfit, "--lang", "en", "check")
    assert done.stderr.startswith("The settings are not fit:")


def test_the_settings_file_may_be_named_by_the_environment(unfit):
    done = hub("check", HUB_CONFIG=unfit)
    assert done.exit_code == 2
    assert unfit in done.stderr


def test_a_settings_file_that_is_not_there_is_one_sentence(tmp_path):
    done = hub("--config", str(tmp_path / "none.yaml"), "check")
    assert done.exit_code == 2
    assert done.stderr.splitlines()[1].endswith("none.yaml: No such file or directory")


def test_a_problem_cannot_forge_lines_or_colours(tmp_path):
    path = tmp_path / "hub.yaml"
    path.write_text('"\\e[31m[red]x\\n  - forged": 1\n')
    done = hub("--config", str(path), "check")
    assert done.exit_code == 2
    assert "\x1b" not in done.stderr
    assert "[31m[red]x - forged: Extra inputs" in done.stderr
    assert len(done.stderr.splitlines()) == 6
