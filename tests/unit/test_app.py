"""The roof: parts built from the settings, the shipped examples, the clock."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from aiohttp.test_utils import TestClient, TestServer

from hub.app import judging_setup, trust_problems, web_app
from hub.errors import SettingsError
from hub.judging.child import craft_of
from hub.parts import SystemClock, built
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT
from hub.rehearsal.stage import set_stage
from hub.sources import AGENCY_DOORS, PACKAGES, load, sources_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki.make(DEFAULT_AT)


@pytest.fixture
def stage(tmp_path, pki):
    return set_stage(tmp_path, pki, at=DEFAULT_AT)


@pytest.fixture
def change(stage):
    """Changes keys of the stage's settings; gives them as loaded."""

    def make(**changes):
        values = yaml.safe_load(stage.settings.read_text()) | changes
        stage.settings.write_text(yaml.safe_dump(values))
        return load(stage.settings)

    return make


def test_the_example_loads_once_its_tokens_are_there(tmp_path):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    path = tmp_path / "config" / "hub.example.yaml"
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert [line.partition(":")[0] for line in caught.value.problems] == [
        "../run/truc-tinh.token",
        "../run/receipts.token",
    ]
    (tmp_path / "run").mkdir()
    for name in ("truc-tinh", "receipts"):
        (tmp_path / "run" / f"{name}.token").write_text(name.ljust(24, "x"))
    settings = load(path)
    assert settings.data == tmp_path / "run"
    assert settings.file.front.host == "127.0.0.1"
    assert settings.file.rehearsal is None


def test_the_settings_of_compose_load_once_its_secrets_are_there(tmp_path):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    path = tmp_path / "config" / "hub.compose.yaml"
    path.write_text(path.read_text().replace("/run/secrets", str(tmp_path)))
    for name in ("window_token", "axis_token", "receipts_token"):
        (tmp_path / name).write_text(name.ljust(24, "x"))
    (tmp_path / "journal_url").write_text("postgresql://hub:pw@db/hub")
    (tmp_path / "broker_url").write_text("amqp://hub:pw@mq/")
    settings = load(path)
    assert settings.broker_url == "amqp://hub:pw@mq/"
    assert settings.data == Path("/var/lib/hub")


async def test_parts_are_built_and_closed_and_nothing_stands_elsewhere(stage):
    settings = load(stage.settings)
    async with built(settings, migrate=True) as parts:
        assert list(parts.adapters) == ["truc-tinh"]
        assert sources_of(parts.entries)["truc-tinh"].carrier
        assert (await parts.store.queries.counts()) is not None
    assert (stage.data / "journal.db").exists()


async def test_a_journal_without_tables_is_told_and_not_made(stage):
    settings = load(stage.settings)
    with pytest.raises(SettingsError):
        async with built(settings):
            pytest.fail("built on a journal that is not there")


async def test_the_front_serves_doors_claims_and_window(stage):
    async with (
        built(load(stage.settings), migrate=True) as parts,
        TestClient(TestServer(web_app(parts))) as client,
    ):
        assert (await client.get("/healthz")).status == 200
        assert (await client.post("/axis/v1/documents")).status == 401
        claim = f"/agencies/v1/claims/{'0' * 64}"
        assert (await client.get(claim)).status == 401
        assert (await client.get("/window")).status == 401
        token = {"token": stage.token("window")}
        assert (await client.get("/window", params=token)).status == 200


async def test_the_front_does_not_open_without_the_windows_token(stage):
    (stage.folder / "tokens" / "window").unlink()
    async with built(load(stage.settings), migrate=True) as parts:
        with pytest.raises(SettingsError, match="window"):
            web_app(parts)


def test_the_child_is_told_the_shipped_policy_and_every_door(stage):
    settings = load(stage.settings)
    setup = judging_setup(settings)
    doors = {door for package in PACKAGES for door in package.translators}
    assert set(setup.translators) == doors | set(AGENCY_DOORS)
    assert setup.limits == settings.policy.limits
    assert setup.policy_version == settings.policy.version
    assert setup.policy_edition == settings.policy.edition != ""
    assert setup.hub_code == settings.hub_code
    assert callable(craft_of(setup).translate("axis-rest"))


async def test_trust_without_an_anchor_or_with_a_bad_file_needs_a_person(stage):
    settings = load(stage.settings)
    assert await trust_problems(settings) == []
    anchors = stage.folder / "trust" / "anchors"
    (anchors / "not.crt").write_text("not a certificate")
    assert len(await trust_problems(settings)) == 1
    shutil.rmtree(anchors)
    (told,) = await trust_problems(settings)
    assert "no anchor" in told


def test_the_clock_shows_this_moment_in_utc():
    before = datetime.now(UTC)
    shown = SystemClock().now()
    assert before <= shown <= datetime.now(UTC)
    assert shown.tzinfo is UTC


def test_an_offset_file_shifts_the_clock_while_it_is_there(tmp_path):
    clock, offset = SystemClock(tmp_path / "offset"), tmp_path / "offset"
    year = timedelta(days=365)
    for text, shift in (("31536000", year), ("-31536000", -year), ("", timedelta())):
        offset.write_text(text)
        away = clock.now() - datetime.now(UTC) - shift
        assert abs(away) < timedelta(minutes=1)
    offset.unlink()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


async def test_only_a_rehearsal_may_shift_the_clock(stage, change):
    (stage.folder / "offset").write_text("31536000")
    rehearsal = {"clock_offset_file": "offset", "private_addresses": True}
    async with built(change(rehearsal=rehearsal), migrate=True) as parts:
        assert parts.clock.now() - datetime.now(UTC) > timedelta(days=364)
    async with built(change(rehearsal=None)) as parts:
        assert parts.clock.now() - datetime.now(UTC) < timedelta(days=1)
    for misplaced in ({"clock_offset_file": "offset"}, {"front": {"offset": "offset"}}):
        with pytest.raises(SettingsError, match="Extra inputs"):
            change(**misplaced)
