"""One edXML package, once read (QCVN 102:2016 as real senders write it; EDXML.md 1)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.model.ids import AgencyCode, Digest


class Family(StrEnum):
    """The families of edXML in circulation (EDXML.md 1.1)."""

    LAYERED = "A"
    SOAP = "B"


class Kind(StrEnum):
    """What an envelope does: BussinessDocType 0-3, or reports a status."""

    NEW = "new"
    REVOKE = "revoke"
    UPDATE = "update"
    REPLACE = "replace"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Organization:
    """A body as the sender wrote it; only `code` routes, and only after look-up."""

    code: AgencyCode
    name: str = ""
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


class FileState(StrEnum):
    """Whether the bytes of an attachment can be used."""

    SOUND = "sound"
    #: Listed in the manifest, not in the envelope.
    MISSING = "missing"
    #: base64 that does not decode.
    BASE64_DAMAGED = "base64-damaged"
    #: Binary read as text somewhere on the way (U+FFFD in a PDF).
    TEXT_DAMAGED = "text-damaged"
    #: Over a limit: kept in the original only.
    OVER_LIMIT = "over-limit"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of an envelope; its bytes travel beside it, never in it."""

    #: 1-based place in manifest order; files nobody listed come after.
    position: int
    #: Without `cid:`.
    content_id: str
    name: str
    description: str
    #: What the sender said of its type, and what the bytes are.
    claimed_type: str
    media_type: str
    #: Of the file itself, after base64 and the wrapping ZIP are undone; 0 if none.
    size: int
    digest: Digest
    #: Of the bytes as decoded from base64, before a ZIP was undone.
    sent_digest: Digest
    state: FileState = FileState.SOUND

    @property
    def is_pdf(self) -> bool:
        """Whether the bytes are a PDF, whatever the sender called it."""
        return self.media_type == "application/pdf" and self.state is FileState.SOUND


@dataclass(frozen=True, slots=True)
class Signatory:
    """The person the sender says signed (SignerInfo); claimed, personal data."""

    competence: str = ""
    position: str = ""
    full_name: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """The clerk to contact (StaffInfo); personal data."""

    department: str = ""
    name: str = ""
    email: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document this one answers or reports on (ResponseFor)."""

    code: AgencyCode
    notation: str = ""
    document_id: str = ""
    promulgated_text: str = ""


@dataclass(frozen=True, slots=True)
class ReceiverChange:
    """One line of an update's receiver list; ReceiverType 1 adds, 0 removes."""

    code: AgencyCode
    added: bool


@dataclass(frozen=True, slots=True)
class Replacement:
    """One document that this one replaces, and for whom."""

    document_id: str
    codes: tuple[AgencyCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Business:
    """What is to be done (Bussiness, sic)."""

    #: Target of a revoke or update; for a revoke may be empty (then DocumentId).
    document_id: str = ""
    reason: str = ""
    #: Paper as received: 0, 1, or None where absent or something else.
    paper: int | None = None
    info_changed: bool = False
    receivers_changed: bool = False
    changes: tuple[ReceiverChange, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    staff: Staff | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One TraceHeader; the axis appends them in transit."""

    code: AgencyCode
    moment_text: str


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What an agency says became of a document (QĐ 28/2018)."""

    code: str
    about: Reference
    description: str = ""
    moment: datetime | None = None
    moment_text: str = ""
    staff: Staff | None = None


@dataclass(frozen=True, slots=True)
class OtherInfo:
    """The small fields of OtherInfo, as text where nothing is decided by them."""

    priority: int | None = None
    sphere: str = ""
    typist: str = ""
    copies: str = ""
    pages: str = ""
    direction: str = ""
    appendixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """One edXML package; every field is claimed by the sender until proven."""

    family: Family
    kind: Kind
    sender: Organization
    receivers: tuple[Organization, ...]
    document_id: str
    subject: str
    number: str = ""
    notation: str = ""
    place: str = ""
    promulgated: date | None = None
    promulgated_text: str = ""
    type_number: int | None = None
    type_detail: int | None = None
    type_name: str = ""
    content: str = ""
    signatory: Signatory | None = None
    due: date | None = None
    due_text: str = ""
    other: OtherInfo = OtherInfo()
    #: Text of a secrecy field, whatever the sender called the element; "" if none.
    secrecy: str = ""
    answers: tuple[Reference, ...] = ()
    steering: int | None = None
    places: tuple[str, ...] = ()
    hops: tuple[Hop, ...] = ()
    #: None where the sender left Bussiness out.
    business: Business | None = None
    attachments: tuple[Attachment, ...] = ()
    status: StatusReport | None = None

    @property
    def main_pdf(self) -> Attachment | None:
        """The document itself: the first file listed, if it is there and a PDF.

        A signed annex behind a missing or unsigned first file signs the annex.
        """
        first = self.attachments[0] if self.attachments else None
        return first if first and first.is_pdf else None

    @property
    def target_id(self) -> str:
        """The DocumentId that a revoke or update is about (EDXML.md 1.5)."""
        if self.business and self.business.document_id:
            return self.business.document_id
        return self.document_id
