"""What the source of an arrival is told, under the hub's own code. Pure."""

import msgspec

from hub.model.decisions import Disposition
from hub.model.faults import SENTENCES
from hub.model.ids import AgencyCode, DocumentKey
from hub.model.receipts import Receipt
from hub.model.records import OutboxKind, OutboxRow
from hub.model.targets import Target, TargetKind
from hub.pipeline.agency_receipts import notice_body, notice_row
from hub.pipeline.draft import Draft
from hub.pipeline.facts import notation
from hub.pipeline.naming import derived_id
from hub.pipeline.recalls import taken_back, taken_back_text
from hub.pipeline.statuses_told import is_an_agencys


def receipts(draft: Draft) -> tuple[OutboxRow, ...]:
    """One, but for what was no document at all: nobody waits for an answer.

    Nor for one on a status, where an agency's own was taken.
    """
    decision, nothing = draft.decision, draft.examined.envelope is None
    if decision.disposition is Disposition.DISCARD and nothing:
        return ()
    if is_an_agencys(draft) and _told(decision.disposition) is Disposition.DELIVER:
        return ()
    return (_receipt_row(draft),)


def bodies(draft: Draft) -> tuple[bytes, ...]:
    """What must be in the evidence store before these rows are written."""
    if draft.outgoing.writer is None or not receipts(draft):
        return ()
    return (notice_body(_receipt(draft)),)


def _receipt_row(draft: Draft) -> OutboxRow:
    receipt = _receipt(draft)
    if writer := draft.outgoing.writer:
        return notice_row(draft, receipt, writer)
    return OutboxRow(
        id=receipt.id,
        kind=OutboxKind.ANSWER,
        target=draft.arrival.source,
        due_at=draft.at,
        deadline=draft.until(Target(TargetKind.SOURCES, draft.arrival.source)),
        arrival=draft.arrival.id,
        document=draft.key,
        lane=draft.decision.lane,
        headers=msgspec.to_builtins(receipt),
        follows=_followed(draft),
    )


def _followed(draft: Draft) -> DocumentKey | None:
    """The source hears "delivered" after the broker has it, never before."""
    told = _told(draft.decision.disposition)
    return draft.key if told is Disposition.DELIVER else None


def _receipt(draft: Draft) -> Receipt:
    decision, fault = draft.decision, draft.decision.reason
    envelope = None if decision.secret else draft.examined.envelope
    vietnamese, english = SENTENCES[fault.code] if fault else taken_back_text(draft)
    return Receipt(
        id=derived_id(draft.arrival.id, "receipt", decision.disposition, decision.rule),
        hub=AgencyCode(draft.outgoing.hub),
        arrival=draft.arrival.id,
        door_id=draft.arrival.door_id,
        sha256=draft.arrival.digest,
        outcome=_told(decision.disposition),
        at=draft.at,
        rule=decision.rule,
        document_id=envelope.document_id if envelope else "",
        sender=envelope.sender.code if envelope else AgencyCode(""),
        notation=notation(envelope) if envelope else "",
        promulgated=envelope.promulgated_text if envelope else "",
        verdict=draft.examined.verdict.headline if envelope else "",
        paper=_paper_told(draft),
        code=fault.code if fault else "",
        place=fault.place if fault else "",
        text_vi=vietnamese,
        text_en=english,
        delivered_to=_delivered_to(draft),
        unknown=decision.routing.unknown,
        taken_back=taken_back(draft),
    )


def _paper_told(draft: Draft) -> int | None:
    """The flag of what goes on; what is held or refused owes no paper."""
    paper = draft.decision.paper
    return paper.flag if paper and draft.delivered else None


def _delivered_to(draft: Draft) -> tuple[AgencyCode, ...]:
    match draft.decision.disposition:
        case Disposition.DELIVER:
            routing = draft.decision.routing
            here = tuple(one.code for one in routing.receivers)
            elsewhere = tuple(one.code for one in routing.outward)
            return draft.outgoing.had + here + elsewhere
        case Disposition.DISCARD:
            return draft.outgoing.had
        case Disposition.HOLD | Disposition.REFUSE:
            return ()


def _told(disposition: Disposition) -> Disposition:
    """A twin is safe already: its source hears what the first arrival's heard."""
    if disposition is Disposition.DISCARD:
        return Disposition.DELIVER
    return disposition
