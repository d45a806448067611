"""A real Dovecot, a mailbox of its own for each test, and the hub's half before it."""

import asyncio
import os
import shutil
import smtplib
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.mail.adapter import MailAdapter, build
from adapters.mail.imap_wire import ImapWire, Reach, Refused, connected
from adapters.mail.settings import MailSettings
from hub.evidence.folder import FolderEvidence
from hub.kit import Kit
from hub.model.ids import digest_of
from hub.rehearsal import mails
from hub.rehearsal.dovecot import Dovecot, installed
from tests.fakes.kits import ListeningIntake, MemoryMarks, kit_of

_NUMBERS = count()
_PASSWORD = "mật khẩu của hộp thư"
#: Every mailbox of the session: users are read when it starts.
_USERS = [f"hop{number}@giaothuy.namdinh.gov.vn" for number in range(60)]


@dataclass
class Office:
    """One mailbox, and the adapter that reads it."""

    dovecot: Dovecot
    address: str
    evidence: FolderEvidence
    marks: MemoryMarks = field(default_factory=MemoryMarks)
    intake: ListeningIntake = field(default_factory=ListeningIntake)

    @property
    def maildir(self) -> Path:
        return self.dovecot.maildir(self.address)

    def settings(self, **changes: object) -> MailSettings:
        account = {
            "name": "van-thu",
            "mailbox": self.address,
            "host": "127.0.0.1",
            "port": self.dovecot.imap_port,
            "tls": "none",
            "username": self.address,
            "password_file": "x",
        }
        entry = {
            "name": "thu",
            "doors": ["mail-imap"],
            "accounts": [account],
            "senders": mails.ground()["senders"],
            "poll_seconds": 1,
        }
        return MailSettings.model_validate({**entry, **changes})

    def kit(self, **changes: object) -> Kit:
        parts = {"evidence": self.evidence, "marks": self.marks, "intake": self.intake}
        return kit_of(**{**parts, **changes})

    def adapter(self, kit: Kit | None = None, **changes: object) -> MailAdapter:
        secrets = {"imap/van-thu": _PASSWORD, "imap/hai": _PASSWORD}
        return build(self.settings(**changes), secrets, kit or self.kit())

    async def read(self, kit: Kit | None = None) -> bool:
        """One whole look at the mailbox, as a new process would."""
        (reader,) = self.adapter(kit).readers()
        return await reader.session(once=True)

    async def push(self, *data: bytes) -> None:
        """As a mail server hands it over."""
        await asyncio.to_thread(self._push, data)

    def _push(self, all_of_them: Iterable[bytes]) -> None:
        with smtplib.LMTP("127.0.0.1", self.dovecot.lmtp_port) as server:
            for data in all_of_them:
                server.sendmail(mails.ADDRESS, [self.address], data)

    def fill(self, all_of_them: Iterable[bytes]) -> None:
        """Lay mails into the mailbox at once, as a restored backup would."""
        folder = self.maildir / "new"
        for one in (self.maildir, folder, self.maildir / "cur", self.maildir / "tmp"):
            one.mkdir(exist_ok=True)
            shutil.chown(one, _owner(), _owner())
        for number, data in enumerate(all_of_them, 1):
            path = folder / f"{number:010d}.M1P1.rehearsal"
            path.write_bytes(data)
            shutil.chown(path, _owner(), _owner())

    async def folder(self, name: str) -> list[bytes]:
        """What lies in a folder, as another mail program sees it."""
        return [data async for data in self._bodies(name)]

    async def digests(self, name: str) -> Counter[str]:
        """The same by digest, one mail in memory at a time."""
        return Counter([digest_of(data) async for data in self._bodies(name)])

    async def _bodies(self, name: str) -> AsyncIterator[bytes]:
        reach = Reach("127.0.0.1", self.dovecot.imap_port)
        async with connected(reach) as wire:
            await wire.login(self.address, _PASSWORD)
            try:
                await wire.select(name)
            except Refused:  # not made yet
                return
            for row in await wire.listing(1, 10_000):
                yield await _body(wire, row.uid)


async def _body(wire: ImapWire, uid: int) -> bytes:
    return b"".join([piece async for piece in wire.body(uid)])


def _owner() -> int | str:
    return "dovecot" if os.getuid() == 0 else os.getuid()


def letter(number: int) -> bytes:
    """A mail like no other."""
    named = replace(mails.clear_letter(), message_id=f"<{number}@mail.example>")
    return mails.compose(named)


async def _running(capability: str = "") -> AsyncIterator[Dovecot]:
    if not installed():
        if os.environ.get("CI"):
            pytest.fail("dovecot is not installed, and CI must have it")
        pytest.skip("dovecot is not installed: .ci/setup dev")
    base = Path(tempfile.mkdtemp(prefix="lt-"))
    server = Dovecot(base, dict.fromkeys(_USERS, _PASSWORD), capability)
    await server.start()
    yield server
    await server.stop()
    shutil.rmtree(base)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dovecot() -> AsyncIterator[Dovecot]:
    """One server for the session."""
    async for server in _running():
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def old_dovecot() -> AsyncIterator[Dovecot]:
    """One that knows neither MOVE nor IDLE."""
    async for server in _running("IMAP4rev1 SASL-IR LITERAL+ UIDPLUS AUTH=PLAIN"):
        yield server


@pytest.fixture
def office(dovecot: Dovecot, tmp_path: Path) -> Office:
    return Office(dovecot, _USERS[next(_NUMBERS)], FolderEvidence(tmp_path / "e"))


@pytest.fixture
def old_office(old_dovecot: Dovecot, tmp_path: Path) -> Office:
    return Office(old_dovecot, _USERS[next(_NUMBERS)], FolderEvidence(tmp_path / "e"))


@pytest.fixture(params=["office", "old_office"])
def each_office(request: pytest.FixtureRequest) -> Office:
    """On a server of today, and on one that knows neither MOVE nor IDLE."""
    found: Office = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def own_dovecot() -> AsyncIterator[Dovecot]:
    """One that the test may stop."""
    async for server in _running():
        yield server
