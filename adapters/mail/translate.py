"""A mail as received (RFC 5322) into a frame; pure, and never guessing at MIME.

`Entity.ground`, JSON values, made by the settings of the source:

    senders          address in small letters -> code of the agency that writes from it
    receivers        address in small letters -> code of the agency it belongs to
    mailbox          the mailbox it was read from; the door may name another, see below
    trusted_servers  authserv-ids and host names of the servers between us and outside
    names            code -> name of the agency; may be left out

`Entity.content_type` is `message/rfc822`, with what the door knows as parameters:
`rcpt="a@x.vn, b@x.vn"` (SMTP, LMTP), `mailbox="a@x.vn"` (IMAP).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

from adapters.mail import (
    addresses,
    ambiguity,
    build,
    documents,
    guessing,
    headers,
    mime,
    parameters,
    plain_text,
    reports,
    results,
    smime,
)
from adapters.mail.documents import Content, File
from adapters.mail.faults import ambiguous
from adapters.mail.headers import Header
from adapters.mail.smime import Signed
from hub.edxml import mimeheaders
from hub.edxml.dates import VIETNAM
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Entity, Frame, Guess, Mail, Part
from hub.model.ids import AgencyCode
from hub.model.limits import Limits


@dataclass(frozen=True, slots=True)
class _Read:
    """A mail whose structure is beyond doubt."""

    entity: Entity
    header: Header
    address: str = field(repr=False)
    code: AgencyCode
    signed: Signed = field(repr=False)
    content: Content = field(repr=False)

    @property
    def ground(self) -> Mapping[str, Any]:
        return self.entity.ground


def translate(entity: Entity, limits: Limits) -> Frame:
    """The edXML a mail brings, or the one it is made into.

    Raises MalformedEnvelope: EMPTY, TOO_LARGE, TOO_MANY_PARTS, MAIL_REPORT,
    MIME_AMBIGUOUS (place and word: docs/thu-dien-tu.md), UNKNOWN_MAILBOX,
    NO_DOCUMENT.
    """
    _check_size(entity.data, limits)
    end = headers.line_end(entity.data)
    header, _ = headers.split(entity.data, "", end)
    reports.check(header)
    read = _read(entity, header, limits)
    mail = Mail(
        data=entity.data,
        address=read.address,
        proofs=results.proofs(header, read.address, _trusted(read.ground)),
        signed=read.signed.signed,
        signature=read.signed.signature,
    )
    if envelope := _envelope(read.content):
        return _as_sent(envelope, read, mail)
    return _as_built(read, mail)


def _check_size(data: bytes, limits: Limits) -> None:
    if not data:
        raise MalformedEnvelope(Fault(FaultCode.EMPTY))
    if len(data) > limits.document_bytes:
        detail = str(limits.document_bytes)
        raise MalformedEnvelope(Fault(FaultCode.TOO_LARGE, "", detail))


def _read(entity: Entity, header: Header, limits: Limits) -> _Read:
    address = addresses.sender(header)
    senders: Mapping[str, str] = entity.ground.get("senders", {})
    addresses.check_sender(header, address, senders)
    ambiguity.check_top(header)
    top = mime.read(entity.data, limits)
    signed = smime.unwrap(top, limits)
    ambiguity.check(signed.content, limits)
    content = documents.collect(signed.content)
    code = AgencyCode(senders.get(address, ""))
    if not code:
        raise MalformedEnvelope(Fault(FaultCode.UNKNOWN_MAILBOX, "header From"))
    if not content.files:
        reports.check_empty(header)
        raise MalformedEnvelope(Fault(FaultCode.NO_DOCUMENT))
    return _Read(entity, header, address, code, signed, content)


def _envelope(content: Content) -> File | None:
    """The edXML among the files; two of them are two documents: held."""
    found = [file for file in content.files if file.is_edxml]
    if len(found) > 1:
        ambiguous(found[1].place, "several-edxml")
    return next(iter(found), None)


def _as_sent(envelope: File, read: _Read, mail: Mail) -> Frame:
    """The sender's own envelope, not one byte changed."""
    parts = tuple(
        Part(file.content_id, file.name, file.claimed_type, file.data)
        for file in read.content.files
        if file is not envelope
    )
    return Frame(envelope.data, parts, vouched=(read.code,), mail=mail)


def _as_built(read: _Read, mail: Mail) -> Frame:
    subject = _subject(read.header)
    content = read.content
    guesses = guessing.guess(
        guessing.Clues(
            subject=subject,
            text=plain_text.own_words(content.plain, content.html),
            files=content.files,
            sent=_sent(read.header),
            header_unsigned=bool(mail.signature),
        )
    )
    receivers, evidence = _receivers(read)
    letter = build.Letter(
        sender=read.code,
        address=read.address,
        receivers=receivers,
        names=read.ground.get("names", {}),
        subject=subject,
        fallback_id=_mail_id(read),
        files=documents.in_order(content.files, guesses.main),
    )
    told = Guess("receivers", " ".join(receivers), 90 if receivers else 0, evidence)
    return Frame(
        build.build(letter, guesses),
        vouched=(read.code,),
        guesses=(*guesses.all, told),
        mail=mail,
    )


def _subject(header: Header) -> str:
    where, text = "header Subject", header.text("subject")
    if "\ufffd" in text:
        ambiguous(where, "header-8bit")
    return documents.clean(parameters.decoded_words(text, where))


def _receivers(read: _Read) -> tuple[tuple[AgencyCode, ...], tuple[str, ...]]:
    """The codes of the mailbox it came to and of those named in To and Cc."""
    table: Mapping[str, str] = read.ground.get("receivers", {})
    told = mimeheaders.structured(read.entity.content_type)
    envelope = told.get("rcpt").replace(",", " ").split()
    box = told.get("mailbox") or str(read.ground.get("mailbox", ""))
    places = {
        "rcpt": envelope,
        "mailbox": [box],
        "to": addresses.ours(read.header, table),
    }
    codes = {
        name: [table[a.lower()] for a in named if a.lower() in table]
        for name, named in places.items()
    }
    evidence = tuple(name for name, found in codes.items() if found)
    unique = dict.fromkeys(code for found in codes.values() for code in found)
    return tuple(map(AgencyCode, unique)), evidence


def _sent(header: Header) -> date | None:
    """The day of the Date header in Vietnam."""
    try:
        moment = parsedate_to_datetime(header.text("date")[:100])
        if moment.tzinfo is None:  # -0000: no zone is told
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(VIETNAM).date()
    except (ValueError, TypeError, LookupError, OverflowError, AttributeError):
        return None


def _mail_id(read: _Read) -> str:
    """Stays the same in every mailbox the mail was put into."""
    known = read.header.text("message-id").encode() or read.entity.data
    return f"mail-{sha256(known).hexdigest()[:32]}"


def _trusted(ground: Mapping[str, Any]) -> list[str]:
    return [str(name) for name in ground.get("trusted_servers", ())]
