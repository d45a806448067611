"""A receipt to an agency attached here: a notice among what it gets. Pure."""

from dataclasses import fields
from typing import Any

import msgspec

from hub.model.decisions import Disposition
from hub.model.ids import AgencyCode, digest_of
from hub.model.notices import ReceiptNotice
from hub.model.receipts import Receipt
from hub.model.records import OutboxKind, OutboxRow
from hub.model.targets import Target, TargetKind
from hub.pipeline.draft import Draft, Writer
from hub.pipeline.naming import claim_url

_encoder = msgspec.json.Encoder(order="deterministic")
#: Fields that a receipt and its notice share.
_SHARED = {f.name for f in fields(Receipt)} & {f.name for f in fields(ReceiptNotice)}


def notice_body(receipt: Receipt) -> bytes:
    """The JSON an agency gets; the same receipt is the same bytes."""
    shared = {name: getattr(receipt, name) for name in _SHARED}
    told = ReceiptNotice(
        **shared, about=receipt.door_id, original_sha256=receipt.sha256
    )
    return _encoder.encode(told)


def notice_row(draft: Draft, receipt: Receipt, writer: Writer) -> OutboxRow:
    """The row; its body must be kept before. "Delivered" follows all that leaves."""
    body = notice_body(receipt)
    follows = draft.key if receipt.outcome is Disposition.DELIVER else None
    return OutboxRow(
        id=receipt.id,
        kind=OutboxKind.NOTICE,
        target=writer.queue,
        due_at=draft.at,
        deadline=draft.until(Target(TargetKind.AGENCIES, writer.queue)),
        arrival=draft.arrival.id,
        document=draft.key,
        agency=AgencyCode(writer.code),
        lane=draft.decision.lane,
        headers=_headers(draft, receipt, body),
        body=digest_of(body),
        follows=follows,
        follows_all=follows is not None,
    )


def _headers(draft: Draft, receipt: Receipt, body: bytes) -> dict[str, Any]:
    """As a document's, as far as a receipt has them."""
    return {
        "content_type": "application/json",
        "document_id": receipt.document_id,
        "from": receipt.hub,
        "kind": "notice",
        "type": "",
        "about": receipt.door_id,
        "urgency": draft.decision.lane,
        "verdict": receipt.verdict,
        "original_sha256": draft.arrival.digest,
        "original_size": draft.arrival.size,
        "claim_url": claim_url(draft.outgoing.public_url, draft.arrival.digest),
        "body": "inline",
        "body_sha256": digest_of(body),
        "body_size": len(body),
        "traceparent": draft.arrival.trace,
    }
