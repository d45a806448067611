"""Trust material as an administrator installed it."""

from datetime import UTC, datetime

import pytest

from hub.errors import SettingsError
from hub.model.knowledge import Needs
from hub.rehearsal.pki import Pki
from hub.trust.folder import TrustFolder, load, unread_files

AT = datetime(2019, 12, 2, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    Pki.make(AT).write_trust(tmp_path, at=AT)
    return tmp_path


def test_the_folder_is_read_as_plain_der(folder):
    knowledge = load(folder)
    assert knowledge.anchors
    assert knowledge.intermediates
    assert knowledge.crls
    assert all(der[0] == 0x30 for der in knowledge.anchors + knowledge.crls)
    assert len(knowledge.version) == 64


def test_an_empty_folder_knows_nothing(tmp_path):
    assert load(tmp_path).anchors == ()


def test_endings_in_capitals_are_endings_too(folder):
    before = load(folder)
    for path in [p for p in folder.rglob("*") if p.suffix in {".crt", ".crl"}]:
        path.rename(path.with_name(path.name.upper()))
    assert load(folder) == before
    assert unread_files(folder) == []


def test_what_no_ending_makes_read_is_named(folder):
    strays = [folder / "anchors" / "ca.p7b", folder / "crls" / "list.crt"]
    for stray in (*strays, folder / "anchors" / ".gitkeep"):
        stray.write_bytes(b"")
    assert unread_files(folder) == strays
    assert load(folder).anchors


def test_every_unreadable_file_is_named_at_once(folder):
    (folder / "anchors" / "broken.crt").write_bytes(b"no certificate")
    (folder / "crls" / "broken.crl").write_bytes(b"no list")
    with pytest.raises(SettingsError) as caught:
        load(folder)
    assert len(caught.value.problems) == 2


async def test_a_new_file_is_seen_without_a_restart_and_changes_the_version(folder):
    trust = TrustFolder(folder)
    before = await trust.gather(Needs())
    assert await trust.gather(Needs()) is before
    one = next((folder / "anchors").iterdir())
    one.unlink()
    after = await trust.gather(Needs())
    assert len(after.anchors) == len(before.anchors) - 1
    assert after.version != before.version
