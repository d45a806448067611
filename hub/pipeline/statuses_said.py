"""A status said here: in an agency's name where the registry or a person lets it. Pure.

The hub itself says 01 and nothing else, and only of an agency whose line in the
registry says `says_arrived: hub`, after the delivery was fetched. 02 is nobody's to say
but the agency's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.edxml.identity import identify
from hub.edxml.writer import write_status
from hub.model.agencies import Agency
from hub.model.decisions import Disposition
from hub.model.dossier_news import AS_STATUS
from hub.model.dossiers import Dossier, DossierAct
from hub.model.envelopes import (
    Envelope,
    Family,
    Kind,
    Organization,
    Reference,
    StatusReport,
)
from hub.model.ids import AgencyCode, digest_of
from hub.model.records import DocumentRow, OutboxKind, OutboxRow
from hub.model.sending import Sending
from hub.model.spoken import Spoken
from hub.model.statuses import Said, Standing, StatusCode, Subject
from hub.model.verdicts import Headline
from hub.pipeline.forwards import Passage, forward_row
from hub.pipeline.naming import claim_url, derived_id
from hub.pipeline.statuses_told import news_body, written_out

#: What an operator may say in an agency's name when it asked for that.
SAYABLE = frozenset(StatusCode) - {StatusCode.REFUSED, StatusCode.ASKED_BACK}
_LIFE = timedelta(hours=72)
_AUTOMATIC = "Trục báo thay theo thiết lập của cơ quan: phần mềm đã lấy văn bản về."
_ASKED = "Người vận hành trục báo thay theo đề nghị của cơ quan."


@dataclass(frozen=True, slots=True)
class Word:
    """One code to be said of one delivery, and who says it."""

    standing: Standing
    about: Subject
    code: StatusCode
    #: Since when it is so, and now: it leaves from now on.
    at: datetime
    now: datetime
    #: "" is the hub; else an operator, and why.
    operator: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """Who a word goes to: agencies attached here, or the source it came by."""

    speaker: Agency
    receivers: tuple[Agency, ...]
    public_url: str


def spoken(word: Word, ways: Ways) -> tuple[Spoken, bytes]:
    """The rows of a word, and the body to be kept before they are written.

    Raises ValueError for a code that is not to be said here.
    """
    allowed = SAYABLE if word.operator else {StatusCode.ARRIVED}
    if word.code not in allowed:
        raise ValueError(f"{word.code} is the agency's to say")
    envelope = _envelope(word, ways)
    body = _body(envelope, word, ways)
    return Spoken(
        said=Said(
            document=word.standing.document,
            agency=word.standing.agency,
            code=word.code,
            at=word.at,
            heard_at=word.now,
            arrival=word.standing.arrival,
            by="operator" if word.operator else "hub",
        ),
        document=_document(envelope, word),
        outbox=_rows(envelope, body, word, ways),
        actor=word.operator or "hub",
        reason=word.reason,
        unless_said=not word.operator,
    ), body


def _envelope(word: Word, ways: Ways) -> Envelope:
    report = StatusReport(
        code=word.code,
        about=Reference(AgencyCode("")),
        description=_ASKED if word.operator else _AUTOMATIC,
        moment=word.at,
    )
    bare = Envelope(
        family=Family.LAYERED,
        kind=Kind.STATUS,
        sender=Organization(ways.speaker.code, ways.speaker.name),
        receivers=(),
        document_id="",
        subject="",
        status=report,
    )
    return written_out(bare, word.about)


def _body(envelope: Envelope, word: Word, ways: Ways) -> bytes:
    about = word.about
    if ways.receivers or not about.dossier:
        return write_status(envelope)
    status = AS_STATUS.get(word.code)
    told = (
        Dossier(DossierAct.PROGRESS, about.dossier, status=status) if status else None
    )
    return news_body(envelope, about, told)


def _document(envelope: Envelope, word: Word) -> DocumentRow:
    identity = identify(envelope)
    return DocumentRow(
        key=identity.key,
        content=identity.content,
        sender=envelope.sender.code,
        document_id=envelope.document_id,
        kind=Kind.STATUS,
        disposition=Disposition.DELIVER,
        rule="said-here",
        headline=Headline.UNSIGNED,
        decided_at=word.now,
    )


def _rows(
    envelope: Envelope, body: bytes, word: Word, ways: Ways
) -> tuple[OutboxRow, ...]:
    if ways.receivers:
        return tuple(_delivery(envelope, body, word, (ways, r)) for r in ways.receivers)
    if not word.about.source:
        return ()
    return (_forward(envelope, body, word),)


def _delivery(
    envelope: Envelope, body: bytes, word: Word, to: tuple[Ways, Agency]
) -> OutboxRow:
    ways, receiver = to
    identity, digest = identify(envelope), digest_of(body)
    return OutboxRow(
        id=derived_id(identity.key, receiver.code, "document", identity.content),
        kind=OutboxKind.DELIVER,
        target=receiver.queue,
        due_at=word.now,
        deadline=word.now + _LIFE,
        arrival=word.standing.arrival,
        document=identity.key,
        agency=receiver.code,
        headers={
            "content_type": "application/edxml+xml",
            "document_id": envelope.document_id,
            "from": envelope.sender.code,
            "kind": Kind.STATUS,
            "type": "",
            "paper": 0,
            "urgency": "ordinary",
            "verdict": Headline.UNSIGNED,
            "original_sha256": digest,
            "original_size": len(body),
            "claim_url": claim_url(ways.public_url, digest),
            "body": "inline",
            "body_sha256": digest,
            "body_size": len(body),
            "body_url": claim_url(ways.public_url, digest),
            "traceparent": "",
        },
        body=digest,
    )


def _forward(envelope: Envelope, body: bytes, word: Word) -> OutboxRow:
    identity, about = identify(envelope), word.about
    identifier = derived_id(identity.key, about.source, "forward", identity.content)
    sending = Sending(
        id=identifier,
        kind=Kind.STATUS,
        sender=envelope.sender.code,
        receivers=(about.sender,),
        document_id=about.document_id,
        name=identifier,
        at=word.now,
        notation=about.notation,
    )
    passage = Passage(
        source=about.source,
        body=digest_of(body),
        deadline=word.now + _LIFE,
        arrival=word.standing.arrival,
        document=identity.key,
    )
    return forward_row(sending, passage)
