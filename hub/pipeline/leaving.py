"""What leaves by a decision: deliveries and calls to the operators. Pure."""

from typing import Any

from hub.model.decisions import Receiver
from hub.model.records import OutboxKind, OutboxRow
from hub.model.targets import Target, TargetKind
from hub.pipeline.draft import Draft
from hub.pipeline.naming import OPERATORS, claim_url, derived_id
from hub.pipeline.recalls import added, following


def deliveries(draft: Draft) -> tuple[OutboxRow, ...]:
    """One row for every receiver attached here."""
    if not draft.delivered:
        return ()
    receivers = draft.decision.routing.receivers
    return (
        *(following(draft, _delivery(draft, r)) for r in receivers),
        *added(draft),
    )


def _delivery(draft: Draft, receiver: Receiver) -> OutboxRow:
    identity = draft.examined.identity
    assert identity is not None, "only what was read is delivered"
    return OutboxRow(
        id=derived_id(identity.key, receiver.code, "document", identity.content),
        kind=OutboxKind.DELIVER,
        target=receiver.queue,
        due_at=draft.at,
        deadline=draft.until(Target(TargetKind.AGENCIES, receiver.queue)),
        arrival=draft.arrival.id,
        document=identity.key,
        agency=receiver.code,
        lane=draft.decision.lane,
        headers=_headers(draft) | _superseded(draft),
        body=draft.outgoing.body,
    )


def _headers(draft: Draft) -> dict[str, Any]:
    """What a consumer needs before it opens the body (docs/co-quan.md)."""
    envelope, paper = draft.examined.envelope, draft.decision.paper
    assert envelope is not None, "only what was read is delivered"
    public = draft.outgoing.public_url
    inline = draft.outgoing.size <= draft.outgoing.policy.inline_bytes
    return {
        "content_type": "application/edxml+xml",
        "document_id": envelope.document_id,
        "from": envelope.sender.code,
        "kind": envelope.kind,
        "type": paper.type if paper else "",
        "paper": paper.flag if paper else 0,
        "urgency": draft.decision.lane,
        "verdict": draft.examined.verdict.headline,
        "original_sha256": draft.arrival.digest,
        "original_size": draft.arrival.size,
        "claim_url": claim_url(public, draft.arrival.digest),
        "body": "inline" if inline else "claim",
        "body_sha256": draft.outgoing.body or "",
        "body_size": draft.outgoing.size,
        "body_url": claim_url(public, str(draft.outgoing.body)),
        "traceparent": draft.arrival.trace,
    }


def _superseded(draft: Draft) -> dict[str, Any]:
    """It comes late: what replaced it may be with the agency already."""
    later = draft.outgoing.superseded_by
    return {"superseded_by": later[-1]} if later else {}


def alerts(draft: Draft) -> tuple[OutboxRow, ...]:
    """A secret document calls an operator at once; the alert names only the id."""
    if not draft.decision.secret:
        return ()
    return (
        OutboxRow(
            id=derived_id(draft.arrival.id, "alert", "secret"),
            kind=OutboxKind.ALERT,
            target=OPERATORS,
            due_at=draft.at,
            deadline=draft.until(Target(TargetKind.OPERATORS, OPERATORS)),
            arrival=draft.arrival.id,
            headers={"matter": "secret", "source": draft.arrival.source},
        ),
    )
