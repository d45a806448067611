"""A real Postfix before the doors and behind the receipts (root only)."""

import asyncio
import os
import shutil
import smtplib
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.mail.adapter import MailAdapter, build
from adapters.mail.settings import MailSettings
from hub.errors import JournalUnavailable
from hub.model.decisions import Disposition
from hub.model.ids import AgencyCode, ArrivalId
from hub.model.receipts import Receipt
from hub.rehearsal import mails
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.postfix import Postfix, allowed, installed
from tests.fakes.kits import ListeningIntake, MemoryBounces, kit_of
from tests.fakes.outsides import NOON
from tests.integration.mail.conftest import Office, letter

pytestmark = [pytest.mark.mail, pytest.mark.full]

ID = "6f1b7a52-6f0e-5c37-9a44-5f2f6e3c7d10"
THEIRS = mails.ADDRESS.rpartition("@")[2]
OURS = mails.MAILBOX
OTHER = f"hai@{OURS.rpartition('@')[2]}"


@asynccontextmanager
async def running(
    ways: Mapping[str, str], mailboxes: tuple[str, ...] = ()
) -> AsyncIterator[Postfix]:
    if not allowed():
        pytest.skip("Postfix wants root")
    if not installed():
        if os.environ.get("CI"):
            pytest.fail("postfix is not installed, and CI must have it")
        pytest.skip("postfix is not installed: .ci/setup full")
    base = Path(tempfile.mkdtemp(prefix="lt-"))
    server = Postfix(base, ways, mailboxes)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()
        shutil.rmtree(base)


async def until(true: Callable[[], object], server: Postfix) -> None:
    try:
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(server.last_lines("it did not come"))


async def post(server: Postfix, data: bytes, *to: str) -> None:
    def talk() -> None:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
            client.sendmail(mails.ADDRESS, to, data)

    await asyncio.to_thread(talk)


def pushed(protocol: str, intake: ListeningIntake) -> MailAdapter:
    settings = MailSettings.model_validate(
        {
            "name": "thu",
            "doors": ["mail-smtp"],
            "listen": {"port": 0, "peers": ["127.0.0.1/32"], "protocol": protocol},
            "senders": mails.ground()["senders"],
            "receivers": {OURS: "000.00.37.H40", OTHER: "000.01.37.H40"},
        }
    )
    return build(settings, {}, kit_of(intake=intake))


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
async def test_what_the_door_cannot_take_waits_at_the_server_and_comes_once(protocol):
    intake = ListeningIntake()
    intake.troubles = [JournalUnavailable("away") for _ in range(3)]
    adapter = pushed(protocol, intake)
    async with await adapter.door().start() as door:
        port = door.sockets[0].getsockname()[1]
        way = {
            "smtp": f"smtp:[127.0.0.1]:{port}",
            "lmtp": f"lmtp:inet:127.0.0.1:{port}",
        }
        async with running({OURS.rpartition("@")[2]: way[protocol]}) as server:
            await post(server, letter(1), OURS, OTHER)
            await until(lambda: intake.offers, server)
            await until(lambda: not server.waiting(), server)
    (offer,) = intake.offers
    assert f'rcpt="{OTHER}, {OURS}"' in offer.content_type
    kept = await adapter.kit.evidence.read(offer.digest)
    assert kept.startswith(b"Received: ")
    assert kept.endswith(letter(1))


async def test_who_the_door_does_not_know_comes_back_to_the_sender():
    intake = ListeningIntake()
    sink = MailSink()
    await sink.start()
    async with await pushed("smtp", intake).door().start() as door:
        port = door.sockets[0].getsockname()[1]
        ways = {
            OURS.rpartition("@")[2]: f"smtp:[127.0.0.1]:{port}",
            THEIRS: f"smtp:[127.0.0.1]:{sink.port}",
        }
        async with running(ways) as server:
            await post(server, letter(1), OURS, f"khong-co@{OURS.rpartition('@')[2]}")
            await until(lambda: intake.offers and sink.mails, server)
    assert f'rcpt="{OURS}"' in intake.offers[0].content_type
    assert sink.mails[0].receivers == (mails.ADDRESS,)
    assert b"5.1.1 no such mailbox here" in sink.mails[0].data
    await sink.stop()


def told_by(office: Office, server: Postfix, bounces: MemoryBounces) -> MailAdapter:
    """The hub's half of an office: its mailbox is where bounces come back to."""
    sending = {
        "host": "127.0.0.1",
        "port": server.port,
        "tls": "none",
        "address": office.address,
    }
    return office.adapter(office.kit(bounces=bounces), sending=sending)


async def receipt_of(office: Office, data: bytes) -> Receipt:
    return Receipt(
        id=ID,
        hub=AgencyCode("000.90.37.H40"),
        arrival=ArrivalId("a" * 32),
        door_id="van-thu/INBOX/1/1",
        sha256=await office.evidence.keep_bytes(data),
        outcome=Disposition.DELIVER,
        at=NOON,
        rule="delivered",
        document_id="d-1",
        notation="218/BC-SNN",
    )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"rcpt_reply": "550 5.1.1 nobody of that name"}, "5.1.1"),
        ({"reply": "554 5.7.1 we do not take this"}, "5.7.1"),
        ({"rcpt_reply": "550 no such user"}, "5.0.0"),
    ],
)
async def test_a_receipt_that_comes_back_ends_on_its_document(office, said, status):
    sink = MailSink(**said)
    await sink.start()
    bounces = MemoryBounces({ID})
    ours = office.address.rpartition("@")[2]
    ways = {
        ours: f"lmtp:inet:127.0.0.1:{office.dovecot.lmtp_port}",
        THEIRS: f"smtp:[127.0.0.1]:{sink.port}",
    }
    async with running(ways, (office.address,)) as server:
        adapter = told_by(office, server, bounces)
        await adapter.answer(await receipt_of(office, letter(1)))
        new = office.maildir / "new"
        await until(lambda: new.is_dir() and list(new.iterdir()), server)
        (reader,) = adapter.readers()
        assert await reader.session(once=True)
    assert bounces.listed == [(ID, status)]
    assert await office.folder("INBOX") == []
    await sink.stop()


async def test_a_receipt_reaches_its_sender_by_way_of_a_server(office):
    sink = MailSink()
    await sink.start()
    async with running({THEIRS: f"smtp:[127.0.0.1]:{sink.port}"}) as server:
        adapter = told_by(office, server, MemoryBounces())
        await adapter.answer(await receipt_of(office, letter(1)))
        await until(lambda: sink.mails, server)
    (caught,) = sink.mails
    local, _, domain = office.address.partition("@")
    assert caught.sender == f"{local}+{ID}@{domain}"
    assert f"ENVID={ID}".upper() in [option.upper() for option in caught.options]
    assert caught.receivers == (mails.ADDRESS,)
    await sink.stop()
