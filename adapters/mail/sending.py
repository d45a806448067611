"""Mails that leave, by the one SMTP server the settings name."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field

import aiosmtplib
from aiosmtplib import SMTP

from adapters.mail.settings import Sending, Tls
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.answers import Trouble, Wire, codes
from hub.model.faults import Fault, FaultCode

#: Within the lease of a relay (`relay.lease_seconds`).
_SECONDS = 40.0
_STEP_SECONDS = 15.0
_PARTING_SECONDS = 2.0
_TROUBLES = codes(Wire.SMTP)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail, and its envelope."""

    data: bytes = field(repr=False)
    to: str = field(repr=False)
    #: Where it comes back to, and by what it is known then.
    returns: str
    id: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Hands mails to the server; one connection a mail."""

    settings: Sending
    password: str = field(repr=False)
    tls: ssl.SSLContext | None = None

    async def send(self, mail: Outgoing) -> None:
        """Returns when the server has it.

        Raises SourceUnavailable (not now), PermanentFailure(FRAME) (never).
        """
        client = self._client()
        try:
            async with asyncio.timeout(_SECONDS):
                await client.connect()
                await _hand_over(client, mail)
            await _part(client)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise _ours(error) from error
        finally:
            client.close()  # whoever cancels us does not wait for a last word

    def _client(self) -> SMTP:
        known = self.settings
        return SMTP(
            hostname=known.host,
            port=known.port,
            username=known.username or None,
            password=self.password or None,
            timeout=_STEP_SECONDS,
            use_tls=known.tls is Tls.IMPLICIT,
            start_tls=known.tls is Tls.STARTTLS,
            tls_context=self.tls,
        )


async def _hand_over(client: SMTP, mail: Outgoing) -> None:
    options = []
    if client.is_ehlo_or_helo_needed:
        await client.ehlo()
    if client.supports_extension("dsn"):  # RFC 3461: the bounce names our id
        options += [f"ENVID={mail.id}", "RET=HDRS"]
    await client.sendmail(mail.returns, [mail.to], mail.data, mail_options=options)


async def _part(client: SMTP) -> None:
    """A last word; the server has the mail, whatever becomes of that."""
    with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(_PARTING_SECONDS):
            await client.quit()


def _ours(error: Exception) -> SourceUnavailable | PermanentFailure:
    code = _code(error)
    trouble = _TROUBLES.get(str(code)) or _TROUBLES.get(f"{code // 100}yz")
    if trouble is Trouble.PERMANENT:
        return PermanentFailure(Fault(FaultCode.FRAME, "receipt", f"SMTP {code}"))
    return SourceUnavailable(f"smtp: {type(error).__name__} {code or ''}".strip())


def _code(error: Exception) -> int:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return max((each.code for each in error.recipients), default=0)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return error.code
    return 0
