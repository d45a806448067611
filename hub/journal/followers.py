"""Rows that wait behind a delivery that will never leave: they hear the truth.

None of them has left, so they may still be put right.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from hub.journal.databases import in_parts
from hub.journal.entries import canonical, facts_of
from hub.journal.tables import outbox
from hub.model.ids import AgencyCode, DocumentKey
from hub.model.records import Facts, OutboxKind, OutboxState

#: Header of a receipt to an agency: codes in `delivered_to` that will not have it.
UNDELIVERED = "undelivered"


def followers_hear(
    connection: Connection, document: DocumentKey, agencies: Collection[AgencyCode]
) -> None:
    """These will not have the document: no notice on it, and receipts say so."""
    follows = and_(outbox.c.follows == document, outbox.c.state == OutboxState.WAITING)
    notice = and_(outbox.c.kind == OutboxKind.NOTICE, ~outbox.c.follows_all)
    if not agencies:
        return
    theirs = sorted(agencies)
    for some in in_parts(theirs):
        ended = update(outbox).where(follows, notice, outbox.c.agency.in_(some))
        connection.execute(ended.values(state=OutboxState.CANCELLED))
    told = or_(outbox.c.kind == OutboxKind.ANSWER, outbox.c.follows_all)
    receipts = select(outbox.c.id, outbox.c.kind, outbox.c.headers).where(follows, told)
    for row in connection.execute(receipts.with_for_update()).all():
        tell = _without if row.kind == OutboxKind.ANSWER else _beside
        truth = canonical(tell(facts_of(row.headers), theirs))
        here = update(outbox).where(outbox.c.id == row.id)
        connection.execute(here.values(headers=truth))


def _without(
    receipt: dict[str, Any], agencies: Collection[AgencyCode]
) -> dict[str, Any]:
    """The receipt without agencies that will not have the document."""
    told = receipt.get("delivered_to", ())
    lost = [code for code in told if code in agencies]
    if not lost:
        return receipt
    left = [code for code in told if code not in agencies]
    gone = [*receipt.get("undelivered", ()), *lost]
    said = {
        "text_vi": _say(receipt, "text_vi", f"Không chuyển tới: {', '.join(lost)}."),
        "text_en": _say(receipt, "text_en", f"Not passed on to: {', '.join(lost)}."),
    }
    return {**receipt, **said, "delivered_to": left, "undelivered": gone}


def _say(receipt: dict[str, Any], key: str, sentence: str) -> str:
    return f"{receipt.get(key, '')} {sentence}".strip()


def _beside(headers: dict[str, Any], agencies: Collection[AgencyCode]) -> Facts:
    """A receipt whose body is frozen: its headers say who is not meant any more."""
    known = str(headers.get(UNDELIVERED, "")).split()
    return {**headers, UNDELIVERED: " ".join(dict.fromkeys([*known, *agencies]))}
