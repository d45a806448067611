"""An SMTP server that keeps what it is handed, or will not have it, as it is told."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

#: What DSN (RFC 3461) adds to MAIL and RCPT.
_DSN = ("ENVID=", "RET=", "NOTIFY=", "ORCPT=")


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail as it was handed over."""

    sender: str
    receivers: tuple[str, ...]
    data: bytes = field(repr=False)
    #: Options of MAIL, as they were said: "ENVID=...".
    options: tuple[str, ...] = ()


class _Wire(SMTP):
    """aiosmtpd knows nothing of DSN and refuses what it does not know."""

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        told = [p for p in params if not p.upper().startswith(_DSN)]
        return super()._getparams(told)


@dataclass
class MailSink:
    """Listens on loopback; `reply` is what it says to DATA ("": taken)."""

    reply: str = ""
    #: What it says to RCPT.
    rcpt_reply: str = ""
    port: int = 0
    #: None: no TLS; else it is asked for, by STARTTLS or from the first byte on.
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    #: User -> password, asked for where there are any.
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    mails: list[Caught] = field(default_factory=list)
    #: It takes a mail and says nothing until this is set.
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; `port` is known then."""
        self.may_answer.set()
        loop = asyncio.get_running_loop()
        at_once = self.tls if self.implicit else None
        self._server = await loop.create_server(
            self._protocol, "127.0.0.1", self.port, ssl=at_once
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _protocol(self) -> SMTP:
        later = None if self.implicit else self.tls
        return _Wire(
            self,
            hostname="sink",
            loop=asyncio.get_running_loop(),
            tls_context=later,
            require_starttls=later is not None,
            # aiosmtpd does not know that TLS is there from the first byte on.
            auth_required=bool(self.users) and not self.implicit,
            auth_require_tls=not self.implicit,
            authenticator=self._knows,
        )

    def _knows(
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,  # noqa: ARG002 - aiosmtpd's signature
        mechanism: str,  # noqa: ARG002 - aiosmtpd's signature
        auth_data: Any,  # noqa: ANN401 - what it is depends on the mechanism
    ) -> AuthResult:
        if not isinstance(auth_data, LoginPassword):
            return AuthResult(success=False)
        user, word = auth_data.login.decode(), auth_data.password.decode()
        return AuthResult(success=self.users.get(user) == word, handled=False)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name and signature
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,
        envelope: Envelope,  # noqa: ARG002 - aiosmtpd's signature
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """It understands DSN (RFC 3461)."""
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Remember what was said of the envelope."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002 - aiosmtpd's signature
    ) -> str:
        """Take a recipient, or not."""
        if self.rcpt_reply:
            return self.rcpt_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd's signature
        session: Session,  # noqa: ARG002 - aiosmtpd's signature
        envelope: Envelope,
    ) -> str:
        """Keep the mail, or say why not."""
        if self.reply:
            return self.reply
        data = envelope.original_content or b""
        receivers = tuple(map(str, envelope.rcpt_tos))
        options = tuple(map(str, envelope.mail_options))
        self.mails.append(Caught(str(envelope.mail_from), receivers, data, options))
        await self.may_answer.wait()
        return "250 kept"
