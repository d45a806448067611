"""A verdict that was judged again, written out as rows: pure.

What is added stands beside the first verdict; the decision stands. The agency hears
it by a notice (docs/co-quan.md), the operator finds it on a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from hub.model.findings import Indication
from hub.model.ids import Digest, digest_of
from hub.model.notices import SignatureNow, VerdictNotice
from hub.model.records import (
    DeskItem,
    DeskName,
    Facts,
    NewEntry,
    OutboxKind,
    OutboxRow,
    Tag,
)
from hub.model.rejudging import (
    Holder,
    OpenCase,
    Rejudgement,
    Turn,
    VerdictState,
    waits_for,
)
from hub.model.verdicts import Headline, Verdict
from hub.pipeline.carry import Judged
from hub.pipeline.facts import notation, signer_texts, verdict_facts
from hub.pipeline.naming import OPERATORS, claim_url, derived_id
from hub.pipeline.turns import signatures, turn

#: How long a notice or an alert is tried.
_LIFE = timedelta(hours=72)
_encoder = msgspec.json.Encoder(order="deterministic")

#: (Vietnamese, English) of a new headline, for whoever has the document.
_SENTENCES = {
    Headline.PASSED: (
        "Đã có dữ liệu thu hồi: chữ ký hợp lệ.",
        "Revocation data came: the signatures are valid.",
    ),
    Headline.FAILED: (
        "Kiểm tra lại: chữ ký KHÔNG hợp lệ. Xem lại văn bản trước khi dùng.",
        "Judged again: a signature is NOT valid. Look at the document before use.",
    ),
    Headline.INDETERMINATE: (
        "Kiểm tra lại: vẫn chưa kết luận được về chữ ký, lý do đã đổi.",
        "Judged again: still no conclusion on the signatures, for another reason.",
    ),
    Headline.UNSIGNED: (
        "Kiểm tra lại: văn bản không có chữ ký của cơ quan gửi.",
        "Judged again: the document bears no signature of its sender.",
    ),
}


@dataclass(frozen=True, slots=True)
class Again:
    """One open verdict judged again: all that its rows are made of."""

    case: OpenCase
    judged: Judged
    at: datetime
    #: When next, should it stay open.
    due_at: datetime
    #: Where agencies reach this hub, without a slash at the end.
    public_url: str = ""

    @property
    def facts(self) -> Facts:
        """The verdict as its entry keeps it."""
        return verdict_facts(self.judged.examined, self.judged.knowledge)

    @property
    def turn(self) -> Turn:
        """Seen from the verdict before."""
        return turn(self.case.before, self.facts)

    def body(self) -> bytes:
        """The notice for every agency that has the document; no personal data."""
        examined, case = self.judged.examined, self.case
        assert examined.envelope is not None, "what has a verdict was read"
        vietnamese, english = _SENTENCES[examined.verdict.headline]
        told = VerdictNotice(
            document_id=examined.envelope.document_id,
            sender=examined.envelope.sender.code,
            notation=notation(examined.envelope),
            original_sha256=case.arrival.digest,
            verdict=examined.verdict.headline,
            verdict_before=Headline(case.before["headline"]),
            turn=self.turn,
            judged_at=self.at,
            signatures=_signatures_now(examined.verdict, case.before),
            text_vi=vietnamese,
            text_en=english,
        )
        return _encoder.encode(told)

    def rejudgement(self) -> Rejudgement:
        """All rows of one transaction; the body must be kept before."""
        verdict = self.judged.examined.verdict
        changed = self.turn is not Turn.SAME
        state = VerdictState.OPEN if verdict.try_later else VerdictState.SETTLED
        return Rejudgement(
            case=self.case,
            at=self.at,
            entries=self._entries(),
            headline=verdict.headline,
            state=state,
            due_at=self.due_at,
            waits_for=waits_for(verdict),
            outbox=(*self._notices(), *self._alerts()) if changed else (),
            desk=self._desk() if changed else (),
        )

    def _entries(self) -> tuple[NewEntry, ...]:
        facts, case = self.facts, self.case
        told = {"turn": self.turn, "before": case.before.get("headline", "")}
        findings = self.judged.examined.verdict.findings
        judged = NewEntry(
            Tag.ENVELOPE_JUDGED_AGAIN,
            self.at,
            case.arrival.id,
            case.document,
            facts=facts | told,
            particulars={"signers": [signer_texts(f) for f in findings]},
        )
        listed = self._desk() if self.turn is not Turn.SAME else ()
        return (judged, *(listing(case, item) for item in listed))

    @property
    def _revision(self) -> Digest:
        """Of this verdict and no other: its moment is in it."""
        return digest_of(_encoder.encode(self.facts))

    def _notices(self) -> tuple[OutboxRow, ...]:
        body = self.body()
        return tuple(self._notice(holder, body) for holder in self.case.holders)

    def _notice(self, holder: Holder, body: bytes) -> OutboxRow:
        case = self.case
        return OutboxRow(
            id=derived_id(case.document, holder.agency, "notice", self._revision),
            kind=OutboxKind.NOTICE,
            target=holder.queue,
            due_at=self.at,
            deadline=self.at + _LIFE,
            arrival=case.arrival.id,
            document=case.document,
            agency=holder.agency,
            lane=holder.lane,
            headers=self._headers(holder, body),
            body=digest_of(body),
            follows=case.document,
        )

    def _headers(self, holder: Holder, body: bytes) -> dict[str, Any]:
        """As a document's, as far as a notice has them."""
        examined, case = self.judged.examined, self.case
        assert examined.envelope is not None, "what has a verdict was read"
        return {
            "content_type": "application/json",
            "document_id": examined.envelope.document_id,
            "from": examined.envelope.sender.code,
            "kind": "notice",
            "type": "",
            "about": holder.message_id,
            "urgency": holder.lane,
            "verdict": examined.verdict.headline,
            "verdict_before": case.before.get("headline", ""),
            "original_sha256": case.arrival.digest,
            "original_size": case.arrival.size,
            "claim_url": claim_url(self.public_url, case.arrival.digest),
            "body": "inline",
            "body_sha256": digest_of(body),
            "body_size": len(body),
            "traceparent": case.arrival.trace,
        }

    def _alerts(self) -> tuple[OutboxRow, ...]:
        """Worse calls an operator at once; the alert names only the arrival."""
        if self.turn is not Turn.WORSE:
            return ()
        case = self.case
        return (
            OutboxRow(
                id=derived_id(case.arrival.id, "alert", self._revision),
                kind=OutboxKind.ALERT,
                target=OPERATORS,
                due_at=self.at,
                deadline=self.at + _LIFE,
                arrival=case.arrival.id,
                document=case.document,
                headers={"matter": "verdict-worse", "source": case.arrival.source},
            ),
        )

    def _desk(self) -> tuple[DeskItem, ...]:
        return (matter(self.case, f"verdict-{self.turn}", self._revision, self.at),)


def given_up(case: OpenCase, why: str, at: datetime) -> Rejudgement:
    """Patience is over: nothing new is known, and a person must look."""
    reason = "rejudging-given-up"
    item = matter(case, reason, str(case.until), at)
    told = NewEntry(
        Tag.REJUDGING_GIVEN_UP,
        at,
        case.arrival.id,
        case.document,
        facts={"reason": reason, "why": why, "tries": case.tries + 1},
    )
    return Rejudgement(
        case=case,
        at=at,
        entries=(told, listing(case, item)),
        headline=str(case.before.get("headline", "")),
        state=VerdictState.GIVEN_UP,
        due_at=at,
        waits_for=digest_of(b""),
        desk=(item,),
    )


def matter(case: OpenCase, reason: str, revision: str, at: datetime) -> DeskItem:
    """What stands on the operators' list of verdicts."""
    return DeskItem(
        id=derived_id(case.arrival.id, "verdict", reason, revision),
        desk=DeskName.VERDICT,
        since=at,
        reason=reason,
        arrival=case.arrival.id,
        document=case.document,
    )


def listing(case: OpenCase, item: DeskItem) -> NewEntry:
    """The entry beside a matter on a list."""
    facts = {"desk": item.desk, "reason": item.reason}
    return NewEntry(
        Tag.DESK_OPENED, item.since, case.arrival.id, case.document, facts=facts
    )


def _signatures_now(verdict: Verdict, before: Facts) -> tuple[SignatureNow, ...]:
    """Every signature with what was said of it before; no signer, no certificate."""
    old = {(f.get("kind"), f.get("place")): f for f in signatures(before)}
    return tuple(
        SignatureNow(
            place=f.place,
            attachment=f.attachment,
            indication=f.indication,
            reasons=f.reasons,
            indication_before=_indication(old.get((f.kind, f.place))),
        )
        for f in verdict.signatures
        if f.indication is not None
    )


def _indication(told: Mapping[str, Any] | None) -> Indication | None:
    return Indication(told["indication"]) if told else None
