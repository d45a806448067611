"""Document types, the paper duty, and what makes two envelopes one document."""

from dataclasses import dataclass
from enum import StrEnum

from hub.model.ids import Digest, DocumentKey
from hub.model.statuses import Mention


class DocumentType(StrEnum):
    """Types the paper rule tells apart (EDXML.md 6); the value is stable."""

    NORMATIVE = "vbqppl"
    REPORT = "bao-cao"
    DIRECTIVE = "chi-thi"
    PROGRAMME = "chuong-trinh"
    DISPATCH = "cong-dien"
    INVITATION = "giay-moi"
    GUIDANCE = "huong-dan"
    REGULATION = "quy-che"
    PLAN = "ke-hoach"
    NOTICE = "thong-bao"
    SCHEME = "de-an"
    LETTER = "cong-van"
    DECISION = "quyet-dinh"
    PROPOSAL = "to-trinh"
    RESOLUTION = "nghi-quyet"
    RULES = "quy-dinh"
    COMMUNIQUE = "thong-cao"
    OPTION = "phuong-an"
    PROJECT = "du-an"
    MINUTES = "bien-ban"
    CONTRACT = "hop-dong"
    MEMORANDUM = "ban-ghi-nho"
    AGREEMENT = "ban-thoa-thuan"
    AUTHORIZATION = "giay-uy-quyen"
    INTRODUCTION = "giay-gioi-thieu"
    LEAVE = "giay-nghi-phep"
    SENDING_SLIP = "phieu-gui"
    TRANSFER_SLIP = "phieu-chuyen"
    NOTICE_SLIP = "phieu-bao"
    OPEN_LETTER = "thu-cong"
    UNKNOWN = "khong-ro"


class PaperDuty(StrEnum):
    """What a cell of the paper grid says."""

    PAPERLESS = "paperless"
    PAPER_TOO = "paper-too"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class PaperRuling:
    """The paper flag of one document, and why."""

    duty: PaperDuty
    #: Key of the row and column of the grid: "quyet-dinh/signed/from-2019-11-15".
    cell: str
    type: DocumentType
    #: What the type was read from: "type-name", "notation", "default".
    read_from: str
    #: TypeName and notation disagree: for the clerk, and paper.
    conflict: bool
    #: Paper as the sender wrote it; kept beside ours, a 1 is never lowered.
    sender_said: int | None
    #: The sender is attached here: the paper goes out from the district.
    ours: bool = False

    @property
    def flag(self) -> int:
        """The value for Bussiness/Paper."""
        return 0 if self.duty is PaperDuty.PAPERLESS and self.sender_said != 1 else 1


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity and content of a document (ARCHITECTURE.md, step 4)."""

    key: DocumentKey
    content: Digest
    #: The keys each of `targets` would have, as new and as replacing.
    about: tuple[DocumentKey, ...] = ()
    #: DocumentIds of what it recalls, updates or replaces; () for everything else.
    targets: tuple[str, ...] = ()
    #: How it names the documents it says a word on: a status one, an answer several.
    mentions: tuple[Mention, ...] = ()
