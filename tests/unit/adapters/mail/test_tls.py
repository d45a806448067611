"""TLS to mail servers: by STARTTLS and from the first byte on, never without."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.mail.adapter import MailAdapter, build
from adapters.mail.settings import MailSettings
from hub.errors import SourceUnavailable
from hub.kit import Kit
from hub.model.decisions import Disposition
from hub.model.ids import AgencyCode, ArrivalId
from hub.model.receipts import Receipt
from hub.rehearsal import mails
from hub.rehearsal.mail_sink import MailSink
from tests.fakes.imap import ImapServer
from tests.fakes.kits import ListeningIntake, kit_of
from tests.fakes.outsides import NOON
from tests.unit.access.test_tls import Authority

MAIL = mails.compose(mails.clear_letter())
WORD = "mật khẩu dài của hộp thư"
each_way = pytest.mark.parametrize("way", ["implicit", "starttls"])


@dataclass
class World:
    """An authority, and a server's side of TLS under it."""

    authority: Authority
    context: ssl.SSLContext


@pytest.fixture
def world(tmp_path: Path) -> World:
    authority = Authority(tmp_path, "ca")
    chain, key, _ = authority.issue("mail")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key)
    return World(authority, context)


class TlsImap(ImapServer):
    """Speaks under TLS, and says nothing of interest before."""

    context: ssl.SSLContext
    way: str

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        at_once = self.context if self.way == "implicit" else None
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=at_once)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()

    async def _answer(self, tag, words, reader, writer) -> bytes:
        if words != b"STARTTLS":
            return await super()._answer(tag, words, reader, writer)
        writer.write(tag + b" OK go\r\n")
        await writer.start_tls(self.context)
        return b""


def imap_of(world: World, way: str) -> TlsImap:
    server = TlsImap()
    server.context, server.way = world.context, way
    server.put(MAIL)
    return server


def reading(port: int, way: str, ca: str, kit: Kit, host: str) -> MailAdapter:
    account = {
        "name": "hop",
        "mailbox": mails.MAILBOX,
        "host": host,
        "port": port,
        "tls": way,
        "ca_file": "ca",
        "username": "hop",
        "password_file": "p",
    }
    known = {
        "name": "thu",
        "doors": ["mail-imap"],
        "accounts": [account],
        "senders": mails.ground()["senders"],
    }
    secrets = {"imap/hop": WORD, "imap-ca/hop": ca}
    return build(MailSettings.model_validate(known), secrets, kit)


async def look(world: World, way: str, ca: str, host: str = "127.0.0.1"):
    server, intake = imap_of(world, way), ListeningIntake()
    async with server.listening() as port:
        (reader,) = reading(port, way, ca, kit_of(intake=intake), host).readers()
        done = await reader.session(once=True)
    return done, intake.offers, server.said


@each_way
async def test_a_mailbox_is_read_under_tls(world, way):
    done, offers, _ = await look(world, way, world.authority.file.read_text())
    assert done
    assert len(offers) == 1


@each_way
async def test_no_password_is_said_to_who_is_not_proven(world, way, tmp_path):
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "ca").file.read_text()
    ours = world.authority.file.read_text()
    for ca, host in ((other, "127.0.0.1"), (ours, "localhost")):
        done, offers, said = await look(world, way, ca, host)
        assert not done
        assert offers == []
        assert not [w for w in said if w.startswith((b"AUTH", b"LOGIN", b"CAP"))]


@asynccontextmanager
async def sink_of(world: World, way: str) -> AsyncIterator[MailSink]:
    sink = MailSink(
        tls=world.context, implicit=way == "implicit", users={"truc": "mat-khau"}
    )
    await sink.start()
    try:
        yield sink
    finally:
        await sink.stop()


async def answer(
    sink: MailSink, way: str, ca: str, word: str = "mat-khau", host: str = "127.0.0.1"
) -> None:
    sending = {
        "host": host,
        "port": sink.port,
        "tls": way,
        "address": "truc@lienthong.namdinh.gov.vn",
        "username": "truc",
        "password_file": "p",
    }
    known = {
        "name": "thu",
        "doors": ["mail-smtp"],
        "listen": {"port": 0, "peers": ["127.0.0.1/32"]},
        "senders": mails.ground()["senders"],
        "sending": sending,
    }
    kit = kit_of()
    secrets = {"sending": word, "sending-ca": ca}
    receipt = Receipt(
        id="receipt-1",
        hub=AgencyCode("000.90.37.H40"),
        arrival=ArrivalId("a" * 32),
        door_id="x",
        sha256=await kit.evidence.keep_bytes(MAIL),
        outcome=Disposition.DELIVER,
        at=NOON,
        rule="deliver",
        document_id="d-1",
    )
    await build(MailSettings.model_validate(known), secrets, kit).answer(receipt)


@each_way
async def test_a_receipt_leaves_under_tls_with_a_password(world, way):
    async with sink_of(world, way) as sink:
        await answer(sink, way, world.authority.file.read_text())
        assert [caught.receivers for caught in sink.mails] == [(mails.ADDRESS,)]


@each_way
async def test_a_wrong_password_or_a_stranger_s_certificate_is_tried_again(
    world, way, tmp_path
):
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "ca").file.read_text()
    ours = world.authority.file.read_text()
    async with sink_of(world, way) as sink:
        with pytest.raises(SourceUnavailable):
            await answer(sink, way, ours, "wrong")
        with pytest.raises(SourceUnavailable):
            await answer(sink, way, other)
        with pytest.raises(SourceUnavailable):
            await answer(sink, way, ours, host="localhost")
        assert sink.mails == []


async def test_a_server_without_starttls_hears_nothing_of_a_receipt():
    sink = MailSink()
    await sink.start()
    with pytest.raises(SourceUnavailable):
        await answer(sink, "starttls", "")
    assert sink.mails == []
    await sink.stop()
