"""Kept bytes in a folder on a local disk: ab/cd/<sha256>, each written once."""

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterable, Callable, Container, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import file_digest, sha256
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

from hub.durable import sync
from hub.errors import EvidenceUnavailable, PermanentFailure
from hub.model.faults import Fault, FaultCode
from hub.model.ids import Digest

P = ParamSpec("P")
T = TypeVar("T")

#: Chunks are gathered to so many bytes before a thread writes them.
_BLOCK = 1_048_576
_NAME = re.compile("[0-9a-f]{64}")


@contextmanager
def _border() -> Iterator[None]:
    """Full disks, missing folders, lost mounts: all of them may pass."""
    try:
        yield
    except OSError as error:
        raise EvidenceUnavailable(f"evidence: {error.strerror or error}") from error


async def _in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    with _border():
        return await asyncio.to_thread(work, *args, **kwargs)


def _beginning(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


class _Draft:
    """A file being written and hashed; nobody sees it before its name is known."""

    def __init__(self, folder: Path) -> None:
        number, name = tempfile.mkstemp(dir=folder)
        self.path = Path(name)
        self.file: BinaryIO = os.fdopen(number, "wb", buffering=0)
        self.hash = sha256()
        self.size = 0

    def add(self, block: bytes) -> None:
        self.hash.update(block)
        self.file.write(block)
        self.size += len(block)

    def finish(self) -> Digest:
        os.fsync(self.file.fileno())
        self.file.close()
        return Digest(self.hash.hexdigest())

    def discard(self) -> None:
        self.file.close()
        self.path.unlink(missing_ok=True)


class FolderEvidence:
    """See `hub.ports.Evidence`; raises EvidenceUnavailable when the disk will not."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._drafts = base / "drafts"

    async def keep(
        self, chunks: AsyncIterable[bytes], limit: int
    ) -> tuple[Digest, int]:
        draft = await _in_thread(self._begin)
        try:
            await self._fill(draft, chunks, limit)
            digest = await _in_thread(self._place, draft)
        finally:
            draft.discard()
        return digest, draft.size

    async def keep_bytes(self, data: bytes) -> Digest:
        return await _in_thread(self._keep_bytes, data)

    async def keep_file(self, path: Path) -> tuple[Digest, int]:
        return await _in_thread(self._keep_file, path)

    async def read(self, digest: Digest) -> bytes:
        return await self.head(digest, -1)

    async def head(self, digest: Digest, most: int) -> bytes:
        path = self.path(digest)
        try:
            return await asyncio.to_thread(_beginning, path, most)
        except FileNotFoundError as error:
            raise KeyError(digest) from error
        except OSError as error:
            raise EvidenceUnavailable(f"evidence: {error.strerror}") from error

    def path(self, digest: Digest) -> Path:
        """See the port; raises KeyError for what is no digest (it may be a URL's)."""
        if not _NAME.fullmatch(digest):
            raise KeyError(digest)
        return self._base / digest[:2] / digest[2:4] / digest

    async def orphans(
        self, known: Container[Digest], older_than: datetime
    ) -> list[Digest]:
        """Kept before that moment and named by nobody; a day is a safe distance.

        Bytes are kept before the entry that names them is written, and keeping them
        again makes them young again.
        """
        return await _in_thread(self._orphans, known, older_than.timestamp())

    async def erase(self, digest: Digest, older_than: datetime) -> bool:
        """Erase bytes unless they were kept again since that moment."""
        return await _in_thread(self._erase, digest, older_than.timestamp())

    async def tidy(self, older_than: datetime) -> int:
        """Remove drafts that a crash left; returns how many."""
        return await _in_thread(self._tidy, older_than.timestamp())

    async def _fill(
        self, draft: _Draft, chunks: AsyncIterable[bytes], limit: int
    ) -> None:
        waiting = bytearray()
        async for chunk in chunks:
            waiting += chunk
            if draft.size + len(waiting) > limit:
                raise PermanentFailure(
                    Fault(FaultCode.TOO_LARGE, detail=f"{limit} bytes")
                )
            if len(waiting) >= _BLOCK:
                await _in_thread(draft.add, bytes(waiting))
                waiting.clear()
        if waiting:
            await _in_thread(draft.add, bytes(waiting))

    def _begin(self) -> _Draft:
        self._folder(self._drafts)
        return _Draft(self._drafts)

    def _folder(self, path: Path) -> None:
        """Make a folder whose own name is safe on disk, and only once."""
        if path.is_dir():
            return
        if path != self._base:
            self._folder(path.parent)
        path.mkdir(mode=0o700, parents=path == self._base, exist_ok=True)
        sync(path.parent)

    def _place(self, draft: _Draft) -> Digest:
        digest = draft.finish()
        self._rename(draft.path, digest)
        return digest

    def _rename(self, path: Path, digest: Digest) -> None:
        # Also when it is there already: its folder may not have reached the disk
        # yet, and a young file is safe from collection.
        target = self.path(digest)
        self._folder(target.parent)
        path.replace(target)
        sync(target.parent)

    def _keep_bytes(self, data: bytes) -> Digest:
        draft = self._begin()
        try:
            draft.add(data)
            return self._place(draft)
        finally:
            draft.discard()

    def _keep_file(self, path: Path) -> tuple[Digest, int]:
        draft = self._begin()
        try:
            with path.open("rb") as file:
                digest, size = self._move(path, file, draft)
            path.unlink(missing_ok=True)
        finally:
            draft.discard()
        return digest, size

    def _move(
        self, path: Path, file: BufferedReader, draft: _Draft
    ) -> tuple[Digest, int]:
        status = os.fstat(file.fileno())
        if status.st_dev != self._drafts.stat().st_dev:
            for block in iter(lambda: file.read(_BLOCK), b""):
                draft.add(block)
            return self._place(draft), draft.size
        digest = Digest(file_digest(file, "sha256").hexdigest())
        os.fsync(file.fileno())
        path.touch()
        self._rename(path, digest)
        return digest, status.st_size

    def _orphans(self, known: Container[Digest], before: float) -> list[Digest]:
        return [
            Digest(path.name)
            for path in sorted(self._base.glob("??/??/*"))
            if path.name not in known and path.stat().st_mtime < before
        ]

    def _erase(self, digest: Digest, before: float) -> bool:
        path = self.path(digest)
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                return True
        return False

    def _tidy(self, before: float) -> int:
        if not self._drafts.is_dir():
            return 0
        old = [p for p in self._drafts.iterdir() if p.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)
