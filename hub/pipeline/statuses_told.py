"""A status on its way: written out with the document it is about. Pure.

An agency may name a delivery by its message_id alone; who hears of it must be told the
DocumentId, number and date as the sender knows them. Portals hear it as progress of the
dossier.
"""

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from hub.edxml.writer import write_status
from hub.model.arrivals import AGENCY_AMQP, AGENCY_REST
from hub.model.decisions import Disposition
from hub.model.dossier_news import AS_STATUS, DossierNews
from hub.model.dossiers import Dossier, DossierAct
from hub.model.envelopes import (
    Envelope,
    Kind,
    Organization,
    Reference,
    StatusReport,
)
from hub.model.examined import Examined
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.records import DeskItem, DeskName, NewEntry, Tag
from hub.model.statuses import Subject
from hub.pipeline.draft import Draft
from hub.pipeline.naming import derived_id
from hub.rules import statuses
from hub.rules.case import Case

#: Refusals of a status that stand on a list, for a person to see whose software errs.
LISTED = frozenset(
    {
        FaultCode.UNKNOWN_DOCUMENT,
        FaultCode.NOT_ITS_RECEIVER,
        FaultCode.NOT_ITS_SENDER,
        FaultCode.STATUS_CODE,
    }
)
_encoder = msgspec.json.Encoder(order="deterministic")


def completed(case: Case) -> Examined:
    """The status with its document written out, and what it says of a dossier.

    Anything else, and a status nobody knows the document of, as it is.
    """
    report = case.examined.envelope.status if case.examined.envelope else None
    about = statuses.subject(case) if report else None
    if about is None or report is None:
        return case.examined
    whole = written_out(case.envelope, about)
    told = replace(report, moment=report.moment or case.accepted_at)
    if whole.status is not None:
        told = replace(told, about=whole.status.about)
    return replace(
        case.examined,
        envelope=replace(whole, status=told),
        dossier=_dossier(case, about, told),
    )


def written_out(envelope: Envelope, about: Subject) -> Envelope:
    """A status with ResponseFor as its document has it.

    Its OrganId is whom it goes to: the sender, or of 13 the receiver that is asked.
    """
    report = envelope.status
    assert report is not None, "a status has a report"
    to = report.about.code if statuses.asks_back(envelope) else about.sender
    reference = Reference(to, about.notation, about.document_id, about.promulgated)
    return replace(
        envelope,
        receivers=(Organization(to),),
        document_id=about.document_id,
        status=replace(report, about=reference),
    )


def body_of(examined: Examined, about: Subject | None, *, outside: bool) -> bytes:
    """What leaves: a status message, or to a portal the progress of its dossier."""
    envelope = examined.envelope
    assert envelope is not None, "what leaves was read"
    if outside and about is not None and about.dossier:
        return news_body(envelope, about, examined.dossier)
    return write_status(envelope)


def news_body(envelope: Envelope, about: Subject, dossier: Dossier | None) -> bytes:
    """`DossierNews` as JSON; the same status gives the same bytes."""
    report = envelope.status
    assert report is not None, "a status has a report"
    assert report.moment is not None, "see `completed`"
    news = DossierNews(
        number=about.dossier,
        status=dossier.status if dossier else about.dossier_status,
        office=envelope.sender.code,
        office_name=envelope.sender.name,
        at=report.moment,
        person=report.staff.name if report.staff else "",
        department=report.staff.department if report.staff else "",
        text=report.description,
        code=report.code.strip(),
    )
    return _encoder.encode(news)


def said_entries(draft: Draft) -> tuple[NewEntry, ...]:
    """An entry on the document itself for every word on it; its text is erasable."""
    envelope = draft.examined.envelope
    report = envelope.status if envelope else None
    text = {"text": report.description} if report and report.description else None
    return tuple(
        NewEntry(
            Tag.STATUS_SAID,
            draft.at,
            one.about or draft.arrival.id,
            one.document,
            one.agency,
            actor=draft.arrival.source,
            facts={
                "code": one.code,
                "at": msgspec.to_builtins(one.at),
                "by": one.by,
                "status": draft.arrival.id,
            },
            particulars=text,
        )
        for one in draft.said
    )


def refused(draft: Draft) -> Iterator[DeskItem]:
    """A refused status is on a list, under its code."""
    reason = draft.decision.reason
    refuses = draft.decision.disposition is Disposition.REFUSE
    if not refuses or reason is None or reason.code not in LISTED:
        return
    envelope = draft.examined.envelope
    yield DeskItem(
        id=derived_id(draft.arrival.id, "status", reason.code),
        desk=DeskName.STATUS,
        since=draft.at,
        reason=reason.code,
        arrival=draft.arrival.id,
        document=draft.key,
        agency=envelope.sender.code if envelope else None,
    )


def is_an_agencys(draft: Draft) -> bool:
    """Whether it is an agency's own status: taken, it wants no receipt."""
    envelope = draft.examined.envelope
    status = envelope is not None and envelope.kind is Kind.STATUS
    return status and draft.arrival.door in {AGENCY_AMQP, AGENCY_REST}


def _dossier(case: Case, about: Subject, report: StatusReport) -> Dossier | None:
    """What the office says of the dossier, so that its clocks know it, too."""
    told = case.examined.dossier
    if not about.dossier:
        return told
    known = AS_STATUS.get(report.code.strip())
    if told is None and known is None:
        return None
    agency = statuses.receiver_of(case, about) or AgencyCode("")
    return Dossier(
        act=DossierAct.PROGRESS,
        number=about.dossier,
        office=agency,
        status=told.status if told else str(known),
        said_at=report.moment,
        source=about.source,
    )
