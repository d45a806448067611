"""A backup while the hub runs: the journal first, then what its entries name.

Bytes are kept before the entry that names them, so a journal of one moment finds
everything it names in an evidence store of a later one; retention waits meanwhile.
A run has its own folder under `runs`; evidence is shared by all runs and only grows by
what is new. `backup.json` is put in place last, in one step: until then the backup
before it stands. What the hub erased since is erased here too.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Protocol

import msgspec

from hub.durable import sync
from hub.errors import EvidenceUnavailable, SettingsError
from hub.model.backups import BackupManifest, JournalFacts, KeptFile, SettingsFile
from hub.model.ids import Digest
from hub.pipeline.keeping import owners_of
from hub.pipeline.sweep import Attic
from hub.ports import Clock, Evidence

MANIFEST = "backup.json"
EVIDENCE = "evidence"
_RUNS = "runs"
_BLOCK = 1_048_576
#: Nothing that was accepted is larger; a copy is of what was accepted.
_ANY_SIZE = 1 << 60
#: Later than any file was written.
_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class Shelves(Attic, Evidence, Protocol):
    """An evidence store, of the hub or of a backup."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One settings file to be copied."""

    source: Path
    #: As `SettingsFile.path`.
    path: str
    secret: bool
    #: What is written instead of the file's own bytes: passwords taken out.
    text: bytes | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """What is copied."""

    hub: str
    evidence: Shelves
    #: Copies the journal to a path that is not there yet.
    journal: Callable[[Path], Awaitable[JournalFacts]]
    settings: tuple[Wanted, ...]
    clock: Clock


@contextmanager
def _border() -> Iterator[None]:
    """Full disks, lost mounts: all of them may pass."""
    try:
        yield
    except OSError as error:
        raise EvidenceUnavailable(f"backup: {error.strerror or error}") from error


async def back_up(original: Original, folder: Path, copy: Shelves) -> BackupManifest:
    """Make or renew the backup in a folder; `copy` is its evidence store.

    Bytes that should be there and are not, or are not what they were, are named in the
    manifest: a hub that lost a file needs its backup more than any other. Raises
    EvidenceUnavailable where the disk will not; the backup before it stands then.
    """
    with _border():
        return await _back_up(original, folder, copy)


async def _back_up(original: Original, folder: Path, copy: Shelves) -> BackupManifest:
    at = original.clock.now()
    run = folder / _RUNS / f"{at:%Y%m%dT%H%M%S.%fZ}"
    run.mkdir(parents=True, mode=0o700)
    journal = run / "journal"
    facts = await original.journal(journal)
    made_of = await owners_of(original.evidence, facts.manifests)
    wanted = facts.digests | made_of.keys()
    there = await _copy_all(original.evidence, copy, wanted)
    missing = sorted((facts.needed | made_of.keys()) - there)
    names = run / "evidence.txt"
    _write(names, "".join(f"{name}\n" for name in sorted(there)).encode())
    manifest = BackupManifest(
        made_at=at,
        hub=original.hub,
        kind=facts.kind,
        entries=facts.entries,
        number=facts.number,
        head=facts.head,
        journal=_kept(folder, journal),
        evidence=_kept(folder, names),
        files=len(there),
        settings=tuple(_settings(folder, run, original.settings)),
        missing=tuple(missing),
    )
    _finish(folder, manifest)
    await _forget_the_rest(folder, run, copy, there)
    return manifest


async def _copy_all(
    evidence: Shelves, copy: Shelves, wanted: Iterable[Digest]
) -> set[Digest]:
    """Copy what is new; those that are there. Some digests are facts and no files."""
    there: set[Digest] = set()
    for digest in sorted(wanted):
        path = evidence.path(digest)
        known = copy.path(digest).exists() or path.exists()
        if known and await _copy_one(path, copy, digest):
            there.add(digest)
    return there


async def _copy_one(path: Path, copy: Shelves, digest: Digest) -> bool:
    """False: the bytes are not what their name says."""
    if copy.path(digest).exists():
        return True
    # What it is instead goes with the rest that nobody wants, or is wanted itself.
    found, _ = await copy.keep(_blocks(path), _ANY_SIZE)
    return found == digest


async def _blocks(path: Path) -> AsyncIterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := await asyncio.to_thread(file.read, _BLOCK):
                yield block
    except OSError as error:
        raise EvidenceUnavailable(f"{path.name}: {error.strerror}") from error


def _settings(
    folder: Path, run: Path, wanted: Iterable[Wanted]
) -> Iterable[SettingsFile]:
    for number, one in enumerate(wanted):
        target = run / "settings" / f"{number:03d}-{one.source.name}"
        target.parent.mkdir(exist_ok=True, mode=0o700)
        _write(target, one.text if one.text is not None else one.source.read_bytes())
        yield SettingsFile(_kept(folder, target), one.path, one.secret)


def _finish(folder: Path, manifest: BackupManifest) -> None:
    draft = folder / f"{MANIFEST}.draft"
    _write(draft, msgspec.json.format(msgspec.json.encode(manifest)))
    draft.replace(folder / MANIFEST)
    sync(folder)


async def _forget_the_rest(
    folder: Path, run: Path, copy: Shelves, there: set[Digest]
) -> None:
    """Runs before this one, and bytes that the hub keeps no longer."""
    for old in (folder / _RUNS).iterdir():
        if old != run:
            await asyncio.to_thread(shutil.rmtree, old)
    for digest in await copy.orphans(there, _EVER):
        await copy.erase(digest, _EVER)
    await copy.tidy(_EVER)


def read_manifest(folder: Path) -> BackupManifest:
    """What a backup says of itself; raises SettingsError where there is none."""
    try:
        data = (folder / MANIFEST).read_bytes()
        return msgspec.json.decode(data, type=BackupManifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            (f"{folder}: không có bản sao lưu trọn vẹn / no whole backup",)
        ) from error


async def check_files(folder: Path, manifest: BackupManifest) -> None:
    """Raise EvidenceUnavailable where a file of it is not what the manifest says."""
    kept = [manifest.journal, manifest.evidence, *(s.kept for s in manifest.settings)]
    for one in kept:
        found = await asyncio.to_thread(_digest_of, folder / one.name)
        if found != one.digest:
            raise EvidenceUnavailable(f"{one.name}: bản sao đã khác / was changed")


async def restore_evidence(
    folder: Path, manifest: BackupManifest, copy: Shelves, evidence: Shelves
) -> int:
    """Put every file back, each proved by its digest; how many."""
    names = (folder / manifest.evidence.name).read_text().split()
    for digest in map(Digest, names):
        if not await _copy_one(copy.path(digest), evidence, digest):
            raise EvidenceUnavailable(f"{digest}: bản sao đã khác / was changed")
    return len(names)


def _kept(folder: Path, path: Path) -> KeptFile:
    return KeptFile(
        str(path.relative_to(folder)), _digest_of(path), path.stat().st_size
    )


def _digest_of(path: Path) -> Digest:
    try:
        with path.open("rb") as file:
            return Digest(file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise EvidenceUnavailable(f"{path.name}: {error.strerror}") from error


def _write(path: Path, data: bytes) -> None:
    """On disk when it returns; nobody else's to read."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
