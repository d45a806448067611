"""How each neighbour of a rehearsal hands a sample over, and hears its receipt.

The hub is met only at its doors: nothing here knows more than the other side does.
"""

import asyncio
import base64
import json
import re
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any, Protocol

from aiohttp import ClientSession

from hub.rehearsal.axis import RehearsalAxis, doc_id
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.samples import Sample

SOAP = "/axis/v1/soap"
_TAKEN = re.compile(r"DocumentId>([0-9a-f]{32})<")


@dataclass(frozen=True, slots=True)
class Brought:
    """What a door said of one sample."""

    taken: bool
    #: By what its receipt will be known.
    key: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict, hash=False)


class Bringer(Protocol):
    """One neighbour at one door."""

    @property
    def door(self) -> str:
        """The door, for people."""

    async def bring(self, sample: Sample) -> Brought:
        """Hand it over as this neighbour does."""

    async def receipt(self, brought: Brought, patience: float) -> dict[str, Any] | None:
        """The receipt as it reached the neighbour; None: not in time."""


@dataclass(frozen=True, slots=True)
class ByRest:
    """The axis, by REST."""

    axis: RehearsalAxis
    door: str = "trục, REST"

    async def bring(self, sample: Sample) -> Brought:
        """See Bringer, here and below."""
        handed = await self.axis.send(sample)
        return Brought(handed.taken, handed.door_id, dict(handed.answer))

    async def receipt(self, brought: Brought, patience: float) -> dict[str, Any] | None:
        try:
            return await self.axis.receipt_for(brought.key, patience)
        except TimeoutError:
            return None


@dataclass(frozen=True, slots=True)
class BySoap:
    """The axis, by SOAP 1.1 with the document as base64 in the message."""

    axis: RehearsalAxis
    token: str = field(repr=False)
    door: str = "trục, SOAP"

    async def bring(self, sample: Sample) -> Brought:
        key = doc_id(sample)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": "SendDocument",
            "Idempotency-Key": key,
        }
        url, message = self.axis.hub_url + SOAP, soap_message(sample.xml)
        async with (
            ClientSession() as session,
            session.post(url, data=message, headers=headers) as reply,
        ):
            told = await reply.text()
        found = _TAKEN.search(told)
        return Brought(found is not None, key, {"arrival": found[1] if found else ""})

    async def receipt(self, brought: Brought, patience: float) -> dict[str, Any] | None:
        return await ByRest(self.axis).receipt(brought, patience)


def soap_message(document: bytes) -> bytes:
    """SendDocument of schemas/axis.wsdl."""
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        b'<SendDocument xmlns="urn:lienthong:axis:v1"><Document>'
        + base64.b64encode(document)
        + b"</Document></SendDocument></s:Body></s:Envelope>"
    )


@dataclass(frozen=True, slots=True)
class ByPortal:
    """The TTHC portal: pushes a dossier, and is told by progress what became of it."""

    portal: PortalSimulator
    door: str = "cổng DVC"

    async def bring(self, sample: Sample) -> Brought:
        (case,) = self.portal.make(1, sample.name.removeprefix(PORTAL_NAMES))
        await self.portal.push()
        return Brought(case.is_taken(), case.dossier.number)

    async def receipt(self, brought: Brought, patience: float) -> dict[str, Any] | None:
        case = self.portal.ledger.cases[brought.key]
        for _ in range(int(patience * 10)):
            if case.progress:
                return told_by(str(case.progress[0]["NoiDungXuLy"]))
            await asyncio.sleep(0.1)
        return None


#: Names of the portal's samples begin so; an oddity of `odd_dossiers.ODD` may follow.
PORTAL_NAMES = "dossier-"
_OUTCOMES = {"Đã chuyển": "deliver", "Tạm giữ": "hold", "Không chuyển": "refuse"}


def told_by(words: str) -> dict[str, Any]:
    """What a clerk at the portal reads, as far as it is a receipt."""
    outcomes = (o for begin, o in _OUTCOMES.items() if words.startswith(begin))
    told = {"outcome": next(outcomes, words)}
    if code := re.search(r" Mã: ([a-z0-9-]+)\.", words):
        told["code"] = code[1]
    return told


@dataclass(frozen=True, slots=True)
class ByMail:
    """An office that writes to our mailbox: its server hands the mail on by LMTP."""

    lmtp_port: int
    user: str
    sink: MailSink
    door: str = "thư, IMAP"

    async def bring(self, sample: Sample) -> Brought:
        message = message_from_bytes(sample.xml)
        await asyncio.to_thread(self.hand_over, sample.xml)
        return Brought(taken=True, key=str(message["Message-ID"]))

    async def receipt(self, brought: Brought, patience: float) -> dict[str, Any] | None:
        for _ in range(int(patience * 10)):
            for caught in self.sink.mails:
                if (told := receipt_in(caught.data, brought.key)) is not None:
                    return told
            await asyncio.sleep(0.1)
        return None

    def hand_over(self, data: bytes) -> None:
        """One mail into the mailbox, as its server gets it."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as server:
            server.sendmail("may-chu@rehearsal.example", [self.user], data)


def receipt_in(mail: bytes, about: str) -> dict[str, Any] | None:
    """The receipt a mail carries, if it answers the mail of a Message-ID."""
    message = message_from_bytes(mail)
    if about not in str(message.get("In-Reply-To", "")):
        return None
    for part in message.walk():
        if part.get_content_type() == "application/json":
            payload = part.get_payload(decode=True)
            return dict(json.loads(payload if isinstance(payload, bytes) else b"{}"))
    return None
