"""Everything about rehearsal mails under one name: makers, odd ones, full mailboxes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hub.rehearsal.mail_making import (
    ADDRESS,
    MAILBOX,
    SELECTOR,
    SENDERS,
    SERVER,
    Letter,
    clear_letter,
    compose,
    dkim_keys,
    entity,
    ground,
    paper_pdf,
    proven,
    received,
)
from hub.rehearsal.mail_signing import (
    dkim_key,
    dkim_sign,
    dkim_text,
    smime_detached,
    smime_opaque,
)
from hub.rehearsal.odd_mails import ODD_MAILS, REPORTS, Odd
from hub.rehearsal.samples import DEFAULT_DAY

__all__ = [
    "ADDRESS",
    "MAILBOX",
    "ODD_MAILS",
    "REPORTS",
    "SELECTOR",
    "SENDERS",
    "SERVER",
    "Letter",
    "Odd",
    "Posted",
    "clear_letter",
    "compose",
    "dkim_key",
    "dkim_keys",
    "dkim_sign",
    "dkim_text",
    "entity",
    "ground",
    "mailbox_of",
    "paper_pdf",
    "proven",
    "received",
    "smime_detached",
    "smime_opaque",
]


@dataclass(frozen=True, slots=True)
class Posted:
    """One mail of a full mailbox."""

    name: str
    data: bytes = field(repr=False)
    #: Its document is delivered by the rehearsal's policy; else a person looks.
    clear: bool


#: Every so many mails one is odd.
_ODD_EVERY = 10
_ABOUT = (
    "công tác phòng chống lụt bão",
    "rà soát mã định danh cơ quan",
    "kế hoạch sử dụng đất",
    "tổng kết phong trào thi đua",
)
_KINDS = (("BC", "Báo cáo", "report"), ("TTr", "Tờ trình", "proposal"))


def mailbox_of(n: int) -> Iterator[Posted]:
    """`n` mails, the same every time; every tenth is odd, one in seven doubtful."""
    odd = list(ODD_MAILS.items())
    for number in range(1, n + 1):
        if number % _ODD_EVERY:
            yield _numbered(number)
        else:
            name, strange = odd[number // _ODD_EVERY % len(odd)]
            yield Posted(f"{name}-{number}", _told_apart(strange, number), clear=False)


def _told_apart(strange: Odd, number: int) -> bytes:
    """No two mails of a mailbox are the same bytes."""
    return f"X-So-Thu-Tu: {number}\r\n".encode() + strange.data()


def _numbered(number: int) -> Posted:
    """A mail of its own number; one in seven says nothing of it."""
    token, kind, drawing = _KINDS[number % len(_KINDS)]
    sender = list(SENDERS)[number % len(SENDERS)]
    day = DEFAULT_DAY + timedelta(days=number % 20 - 20)
    clear = number % 7 != 0
    subject = (
        f"{kind} số {number}/{token}-VP ngày {day:%d/%m/%Y} "
        f"về việc {_ABOUT[number % len(_ABOUT)]}"
    )
    letter = replace(
        clear_letter(),
        subject=subject if clear else "Gửi văn bản",
        files=(
            (f"{number}_{token}-VP.pdf" if clear else "scan.pdf", paper_pdf(drawing)),
        ),
        sender=sender,
        message_id=f"<{number}@{sender.partition('@')[2]}>",
        above=received(address=sender),
    )
    return Posted(f"mail-{number}", compose(letter), clear)
