"""A decision written out as rows: pure, the same input gives the same rows."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from hub.model.arrivals import Arrival
from hub.model.decisions import Decision, Disposition, Receiver
from hub.model.dossiers import Dossier
from hub.model.examined import Examined
from hub.model.faults import SENTENCES, FaultCode
from hub.model.ids import AgencyCode, Digest, DocumentKey
from hub.model.policy import DeliveryPolicy
from hub.model.receipts import Receipt
from hub.model.records import (
    Conclusion,
    DeskItem,
    DeskName,
    DocumentRow,
    NewEntry,
    OpenVerdict,
    OutboxKind,
    OutboxRow,
    PaperTask,
    Tag,
)
from hub.model.rejudging import Patience, waits_for
from hub.pipeline.facts import (
    envelope_facts,
    envelope_texts,
    notation,
    reading_facts,
    reading_texts,
    signer_texts,
    verdict_facts,
)

#: Namespace of every id this hub derives; never change it.
_NAMESPACE = UUID("6f1b7a52-6f0e-4c37-9a44-5f2f6e3c7d10")
#: Rules about a later arrival of a known document: the first decision stands.
_NOT_THE_FIRST = frozenset({"twin", "other-content"})
#: Target of alerts: the operators of this hub.
OPERATORS = "operators"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What leaving needs to know beside the decision."""

    at: datetime
    hub: str
    public_url: str
    policy: DeliveryPolicy
    #: The normalised envelope in the evidence store; None when nothing is delivered.
    body: Digest | None = None
    size: int = 0
    #: Who has the document from an earlier arrival of it.
    had: tuple[AgencyCode, ...] = ()
    #: Version of the procedures by which a dossier's office was found.
    procedures_version: str = ""
    #: The manifest of what it was judged by (keeping.py).
    knowledge: Digest | None = None
    #: How often an open verdict is judged again.
    patience: Patience = Patience()


def derived_id(*parts: str) -> str:
    """UUID5 over parts: the same parts are the same id on every try and host.

    The revision of a delivery is its content: a version with other content that an
    operator lets pass is a new message, a repeated one is the same.
    """
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))


def claim_url(public_url: str, digest: str) -> str:
    """Where an agency downloads bytes that were delivered to it."""
    return f"{public_url}/agencies/v1/claims/{digest}"


def conclusion(
    arrival: Arrival, examined: Examined, decision: Decision, outgoing: Outgoing
) -> Conclusion:
    """All rows of one decision, for one transaction."""
    draft = _Draft(arrival, examined, decision, outgoing)
    return Conclusion(
        arrival=arrival.id,
        claim=arrival.claim,
        document=draft.document(),
        entries=draft.entries(),
        outbox=(*draft.deliveries(), *draft.receipts(), *draft.alerts()),
        desk=draft.desk(),
        paper=draft.paper(),
        dossier=draft.dossier(),
        open_verdict=draft.open_verdict(),
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """The four inputs, so that each part below says only what it adds."""

    arrival: Arrival
    examined: Examined
    decision: Decision
    outgoing: Outgoing

    def document(self) -> DocumentRow | None:
        identity, envelope = self.examined.identity, self.examined.envelope
        if identity is None or envelope is None or self.decision.rule in _NOT_THE_FIRST:
            return None
        paper = self.decision.paper
        row = DocumentRow(
            key=identity.key,
            content=identity.content,
            sender=envelope.sender.code,
            document_id=envelope.document_id,
            kind=envelope.kind,
            disposition=self.decision.disposition,
            rule=self.decision.rule,
            headline=self.examined.verdict.headline,
            type=paper.type if paper else "",
            notation=notation(envelope),
            paper=paper.flag if paper else None,
            lane=self.decision.lane,
            secret=self.decision.secret,
            decided_at=self.outgoing.at,
        )
        if self.decision.secret:
            return replace(row, document_id="", notation="")
        return row

    def entries(self) -> tuple[NewEntry, ...]:
        opened = [
            replace(self._entry(Tag.PAPER_OPENED, {"id": task.id}), agency=task.agency)
            for task in self.paper()
        ]
        listed = [
            self._entry(Tag.DESK_OPENED, {"desk": item.desk, "reason": item.reason})
            for item in self.desk()
        ]
        return (*self._read(), self._decided(), *opened, *listed)

    def _read(self) -> tuple[NewEntry, ...]:
        envelope, fault = self.examined.envelope, self.examined.fault
        if self.decision.secret:
            return ()
        if envelope is None:
            limited = fault is not None and fault.code is FaultCode.RESOURCE_LIMIT
            return (self._judged(),) if limited else ()
        return (
            self._entry(
                Tag.ARRIVAL_READ,
                envelope_facts(envelope) | reading_facts(self.examined),
                envelope_texts(envelope) | reading_texts(self.examined),
            ),
            self._judged(),
        )

    def _judged(self) -> NewEntry:
        """That nothing could be said within the limits is a verdict, too."""
        return self._entry(
            Tag.ENVELOPE_JUDGED,
            verdict_facts(self.examined, self.outgoing.knowledge),
            {"signers": [signer_texts(f) for f in self.examined.verdict.findings]},
        )

    def _decided(self) -> NewEntry:
        facts = msgspec.to_builtins(self.decision)
        facts["headline"] = self.examined.verdict.headline
        if self.examined.dossier is not None:
            facts["procedures_version"] = self.outgoing.procedures_version
        return self._entry(Tag.DOCUMENT_DECIDED, facts)

    def _entry(
        self, tag: Tag, facts: dict[str, Any], particulars: dict[str, Any] | None = None
    ) -> NewEntry:
        identity = self.examined.identity
        return NewEntry(
            tag=tag,
            moment=self.outgoing.at,
            arrival=self.arrival.id,
            document=identity.key if identity else None,
            facts=facts,
            particulars=particulars,
        )

    def deliveries(self) -> tuple[OutboxRow, ...]:
        if self.decision.disposition is not Disposition.DELIVER:
            return ()
        return tuple(self._delivery(r) for r in self.decision.routing.receivers)

    def _delivery(self, receiver: Receiver) -> OutboxRow:
        identity = self.examined.identity
        assert identity is not None, "only what was read is delivered"
        return OutboxRow(
            id=derived_id(identity.key, receiver.code, "document", identity.content),
            kind=OutboxKind.DELIVER,
            target=receiver.queue,
            due_at=self.outgoing.at,
            deadline=self._deadline(),
            arrival=self.arrival.id,
            document=identity.key,
            agency=receiver.code,
            lane=self.decision.lane,
            headers=self._headers(),
            body=self.outgoing.body,
        )

    def _headers(self) -> dict[str, Any]:
        """What a consumer needs before it opens the body (docs/co-quan.md)."""
        envelope, paper = self.examined.envelope, self.decision.paper
        assert envelope is not None, "only what was read is delivered"
        public = self.outgoing.public_url
        inline = self.outgoing.size <= self.outgoing.policy.inline_bytes
        return {
            "content_type": "application/edxml+xml",
            "document_id": envelope.document_id,
            "from": envelope.sender.code,
            "kind": envelope.kind,
            "type": paper.type if paper else "",
            "paper": paper.flag if paper else 0,
            "urgency": self.decision.lane,
            "verdict": self.examined.verdict.headline,
            "original_sha256": self.arrival.digest,
            "original_size": self.arrival.size,
            "claim_url": claim_url(public, self.arrival.digest),
            "body": "inline" if inline else "claim",
            "body_sha256": self.outgoing.body or "",
            "body_size": self.outgoing.size,
            "body_url": claim_url(public, str(self.outgoing.body)),
            "traceparent": self.arrival.trace,
        }

    def receipts(self) -> tuple[OutboxRow, ...]:
        """One, but for what was no document at all: nobody waits for an answer."""
        decision, nothing = self.decision, self.examined.envelope is None
        if decision.disposition is Disposition.DISCARD and nothing:
            return ()
        return (self._receipt_row(),)

    def _receipt_row(self) -> OutboxRow:
        decision = self.decision
        identifier = derived_id(
            self.arrival.id, "receipt", decision.disposition, decision.rule
        )
        return OutboxRow(
            id=identifier,
            kind=OutboxKind.ANSWER,
            target=self.arrival.source,
            due_at=self.outgoing.at,
            deadline=self._deadline(),
            arrival=self.arrival.id,
            document=self.examined.identity.key if self.examined.identity else None,
            lane=self.decision.lane,
            headers=msgspec.to_builtins(self._receipt(identifier)),
            follows=self._followed(),
        )

    def _followed(self) -> DocumentKey | None:
        """The source hears "delivered" after the broker has it, never before."""
        told = _told(self.decision.disposition)
        identity = self.examined.identity
        return identity.key if identity and told is Disposition.DELIVER else None

    def _receipt(self, identifier: str) -> Receipt:
        decision, fault = self.decision, self.decision.reason
        envelope = None if decision.secret else self.examined.envelope
        vietnamese, english = SENTENCES[fault.code] if fault else ("", "")
        return Receipt(
            id=identifier,
            hub=AgencyCode(self.outgoing.hub),
            arrival=self.arrival.id,
            door_id=self.arrival.door_id,
            sha256=self.arrival.digest,
            outcome=_told(decision.disposition),
            at=self.outgoing.at,
            rule=decision.rule,
            document_id=envelope.document_id if envelope else "",
            sender=envelope.sender.code if envelope else AgencyCode(""),
            notation=notation(envelope) if envelope else "",
            promulgated=envelope.promulgated_text if envelope else "",
            verdict=self.examined.verdict.headline if envelope else "",
            paper=self._paper_told(),
            code=fault.code if fault else "",
            place=fault.place if fault else "",
            text_vi=vietnamese,
            text_en=english,
            delivered_to=self._delivered_to(),
            unknown=decision.routing.unknown,
        )

    def _paper_told(self) -> int | None:
        """The flag of what goes on; what is held or refused owes no paper."""
        delivered = self.decision.disposition is Disposition.DELIVER
        paper = self.decision.paper
        return paper.flag if paper and delivered else None

    def _delivered_to(self) -> tuple[AgencyCode, ...]:
        match self.decision.disposition:
            case Disposition.DELIVER:
                new = tuple(r.code for r in self.decision.routing.receivers)
                return self.outgoing.had + new
            case Disposition.DISCARD:
                return self.outgoing.had
            case Disposition.HOLD | Disposition.REFUSE:
                return ()

    def alerts(self) -> tuple[OutboxRow, ...]:
        """A secret document calls an operator at once; the alert names only the id."""
        if not self.decision.secret:
            return ()
        return (
            OutboxRow(
                id=derived_id(self.arrival.id, "alert", "secret"),
                kind=OutboxKind.ALERT,
                target=OPERATORS,
                due_at=self.outgoing.at,
                deadline=self._deadline(),
                arrival=self.arrival.id,
                headers={"matter": "secret", "source": self.arrival.source},
            ),
        )

    def desk(self) -> tuple[DeskItem, ...]:
        if self.decision.disposition is not Disposition.HOLD:
            return ()
        identity, reason = self.examined.identity, self.decision.reason
        return (
            DeskItem(
                id=derived_id(self.arrival.id, "held", self.decision.rule),
                desk=DeskName.SECRET if self.decision.secret else DeskName.HELD,
                since=self.outgoing.at,
                reason=reason.code if reason else self.decision.rule,
                arrival=self.arrival.id,
                document=identity.key if identity else None,
            ),
        )

    def paper(self) -> tuple[PaperTask, ...]:
        """Paper in parallel opens a task for every receiver (see rules/paper.py)."""
        identity, ruling = self.examined.identity, self.decision.paper
        delivered = self.decision.disposition is Disposition.DELIVER
        if not delivered or identity is None or ruling is None or not ruling.flag:
            return ()
        return tuple(
            PaperTask(
                id=derived_id(identity.key, receiver.code, "paper", identity.content),
                document=identity.key,
                agency=receiver.code,
                opened_at=self.outgoing.at,
            )
            for receiver in self.decision.routing.receivers
        )

    def dossier(self) -> Dossier | None:
        """A dossier that is held is there all the same: its clocks run.

        A twin tells nothing new: sent again, it must not turn the state back.
        """
        silent = self.decision.disposition in {Disposition.REFUSE, Disposition.DISCARD}
        return None if silent or self.decision.secret else self.examined.dossier

    def open_verdict(self) -> OpenVerdict | None:
        """Only revocation data is missing: to be judged again when it can be had.

        Not what was refused or sent again: their senders know what to do, and the
        first coming of a twin waits for both.
        """
        verdict, identity = self.examined.verdict, self.examined.identity
        goes_on = self.decision.disposition in {Disposition.DELIVER, Disposition.HOLD}
        readable = self.examined.envelope is not None and not self.decision.secret
        if identity is None or not (verdict.try_later and goes_on and readable):
            return None
        at, patience = self.outgoing.at, self.outgoing.patience
        return OpenVerdict(
            document=identity.key,
            headline=verdict.headline,
            since=at,
            due_at=at + patience.first,
            until=at + patience.whole,
            waits_for=waits_for(verdict),
        )

    def _deadline(self) -> datetime:
        return self.outgoing.at + timedelta(hours=self.outgoing.policy.deadline_hours)


def _told(disposition: Disposition) -> Disposition:
    """A twin is safe already: its source hears what the first arrival's heard."""
    if disposition is Disposition.DISCARD:
        return Disposition.DELIVER
    return disposition
