"""What a sender's system puts into an envelope, before any dialect is chosen."""

import base64
import uuid
import zipfile
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape

from hub.rehearsal.cast import Body
from hub.rehearsal.papers import Paper

_SPACE = uuid.UUID("5d5f0c0e-7a1b-4f0f-9c49-3f7e6b1f4a10")


@dataclass(frozen=True, slots=True)
class File:
    """One attachment; `data` is the file itself."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    #: The VNPT kit's habit: a ZIP of one entry named by a random UUID.
    zipped: bool = False

    @property
    def content_id(self) -> str:
        """An id without `cid:`, the same for the same file."""
        return str(uuid.uuid5(_SPACE, f"{self.name} {len(self.data)}"))

    @property
    def payload(self) -> str:
        """Base64 of what travels."""
        data = self._wrapped() if self.zipped else self.data
        return base64.b64encode(data).decode()

    def _wrapped(self) -> bytes:
        out = BytesIO()
        entry = zipfile.ZipInfo(f"{self.content_id}.{self.name.rpartition('.')[2]}")
        entry.compress_type = zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(entry, self.data)
        return out.getvalue()


@dataclass(frozen=True, slots=True)
class Business:
    """What is to be done: BussinessDocType 0 new, 1 revoke, 2 update, 3 replace."""

    kind: int = 0
    reason: str = "Văn bản điện tử mới"
    #: Target of an update.
    document_id: str = ""
    #: XML inside Bussiness that only this kind has; `{p}` is the prefix.
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One document to send."""

    sender: Body
    receivers: tuple[Body, ...]
    #: Số/ký hiệu: "218/BC-SNN".
    notation: str
    day: date
    type_name: str
    subject: str
    files: tuple[File, ...]
    place: str = "Nam Định"
    #: Number of the type as the kit's senders write it (EDXML.md 1.8).
    type_number: int = 2
    position: str = ""
    signer: str = ""
    business: Business = Business()
    priority: int = 0
    #: Text of a secrecy field, "" if the sender's system has none.
    secrecy: str = ""
    #: Where the date must be written as no date can be.
    day_text: str = ""
    #: Where the id is not to be made of sender, day and notation.
    own_id: str = ""

    @property
    def document_id(self) -> str:
        """The QCVN form: OrganId,yyyy/MM/dd,number/notation."""
        given = f"{self.sender.code},{self.day:%Y/%m/%d},{self.notation}"
        return self.own_id or given

    @property
    def promulgated(self) -> str:
        """PromulgationDate as the sender writes it."""
        return self.day_text or f"{self.day:%Y/%m/%d}"

    @property
    def number(self) -> str:
        """CodeNumber."""
        return self.notation.partition("/")[0]

    @property
    def sign(self) -> str:
        """CodeNotation."""
        return self.notation.partition("/")[2]


def parcel_of(
    paper: Paper, sender: Body, receivers: tuple[Body, ...], pdf: bytes
) -> Parcel:
    """The envelope's fields as the sender's clerk copies them from the paper."""
    name = paper.notation.replace("/", "_") + ".pdf"
    return Parcel(
        sender=sender,
        receivers=receivers,
        notation=paper.notation,
        day=paper.day,
        type_name=paper.type_name.capitalize() or "Công văn",
        subject=paper.subject,
        files=(File(name, "application/pdf", pdf),),
        place=paper.place,
        position=paper.position,
        signer=paper.signer,
    )


def tag(prefix: str, name: str, text: object) -> str:
    """One element with escaped text; nothing where the text is empty."""
    if text == "":
        return ""
    return f"<{prefix}{name}>{escape(str(text))}</{prefix}{name}>"
