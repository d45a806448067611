"""The mails this hub writes: receipts and polite answers, Vietnamese first; pure.

The same receipt gives the same bytes at any time: a server that has it twice sees so.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import msgspec

from hub.edxml.dates import VIETNAM
from hub.model.decisions import Disposition
from hub.model.faults import SENTENCES, FaultCode
from hub.model.receipts import Receipt

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u200e\u200f\u202a-\u202e]+")
_HEADLINES = {
    Disposition.DELIVER: ("đã chuyển", "delivered"),
    Disposition.DISCARD: ("đã chuyển", "delivered"),
    Disposition.HOLD: ("tạm giữ, chờ người xử lý", "held, a person looks at it"),
    Disposition.REFUSE: ("không nhận", "refused"),
}
_DO = {
    Disposition.DELIVER: (
        "Quý cơ quan không cần làm gì thêm.",
        "There is nothing you need to do.",
    ),
    Disposition.HOLD: (
        "Văn bản đã được lưu an toàn. Xin đừng gửi lại: có người sẽ xem và xử lý.",
        "It is kept safe. Please do not send it again: a person will look at it.",
    ),
    Disposition.REFUSE: (
        "Văn bản KHÔNG được chuyển đến nơi nhận. Kính đề nghị khắc phục và gửi lại.",
        "It was NOT passed on. Please put it right and send it again.",
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer says, to whom."""

    #: The same for every try.
    id: str
    at: datetime
    sender: str
    to: str = field(repr=False)
    outcome: Disposition
    #: Message-ID of what is answered, "".
    about: str = ""
    notation: str = ""
    text_vi: str = ""
    text_en: str = ""
    code: str = ""
    #: JSON for machines; b"": none.
    data: bytes = field(default=b"", repr=False)


def of_receipt(receipt: Receipt, sender: str, to: str, about: str) -> Answer:
    """A receipt as a mail."""
    return Answer(
        id=receipt.id,
        at=receipt.at,
        sender=sender,
        to=to,
        outcome=receipt.outcome,
        about=about,
        notation=receipt.notation,
        text_vi=receipt.text_vi,
        text_en=receipt.text_en,
        code=receipt.code,
        data=msgspec.json.format(msgspec.json.encode(receipt)),
    )


def with_fault(answer: Answer, code: FaultCode) -> Answer:
    """A fault that is told without a receipt: nothing was taken."""
    vietnamese, english = SENTENCES[code]
    return replace(answer, text_vi=vietnamese, text_en=english, code=code)


def message_id(answer_id: str, sender: str) -> str:
    """The Message-ID of an answer, derived from its id."""
    return f"<{answer_id}@{sender.rpartition('@')[2]}>"


def put_subject(mail: EmailMessage, text: str) -> None:
    """A subject of any letters.

    The standard library folds it between two encoded words and loses the blank there
    (RFC 2047, 6.2: blanks between them are not shown); its older class does not.
    """
    mail.set_raw("Subject", Header(one_line(text), "utf-8", 76, "Subject").encode())


def compose(answer: Answer) -> bytes:
    """The mail, CRLF line ends, 7 bit."""
    mail = EmailMessage(SMTP.clone(cte_type="7bit"))
    vietnamese, _ = _HEADLINES[answer.outcome]
    what = one_line(answer.notation) or "thư của quý cơ quan"
    mail["From"] = answer.sender
    mail["To"] = answer.to
    put_subject(mail, f"Báo nhận: {what} – {vietnamese}")
    mail["Date"] = format_datetime(answer.at.astimezone(VIETNAM))
    mail["Message-ID"] = message_id(answer.id, answer.sender)
    if answer.about:
        mail["In-Reply-To"] = answer.about
        mail["References"] = answer.about
    # RFC 3834: no machine answers this one.
    mail["Auto-Submitted"] = "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_text(answer), cte="base64")
    if answer.data:
        mail.add_attachment(
            answer.data, "application", "json", filename="bao-nhan.json"
        )
        mail.set_boundary(f"=_lt-{answer.id}")
    return mail.as_bytes()


def _text(answer: Answer) -> str:
    vietnamese, english = _HEADLINES[answer.outcome]
    do_vi, do_en = _DO[_told(answer.outcome)]
    at = f"{answer.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    what = one_line(answer.notation)
    lines = (
        "Kính gửi quý cơ quan,",
        f"Trục liên thông trả lời thư{f' về văn bản {what}' if what else ''}: "
        f"{vietnamese} (lúc {at}).",
        one_line(answer.text_vi),
        do_vi,
        "-- ",
        f"The hub answers your mail{f' about {what}' if what else ''}: {english}.",
        one_line(answer.text_en),
        do_en,
        f"Mã / code: {answer.code}" if answer.code else "",
        f"Mã báo nhận / receipt: {answer.id}",
    )
    return "\n\n".join(line for line in lines if line) + "\n"


def _told(outcome: Disposition) -> Disposition:
    return Disposition.DELIVER if outcome is Disposition.DISCARD else outcome


def one_line(text: str) -> str:
    """One line of 500 letters at most; nothing forges a header or turns it round."""
    return _CONTROL.sub(" ", text).strip()[:500]
