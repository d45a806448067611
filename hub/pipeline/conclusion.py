"""A decision written out as rows: pure, the same input gives the same rows."""

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from hub.model.arrivals import Arrival
from hub.model.decisions import Decision, Disposition
from hub.model.dossiers import Dossier
from hub.model.examined import Examined
from hub.model.faults import FaultCode
from hub.model.records import (
    Conclusion,
    DeskItem,
    DeskName,
    DocumentRow,
    NewEntry,
    OpenVerdict,
    OutboxRow,
    PaperTask,
    Tag,
)
from hub.model.rejudging import waits_for
from hub.pipeline.draft import Draft, Outgoing
from hub.pipeline.facts import (
    envelope_facts,
    envelope_texts,
    notation,
    reading_facts,
    reading_texts,
    signer_texts,
    verdict_facts,
)
from hub.pipeline.forwards import forwards, planned
from hub.pipeline.leaving import alerts, deliveries
from hub.pipeline.naming import derived_id
from hub.pipeline.paper import paper_tasks
from hub.pipeline.recalls import added_paper, kin, kin_entries, still_wanted
from hub.pipeline.receipts import receipts
from hub.pipeline.statuses_told import refused, said_entries

#: Rules about a later arrival of a known document: the first decision stands.
_NOT_THE_FIRST = frozenset({"twin", "other-content"})


def conclusion(
    arrival: Arrival, examined: Examined, decision: Decision, outgoing: Outgoing
) -> Conclusion:
    """All rows of one decision, for one transaction."""
    draft = Draft(arrival, examined, decision, outgoing)
    outward, paper = forwards(draft), _paper(draft)
    leaving = (*deliveries(draft), *outward)
    return Conclusion(
        arrival=arrival.id,
        claim=arrival.claim,
        document=_document(draft),
        entries=_entries(draft, outward, paper),
        outbox=(*leaving, *receipts(draft), *alerts(draft)),
        desk=_desk(draft),
        paper=paper,
        dossier=_dossier(draft),
        said=draft.said,
        kin=kin(draft, leaving),
        open_verdict=_open_verdict(draft),
    )


def _document(draft: Draft) -> DocumentRow | None:
    identity, envelope = draft.examined.identity, draft.examined.envelope
    if identity is None or envelope is None or draft.decision.rule in _NOT_THE_FIRST:
        return None
    paper = draft.decision.paper
    row = DocumentRow(
        key=identity.key,
        content=identity.content,
        sender=envelope.sender.code,
        document_id=envelope.document_id,
        kind=envelope.kind,
        disposition=draft.decision.disposition,
        rule=draft.decision.rule,
        headline=draft.examined.verdict.headline,
        type=paper.type if paper else "",
        notation=notation(envelope),
        paper=paper.flag if paper else None,
        lane=draft.decision.lane,
        secret=draft.decision.secret,
        decided_at=draft.at,
    )
    if draft.decision.secret:
        return replace(row, document_id="", notation="")
    return row


def _entries(
    draft: Draft, outward: Iterable[OutboxRow], paper: Iterable[PaperTask]
) -> tuple[NewEntry, ...]:
    opened = [_opened(draft, task) for task in paper]
    listed = [
        draft.entry(Tag.DESK_OPENED, {"desk": item.desk, "reason": item.reason})
        for item in _desk(draft)
    ]
    told = (*planned(draft, outward), *said_entries(draft), *kin_entries(draft))
    return (*_read(draft), _decided(draft), *told, *opened, *listed)


def _opened(draft: Draft, task: PaperTask) -> NewEntry:
    entry = draft.entry(Tag.PAPER_OPENED, {"id": task.id})
    return replace(entry, document=task.document, agency=task.agency)


def _paper(draft: Draft) -> tuple[PaperTask, ...]:
    """Of the document itself, and of one that others are given by it."""
    return (*still_wanted(draft, paper_tasks(draft)), *added_paper(draft))


def _read(draft: Draft) -> tuple[NewEntry, ...]:
    envelope, fault = draft.examined.envelope, draft.examined.fault
    if draft.decision.secret:
        return ()
    if envelope is None:
        limited = fault is not None and fault.code is FaultCode.RESOURCE_LIMIT
        return (_judged(draft),) if limited else ()
    return (
        draft.entry(
            Tag.ARRIVAL_READ,
            envelope_facts(envelope) | reading_facts(draft.examined),
            envelope_texts(envelope) | reading_texts(draft.examined),
        ),
        _judged(draft),
    )


def _judged(draft: Draft) -> NewEntry:
    """That nothing could be said within the limits is a verdict, too."""
    return draft.entry(
        Tag.ENVELOPE_JUDGED,
        verdict_facts(draft.examined, draft.outgoing.knowledge),
        {"signers": [signer_texts(f) for f in draft.examined.verdict.findings]},
    )


def _decided(draft: Draft) -> NewEntry:
    facts = msgspec.to_builtins(draft.decision)
    facts["headline"] = draft.examined.verdict.headline
    if draft.examined.dossier is not None:
        facts["procedures_version"] = draft.outgoing.procedures_version
    return draft.entry(Tag.DOCUMENT_DECIDED, facts)


def _desk(draft: Draft) -> tuple[DeskItem, ...]:
    if draft.decision.disposition is not Disposition.HOLD:
        return tuple(refused(draft))
    reason = draft.decision.reason
    return (
        DeskItem(
            id=derived_id(draft.arrival.id, "held", draft.decision.rule),
            desk=DeskName.SECRET if draft.decision.secret else DeskName.HELD,
            since=draft.at,
            reason=reason.code if reason else draft.decision.rule,
            arrival=draft.arrival.id,
            document=draft.key,
        ),
    )


def _dossier(draft: Draft) -> Dossier | None:
    """A dossier that is held is there all the same: its clocks run.

    A twin tells nothing new: sent again, it must not turn the state back.
    """
    silent = draft.decision.disposition in {Disposition.REFUSE, Disposition.DISCARD}
    return None if silent or draft.decision.secret else draft.examined.dossier


def _open_verdict(draft: Draft) -> OpenVerdict | None:
    """Only revocation data is missing: to be judged again when it can be had.

    Not what was refused or sent again: their senders know what to do, and the
    first coming of a twin waits for both.
    """
    verdict, identity = draft.examined.verdict, draft.examined.identity
    goes_on = draft.decision.disposition in {Disposition.DELIVER, Disposition.HOLD}
    readable = draft.examined.envelope is not None and not draft.decision.secret
    if identity is None or not (verdict.try_later and goes_on and readable):
        return None
    at, patience = draft.at, draft.outgoing.patience
    return OpenVerdict(
        document=identity.key,
        headline=verdict.headline,
        since=at,
        due_at=at + patience.first,
        until=at + patience.whole,
        waits_for=waits_for(verdict),
    )
