"""`hub rehearse axis | portal`: each says where it is, and leaves its ledger."""

import json
import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli.main import app
from hub.cli.rehearse import missing
from hub.rehearsal.faults import SENSIBLE, TIMINGS
from hub.rehearsal.odd_dossiers import ODD

PAGE = Path(__file__).parents[3] / "docs" / "dien-tap.md"


def run(*words: object) -> tuple[int, list[dict[str, object]], str]:
    """Exit status, the lines of JSON it printed, and what it complained of."""
    told = CliRunner().invoke(app, ["rehearse", *map(str, words)])
    lines = [json.loads(line) for line in told.stdout.splitlines() if line[:1] == "{"]
    return told.exit_code, lines, told.stderr


def briefly(tmp_path: Path) -> tuple[object, ...]:
    return ("--port", 0, "--keys", tmp_path / "keys", "--seconds", 0.05)


def test_an_axis_has_what_was_loaded_and_writes_its_ledger(tmp_path):
    ledger, trust = tmp_path / "so" / "truc.json", tmp_path / "trust"
    load = ("--load", "report-signed,family-b,status-03,2", "--trust", trust)
    status, [first, last], _ = run(
        "axis", *briefly(tmp_path), *load, "--ledger", ledger, "--codes", "A,B"
    )

    told = json.loads(ledger.read_text())
    assert status == 0
    assert first["loaded"] == 4  # family B travels by SOAP alone
    assert str(first["vxp"]).endswith("/XrdAdapter/adapter")
    assert last["states"] == told["states"] == {"HUB": {"INITIAL": 4}}
    kinds = [line["messageType"] for line in told["inboxes"]["HUB"]]
    assert sorted(kinds) == ["edoc", "edoc", "edoc", "status"]
    assert list(trust.iterdir())


def test_keys_are_made_once_and_for_the_owner_alone(tmp_path):
    run("axis", *briefly(tmp_path))
    before = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    run("axis", *briefly(tmp_path))
    after = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}

    assert before == after
    assert before.keys() == {"axis.secret", "axis.password", "control.token"}
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}


def test_a_portal_has_its_dossiers_and_writes_its_ledger(tmp_path):
    ledger = tmp_path / "cong.json"
    status, [first, last], _ = run(
        "portal",
        *briefly(tmp_path),
        *("--dossiers", 3, "--odd", "file-gone, two-numbers", "--ledger", ledger),
        *("--day", "2019-12-02"),
    )

    told = json.loads(ledger.read_text())
    assert status == 0
    assert first["dossiers"] == last["dossiers"] == len(told["cases"]) == 5
    assert {"gone", "plain"} == {file["manner"] for file in told["files"]}
    assert all("-191202-" in case["MaHoSo"] for case in told["cases"])


def test_a_portal_pushes_to_a_hub_that_is_away_and_says_what_is_left(
    tmp_path, unused_tcp_port
):
    token = tmp_path / "token"
    token.write_text("of-the-portal\n")
    hub = ("--hub", f"http://127.0.0.1:{unused_tcp_port}", "--token-file", token)
    status, lines, _ = run(
        "portal", "--port", 0, "--keys", tmp_path, "--seconds", 1, *hub
    )

    assert status == 0
    assert {"left": 10} in lines
    assert lines[-1]["taken"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("axis", "--faults", "slower"),
        ("axis", "--faults", "slow=2"),
        ("axis", "--load", "nothing-of-the-kind"),
        ("portal", "--odd", "odder"),
        ("portal", "--day", "yesterday"),
        ("portal", "--hub", "http://127.0.0.1:9", "--token-file", "not-there"),
        ("axis", "--faults", "slow-seconds=nan"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(tmp_path, words):
    status, lines, complaint = run(*words, *briefly(tmp_path))

    assert status == 2
    assert lines == []
    assert len(complaint.splitlines()) == 1


def test_only_what_is_not_installed_is_missing():
    assert missing(("json", "no_such_package_here", "lxml")) == (
        "no_such_package_here",
    )


# --- the page for vendors -------------------------------------------------------------


def test_the_page_has_every_fault_at_its_rate():
    rows = re.findall(
        r"^\| (`.*`) \|.*\| ([0-9.]+) \|$", PAGE.read_text(), re.MULTILINE
    )
    told = {
        name: float(rate)
        for names, rate in rows
        for name in re.findall("`(.*?)`", names)
    }

    assert told == {str(name): rate for name, rate in SENSIBLE.items()}


def test_the_page_names_every_timing_and_every_odd_dossier():
    page = PAGE.read_text()

    assert [name for name in (*ODD, *TIMINGS) if name not in page] == []
