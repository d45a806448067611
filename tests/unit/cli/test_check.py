"""`hub check` without a broker: not ready, or settings that are not fit."""

import asyncio

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.parts import built
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT
from hub.rehearsal.stage import free_port, set_stage
from hub.resources import resource
from hub.sources import load


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.make(DEFAULT_AT)


@pytest.fixture
def stage(tmp_path, pki):
    return set_stage(tmp_path, pki, at=DEFAULT_AT)


def check(stage, *words: str, **environment: str):
    options = ["--config", str(stage.settings), *words]
    return CliRunner().invoke(app, options, env=environment)


async def migrate(stage) -> None:
    async with built(load(stage.settings), migrate=True):
        pass


def test_all_that_is_down_is_told_and_ends_with_1(stage):
    nobody = f"amqp://127.0.0.1:{free_port()}/"
    done = check(stage, "--lang", "en", "check", HUB_BROKER__URL=nobody)
    assert done.exit_code == 1
    journal, broker, *person, word = done.stdout.splitlines()
    assert len(person) == 2, "a rehearsal, and nobody to call"
    assert journal.startswith("  - journal: ")
    assert broker.startswith("  - RabbitMQ: ")
    assert word == "NOT READY"


def test_without_a_broker_it_says_so(stage):
    asyncio.run(migrate(stage))
    done = check(stage, "check", "--live")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "  - RabbitMQ: chưa cấu hình và `hub up` chưa chạy",
        "CHƯA SẴN SÀNG",
    ]


def test_what_is_wrong_with_trust_is_not_called_the_journals(stage):
    asyncio.run(migrate(stage))
    (stage.folder / "trust" / "anchors" / "letter.crt").write_bytes(b"no certificate")
    told = check(stage, "check").stdout
    assert "không phải chứng thư / not a certificate" in told
    assert "nhật ký: trust" not in told


def test_a_brokers_password_is_not_told(stage):
    url = f"amqp://hub:geheim-4711@127.0.0.1:{free_port()}/"
    done = check(stage, "check", HUB_BROKER__URL=url)
    assert done.exit_code == 1
    assert "geheim" not in done.output


def test_tokens_and_sources_that_are_unfit_end_with_2(stage):
    (stage.folder / "tokens" / "axis").write_text("short")
    (stage.folder / "tokens" / "ubnd-huyen").unlink()
    done = check(stage, "check")
    assert done.exit_code == 2
    assert "tokens/axis: a token under 24 characters" in done.stderr
    assert "tokens/ubnd-huyen: No such file" in done.stderr


def test_a_plan_for_a_target_that_nobody_knows_is_told(stage):
    policy = resource("config", "policy.yaml").read_text()
    planned = "targets: {ubnd-huyen: {deadline_hours: 9}, xa-go-nham: {jitter: 0}}"
    mistyped = policy.replace("targets: {}", planned)
    assert mistyped != policy
    (stage.folder / "policy.yaml").write_text(mistyped)
    values = yaml.safe_load(stage.settings.read_text())
    values["policy"] = str(stage.folder / "policy.yaml")
    stage.settings.write_text(yaml.safe_dump(values))
    asyncio.run(migrate(stage))
    told = check(stage, "--lang", "en", "check").stdout
    assert "delivery.targets.xa-go-nham: there is no such target" in told
    assert "delivery.targets.ubnd-huyen" not in told
