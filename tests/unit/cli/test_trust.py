"""`hub trust`: what is installed, taking in, taking out, fetching."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.model.ids import digest_of
from hub.rehearsal.pki import Pki
from hub.rehearsal.responder import Mood, Responder
from hub.rehearsal.stage import free_port, set_stage

WHOM = "Ban Cơ yếu, điện thoại"


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def pki(port):
    return Pki.make(datetime.now(UTC), served=f"http://127.0.0.1:{port}")


@pytest.fixture
def stage(tmp_path, pki):
    stage = set_stage(tmp_path, pki, at=pki.at)
    for path in (tmp_path / "trust" / "crls").iterdir():
        path.unlink()
    return stage


@pytest.fixture
def hub(stage):
    def run(*words: str, **more):
        asked = ["--config", str(stage.settings), *words]
        return CliRunner().invoke(app, asked, env={"COLUMNS": "240"}, **more)

    return run


@pytest.fixture
def file(tmp_path, pki):
    """Another authority's root, as it was handed over."""
    path = tmp_path / "root.der"
    path.write_bytes(pki.other_root.certificate)
    return path


def test_the_list_shows_what_is_installed_and_what_is_only_documented(hub, pki):
    told = hub("trust", "list").output
    assert digest_of(pki.root.certificate) in told
    assert "CHƯA" in told
    assert "RootCA chuyên dùng Chính phủ G2" in told
    assert "Ban Cơ yếu Chính phủ" in told


def test_the_list_is_there_for_machines_too(hub, pki):
    items = json.loads(hub("trust", "list", "--json").output)
    assert {item["fingerprint"] for item in items} == {
        digest_of(pki.root.certificate),
        digest_of(pki.issuing.certificate),
    }
    assert {item["validity"] for item in items} == {"valid"}


def test_installed_with_the_fingerprint_that_was_confirmed(hub, stage, file, pki):
    print_ = digest_of(pki.other_root.certificate)
    done = hub(
        *("trust", "install", str(file)),
        *("--fingerprint", print_, "--confirmed-with", WHOM),
    )
    assert done.exit_code == 0, done.output
    record = yaml.safe_load((stage.folder / "trust" / "confirmed.yaml").read_bytes())
    assert record["confirmations"][0]["confirmed_with"] == WHOM
    assert WHOM in hub("trust", "list").output


def test_a_person_types_the_fingerprint_and_with_whom(hub, file, pki):
    print_ = digest_of(pki.other_root.certificate)
    done = hub("trust", "install", str(file), input=f"{print_}\n{WHOM}\n")
    assert done.exit_code == 0, done.output
    assert "Không có trong danh sách mô tả" in done.output


def test_another_fingerprint_ends_with_1_and_installs_nothing(hub, stage, file):
    done = hub("trust", "install", str(file), input=f"{'ab' * 32}\n{WHOM}\n")
    assert done.exit_code == 1
    assert not (stage.folder / "trust" / "confirmed.yaml").exists()
    assert len(list((stage.folder / "trust" / "anchors").iterdir())) == 1


def test_removed_by_the_first_digits(hub, stage, pki):
    done = hub("trust", "remove", digest_of(pki.root.certificate)[:10])
    assert done.exit_code == 0, done.output
    assert not list((stage.folder / "trust" / "anchors").iterdir())
    assert hub("trust", "remove", "0000000000").exit_code == 1


async def test_fetch_tells_what_came_and_what_did_not(hub, pki, port):
    """A thread runs the command; the responder answers meanwhile."""
    assert (await asyncio.to_thread(hub, "migrate")).exit_code == 0
    async with Responder(pki, port, lambda: datetime.now(UTC)) as responder:
        done = await asyncio.to_thread(hub, "trust", "fetch")
        assert done.exit_code == 0, done.output
        assert f"{pki.served}/crl/root.crl" in done.output
        responder.feel(Mood.DOWN)
        done = await asyncio.to_thread(hub, "trust", "fetch", "--json")
        rows = json.loads(done.output)
    assert done.exit_code == 0
    assert all(row["answer"] and row["why"] for row in rows)


async def test_a_list_that_cannot_be_had_needs_a_person(hub, pki):
    assert (await asyncio.to_thread(hub, "migrate")).exit_code == 0
    done = await asyncio.to_thread(hub, "trust", "fetch")
    assert done.exit_code == 3, done.output
    done = await asyncio.to_thread(hub, "check")
    assert f"{pki.served}/crl/root.crl: không tải được" in done.output


async def test_who_has_nothing_to_fetch_from_is_told_why(hub, stage):
    assert (await asyncio.to_thread(hub, "migrate")).exit_code == 0
    for path in (stage.folder / "trust" / "intermediates").iterdir():
        path.unlink()
    for path in (stage.folder / "trust" / "anchors").iterdir():
        path.unlink()
    done = await asyncio.to_thread(hub, "trust", "fetch")
    assert (done.exit_code, "Không có gì để tải" in done.output) == (0, True)
