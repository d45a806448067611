"""Pages for people name only what is there: tests, commands, lists and alerts."""

import re
from pathlib import Path

import pytest
import typer

from hub.cli.main import app
from hub.model.records import DeskName
from hub.pipeline import alarm

ROOT = Path(__file__).parents[2]
ACCEPTANCE = ROOT / "tests" / "acceptance"
GIAO_THUY = (ROOT / "docs" / "giao-thuy.md").read_text()
RUNBOOK = (ROOT / "docs" / "van-hanh.md").read_text()
#: `hub dead list`, `hub trace MÃ`: words up to the first that is none.
_COMMAND = re.compile(r"(?:`|^)hub ((?:[a-z-]+ ?)+)", re.MULTILINE)
_LINES = re.MULTILINE | re.DOTALL
_TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def test_every_test_that_the_districts_page_names_is_there():
    named = _TEST.findall(GIAO_THUY)
    assert len(named) > 15
    for file, name in named:
        assert f"def {name}(" in (ACCEPTANCE / file).read_text(), (file, name)


def test_every_test_of_the_districts_file_is_named_on_its_page():
    for file in ("test_giao_thuy.py", "test_giao_thuy_units.py"):
        written = re.findall(
            r"^async def (test_\w+)\(", (ACCEPTANCE / file).read_text(), re.MULTILINE
        )
        assert written
        assert {(file, name) for name in written} <= set(_TEST.findall(GIAO_THUY))


@pytest.mark.parametrize("page", [GIAO_THUY, RUNBOOK], ids=["giao-thuy", "van-hanh"])
def test_every_command_that_a_page_names_is_there(page):
    whole = typer.main.get_command(app)
    named = {tuple(words.split()) for words in _COMMAND.findall(page)}
    assert named
    missing = [words for words in sorted(named) if not _leads(whole, words)]
    assert missing == []


def _leads(command: object, words: tuple[str, ...]) -> bool:
    """Whether words lead to a command; what follows one is its argument."""
    group: dict[str, object] | None = getattr(command, "commands", None)
    if group is None:
        return True
    return bool(words) and words[0] in group and _leads(group[words[0]], words[1:])


def test_a_word_that_is_no_command_leads_nowhere():
    whole = typer.main.get_command(app)
    assert _leads(whole, ("dead", "replay"))
    assert not _leads(whole, ("dead", "bury"))
    assert not _leads(whole, ("dead",))
    assert not _leads(whole, ("burn",))


@pytest.mark.parametrize("desk", list(DeskName))
def test_the_runbook_says_what_to_do_about_every_list(desk):
    vietnamese, english = RUNBOOK.split("\n---\n\n")
    for page in (vietnamese, english):
        assert re.search(rf"^#### .*`{desk}`", page, re.MULTILINE), desk


@pytest.mark.parametrize("matter", sorted(alarm._TEXTS))
def test_the_runbook_says_what_to_do_about_every_alert(matter):
    vietnamese, english = RUNBOOK.split("\n---\n\n")
    for page in (vietnamese, english):
        (told,) = re.findall(r"^## (?:Báo động|Alerts)\n(.*?)^## ", page, _LINES)
        assert f"`{matter}`" in told
