"""`hub rejudge` on a journal in which nothing waits: what a person is told."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from hub.cli.main import app
from hub.rehearsal.pki import Pki
from hub.rehearsal.stage import set_stage


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    now = datetime.now(UTC)
    stage = set_stage(tmp_path_factory.mktemp("stage"), Pki.make(now), at=now)

    def run(*words: str):
        asked = ["--config", str(stage.settings), *words]
        return CliRunner().invoke(app, asked, env={"COLUMNS": "200"})

    assert run("migrate").exit_code == 0
    return run


def test_an_id_that_leads_nowhere_is_not_judged_again(hub):
    done = hub("rejudge", "0123abcd")
    assert done.exit_code == 1
    assert "Không có lượt đến nào để kiểm tra lại" in done.stdout


def test_what_is_not_on_the_list_cannot_leave_it(hub):
    done = hub("rejudge", "0123abcd", "--seen")
    assert (done.exit_code, "không có trên danh sách" in done.stdout) == (1, True)


def test_seen_wants_an_id(hub):
    done = hub("rejudge", "--seen")
    assert (done.exit_code, "--seen" in done.stderr) == (2, True)
    assert hub("rejudge", "--all-open", "--seen").exit_code == 2


def test_asking_for_all_where_none_waits_is_no_failure(hub):
    assert hub("rejudge", "--all-open").exit_code == 0
