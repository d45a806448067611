"""`kill -9` of a front between every two steps of each door: no loss, no twin."""

import asyncio
import imaplib
import json
import shutil
import smtplib
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy import select

from hub.journal.store import open_journal
from hub.journal.tables import arrivals
from hub.rehearsal import mails
from hub.rehearsal.bringers import ByMail, soap_message
from hub.rehearsal.dovecot import Dovecot
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account
from hub.rehearsal.stage import free_port
from tests.contract.sides import THEIRS
from tests.unit.edxml.look_alikes import layered

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[2]
#: More steps than any door takes for one item.
MOST = 80

#: Brings the item once; True when the source was told that it is taken.
Bring = Callable[[], Awaitable[bool]]


@dataclass
class Front:
    """A front that is started again after each death."""

    folder: Path
    entry: dict[str, Any]
    secrets: dict[str, str]
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, steps: int) -> None:
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        told: dict[str, Any] = {"entry": self.entry, "secrets": self.secrets}
        told |= {"port": self.port, "folder": str(self.folder)}
        path = self.folder / "front.json"
        path.write_text(json.dumps(told))
        self.process = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL", "--", sys.executable),
            *("-m", "tests.chaos.dying_front", str(path), str(steps)),
            cwd=ROOT,
        )
        async with asyncio.timeout(60):
            while not ready.exists() and self.process.returncode is None:
                await asyncio.sleep(0.02)

    async def died(self, seconds: float = 0.0) -> bool:
        """Whether it is dead, now or within so many seconds."""
        assert self.process
        with suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), seconds or 0.01)
        return self.process.returncode is not None

    async def stop(self) -> None:
        assert self.process
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def taken(self) -> list[str]:
        """The arrivals it has recorded."""
        url = f"sqlite:///{self.folder}/journal.db"
        async with open_journal(url, migrate=True) as store:
            query = select(arrivals.c.digest)
            rows = await store.database.read(lambda c: c.execute(query).scalars().all())
        return list(rows)


async def kill_between_every_two_steps(front: Front, bring: Bring) -> int:
    """Die at step 1, 2, 3 ... until the item goes through; how many deaths it took."""
    for steps in range(1, MOST):
        await front.start(steps)
        with suppress(ClientError, OSError, TimeoutError, smtplib.SMTPException):
            if await bring() and not await front.died(0.3):
                await front.stop()
                return steps - 1
        await front.stop()
    raise AssertionError("it never came through")


def axis_entry() -> dict[str, Any]:
    return {
        "name": "truc-tinh",
        "doors": ["axis-rest", "axis-soap"],
        "token_file": "t",
        "carrier": True,
        "receipts_url": "http://127.0.0.1:9/receipts",
        "receipts_token_file": "r",
    }


async def posted(url: str, data: bytes, kind: str) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {THEIRS}", "Content-Type": kind}
    timeout = ClientTimeout(total=10)
    async with (
        ClientSession(timeout=timeout) as session,
        session.post(url, data=data, headers=headers) as reply,
    ):
        return reply.status, await reply.text()


async def test_at_the_rest_door(tmp_path):
    front = Front(tmp_path, axis_entry(), {"token": THEIRS, "receipts": "r"})

    async def bring() -> bool:
        url = f"{front.url}/axis/v1/documents"
        return (await posted(url, layered(), "application/xml"))[0] == 202

    assert await kill_between_every_two_steps(front, bring) >= 4
    assert len(await front.taken()) == 1


async def test_at_the_soap_door(tmp_path):
    front = Front(tmp_path, axis_entry(), {"token": THEIRS, "receipts": "r"})

    async def bring() -> bool:
        url = f"{front.url}/axis/v1/soap"
        status, told = await posted(url, soap_message(layered()), "text/xml")
        return status == 200 and "true" in told

    assert await kill_between_every_two_steps(front, bring) >= 4
    assert len(await front.taken()) == 1


async def test_at_the_portals_push_door(tmp_path):
    entry = {
        "name": "cong-dvc",
        "doors": ["portal-push"],
        "code": "000.00.90.H40",
        "token_file": "t",
    }
    front = Front(tmp_path, entry, {"token": THEIRS})
    lot = json.dumps([{"MaHoSo": f"H-{n}"} for n in range(3)]).encode()

    async def bring() -> bool:
        url = f"{front.url}/portal/v1/dossiers"
        status, told = await posted(url, lot, "application/json")
        return status == 200 and "thành công" in told

    assert await kill_between_every_two_steps(front, bring) >= 8
    assert len(await front.taken()) == 3


async def test_at_the_smtp_door(tmp_path):
    smtp = free_port()
    entry = {
        "name": "thu-dien-tu",
        "doors": ["mail-smtp"],
        "listen": {"port": smtp, "peers": ["127.0.0.0/8"]},
        "senders": {mails.ADDRESS: "000.00.12.H40"},
        "receivers": {mails.MAILBOX: "000.00.37.H40"},
    }
    front = Front(tmp_path, entry, {})
    letter = mails.compose(mails.clear_letter())

    def send() -> bool:
        with smtplib.SMTP("127.0.0.1", smtp, timeout=10) as server:
            server.sendmail(mails.ADDRESS, [mails.MAILBOX], letter)
        return True

    async def bring() -> bool:
        for _ in range(50):  # it may listen a moment later than HTTP
            with suppress(ConnectionRefusedError):
                return await asyncio.to_thread(send)
            if await front.died():
                return False
            await asyncio.sleep(0.05)
        return False

    assert await kill_between_every_two_steps(front, bring) >= 4
    assert len(await front.taken()) == 1


@pytest.fixture
async def dovecot():
    """A real mail server, in a folder that its users may enter."""
    home = Path(tempfile.mkdtemp(prefix="lt-"))
    server = Dovecot(home, {"vanthu": "a-password"})
    await server.start()
    yield server
    await server.stop()
    shutil.rmtree(home)


def lying_in(server: Dovecot, folder: str) -> int:
    """How many mails a folder of the mailbox holds."""
    with imaplib.IMAP4("127.0.0.1", server.imap_port, timeout=10) as client:
        client.login("vanthu", "a-password")
        status, found = client.select(folder, readonly=True)
        return int(found[0] or 0) if status == "OK" else 0


async def test_at_a_mailbox(tmp_path, dovecot):
    account = {
        "name": "van-thu",
        "mailbox": mails.MAILBOX,
        "host": "127.0.0.1",
        "port": dovecot.imap_port,
        "tls": "none",
        "username": "vanthu",
        "password_file": "p",
    }
    entry = {
        "name": "thu-dien-tu",
        "doors": ["mail-imap"],
        "accounts": [account],
        "senders": {mails.ADDRESS: "000.00.12.H40"},
        "receivers": {mails.MAILBOX: "000.00.37.H40"},
        "poll_seconds": 1,
    }
    front = Front(tmp_path, entry, {"imap/van-thu": "a-password"})
    post = ByMail(dovecot.lmtp_port, "vanthu", MailSink())
    for number in range(2):
        letter = replace(mails.clear_letter(), message_id=f"<{number}@demo>")
        await asyncio.to_thread(post.hand_over, mails.compose(letter))

    async def bring() -> bool:
        """The mailbox is empty: each mail was moved, once it was durable."""
        async with asyncio.timeout(20):
            while await asyncio.to_thread(lying_in, dovecot, "INBOX"):
                if await front.died():
                    return False
                await asyncio.sleep(0.1)
        return True

    assert await kill_between_every_two_steps(front, bring) >= 8
    assert len(await front.taken()) == 2
    assert lying_in(dovecot, "lienthong-processed") == 2


async def test_at_a_portal_that_is_asked(tmp_path):
    portal = PortalSimulator(
        Account("truc", "a-password"), day=datetime.now(UTC).date()
    )
    async with portal:
        portal.make(2)
        entry = {
            "name": "cong-dvc",
            "doors": ["portal-poll"],
            "code": "000.00.90.H40",
            "calls": {
                "auth_url": f"{portal.url}/api/auth",
                "login": {"username": "truc", "password_file": "p"},
                "list_url": f"{portal.url}/api/TraCuuHoSo",
            },
            "polling": {"seconds": 1},
        }
        front = Front(tmp_path, entry, {"calls": "a-password"})

        async def bring() -> bool:
            """Both are recorded, and it lived through another round."""
            async with asyncio.timeout(20):
                while len(await front.taken()) < 2:
                    if await front.died():
                        return False
                    await asyncio.sleep(0.1)
            return not await front.died(2.5)

        assert await kill_between_every_two_steps(front, bring) >= 8
    assert len(await front.taken()) == 2
