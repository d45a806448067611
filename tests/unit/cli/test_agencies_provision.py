"""`hub agencies provision`: what it says, and what it will not do."""

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest
import yaml
from typer.testing import CliRunner

from hub.broker.provision import Credentials, Provisioned
from hub.cli.agencies_provision import _print, _values, _wanted
from hub.cli.main import app
from hub.cli.say import FAILED, UNFIT
from hub.rehearsal.samples import DEFAULT_AT
from hub.rehearsal.stage import set_stage
from hub.sources import load


@pytest.fixture
def stage(tmp_path, scene):
    return set_stage(tmp_path, scene.pki, at=DEFAULT_AT)


@pytest.fixture
def hub(stage):
    """Runs a command on the stage's settings."""

    def run(*words: str, **environment: str):
        start = ("--config", str(stage.settings), "--lang", "en")
        return CliRunner().invoke(
            app, [*start, *words], env={"COLUMNS": "200", **environment}
        )

    return run


def test_without_a_broker_it_says_what_is_missing(hub):
    done = hub("agencies", "provision")
    assert done.exit_code == UNFIT
    assert "broker_admin" in done.output


def test_a_broker_elsewhere_wants_its_management(hub):
    done = hub("agencies", "provision", HUB_BROKER__URL="amqp://hub:pw@mq/")
    assert done.exit_code == UNFIT
    assert "pw" not in done.output


def test_a_management_that_is_away_is_told_without_its_password(hub):
    url = "http://admin:geheim@127.0.0.1:9"
    done = hub(
        "agencies",
        "provision",
        HUB_BROKER__URL="amqp://hub:pw@mq/",
        HUB_BROKER_ADMIN__URL=url,
    )
    assert done.exit_code == FAILED
    assert "geheim" not in done.output


@pytest.mark.parametrize("option", ["--rotate", "--remove"])
def test_what_ends_passwords_wants_names(hub, option):
    done = hub("agencies", "provision", option)
    assert done.exit_code == FAILED
    assert "Name the agencies" in done.output


def test_an_unknown_agency_is_told(hub):
    done = hub("agencies", "provision", "phong-khong-co")
    assert done.exit_code == FAILED
    assert "phong-khong-co" in done.output


def test_a_password_is_never_broken_over_two_lines(capsys, monkeypatch, stage):
    monkeypatch.setenv("COLUMNS", "80")
    (agency,) = _wanted(load(stage.settings), ["phong-noi-vu"])
    one = Credentials(agency.queue, "p" * 32)
    _print([agency], Provisioned((one,), (), ()))
    assert "p" * 32 in capsys.readouterr().out


def test_without_names_all_that_take_by_amqp_are_meant(stage):
    values = yaml.safe_load(stage.settings.read_text())
    registry = yaml.safe_load(Path(values["agencies"]).read_text())
    first, second = registry["agencies"][:2]
    first["takes"] = "pull"
    second["valid_until"] = date(2018, 1, 1)
    own = stage.folder / "agencies.yaml"
    own.write_text(yaml.safe_dump(registry))
    values["agencies"] = str(own)
    stage.settings.write_text(yaml.safe_dump(values))
    settings = load(stage.settings)

    queues = {agency.queue for agency in _wanted(settings, [])}
    assert len(queues) == len(registry["agencies"]) - 2
    assert first["queue"] not in queues
    assert second["queue"] not in queues
    by_code = _wanted(settings, [first["code"]])
    assert [agency.queue for agency in by_code] == [first["queue"]]


def test_the_json_has_all_that_an_agency_is_handed(stage):
    settings = load(stage.settings)
    (agency,) = _wanted(settings, ["phong-y-te"])
    done = Provisioned((Credentials("phong-y-te", "a-password"),), (), ("giai-the",))
    told = json.loads(msgspec.json.encode(_values(settings, [agency], done)))

    (one,) = told["made"]
    assert one["agency"] == agency.code
    assert one["password"] == "a-password"
    assert one["exchange"] == "agency.phong-y-te.in"
    assert one["queues"] == ["agency.phong-y-te.urgent", "agency.phong-y-te.ordinary"]
    assert told["strangers"] == ["giai-the"]
