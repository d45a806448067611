"""Official letters to bodies elsewhere: documents of agencies attached here.

A clerk opens it without any software of ours: the files first, then the edXML for those
who have it. The same sending and bytes give the same mail at any time.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from adapters.mail.bounces import return_path
from adapters.mail.parcels import (
    GROWTH,
    KINDS,
    PAPER,
    Enclosed,
    Letter,
    files_of,
    plain,
    sealed,
    what_of,
)
from adapters.mail.sending import Outgoing, Sender
from hub.edxml import guard, reader
from hub.edxml.dates import VIETNAM, write_date
from hub.errors import PermanentFailure
from hub.model.envelopes import Envelope, Kind
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Frame, Reading
from hub.model.ids import AgencyCode, normal_code
from hub.model.limits import Limits
from hub.model.sending import Sending
from hub.ports import Organizations

_EDXML = "goi-tin.edxml"


@dataclass(frozen=True, slots=True)
class Outbound:
    """Brings documents out by mail, one letter a body."""

    sender: Sender
    #: Normal code -> where letters to that body go.
    addresses: Mapping[AgencyCode, str] = field(repr=False)
    organizations: Organizations

    async def forward(self, sending: Sending, data: bytes) -> str:
        """See the port `Adapter`; the Message-ID's id is what the mail is known by."""
        for code in sending.receivers:
            to = self.addresses.get(normal_code(code))
            if not to:
                raise PermanentFailure(Fault(FaultCode.NO_WAY_OUT, "To", code))
            await self._send(sending, data, to)
        return sending.id

    async def _send(self, sending: Sending, data: bytes, to: str) -> None:
        known = self.sender.settings
        letter = await asyncio.to_thread(self._letter, sending, data)
        mail = sealed(letter, sending.id, known.address, to)
        returns = return_path(known, sending.id)
        await self.sender.send(Outgoing(mail, to, returns, sending.id))

    def _letter(self, sending: Sending, data: bytes) -> Letter:
        return letter(
            sending, data, self.sender.settings.most_bytes, self._box(sending)
        )

    def _box(self, sending: Sending) -> str:
        """Where the office reads its answers; "" where the registry has no mailbox."""
        day = sending.at.astimezone(VIETNAM).date()
        office = self.organizations.find(sending.sender, day)
        return next(iter(office.mailboxes), "") if office else ""


def letter(sending: Sending, data: bytes, most: int, reply_to: str = "") -> Letter:
    """What a clerk elsewhere reads, Vietnamese first.

    Raises MalformedEnvelope, and PermanentFailure(TOO_LARGE) where its files do not fit
    into a mail of `most` bytes: a letter without them would be none.
    """
    reading = reader.read(Frame(data), Limits(), guard.check(data, Limits()))
    envelope = reading.envelope
    what, (_, english) = what_of(envelope), KINDS[envelope.kind]
    files = _enclosed(reading, data, most)
    lines = (
        "Kính gửi quý cơ quan,",
        *_said(envelope, sending),
        "Tệp kèm theo: " + "; ".join(file.name for file in files),
        "Tệp .edxml là gói tin điện tử của chính văn bản này (QCVN 102:2016), để nhập "
        "vào phần mềm quản lý văn bản."
        if files[-1].name == _EDXML
        else "",
        f"Mã gửi: {sending.id}",
        "-- ",
        f"{english} {what} of {envelope.sender.name or envelope.sender.code}; "
        "the files are enclosed, and with them the edXML for software.",
    )
    return Letter(
        subject=_subject(envelope, what),
        lines=tuple(map(plain, lines)),
        at=sending.at,
        files=files,
        reply_to=reply_to,
        automatic=False,
    )


def _subject(envelope: Envelope, what: str) -> str:
    vietnamese, _ = KINDS[envelope.kind]
    head = what if envelope.kind is Kind.NEW else f"{vietnamese} {what}"
    return f"{head}: {envelope.subject}" if envelope.subject else head


def _said(envelope: Envelope, sending: Sending) -> Iterator[str]:
    vietnamese, _ = KINDS[envelope.kind]
    office = envelope.sender
    name = f"{office.name} ({office.code})" if office.name else office.code
    yield f"{name} gửi: {vietnamese.lower()} {what_of(envelope)}."
    yield f"Trích yếu: {envelope.subject}" if envelope.subject else ""
    yield _dated(envelope)
    if envelope.business and envelope.business.reason:
        yield f"Lý do: {envelope.business.reason}"
    if envelope.status and envelope.status.description:
        yield f"Nội dung: {envelope.status.description}"
    if sending.paper is not None:
        yield f"Bản giấy: {PAPER[sending.paper][0]}."


def _dated(envelope: Envelope) -> str:
    day = envelope.promulgated
    return f"Ngày ban hành: {write_date(day)}" if day else ""


def _enclosed(reading: Reading, data: bytes, most: int) -> tuple[Enclosed, ...]:
    """The files, and the edXML where there is room for it too."""
    room = most / GROWTH
    files = tuple(files_of(reading))
    size = sum(len(file.data) for file in files)
    whole = Enclosed(_EDXML, "application/xml", data)
    if not files or size + len(data) <= room:
        return (*files, whole)
    if size > room:
        raise PermanentFailure(Fault(FaultCode.TOO_LARGE, "mail", f"{size} bytes"))
    return files
