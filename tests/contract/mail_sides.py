"""Mail servers: one that pushes by SMTP, and a mailbox that is read by IMAP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import aiosmtplib

from adapters.mail.adapter import TRANSLATOR, MailAdapter, build
from adapters.mail.settings import MAIL_IMAP, MAIL_SMTP, MailSettings
from hub.model.ids import Digest
from hub.model.receipts import Receipt
from hub.ports import Evidence, Intake
from hub.rehearsal import mails
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.samples import Sample
from tests.contract.pull_sides import RememberingIntake
from tests.contract.sides import LIMIT, OURS, Item, Mood, Side, kit_for
from tests.fakes.imap import ImapServer

_REPLIES = {
    Mood.NOT_NOW: "451 not now",
    Mood.WRONG_TOKEN: "535 who are you",
    Mood.NEVER: "554 never",
}
_CONTENT_TYPE = f'message/rfc822; rcpt="{mails.MAILBOX}"'


def mail_of(name: str, data: bytes) -> bytes:
    """A mail that brings an edXML."""
    letter = replace(
        mails.clear_letter(),
        files=((f"{name}.edxml", data),),
        message_id=f"<{name}@mail.example>",
    )
    return mails.compose(letter)


@dataclass
class MailSide(Side):
    """What both have in common: the server that our mails leave by."""

    adapter: MailAdapter
    sink: MailSink
    #: A mail that was taken, for receipts to answer.
    answered: Digest

    translator = TRANSLATOR
    content_types = ("message/rfc822", _CONTENT_TYPE, "")
    ground = mails.ground()
    speaks_edxml = False

    @property
    def heard(self) -> list[bytes]:  # type: ignore[override] # seen, not set
        return [caught.data for caught in self.sink.mails]

    def be(self, mood: Mood) -> None:
        self.sink.reply = _REPLIES.get(mood, "")
        if mood is Mood.SILENT:
            self.sink.may_answer.clear()

    def has_taken(self, item: Item) -> bytes:
        return mail_of(item.id, item.data)

    def receipt(self, receipt: Receipt) -> Receipt:
        return replace(receipt, sha256=self.answered)

    @classmethod
    def samples(cls, samples: dict[str, Sample]) -> dict[str, Sample]:
        return {
            name: replace(one, xml=mail_of(name, one.xml), content_type=_CONTENT_TYPE)
            for name, one in samples.items()
        }


def settings(sink: MailSink, **changes: object) -> MailSettings:
    sending = {"host": "127.0.0.1", "port": sink.port, "tls": "none"}
    return MailSettings.model_validate(
        {
            "name": "thu",
            "senders": mails.ground()["senders"],
            "receivers": mails.ground()["receivers"],
            "trusted_servers": [mails.SERVER],
            "sending": {**sending, "address": "truc@lienthong.namdinh.gov.vn"},
            **changes,
        }
    )


@asynccontextmanager
async def sink_that_is(*, down: bool) -> AsyncIterator[MailSink]:
    sink = MailSink()
    await sink.start()
    if down:
        await sink.stop()
    try:
        yield sink
    finally:
        sink.may_answer.set()
        await sink.stop()


@dataclass
class MailPushSide(MailSide):
    """A mail server that pushes."""

    port: int = 0

    door = MAIL_SMTP

    async def bring(self, item: Item) -> str | None:
        return await self._push(item, "127.0.0.1")

    async def bring_as_a_stranger(self, item: Item) -> str | None:
        return await self._push(item, "127.0.0.2")

    async def _push(self, item: Item, host: str) -> str | None:
        client = aiosmtplib.SMTP(
            hostname="127.0.0.1",
            port=self.port,
            source_address=(host, 0),
            start_tls=False,
        )
        data = mail_of(item.id, item.data)
        try:
            await client.connect()
            _, told = await client.sendmail(mails.ADDRESS, [mails.MAILBOX], data)
        except (aiosmtplib.SMTPException, OSError):
            return None
        finally:
            client.close()
        return told.split()[1]

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        intake: Intake,
        evidence: Evidence,
        *,
        down: bool = False,
        limit: int = LIMIT,
    ) -> AsyncIterator["MailPushSide"]:
        async with sink_that_is(down=down) as sink:
            listen = {"port": 0, "peers": ["127.0.0.1/32"]}
            known = settings(sink, doors=[MAIL_SMTP], listen=listen)
            kit = kit_for(known, {}, intake, evidence, limit=limit)
            adapter = build(known, {}, kit)
            server = await adapter.door().start()
            answered = await evidence.keep_bytes(mail_of("answered", b"x"))
            port = server.sockets[0].getsockname()[1]
            try:
                yield cls(adapter, sink, answered, port)
            finally:
                server.close()


@dataclass
class MailboxSide(MailSide):
    """A mailbox that we read."""

    server: ImapServer
    intake: RememberingIntake
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    uids: dict[str, int] = field(default_factory=dict)

    door = MAIL_IMAP
    knocks = False

    async def bring(self, item: Item) -> str | None:
        """The same item again is the same UID: it was not moved in time."""
        async with self.turn:
            uid = self.uids.setdefault(item.id, len(self.uids) + 1)
            self.server.inbox[uid] = mail_of(item.id, item.data)
            door_id = f"hop/INBOX/{self.server.validity}/{uid}"
            self.intake.arrivals.pop(door_id, None)
            (reader,) = self.adapter.readers()
            await reader.session(once=True)
            return self.intake.arrivals.get(door_id)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        intake: Intake,
        evidence: Evidence,
        *,
        down: bool = False,
        limit: int = LIMIT,
    ) -> AsyncIterator["MailboxSide"]:
        server, remembering = ImapServer(password=OURS), RememberingIntake(intake)
        async with sink_that_is(down=down) as sink, server.listening() as port:
            account = {
                "name": "hop",
                "mailbox": mails.MAILBOX,
                "host": "127.0.0.1",
                "port": port,
                "tls": "none",
                "username": mails.MAILBOX,
                "password_file": "x",
            }
            known = settings(sink, doors=[MAIL_IMAP], accounts=[account])
            secrets = {"imap/hop": OURS}
            kit = kit_for(known, secrets, remembering, evidence, limit=limit)
            answered = await evidence.keep_bytes(mail_of("answered", b"x"))
            adapter = build(known, secrets, kit)
            yield cls(adapter, sink, answered, server, remembering)
