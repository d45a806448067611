"""Mail as a source: mailboxes that are read, a door that is pushed to, answers."""

import asyncio
import logging
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.mail.answer import Answers
from adapters.mail.bounces import Returns
from adapters.mail.doors import PushDoor, tls_of
from adapters.mail.imap import Box, FolderReader
from adapters.mail.imap_state import FolderState
from adapters.mail.imap_wire import Reach
from adapters.mail.outbound import Outbound
from adapters.mail.post import AgencyPost
from adapters.mail.sending import Sender
from adapters.mail.settings import (
    MAIL_IMAP,
    MAIL_SMTP,
    Account,
    Listener,
    MailSettings,
    Tls,
)
from adapters.mail.smtpd import Door, Rules
from hub.errors import PermanentFailure, SettingsError
from hub.kit import Kit, Package
from hub.model.envelopes import Kind
from hub.model.faults import Fault, FaultCode
from hub.model.ids import Digest
from hub.model.receipts import Receipt, Untold
from hub.model.sending import Sending
from hub.polling import Timer

log = logging.getLogger(__name__)

#: Where the judging child finds the translator (port Translate).
TRANSLATOR = "adapters.mail.translate:translate"
#: A port that is taken is tried again after so long.
_PORT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class MailAdapter:
    """Implements the port Adapter for the mail servers of one source."""

    settings: MailSettings
    kit: Kit
    answers: Answers
    returns: Returns
    secrets: Mapping[str, str] = field(repr=False)
    timer: Timer = Timer()

    @property
    def name(self) -> str:
        """The source's name."""
        return self.settings.name

    def post(self) -> AgencyPost | None:
        """The way to agencies that take mail; None: this source sends none."""
        sender = self.answers.sender
        return None if sender is None else AgencyPost(sender)

    async def run(self) -> None:
        """See the port."""
        async with asyncio.TaskGroup() as tasks:
            for reader in self.readers():
                tasks.create_task(reader.run())
            if self.settings.listen is not None:
                tasks.create_task(self._listen(self.door()))

    def readers(self) -> list[FolderReader]:
        """One for each folder of each account."""
        return [
            FolderReader(self._box(account, folder), self.kit, self, self.timer)
            for account in self.settings.accounts
            for folder in account.folders
        ]

    def door(self) -> Door:
        """What mail servers push to."""
        listener = self.settings.listen
        assert listener is not None, "the door mail-smtp"
        known = self.settings.receivers_of(self.kit.organizations)
        push = PushDoor(self.settings.source(MAIL_SMTP), self.kit, self.returns, known)
        asked = "door" in self.secrets
        return Door(
            Rules(
                listener=listener,
                limit=self.kit.limit,
                is_known=push.is_known,
                may_enter=push.may_enter if asked else None,
                take=push.take,
                tls=_door_tls(listener, self.secrets),
            )
        )

    async def _listen(self, door: Door) -> None:
        """A front that is being replaced still has the port: try until it is free."""
        while True:
            try:
                server = await door.start()
                break
            except OSError as error:
                log.warning("mail door not open", extra={"why": error.strerror})
                await self.timer.pause(_PORT_SECONDS)
        async with server:
            await server.serve_forever()

    async def too_large(self, header: bytes) -> None:
        """See `adapters.mail.imap.Notices`."""
        await self.answers.too_large(header)

    async def returned(self, digest: Digest, size: int) -> None:
        """See `adapters.mail.imap.Notices`."""
        await self.returns.returned(digest, size)

    async def answer(self, receipt: Receipt) -> Untold | None:
        """See the port."""
        return await self.answers.answer(receipt)

    async def forward(self, sending: Sending, data: bytes) -> str | Untold:
        """See the port: an official letter to each of the bodies."""
        sender = self.answers.sender
        if sender is None:
            if sending.kind is Kind.STATUS:
                return Untold.NOT_OWED
            raise PermanentFailure(Fault(FaultCode.NO_WAY_OUT, self.name))
        book = self.settings.addresses_of_codes()
        outbound = Outbound(sender, book, self.kit.organizations)
        return await outbound.forward(sending, data)

    async def check(self) -> list[str]:
        """See the port: settings at odds, and mails that only people can move."""
        found = []
        if self.settings.sending is None:
            found.append(f"{self.name}: no `sending`: nobody hears a receipt")
        if not self.settings.trusted_servers:
            found.append(
                f"{self.name}: no `trusted_servers`: only DKIM keys at hand and S/MIME "
                "prove a sender"
            )
        for account in self.settings.accounts:
            for folder in account.folders:
                box = self._box(account, folder)
                state = FolderState.read(await self.kit.marks.read(box.mark))
                found += [f"{self.name}: {line}" for line in _troubles(box, state)]
        return found

    def _box(self, account: Account, folder: str) -> Box:
        ca = self.secrets.get(f"imap-ca/{account.name}", "")
        return Box(
            source=self.settings.source(MAIL_IMAP),
            account=account,
            folder=folder,
            reach=Reach(
                host=account.host,
                port=account.port,
                tls=_client_tls(account.tls, ca),
                starttls=account.tls is Tls.STARTTLS,
            ),
            password=self.secrets[f"imap/{account.name}"],
            poll_seconds=self.settings.poll_seconds,
        )


def _troubles(box: Box, state: FolderState | None) -> Sequence[str]:
    if state is None:
        return ["the mark of a folder cannot be read; it is made anew"]
    return [
        f"{box.name}: mail {u} stays where it is: {w}" for u, w in state.stuck.items()
    ]


def _client_tls(kind: Tls, ca: str) -> ssl.SSLContext | None:
    if kind is Tls.NONE:
        return None
    return ssl.create_default_context(cadata=ca or None)


def _check_certificates(settings: MailSettings, secrets: Mapping[str, str]) -> None:
    """A certificate nobody can read is found at the start, not at the first mail."""
    problems = []
    files = [f"imap-ca/{account.name}" for account in settings.accounts]
    for name in (*files, "sending-ca"):
        try:
            ssl.create_default_context(cadata=secrets.get(name) or None)
        except (ssl.SSLError, ValueError):
            problems.append(f"{settings.name}: {name}: no certificate in PEM")
    try:
        if settings.listen is not None:
            _door_tls(settings.listen, secrets)
    except (ssl.SSLError, ValueError):
        problems.append(f"{settings.name}: listen: certificate and key do not fit")
    if problems:
        raise SettingsError(tuple(problems))


def _door_tls(listener: Listener, secrets: Mapping[str, str]) -> ssl.SSLContext | None:
    certificate = secrets.get("door-certificate", "")
    return tls_of(listener, certificate, secrets.get("door-key", ""))


def build(settings: MailSettings, secrets: Mapping[str, str], kit: Kit) -> MailAdapter:
    """For `hub.kit.Package.build`; raises SettingsError."""
    _check_certificates(settings, secrets)
    sending, sender = settings.sending, None
    if sending is not None:
        tls = _client_tls(sending.tls, secrets.get("sending-ca", ""))
        sender = Sender(sending, secrets.get("sending", ""), tls)
    answers = Answers(
        source=settings.name,
        sender=sender,
        kit=kit,
        known=frozenset(settings.senders),
        trusted=settings.trusted_servers,
        told=settings.told,
        unproven=settings.answer_unproven,
    )
    return MailAdapter(settings, kit, answers, Returns(sending, kit), secrets)


PACKAGE = Package(
    translators={MAIL_IMAP: TRANSLATOR, MAIL_SMTP: TRANSLATOR},
    read=MailSettings.model_validate,
    build=build,
    reach=lambda settings: (
        tuple(settings.addresses_of_codes()) if settings.sending else ()
    ),
    alone=True,
)
