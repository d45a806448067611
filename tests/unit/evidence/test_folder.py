"""Bytes kept in a folder."""

import asyncio
import errno
import os
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import EvidenceUnavailable, PermanentFailure
from hub.evidence.folder import FolderEvidence
from hub.model.faults import FaultCode
from hub.model.ids import Digest, digest_of
from hub.ports import Evidence

BODY = "Công văn số 12/UBND".encode()
SHM = Path("/dev/shm")
FUTURE = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def evidence(tmp_path):
    return FolderEvidence(tmp_path / "evidence")


async def stream(*chunks):
    for chunk in chunks:
        yield chunk


def files(evidence):
    return sorted(p for p in evidence._base.rglob("*") if p.is_file())


async def test_it_is_the_port(evidence):
    port: Evidence = evidence
    assert port is evidence


async def test_kept_bytes_are_read_by_their_digest(evidence):
    digest, size = await evidence.keep(stream(BODY[:5], b"", BODY[5:]), 1_000)
    assert (digest, size) == (digest_of(BODY), len(BODY))
    assert await evidence.read(digest) == BODY
    assert evidence.path(digest).read_bytes() == BODY
    assert evidence.path(digest).parent.name == digest[2:4]


@given(st.lists(st.binary(max_size=700_000), max_size=5))
def test_however_it_comes_in_pieces_the_digest_is_the_same(tmp_path_factory, pieces):
    kept = FolderEvidence(tmp_path_factory.mktemp("e"))
    digest, size = asyncio.run(kept.keep(stream(*pieces), 10**7))
    whole = b"".join(pieces)
    assert (digest, size) == (sha256(whole).hexdigest(), len(whole))
    assert asyncio.run(kept.read(digest)) == whole


async def test_the_beginning_of_kept_bytes_is_read_alone(evidence):
    digest = await evidence.keep_bytes(b"x" * 10 + b"y" * 1_000_000)
    assert await evidence.head(digest, 12) == b"x" * 10 + b"yy"
    with pytest.raises(KeyError):
        await evidence.head(digest_of(b"never kept"), 12)


async def test_the_same_bytes_twice_are_one_file(evidence):
    await evidence.keep_bytes(BODY)
    await evidence.keep(stream(BODY), 1_000)
    assert len(files(evidence)) == 1


async def test_many_at_once_keep_the_same_bytes(evidence):
    digests = await asyncio.gather(*(evidence.keep_bytes(BODY) for _ in range(20)))
    assert set(digests) == {digest_of(BODY)}
    assert len(files(evidence)) == 1


async def test_as_many_bytes_as_allowed_and_not_one_more(evidence):
    digest, _ = await evidence.keep(stream(b"x" * 10), 10)
    assert await evidence.read(digest) == b"x" * 10
    with pytest.raises(PermanentFailure) as caught:
        await evidence.keep(stream(b"y" * 6, b"y" * 5), 10)
    assert caught.value.fault.code is FaultCode.TOO_LARGE
    assert len(files(evidence)) == 1


async def test_what_is_too_large_is_not_read_to_its_end(evidence):
    read = []

    async def endless():
        while True:
            read.append(1)
            yield b"x" * 1_000

    with pytest.raises(PermanentFailure):
        await evidence.keep(endless(), 5_500)
    assert len(read) == 6


async def test_a_source_that_breaks_off_leaves_nothing(evidence):
    async def broken():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await evidence.keep(broken(), 1_000)
    assert files(evidence) == []


async def test_a_cancelled_door_leaves_nothing(evidence):
    waiting = asyncio.Event()

    async def slow():
        yield b"half"
        waiting.set()
        await asyncio.Event().wait()

    keeping = asyncio.create_task(evidence.keep(slow(), 1_000))
    await waiting.wait()
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    assert files(evidence) == []


async def test_a_file_is_moved_in_and_gone_after(evidence, tmp_path):
    path = tmp_path / "body.xml"
    path.write_bytes(BODY)
    assert await evidence.keep_file(path) == (digest_of(BODY), len(BODY))
    assert not path.exists()
    assert await evidence.read(digest_of(BODY)) == BODY


@pytest.mark.skipif(not SHM.is_dir(), reason="no second file system here")
async def test_a_file_on_another_file_system_is_copied_and_gone_after(evidence):
    with tempfile.NamedTemporaryFile(dir=SHM, delete=False) as file:
        file.write(BODY)
    path = Path(file.name)
    await evidence.keep_bytes(b"so that its folder is there")
    assert path.stat().st_dev != evidence._base.stat().st_dev, "the point of this test"
    assert await evidence.keep_file(path) == (digest_of(BODY), len(BODY))
    assert not path.exists()
    assert await evidence.read(digest_of(BODY)) == BODY


async def test_what_was_never_kept_is_a_key_error(evidence):
    with pytest.raises(KeyError):
        await evidence.read(digest_of(b"nothing"))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 65])
async def test_only_a_digest_names_a_file(evidence, name):
    with pytest.raises(KeyError):
        evidence.path(Digest(name))
    with pytest.raises(KeyError):
        await evidence.read(Digest(name))


async def test_a_disk_that_will_not_is_a_temporary_failure(tmp_path):
    (tmp_path / "evidence").write_text("a file where the folder should be")
    evidence = FolderEvidence(tmp_path / "evidence")
    with pytest.raises(EvidenceUnavailable):
        await evidence.keep_bytes(BODY)
    with pytest.raises(EvidenceUnavailable):
        await evidence.keep(stream(BODY), 1_000)
    with pytest.raises(EvidenceUnavailable):
        await evidence.read(digest_of(BODY))


async def test_a_full_disk_is_a_temporary_failure(evidence):
    """/dev/full answers every write with ENOSPC."""
    draft = evidence._begin()
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, draft.file.fileno())
    os.close(full)
    with pytest.raises(EvidenceUnavailable, match=os.strerror(errno.ENOSPC)):
        await evidence._fill(draft, stream(BODY), 1_000)
    draft.discard()


async def test_nobody_else_on_the_host_reads_the_bytes(evidence):
    path = evidence.path(await evidence.keep_bytes(BODY))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_orphans_are_the_old_that_nobody_names(evidence):
    known = await evidence.keep_bytes(b"known")
    unknown = await evidence.keep_bytes(b"unknown")
    assert await evidence.orphans({known}, FUTURE) == [unknown]
    assert await evidence.orphans({known}, FUTURE - timedelta(days=2)) == []


async def test_bytes_kept_again_are_not_erased_as_old(evidence):
    digest = await evidence.keep_bytes(BODY)
    os.utime(evidence.path(digest), (0, 0))
    limit = datetime(2000, 1, 1, tzinfo=UTC)
    assert await evidence.orphans(set(), limit) == [digest]
    await evidence.keep_bytes(BODY)
    assert not await evidence.erase(digest, limit)
    assert await evidence.erase(digest, FUTURE)
    assert not await evidence.erase(digest, FUTURE)


async def test_drafts_that_a_crash_left_are_tidied(evidence):
    assert await evidence.tidy(FUTURE) == 0
    draft = evidence._begin()
    assert await evidence.orphans(set(), FUTURE) == []
    assert await evidence.tidy(FUTURE) == 1
    assert not draft.path.exists()
    draft.discard()
