"""The one transaction that concludes an arrival, and what it is compared with."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, exists, select

from hub.journal.claims import held_under, require
from hub.journal.entries import OWN, append
from hub.journal.projecting import consequences_of, decided, set_document
from hub.journal.rows import value
from hub.journal.tables import arrivals, deliveries, documents, entries
from hub.model.decisions import Earlier, History
from hub.model.documents import Identity
from hub.model.ids import ArrivalId, DocumentKey
from hub.model.records import Conclusion, NewEntry, Tag


class HistoryMovedError(Exception):
    """The document was concluded in the meantime: undo, and decide again."""


def background(
    connection: Connection, arrival: ArrivalId, identity: Identity | None
) -> History:
    """See `Journal.background`."""
    released = select(
        exists().where(
            entries.c.arrival == arrival, entries.c.tag == Tag.ARRIVAL_RELEASED
        )
    )
    yes = bool(connection.execute(released).scalar_one())
    if identity is None:
        return History(released=yes)
    return replace(_earlier(connection, identity.key), released=yes)


def _earlier(connection: Connection, key: DocumentKey) -> History:
    query = select(documents).where(documents.c.key == key)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return History()
    receivers = (
        select(deliveries.c.agency)
        .where(deliveries.c.document == key)
        .distinct()
        .order_by(deliveries.c.agency)
    )
    delivered_to = tuple(connection.execute(receivers).scalars())
    earlier = value(Earlier, {**row, "delivered_to": delivered_to})
    return History(version=row["version"], earlier=earlier)


def conclude(connection: Connection, conclusion: Conclusion, version: int) -> None:
    """See `Journal.conclude`; after HistoryMovedError nothing may stay."""
    written = _with_consequences(conclusion)
    here = held_under(conclusion.arrival, conclusion.claim)
    locked = select(arrivals.c.id).where(here).with_for_update()
    require(connection.execute(locked).one_or_none())
    if (document := conclusion.document) is not None and not set_document(
        connection, conclusion.arrival, document, version
    ):
        raise HistoryMovedError
    append(connection, written)
    at = next(e.moment for e in written if OWN in e.facts)
    decided(connection, conclusion.arrival, consequences_of(conclusion), at)


def _with_consequences(conclusion: Conclusion) -> Sequence[NewEntry]:
    """The caller's entries; the deciding one also says what `rebuild` needs."""
    if not conclusion.entries:
        raise ValueError("a conclusion has at least one entry")
    own: dict[str, object] = {OWN: consequences_of(conclusion)}
    tags = [entry.tag for entry in conclusion.entries]
    if Tag.DOCUMENT_DECIDED not in tags:
        return (*conclusion.entries, _deciding(conclusion, own))
    at = tags.index(Tag.DOCUMENT_DECIDED)
    chosen = conclusion.entries[at]
    augmented = replace(
        chosen, arrival=conclusion.arrival, facts={**chosen.facts, **own}
    )
    return (*conclusion.entries[:at], augmented, *conclusion.entries[at + 1 :])


def _deciding(conclusion: Conclusion, own: dict[str, object]) -> NewEntry:
    return NewEntry(
        tag=Tag.DOCUMENT_DECIDED,
        moment=conclusion.entries[-1].moment,
        arrival=conclusion.arrival,
        document=conclusion.document.key if conclusion.document else None,
        facts=own,
    )
