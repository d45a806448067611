"""The door that mail servers push to: what it takes, and what it says of it."""

import ssl
import tempfile
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from adapters.mail import smtpd
from adapters.mail.answer import NULL_SENDER
from adapters.mail.bounces import Returns, is_return_path
from adapters.mail.envelope import pushed as content_type
from adapters.mail.settings import MAIL_SMTP, Listener
from adapters.mail.smtpd import Pushed
from hub.errors import NotAllowed, PermanentFailure, TemporaryFailure
from hub.kit import Kit
from hub.model.arrivals import Offer, Shown, Source
from hub.model.faults import FaultCode


@dataclass(frozen=True, slots=True)
class PushDoor:
    """Takes what is pushed: durable and journaled before 250."""

    source: Source
    kit: Kit
    returns: Returns
    #: Our mailboxes.
    known: Collection[str] = field(repr=False)

    async def take(self, pushed: Pushed, data: AsyncGenerator[bytes, None]) -> str:
        """The reply to a mail; raises smtpd.Unfit."""
        try:
            return await self._take(pushed, data)
        except TemporaryFailure:
            return smtpd.LATER
        except PermanentFailure as error:
            if error.fault.code is FaultCode.TOO_LARGE:
                return smtpd.TOO_LARGE
            return f"554 5.6.0 {error.fault.code}"

    async def _take(self, pushed: Pushed, data: AsyncGenerator[bytes, None]) -> str:
        digest, size = await self.kit.evidence.keep(data, self.kit.limit)
        # One mail pushed for one recipient after the other is several arrivals.
        whom = sha256(" ".join(pushed.receivers).encode()).hexdigest()[:12]
        nobody = "" if pushed.sender else NULL_SENDER
        taken = await self.kit.intake.accept(
            Offer(
                source=self.source,
                door_id=f"{nobody}{digest}/{whom}",
                digest=digest,
                size=size,
                content_type=content_type(pushed.peer, pushed.receivers),
            )
        )
        await self.returns.returned(digest, size, pushed.receivers)
        return f"250 2.6.0 {taken.arrival.id} taken"

    def is_known(self, address: str) -> bool:
        """Whether mails for an address are ours."""
        sending = self.returns.settings
        ours = sending is not None and is_return_path(sending, address)
        return ours or address in self.known

    def may_enter(self, password: str) -> bool:
        """Whether a password is this source's; too many tries are none."""
        shown = Shown({"authorization": f"Bearer {password}"})
        try:
            return self.kit.access.source(MAIL_SMTP, shown).name == self.source.name
        except NotAllowed:
            return False


def tls_of(listener: Listener, certificate: str, key: str) -> ssl.SSLContext | None:
    """TLS under a certificate with its chain and its key, PEM.

    Raises ssl.SSLError. OpenSSL reads files only: they are there for a moment, in a
    folder nobody else may enter.
    """
    if listener.certificate_file is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.TemporaryDirectory() as folder:
        chain, secret = Path(folder, "chain.pem"), Path(folder, "key.pem")
        chain.write_text(certificate)
        secret.touch(mode=0o600)
        secret.write_text(key)
        context.load_cert_chain(chain, secret)
    return context
