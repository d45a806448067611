"""The SMTP and LMTP door, spoken to as mail servers and attackers do."""

import asyncio
import gc
import smtplib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest

from adapters.mail.adapter import build
from adapters.mail.settings import MailSettings
from adapters.mail.smtpd import Door
from hub.access.gate import Gate
from hub.access.rates import Rates
from hub.errors import EvidenceUnavailable, JournalUnavailable
from hub.kit import Kit
from hub.model.ids import digest_of
from hub.rehearsal import mails
from tests.fakes.kits import ListeningIntake, kit_of
from tests.fakes.outsides import MemoryEvidence, SteppingClock
from tests.unit.access.test_tls import Authority

OURS = mails.MAILBOX
MAIL = mails.compose(mails.clear_letter())
TOKEN = "a-password-of-24-letters-and-more"


@dataclass
class Front:
    """A door that listens, and what it took."""

    door: Door
    port: int
    kit: Kit
    intake: ListeningIntake

    async def say(self, work: Callable[[smtplib.SMTP], object], kind=smtplib.SMTP):
        """Speak to it as a client; returns what `work` gives."""

        def talk():
            with kind("127.0.0.1", self.port, timeout=20) as client:
                return work(client)

        return await asyncio.to_thread(talk)

    async def send(self, data: bytes = MAIL, *to: str, kind=smtplib.SMTP):
        return await self.say(
            lambda c: c.sendmail(mails.ADDRESS, to or [OURS], data), kind
        )

    async def greeting(self) -> bytes:
        """All that is said to whoever only connects, until it is hung up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        async with asyncio.timeout(20):
            told = await reader.read()
        writer.close()
        return told


def settings(**listen: object) -> MailSettings:
    return MailSettings.model_validate(
        {
            "name": "thu",
            "doors": ["mail-smtp"],
            "listen": {"port": 0, "peers": ["127.0.0.0/8"], **listen},
            "senders": mails.ground()["senders"],
            "receivers": {OURS: "000.00.37.H40", "hai@giaothuy.namdinh.gov.vn": "x"},
            "sending": {"host": "localhost", "address": "truc@lt.namdinh.gov.vn"},
        }
    )


@asynccontextmanager
async def opened(
    *,
    secrets: dict[str, str] | None = None,
    kit: dict[str, object] | None = None,
    **listen,
) -> AsyncIterator[Front]:
    known = settings(**listen)
    gate = Gate(
        [(c, known.sources()) for c in known.credentials(secrets or {})],
        {},
        Rates(1e6, 1e6, lambda: 0.0),
        SteppingClock(),
    )
    intake = ListeningIntake()
    parts = kit_of(**{"intake": intake, "access": gate, **(kit or {})})
    door = build(known, secrets or {}, parts).door()
    server = await door.start()
    try:
        port = server.sockets[0].getsockname()[1]
        yield Front(door, port, parts, intake)
    finally:
        server.close()


async def test_a_mail_is_durable_before_it_is_said_to_be_taken():
    async with opened() as front:
        assert await front.send() == {}
    (offer,) = front.intake.offers
    assert await front.kit.evidence.read(offer.digest) == MAIL
    assert offer.content_type == f'message/rfc822; peer="127.0.0.1"; rcpt="{OURS}"'
    assert mails.ADDRESS not in repr(offer)
    assert (offer.source.name, offer.source.door) == ("thu", "mail-smtp")


async def test_dots_at_the_beginning_of_lines_come_as_they_were():
    data = b"Subject: x\r\n\r\n.\r\n..\r\n.a\r\n"
    async with opened() as front:
        await front.send(data)
    assert front.intake.offers[0].digest == digest_of(data)


async def test_the_same_mail_again_is_the_same_arrival_and_other_receivers_another():
    async with opened() as front:
        await front.send()
        await front.send()
        assert len(front.intake.offers) == 1
        await front.send(MAIL, "hai@giaothuy.namdinh.gov.vn")
        assert len(front.intake.offers) == 2


async def test_what_cannot_be_kept_or_journaled_now_stays_with_its_sender():
    async with opened() as front:
        front.intake.troubles = [JournalUnavailable("x"), EvidenceUnavailable("x")]
        for _ in range(2):
            with pytest.raises(smtplib.SMTPDataError) as caught:
                await front.send()
            assert caught.value.smtp_code == 451
        assert await front.send() == {}
    assert len(front.intake.offers) == 1


class FullDisk(MemoryEvidence):
    """Stops in the middle of a mail."""

    async def keep(self, chunks, limit):
        async for _ in chunks:
            raise EvidenceUnavailable("no space left")
        raise AssertionError


async def test_a_disk_that_fills_up_in_a_mail_does_not_lose_the_line():
    async with opened(kit={"evidence": FullDisk()}) as front:

        def talk(client):
            for _ in range(2):
                with pytest.raises(smtplib.SMTPDataError):
                    client.sendmail(mails.ADDRESS, [OURS], MAIL * 5)
            return client.noop()

        assert (await front.say(talk))[0] == 250
    assert front.intake.offers == []


class Failing(ListeningIntake):
    """Has a bug."""

    async def accept(self, offer):
        raise ZeroDivisionError


async def test_a_bug_of_ours_never_makes_a_mail_bounce():
    async with opened(kit={"intake": Failing()}) as front:
        with pytest.raises(smtplib.SMTPDataError) as caught:
            await front.send()
    assert caught.value.smtp_code == 451


async def test_size_is_announced_and_held():
    async with opened(kit={"limit": 100_000}) as front:

        def announced(client):
            client.ehlo()
            return client.esmtp_features["size"]

        assert await front.say(announced) == "100000"

        def too_large(client):
            client.ehlo()
            client.esmtp_features.pop("size")
            with pytest.raises(smtplib.SMTPDataError) as caught:
                client.sendmail(mails.ADDRESS, [OURS], b"x" * 78 + b"\r\n" * 60_000)
            return caught.value.smtp_code, client.noop()[0]

        assert await front.say(too_large) == (552, 250)
    assert front.intake.offers == []


async def test_who_writes_to_nobody_here_is_told_so_at_once():
    async with opened() as front:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            await front.send(MAIL, "nobody@giaothuy.namdinh.gov.vn")
        assert caught.value.recipients.popitem()[1][0] == 550
        told = await front.send(MAIL, OURS, "nobody@giaothuy.namdinh.gov.vn")
        assert list(told) == ["nobody@giaothuy.namdinh.gov.vn"]
    assert f'rcpt="{OURS}"' in front.intake.offers[0].content_type


@pytest.mark.parametrize(
    "address",
    ['"a; rcpt=b"@x.vn', 'a@x.vn"; rcpt="b@x.vn', "<script>@x.vn", "a@[127.0.0.1]"],
)
async def test_no_address_adds_a_parameter(address):
    async with opened() as front:

        def talk(client):
            client.ehlo()
            first = client.docmd("MAIL", f"FROM:<{address}>")[0]
            client.rset()
            client.docmd("MAIL", f"FROM:<{mails.ADDRESS}>")
            return first, client.docmd("RCPT", f"TO:<{address}>")[0]

        first, second = await front.say(talk)
    assert first // 100 == 5
    assert second // 100 == 5


SMUGGLED = b"MAIL FROM:<x@x.vn>\r\nRCPT TO:<%s>\r\nDATA\r\nforged\r\n" % OURS.encode()


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n"])
async def test_no_second_mail_is_smuggled_in(end):
    async with opened() as front:
        assert await front.say(lambda client: _smuggle(client, end)) == 550
    assert front.intake.offers == []


def _smuggle(client: smtplib.SMTP, end: bytes) -> int:
    client.ehlo()
    client.mail(mails.ADDRESS)
    client.rcpt(OURS)
    client.docmd("DATA")
    client.send(b"Subject: x\r\n\r\nhello" + end + SMUGGLED + b"\r\n.\r\n")
    return client.getreply()[0]


async def test_a_line_without_an_end_is_refused_and_the_line_goes_on():
    async with opened() as front:

        def talk(client):
            client.ehlo()
            client.mail(mails.ADDRESS)
            client.rcpt(OURS)
            client.docmd("DATA")
            client.send(b"x" * 100_000 + b"\r\n.\r\n")
            return client.getreply()[0], client.noop()[0]

        assert await front.say(talk) == (500, 250)
    assert front.intake.offers == []


async def test_lmtp_answers_for_each_recipient():
    async with opened(protocol="lmtp") as front:

        def talk(client):
            client.ehlo()
            client.mail(mails.ADDRESS)
            codes = [
                client.rcpt(to)[0]
                for to in (OURS, "nobody@x.vn", "hai@giaothuy.namdinh.gov.vn")
            ]
            client.docmd("DATA")
            client.send(MAIL + b".\r\n")
            return codes, [client.getreply()[0] for _ in range(2)], client.noop()[0]

        codes, replies, noop = await front.say(talk, smtplib.LMTP)
        assert codes == [250, 550, 250]
        assert replies == [250, 250]
        assert noop == 250
        front.intake.troubles = [JournalUnavailable("away")]
        with pytest.raises(smtplib.SMTPDataError) as caught:
            await front.send(MAIL + b"again\r\n", kind=smtplib.LMTP)
        assert caught.value.smtp_code == 451
    assert len(front.intake.offers) == 1


async def test_strangers_hear_no_greeting():
    async with opened(peers=["192.0.2.0/24"]) as front:
        assert (await front.greeting()).startswith(b"554 5.7.1")


async def test_more_connections_than_allowed_are_put_off():
    async with opened(connections=1) as front:
        reader, writer = await asyncio.open_connection("127.0.0.1", front.port)
        assert (await reader.readline()).startswith(b"220")
        assert (await front.greeting()).startswith(b"421 4.3.2")
        writer.close()
        async with asyncio.timeout(5):
            while front.door.open:
                await asyncio.sleep(0.01)
        assert await front.send() == {}


async def test_who_stands_still_is_hung_up_on():
    async with opened(seconds=0.2) as front:
        reader, writer = await asyncio.open_connection("127.0.0.1", front.port)
        writer.write(b"EHLO x\r\n")
        async with asyncio.timeout(5):
            assert b"220" in await reader.read()
        writer.close()


async def test_a_connection_that_breaks_in_a_mail_leaves_nothing():
    async with opened() as front:

        def talk(client):
            client.ehlo()
            client.mail(mails.ADDRESS)
            client.rcpt(OURS)
            client.docmd("DATA")
            client.send(MAIL[:70_000])
            client.sock.shutdown(socket.SHUT_WR)
            client.sock.recv(1000)
            client.close()

        await front.say(talk)
        async with asyncio.timeout(5):
            while front.door.open:
                await asyncio.sleep(0.01)
    assert front.intake.offers == []


async def test_a_connection_that_is_reset_in_a_mail_leaves_nothing(caplog):
    async with opened() as front:

        def talk(client):
            client.ehlo()
            client.mail(mails.ADDRESS)
            client.rcpt(OURS)
            client.docmd("DATA")
            client.send(MAIL[:70_000])
            at_once = struct.pack("ii", 1, 0)
            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            client.close()

        with suppress(smtplib.SMTPServerDisconnected, OSError):
            await front.say(talk)
        async with asyncio.timeout(5):
            while front.door.open:
                await asyncio.sleep(0.01)
        gc.collect()
        assert await front.send() == {}
    assert len(front.intake.offers) == 1
    assert [r for r in caplog.records if r.name == "asyncio"] == []


async def test_nobody_is_answered_for_a_mail_with_an_empty_return_path():
    async with opened() as front:
        await front.say(lambda c: c.sendmail("", [OURS], MAIL))
    (offer,) = front.intake.offers
    assert offer.door_id.startswith("null/")


async def test_a_password_is_asked_for_where_there_is_one(tmp_path):
    chain, key, _ = Authority(tmp_path, "ca").issue("door")
    secrets = {
        "door": TOKEN,
        "door-certificate": chain.read_text(),
        "door-key": key.read_text(),
    }
    async with opened(
        secrets=secrets, token_file="t", certificate_file="c", key_file="k"
    ) as front:
        with pytest.raises(smtplib.SMTPResponseException):
            await front.send()

        def login(word):
            def talk(client):
                client.starttls()
                client.login("thu", word)
                return client.sendmail(mails.ADDRESS, [OURS], MAIL)

            return talk

        with pytest.raises(smtplib.SMTPAuthenticationError):
            await front.say(login("wrong-password-of-24-letters"))
        assert await front.say(login(TOKEN)) == {}
    assert len(front.intake.offers) == 1
