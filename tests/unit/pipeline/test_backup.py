"""A backup whose disk will not, or that dies midway, leaves the one before it."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hub.errors import EvidenceUnavailable
from hub.evidence.folder import FolderEvidence
from hub.model.backups import JournalFacts
from hub.model.ids import Digest, digest_of
from hub.pipeline.backup import Original, Wanted, back_up, check_files, read_manifest
from tests.fakes.outsides import NOON, SteppingClock


@dataclass
class Journal:
    """Copies itself, and says what it names."""

    named: frozenset[Digest]

    async def __call__(self, target: Path) -> JournalFacts:
        target.write_bytes(b"journal")
        return JournalFacts(
            "sqlite", 3, 3, Digest("a" * 64), self.named, self.named, frozenset()
        )


class FullDisk(FolderEvidence):
    """Takes no more."""

    async def keep(self, chunks, limit):
        raise EvidenceUnavailable("evidence: No space left on device")


@pytest.fixture
async def original(tmp_path) -> Original:
    evidence = FolderEvidence(tmp_path / "evidence")
    kept = [await evidence.keep_bytes(body) for body in (b"one", b"two")]
    (tmp_path / "policy.yaml").write_text("policy")
    settings = (Wanted(tmp_path / "policy.yaml", "policy.yaml", secret=False),)
    clock = SteppingClock(NOON)
    return Original("H40", evidence, Journal(frozenset(kept)), settings, clock)


async def test_a_full_disk_leaves_the_backup_before_it_whole(original, tmp_path):
    folder = tmp_path / "copy"
    await back_up(original, folder, FolderEvidence(folder / "evidence"))
    before = read_manifest(folder)
    original.clock.step(3600)
    third = await original.evidence.keep_bytes(b"three")
    named = original.journal.named | {third}
    later = replace(original, journal=Journal(named))
    with pytest.raises(EvidenceUnavailable):
        await back_up(later, folder, FullDisk(folder / "evidence"))
    assert read_manifest(folder) == before
    await check_files(folder, before)
    original.clock.step(3600)
    again = await back_up(later, folder, FolderEvidence(folder / "evidence"))
    assert (again.files, len(list((folder / "runs").iterdir()))) == (3, 1)


async def test_a_folder_that_cannot_be_made_is_trouble_that_may_pass(
    original, tmp_path
):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EvidenceUnavailable, match="backup"):
        await back_up(original, tmp_path / "file", FolderEvidence(tmp_path / "x"))


async def test_what_is_a_fact_and_no_file_is_not_missed(original, tmp_path):
    """A certificate's fingerprint is 64 digits, too."""
    fact = digest_of(b"a fingerprint")
    journal = Journal(original.journal.named)

    async def take(target: Path) -> JournalFacts:
        told = await journal(target)
        return replace(told, digests=told.digests | {fact})

    folder = tmp_path / "copy"
    made = await back_up(
        replace(original, journal=take), folder, FolderEvidence(folder / "evidence")
    )
    assert (made.files, made.missing) == (2, ())


async def test_bytes_that_are_those_of_another_name_cost_that_one_nothing(
    original, tmp_path
):
    one, two = digest_of(b"one"), digest_of(b"two")
    original.evidence.path(one).write_bytes(b"two")
    folder = tmp_path / "copy"
    copy = FolderEvidence(folder / "evidence")
    made = await back_up(original, folder, copy)
    assert made.missing == (one,)
    assert await copy.read(two) == b"two"


def test_the_moment_of_a_run_is_its_name(original, tmp_path):
    folder = tmp_path / "copy"
    asyncio.run(back_up(original, folder, FolderEvidence(folder / "evidence")))
    [run] = (folder / "runs").iterdir()
    assert run.name == "20191202T050000.000000Z"
