"""Mails as official bodies send them: real MIME, real PDFs, DKIM and S/MIME on wish.

Written letter by letter, so that a rehearsal can break one thing on purpose.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import format_datetime
from functools import cache
from typing import Any

from hub.rehearsal import papers, pdfs
from hub.rehearsal.cast import (
    AGRICULTURE,
    DISTRICT,
    INFORMATION,
    PROVINCE,
    TRANSPORT,
    Body,
)
from hub.rehearsal.mail_signing import dkim_key, dkim_sign, dkim_text
from hub.rehearsal.samples import DEFAULT_AT, DEFAULT_DAY
from hub.rehearsal.signing import VIETNAM

#: Addresses of the rehearsal -> who writes from there.
SENDERS: Mapping[str, Body] = {
    "vanthu@snnptnt.namdinh.gov.vn": AGRICULTURE,
    "vanthu@stttt.namdinh.gov.vn": INFORMATION,
    "vanthu@sgtvt.namdinh.gov.vn": TRANSPORT,
    "vanphong@namdinh.gov.vn": PROVINCE,
}
ADDRESS = "vanthu@snnptnt.namdinh.gov.vn"
MAILBOX = "vanthu@giaothuy.namdinh.gov.vn"
#: The mail server between the hub and the world.
SERVER = "mx.giaothuy.namdinh.gov.vn"
BOUNDARY = "=_lien-thong-1"
SELECTOR = "lt2019"


def ground() -> dict[str, Any]:
    """What the translator of the rehearsal's mailbox must know."""
    return {
        "senders": {address: str(body.code) for address, body in SENDERS.items()},
        "receivers": {MAILBOX: str(DISTRICT.code)},
        "mailbox": MAILBOX,
        "trusted_servers": [SERVER],
        "own_code": str(DISTRICT.code),
        "names": {str(body.code): body.name for body in SENDERS.values()},
    }


def dkim_keys() -> dict[str, str]:
    """The TXT records an administrator hands in: name -> record."""
    return {
        f"{SELECTOR}._domainkey.{address.partition('@')[2]}": dkim_text(dkim_key())
        for address in SENDERS
    }


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says."""

    subject: str
    files: tuple[tuple[str, bytes], ...]
    text: str = "Kính gửi Ủy ban nhân dân huyện,\n\nXin gửi văn bản kèm theo.\n"
    html: str = ""
    sender: str = ADDRESS
    display: str = "Văn thư Sở"
    to: str = MAILBOX
    message_id: str = "<1@snnptnt.namdinh.gov.vn>"
    at: datetime = DEFAULT_AT
    boundary: str = BOUNDARY
    #: Header lines before From, as servers on the way wrote them.
    above: tuple[str, ...] = field(default=())


@cache
def paper_pdf(kind: str, day: date = DEFAULT_DAY) -> bytes:
    """A drawn document: "report", "letter", "decision", "proposal"."""
    makers = {
        "report": papers.report,
        "letter": papers.letter,
        "decision": papers.decision,
        "proposal": papers.proposal,
    }
    return pdfs.draw(makers[kind](day)).pdf


def clear_letter() -> Letter:
    """A mail nobody could misread."""
    day = f"{DEFAULT_DAY:%d/%m/%Y}"
    return Letter(
        f"Báo cáo số 218/BC-SNN ngày {day} về việc xây dựng nông thôn mới",
        ((f"218_BC-SNN_{DEFAULT_DAY:%d%m%Y}_signed.pdf", paper_pdf("report")),),
    )


def word(text: str) -> str:
    """An encoded word (RFC 2047) where the text needs one."""
    if text.isascii():
        return text
    pieces = [text[at : at + 18] for at in range(0, len(text), 18)]
    coded = (base64.b64encode(piece.encode()).decode() for piece in pieces)
    return "\r\n ".join(f"=?UTF-8?B?{each}?=" for each in coded)


def compose(letter: Letter) -> bytes:
    """The mail, CRLF line ends, as it leaves its sender."""
    head = (
        *letter.above,
        f"From: {word(letter.display)} <{letter.sender}>",
        f"To: <{letter.to}>",
        f"Subject: {word(letter.subject)}",
        f"Date: {format_datetime(letter.at.astimezone(VIETNAM))}",
        f"Message-ID: {letter.message_id}",
        "MIME-Version: 1.0",
    )
    return "\r\n".join(head).encode() + b"\r\n" + entity(letter)


def entity(letter: Letter) -> bytes:
    """The MIME entity alone: its header, its parts."""
    mark = f"--{letter.boundary}".encode()
    parts = [text_part(letter), *(file_part(name, d) for name, d in letter.files)]
    kind = f'Content-Type: multipart/mixed; boundary="{letter.boundary}"\r\n\r\n'
    inside = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
    return kind.encode() + inside + mark + b"--\r\n"


def text_part(letter: Letter) -> bytes:
    """The covering note."""
    kind, text = ("html", letter.html) if letter.html else ("plain", letter.text)
    head = (
        f"Content-Type: text/{kind}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _lines(text.replace("\n", "\r\n").encode())


def file_part(name: str, data: bytes, kind: str = "application/pdf") -> bytes:
    """An attached file, its name in RFC 2231's form where it needs one."""
    shown = f'filename="{name}"'
    if not name.isascii():
        coded = "".join(f"%{byte:02X}" for byte in name.encode())
        shown = f"filename*=utf-8''{coded}"
    head = (
        f"Content-Type: {kind}\r\n"
        f"Content-Disposition: attachment; {shown}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _lines(data)


def _lines(data: bytes) -> bytes:
    coded = base64.b64encode(data)
    return b"\r\n".join(coded[at : at + 76] for at in range(0, len(coded), 76))


def received(result: str = "dkim=pass", address: str = ADDRESS) -> tuple[str, ...]:
    """What our server puts on top: what it found, and from whom it had the mail."""
    domain = address.partition("@")[2]
    prop = {"spf": "smtp.mailfrom", "dmarc": "header.from"}.get(
        result.partition("=")[0], "header.d"
    )
    return (
        f"Authentication-Results: {SERVER};\r\n {result} {prop}={domain}",
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.7])\r\n"
        f" by {SERVER} (Postfix) with ESMTPS id 4TkQ; Mon, 2 Dec 2019 10:00:01 +0700",
    )


def proven(letter: Letter) -> bytes:
    """A mail with a DKIM signature of its sender's domain."""
    domain = letter.sender.partition("@")[2]
    return dkim_sign(compose(letter), domain, SELECTOR, at=letter.at)
