"""The wire of the SMTP and LMTP door, on aiosmtpd: bounded, streamed, one fate a mail.

aiosmtpd reads a mail whole into memory; here it goes to the evidence store as it comes.
End of data is CRLF.CRLF and nothing else: a mail with a bare LF in it is refused, since
another server may have seen two mails in it (SMTP smuggling).
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from adapters.mail.envelope import MAILBOX
from adapters.mail.settings import Listener

log = logging.getLogger(__name__)

#: RFC 5321 says 1,000; mails with longer lines are about, and harm nobody.
_LINE_BYTES = 16_384
_BLOCK = 65_536
#: RFC 5321, 4.5.3.1.8: at least 100 must be taken.
_MOST_RECEIVERS = 100
#: Of one connection; a server with more to say connects again.
_CALLS = {"*": 50, "MAIL": 1_000, "RCPT": 5_000, "DATA": 1_000, "RSET": 1_000}
#: Who sends more than so many times the limit after "too large" is hung up on.
_PATIENCE = 2
NULL = "<>"

BUSY = "421 4.3.2 too many connections, please come again"
STRANGER = "554 5.7.1 this door is not for you"
LATER = "451 4.3.0 cannot be taken now, please send it again"
TOO_LARGE = "552 5.3.4 larger than this hub takes"
_BARE_LF = "550 5.6.0 a line ends in a bare LF"
_LONG_LINE = "500 5.6.0 a line is too long"
_UNKNOWN = "550 5.1.1 no such mailbox here"


class Unfit(Exception):
    """What came is no mail that may be taken; read to its end."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Pushed:
    """The envelope of a mail: checked against a grammar, in small letters."""

    peer: str
    #: "" for a bounce.
    sender: str = field(repr=False)
    receivers: tuple[str, ...] = field(repr=False)


Take = Callable[[Pushed, AsyncGenerator[bytes, None]], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the wire asks of the door behind it."""

    listener: Listener
    limit: int
    is_known: Callable[[str], bool]
    #: Whether a password is the source's; None: none is asked for.
    may_enter: Callable[[str], bool] | None
    take: Take
    tls: ssl.SSLContext | None = None


class Door:
    """One listening port."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.open = 0

    async def start(self) -> asyncio.Server:
        """Listen; raises OSError where the port is taken."""
        # Its lines hold addresses.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        listener = self.rules.listener
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._protocol, listener.host, listener.port)

    def refusal(self, peer: str) -> str:
        """Why a peer is not listened to; "": it is."""
        listener = self.rules.listener
        address = ip_address(peer)
        if not any(address in network for network in listener.peers):
            return STRANGER
        return BUSY if self.open >= listener.connections else ""

    def _protocol(self) -> SMTP:
        rules = self.rules
        kind = _LmtpWire if rules.listener.protocol == "lmtp" else _SmtpWire
        asked = rules.may_enter is not None
        return kind(
            self,
            _Hooks(rules),
            data_size_limit=rules.limit,
            enable_SMTPUTF8=False,
            hostname="lienthong",
            ident="Lien thong",
            tls_context=rules.tls,
            require_starttls=asked and rules.tls is not None,
            timeout=rules.listener.seconds,
            auth_required=asked,
            auth_exclude_mechanism=["LOGIN"],
            authenticator=_Authenticator(rules) if asked else None,
            command_call_limit=dict(_CALLS),
        )


@dataclass(frozen=True, slots=True)
class _Authenticator:
    """AUTH PLAIN: the password is the source's token, the name says nothing."""

    rules: Rules

    def __call__(
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,  # noqa: ARG002 - aiosmtpd's signature
        mechanism: str,  # noqa: ARG002 - aiosmtpd's signature
        auth_data: Any,  # noqa: ANN401 - what it is depends on the mechanism
    ) -> AuthResult:
        if not isinstance(auth_data, LoginPassword) or self.rules.may_enter is None:
            return AuthResult(success=False)
        password = auth_data.password.decode("utf-8", "replace")
        return AuthResult(success=self.rules.may_enter(password), handled=False)


@dataclass(frozen=True)  # no slots: aiosmtpd looks at every member, and Python 3.11.2
class _Hooks:  # (Debian 12) cannot give a slotted dataclass' __weakref__
    """aiosmtpd's handler: who writes, and to whom."""

    rules: Rules

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002 - aiosmtpd's signature
    ) -> str:
        if address != NULL and not MAILBOX.fullmatch(address):
            return "553 5.1.7 an address this hub does not understand"
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002 - aiosmtpd's signature
    ) -> str:
        if len(envelope.rcpt_tos) >= _MOST_RECEIVERS:
            return "452 4.5.3 too many recipients at once"
        if not MAILBOX.fullmatch(address) or not self.rules.is_known(address.lower()):
            return _UNKNOWN
        envelope.rcpt_tos.append(address.lower())
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        """A bug here is no fault of the mail: it stays with its sender."""
        log.error("door failed", exc_info=error)
        return LATER


class _Wire(SMTP):
    """One connection."""

    line_length_limit = _LINE_BYTES

    def __init__(self, door: Door, hooks: _Hooks, **options: Any) -> None:  # noqa: ANN401 - aiosmtpd's
        super().__init__(hooks, **options, loop=asyncio.get_running_loop())
        self._door = door
        self._counted = False
        self._refused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Strangers and too many are told so at once; called again after STARTTLS."""
        if not self._counted:
            reply = self._door.refusal(_peer(transport))
            if reply and isinstance(transport, asyncio.WriteTransport):
                self._refused = True
                transport.write(f"{reply}\r\n".encode())
                transport.close()
                return
            self._counted = True
            self._door.open += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """See asyncio."""
        if self._refused:
            return
        if self._counted:
            self._counted = False
            self._door.open -= 1
        # A reset is an end like any other; as an exception nobody would fetch it.
        super().connection_lost(None if isinstance(error, OSError) else error)

    def eof_received(self) -> bool | None:
        """See asyncio."""
        return False if self._refused else super().eof_received()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """The mail itself; its fate is told for each recipient where LMTP asks so."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        assert self.envelope is not None, "greeted"
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 need RCPT command")
        elif arg:
            await self.push("501 5.5.4 Syntax: DATA")
        else:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            for reply in self.replies(await self._take(self.envelope)):
                await self.push(reply)
            self.envelope = self._create_envelope()

    def replies(self, reply: str) -> Sequence[str]:
        """What is said of one mail."""
        return (reply,)

    async def _take(self, envelope: Envelope) -> str:
        assert self.transport is not None, "connected"
        sender = "" if envelope.mail_from == NULL else envelope.mail_from or ""
        receivers = tuple(sorted(set(envelope.rcpt_tos)))
        pushed = Pushed(_peer(self.transport), sender.lower(), receivers)
        async with aclosing(self._data()) as data:
            try:
                return await self._door.rules.take(pushed, data)
            except Unfit as error:
                return error.reply
            finally:
                await self._drain(data)

    async def _drain(self, data: AsyncGenerator[bytes, None]) -> None:
        """Whatever becomes of it, the next command stands behind the last dot."""
        left = self._door.rules.limit * _PATIENCE
        try:
            async for block in data:
                left -= len(block)
                if left < 0 and self.transport is not None:
                    self.transport.close()
                    return
        except Unfit:
            return

    async def _data(self) -> AsyncGenerator[bytes, None]:
        """Blocks of the mail without its transparency dots; raises Unfit at its end."""
        unfit, lines, size, begins = "", [], 0, True
        while True:
            line, whole = await self._line()
            if begins and line == b".\r\n":
                break
            if not whole:
                unfit = _LONG_LINE
            elif b"\n" in line[:-2]:
                unfit = _BARE_LF
            lines.append(line[1:] if begins and line.startswith(b".") else line)
            begins, size = whole, size + len(line)
            if size >= _BLOCK:
                self._reset_timeout()  # who sends this slowly has no time left
                yield b"".join(lines)
                lines, size = [], 0
        if unfit:
            raise Unfit(unfit)
        yield b"".join(lines)

    async def _line(self) -> tuple[bytes, bool]:
        """A line, or a piece of one that is too long."""
        try:
            return await self._reader.readuntil(b"\r\n"), True
        except asyncio.LimitOverrunError as error:
            return await self._reader.read(max(1, error.consumed)), False


class _SmtpWire(_Wire):
    """SMTP (RFC 5321)."""


class _LmtpWire(_Wire, LMTP):
    """LMTP (RFC 2033): one reply for each recipient that was taken."""

    def replies(self, reply: str) -> Sequence[str]:
        assert self.envelope is not None, "greeted"
        return (reply,) * len(self.envelope.rcpt_tos)


def _peer(transport: asyncio.BaseTransport) -> str:
    name = transport.get_extra_info("peername")
    return str(name[0]).partition("%")[0] if name else "0.0.0.0"  # noqa: S104 - nobody's address
