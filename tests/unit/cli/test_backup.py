"""`hub backup` and `hub restore`: the drill, from the command line."""

import asyncio
import json
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.model.ids import digest_of
from hub.parts import built
from hub.resources import resource
from hub.settings import load
from tests.integration.journal.scenes import NOW, concluded, offer

PASSWORD = "rat-bi-mat"
TOKEN = "a token that nobody guesses"
BODIES = (b"doc-1", b"body of doc-1", b"doc-2")


class Hub:
    """A hub's settings and data in a folder of their own, and its commands."""

    def __init__(self, base: Path) -> None:
        self.base, self.path = base, base / "hub.yaml"
        if base.exists():
            return
        for folder in ("trust", "secrets"):
            (base / folder).mkdir(parents=True)
        (base / "trust" / "ca.pem").write_text("a certificate")
        (base / "secrets" / "window.token").write_text(TOKEN)
        (base / "policy.yaml").write_bytes(
            resource("config", "policy.yaml").read_bytes()
        )
        values = {
            "data": "data",
            "policy": "policy.yaml",
            "agencies": str(resource("config", "agencies.yaml")),
            "trust": "trust",
            "broker": {"url": f"amqp://hub:{PASSWORD}@rabbit/"},
        }
        self.path.write_text(yaml.safe_dump(values, allow_unicode=True))

    @property
    def data(self) -> Path:
        return self.base / "data"

    def run(self, *words: str):
        options = ["--config", str(self.path), *words]
        return CliRunner().invoke(app, options, env={"COLUMNS": "250"})

    def kept(self) -> set[str]:
        return names(self.data / "evidence")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("??/??/*")}


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A hub with one concluded document and one that waits; tests copy it."""
    made = Hub(tmp_path_factory.mktemp("model") / "hub")
    asyncio.run(fill(made.path))
    return made.base


@pytest.fixture
def hub(model, tmp_path):
    return Hub(copytree(model, tmp_path / "hub"))


async def fill(path) -> None:
    async with built(load(path, {}), migrate=True) as parts:
        for body in BODIES:
            await parts.evidence.keep_bytes(body)
        await concluded(parts.store)
        await parts.store.journal.accept(offer("doc-2", b"doc-2"), NOW)
        while await parts.store.sealer.seal(100):
            pass


def manifest(folder: Path):
    return json.loads((folder / "backup.json").read_text())


def test_the_drill_ends_in_a_journal_that_proves_itself(hub, tmp_path):
    copy = tmp_path / "copy"
    done = hub.run("backup", str(copy))
    assert done.exit_code == 0, done.output
    assert "Đã sao lưu 4 mục nhật ký, 3 tệp chứng cứ" in done.stdout

    other = Hub(tmp_path / "other")
    done = other.run("restore", str(copy))
    assert done.exit_code == 0, done.output
    assert "problems: ()" in done.stdout
    told = other.run("journal", "verify")
    assert (told.exit_code, "sealed: 4" in told.stdout) == (0, True)
    assert f"head: {manifest(copy)['head']}" in told.stdout
    assert other.kept() == hub.kept() == {digest_of(body) for body in BODIES}
    assert "differences: ()" in other.run("journal", "rebuild").stdout


def test_a_second_backup_copies_only_what_is_new_and_forgets_what_went(hub, tmp_path):
    copy = tmp_path / "copy"
    hub.run("backup", str(copy))
    path = next((copy / "evidence").glob(f"??/??/{digest_of(b'doc-1')}"))
    before = path.stat().st_mtime_ns
    stray = copy / "evidence" / "ab" / "ab" / ("ab" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"erased by retention since")
    assert hub.run("backup", str(copy)).exit_code == 0
    assert path.stat().st_mtime_ns == before
    assert names(copy / "evidence") == hub.kept()
    assert len(list((copy / "runs").iterdir())) == 1


@pytest.mark.parametrize("secrets", [False, True])
def test_secrets_are_copied_only_where_asked_for(hub, tmp_path, secrets):
    copy = tmp_path / "copy"
    hub.run("backup", str(copy), *(["--with-secrets"] if secrets else []))
    told = b"".join(p.read_bytes() for p in copy.rglob("*") if p.is_file())
    assert (TOKEN.encode() in told) is secrets
    assert (PASSWORD.encode() in told) is secrets
    assert b"a certificate" in told
    target = tmp_path / "settings"
    done = CliRunner().invoke(app, ["restore", str(copy), "--settings-to", str(target)])
    assert done.exit_code == 0, done.output
    assert (target / "trust" / "ca.pem").read_text() == "a certificate"
    assert (target / "secrets" / "window.token").exists() is secrets
    kept = (target / "policy.yaml").read_bytes()
    assert kept == (hub.base / "policy.yaml").read_bytes()
    assert list((target / "outside").glob("*agencies.yaml"))


def test_lost_evidence_is_named_and_the_rest_is_copied(hub, tmp_path):
    lost = digest_of(b"doc-1")
    next((hub.data / "evidence").glob(f"??/??/{lost}")).unlink()
    changed = next((hub.data / "evidence").glob(f"??/??/{digest_of(b'doc-2')}"))
    changed.write_bytes(b"changed")
    done = hub.run("backup", str(tmp_path / "copy"))
    assert done.exit_code == 3
    assert f"THIẾU chứng cứ {lost}" in done.stdout
    assert names(tmp_path / "copy" / "evidence") == {digest_of(b"body of doc-1")}
    other = Hub(tmp_path / "other")
    done = other.run("restore", str(tmp_path / "copy"))
    assert (done.exit_code, "are not in the evidence" in done.stdout) == (1, True)


def test_a_folder_that_holds_something_is_never_written_into(hub, tmp_path):
    hub.run("backup", str(tmp_path / "copy"))
    other = Hub(tmp_path / "other")
    other.data.mkdir()
    (other.data / "note").write_text("mine")
    done = other.run("restore", str(tmp_path / "copy"))
    assert (done.exit_code, "không trống" in done.output) == (2, True)
    assert list(other.data.iterdir()) == [other.data / "note"]


@pytest.mark.parametrize("what", ["journal", "evidence.txt"])
def test_a_backup_that_was_changed_is_refused(hub, tmp_path, what):
    hub.run("backup", str(tmp_path / "copy"))
    file = next((tmp_path / "copy" / "runs").glob(f"*/{what}"))
    file.write_bytes(file.read_bytes() + b" ")
    other = Hub(tmp_path / "other")
    done = other.run("restore", str(tmp_path / "copy"))
    assert (done.exit_code, "was changed" in done.output) == (1, True)
    assert not (other.data / "journal.db").exists()


def test_changed_bytes_of_the_evidence_are_not_put_back(hub, tmp_path):
    hub.run("backup", str(tmp_path / "copy"))
    name = digest_of(b"doc-1")
    next((tmp_path / "copy" / "evidence").glob(f"??/??/{name}")).write_bytes(b"x")
    other = Hub(tmp_path / "other")
    done = other.run("restore", str(tmp_path / "copy"))
    assert (done.exit_code, "was changed" in done.output) == (1, True)
    assert not (other.data / "journal.db").exists()


@pytest.mark.parametrize("half", ["nothing", "no manifest"])
def test_half_a_backup_is_none(hub, tmp_path, half):
    if half != "nothing":
        hub.run("backup", str(tmp_path / "copy"))
        (tmp_path / "copy" / "backup.json").unlink()
    other = Hub(tmp_path / "other")
    done = other.run("restore", str(tmp_path / "copy"))
    assert (done.exit_code, "no whole backup" in done.output) == (2, True)


def test_a_backup_is_not_made_into_the_data_it_copies(hub):
    done = hub.run("backup", str(hub.data / "copy"))
    assert (done.exit_code, "in the data folder" in done.output) == (2, True)


def test_a_backup_that_dies_leaves_the_one_before_it_whole(hub, tmp_path):
    copy = tmp_path / "copy"
    hub.run("backup", str(copy))
    before = manifest(copy)
    (copy / "runs" / "20000101T000000.000000Z").mkdir()
    (copy / "backup.json.draft").write_text("half")
    other = Hub(tmp_path / "other")
    assert other.run("restore", str(copy)).exit_code == 0
    assert manifest(copy) == before
    assert hub.run("backup", str(copy)).exit_code == 0
    assert len(list((copy / "runs").iterdir())) == 1
