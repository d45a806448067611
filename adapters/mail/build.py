"""The envelope of a mail that brought none: strict edXML, the same bytes every time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from adapters.mail.documents import File
from adapters.mail.guessing import Guesses
from hub.edxml import writer
from hub.model.envelopes import Attachment, Envelope, Family, Hop, Kind, Organization
from hub.model.frames import Guess
from hub.model.ids import AgencyCode, digest_of

#: From here on a guess stands in the envelope; the rule `doubtful` asks for more.
WRITTEN = 40
#: From here on number, notation and date are the document's identity.
SURE = 70
#: Stands in Content, so that no reader takes a guess for the sender's word.
NOTE = (
    "Trục lập gói tin này từ thư điện tử: số, ngày, loại văn bản do trục đọc từ tên "
    "tệp, tiêu đề và nội dung thư, không phải bên gửi ghi. Tiêu đề thư: "
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What an envelope is built from."""

    sender: AgencyCode
    address: str = field(repr=False)
    receivers: tuple[AgencyCode, ...]
    #: Names by code, where the registry has them.
    names: Mapping[str, str]
    subject: str = field(repr=False)
    #: What the mail is known by where the document's own identity is doubtful.
    fallback_id: str
    files: Sequence[File] = field(repr=False)


def build(letter: Letter, guesses: Guesses) -> bytes:
    """Family A, valid against schemas/edxml.xsd; the files in the order given."""
    envelope = Envelope(
        family=Family.LAYERED,
        kind=Kind.NEW,
        sender=Organization(
            letter.sender, letter.names.get(letter.sender, ""), email=letter.address
        ),
        receivers=tuple(
            Organization(code, letter.names.get(code, "")) for code in letter.receivers
        ),
        document_id=_document_id(letter, guesses),
        subject=guesses.subject.value,
        number=_written(guesses.number),
        notation=_written(guesses.notation),
        promulgated=_day(guesses.promulgated),
        type_name=_written(guesses.type_name),
        content=NOTE + letter.subject,
        attachments=tuple(map(_attachment, range(1, 10_000), letter.files)),
    )
    nobody = Hop(AgencyCode(""), "")  # the hub's own is added when it is sent on
    return writer.write(envelope, [file.data for file in letter.files], None, nobody)


def _document_id(letter: Letter, guesses: Guesses) -> str:
    """The QCVN form (EDXML.md 1.4) where it is sure, else the mail's own id."""
    parts = (guesses.number, guesses.notation, guesses.promulgated)
    if min(part.confidence for part in parts) < SURE:
        return letter.fallback_id
    day = guesses.promulgated.value.replace("-", "/")
    return f"{letter.sender},{day},{guesses.number.value}/{guesses.notation.value}"


def _written(guess: Guess) -> str:
    return guess.value if guess.confidence >= WRITTEN else ""


def _day(guess: Guess) -> date | None:
    return date.fromisoformat(guess.value) if guess.confidence >= WRITTEN else None


def _attachment(position: int, file: File) -> Attachment:
    digest = digest_of(file.data)
    return Attachment(
        position=position,
        content_id=f"tep-{position}",
        name=file.name,
        description="",
        claimed_type=file.claimed_type,
        media_type=file.media_type,
        size=len(file.data),
        digest=digest,
        sent_digest=digest,
    )
