"""What an error of a target leads to: the one table the relay goes by.

What each target's own words are (HTTP, codes of an axis, SMTP) stands in
`hub.model.answers`; adapters turn them into these errors.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.errors import (
    BrokerUnavailable,
    ClaimLost,
    EvidenceUnavailable,
    JournalRefused,
    JournalUnavailable,
    KeyReused,
    MalformedEnvelope,
    NotAllowed,
    PermanentFailure,
    SignerUnavailable,
    SourceUnavailable,
    TemporaryFailure,
    TrustUnavailable,
    Unroutable,
)


class Fate(StrEnum):
    """What becomes of the row."""

    LATER = "later"
    #: A person's matter at once.
    NEVER = "never"


class Whose(StrEnum):
    """Whose trouble it is, so what its breaker learns of it."""

    #: It cannot be reached or says: not now. Counts.
    TARGET = "target"
    #: It answered: it is there, and will not have this row.
    ROW = "row"
    #: Ours: says nothing of the target.
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One row of the table."""

    error: type[Exception]
    fate: Fate
    fault: Whose
    #: Begins the reason on the operators' list; "": the error's own words begin it.
    begins: str
    vi: str
    en: str


#: The first row whose error it is counts: the special ones stand before the general.
TROUBLES: tuple[Trouble, ...] = (
    Trouble(
        BrokerUnavailable,
        Fate.LATER,
        Whose.TARGET,
        "",
        "RabbitMQ không trả lời, hoặc hàng đợi của cơ quan đầy",
        "RabbitMQ does not answer, or the agency's queue is full",
    ),
    Trouble(
        SourceUnavailable,
        Fate.LATER,
        Whose.TARGET,
        "",
        "nơi nhận không trả lời, báo bận, hoặc tài khoản của trục bị từ chối",
        "it cannot be reached, says: not now, or does not know our account",
    ),
    Trouble(
        EvidenceUnavailable,
        Fate.LATER,
        Whose.OURS,
        "",
        "kho chứng cứ của trục không đọc được",
        "our evidence cannot be read",
    ),
    Trouble(
        JournalRefused,
        Fate.LATER,
        Whose.OURS,
        "",
        "nhật ký của trục không ghi được giá trị này",
        "our journal cannot hold this value",
    ),
    Trouble(
        JournalUnavailable,
        Fate.LATER,
        Whose.OURS,
        "",
        "nhật ký của trục không trả lời",
        "our journal does not answer",
    ),
    Trouble(
        TrustUnavailable,
        Fate.LATER,
        Whose.OURS,
        "",
        "kho chứng thư của trục không đọc được",
        "our trust material cannot be read",
    ),
    Trouble(
        SignerUnavailable,
        Fate.LATER,
        Whose.OURS,
        "",
        "khóa ký của trục chưa dùng được",
        "our own signing key does not answer",
    ),
    Trouble(
        ClaimLost,
        Fate.LATER,
        Whose.OURS,
        "",
        "tiến trình khác đang giữ việc này",
        "another process holds it",
    ),
    Trouble(
        TemporaryFailure,
        Fate.LATER,
        Whose.TARGET,
        "",
        "trở ngại khác sẽ qua",
        "other trouble that passes",
    ),
    Trouble(
        Unroutable,
        Fate.NEVER,
        Whose.OURS,
        "unroutable",
        "không có hàng đợi, nguồn hay hộp thư để gửi tới",
        "there is no queue, source or mailbox to send it to",
    ),
    Trouble(
        NotAllowed,
        Fate.NEVER,
        Whose.OURS,
        "",
        "cấu hình không cho phép gọi địa chỉ này",
        "the settings do not allow this address",
    ),
    Trouble(
        MalformedEnvelope,
        Fate.NEVER,
        Whose.ROW,
        "",
        "nơi nhận không đọc được nội dung",
        "the other side cannot read it",
    ),
    Trouble(
        KeyReused,
        Fate.NEVER,
        Whose.ROW,
        "",
        "nơi nhận đã có nội dung khác cùng mã",
        "the other side has other content under this id",
    ),
    Trouble(
        PermanentFailure,
        Fate.NEVER,
        Whose.ROW,
        "",
        "nơi nhận từ chối hẳn",
        "the other side refuses it for good",
    ),
    Trouble(
        KeyError,
        Fate.NEVER,
        Whose.OURS,
        "unfit",
        "nội dung đã bị xóa khỏi kho chứng cứ",
        "its body was erased",
    ),
    Trouble(
        ValueError,
        Fate.NEVER,
        Whose.OURS,
        "unfit",
        "dòng này không đủ dạng để gửi",
        "the row is not fit to leave",
    ),
)

#: Whatever else comes is a bug, and ends the relay with its story.
HANDLED = tuple(trouble.error for trouble in TROUBLES)


def trouble_of(error: Exception) -> Trouble:
    """The row of an error; it must be one of HANDLED."""
    return next(t for t in TROUBLES if isinstance(error, t.error))


def reason_of(trouble: Trouble, error: Exception) -> str:
    """What the operators' list says of a row that will not leave.

    A KeyError's own words are a digest or a name: its class says more.
    """
    if trouble.begins == "unfit":
        return f"unfit: {type(error).__name__}"
    words = str(error) or type(error).__name__
    return f"{trouble.begins}: {words}" if trouble.begins else words
