"""The one transaction that concludes an arrival, and what it is compared with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, exists, select

from hub.journal.answering import acknowledge
from hub.journal.claims import held_under, require
from hub.journal.entries import OWN, append
from hub.journal.forward_rows import CANCELLED
from hub.journal.originals import kinship
from hub.journal.paper import recall_paper
from hub.journal.projecting import (
    DISCARDED,
    GIVEN_UP,
    consequences_of,
    decided,
    set_document,
)
from hub.journal.reconsidering import has_moved, in_turn, reconsider
from hub.journal.reopening import last_word
from hub.journal.rows import value
from hub.journal.subjects import subjects
from hub.journal.tables import arrivals, deliveries, documents, forwards
from hub.journal.waking import Waking
from hub.model.decisions import Disposition, Earlier, History
from hub.model.documents import Identity
from hub.model.ids import AgencyCode, ArrivalId, DocumentKey
from hub.model.records import Conclusion, NewEntry, Tag


class HistoryMovedError(Exception):
    """The document was concluded in the meantime: undo, and decide again."""


def background(
    connection: Connection, arrival: ArrivalId, identity: Identity | None
) -> History:
    """See `Journal.background`."""
    yes, no = last_word(connection, arrival)
    if identity is None:
        return History(released=yes, refused=no)
    known = replace(
        _earlier(connection, identity),
        released=yes,
        refused=no,
        about_known=_is_delivered(connection, identity.about),
        subjects=subjects(connection, identity.mentions),
    )
    return kinship(connection, arrival, identity, known)


def _is_delivered(connection: Connection, keys: Sequence[DocumentKey]) -> bool:
    if not keys:  # most documents are about none: one question less for each
        return False
    here = documents.c.key.in_(keys) & (documents.c.disposition == Disposition.DELIVER)
    return bool(connection.execute(select(exists().where(here))).scalar_one())


def _earlier(connection: Connection, identity: Identity) -> History:
    query = select(documents).where(documents.c.key == identity.key)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return History()
    had = _who_has(connection, identity)
    # Several contents of one document may have been let pass: the one asked about
    # counts as known as soon as somebody has it.
    content = identity.content if had else row["content"]
    earlier = value(Earlier, {**row, "content": content, "delivered_to": had})
    return History(version=row["version"], earlier=earlier)


def _who_has(connection: Connection, identity: Identity) -> tuple[AgencyCode, ...]:
    """Agencies this very content is with or on its way to; not where it died."""
    here, elsewhere = (
        select(table.c.agency).where(
            table.c.document == identity.key,
            table.c.content == identity.content,
            table.c.state.not_in((GIVEN_UP, DISCARDED, CANCELLED)),
        )
        for table in (deliveries, forwards)
    )
    codes = connection.execute(here.union(elsewhere)).scalars()
    return tuple(AgencyCode(code) for code in sorted(codes))


def conclude(
    connection: Connection, conclusion: Conclusion, version: int, waking: Waking
) -> None:
    """See `Journal.conclude`; after HistoryMovedError nothing may stay."""
    written = _with_consequences(conclusion)
    in_turn(connection, conclusion)
    here = held_under(conclusion.arrival, conclusion.claim)
    locked = select(arrivals.c.id).where(here).with_for_update()
    require(connection.execute(locked).one_or_none())
    if _kin_moved(connection, conclusion):
        raise HistoryMovedError
    if (document := conclusion.document) is not None and not set_document(
        connection, conclusion.arrival, document, version
    ):
        raise HistoryMovedError
    append(connection, written)
    entry = next(e for e in written if OWN in e.facts)
    at, what = entry.moment, consequences_of(conclusion)
    decided(connection, conclusion.arrival, what, at, entry.document)
    for told in conclusion.said:
        acknowledge(connection, told, at)
    _close_paper(connection, conclusion, at)
    reconsider(connection, conclusion, at, waking)


def _kin_moved(connection: Connection, conclusion: Conclusion) -> bool:
    kin, document = conclusion.kin, conclusion.document
    if kin is None or document is None:
        return False
    return has_moved(connection, kin, document.key)


def _close_paper(connection: Connection, conclusion: Conclusion, at: datetime) -> None:
    """A document that was taken back leaves nothing to print."""
    taken = conclusion.kin.withdrawals if conclusion.kin else ()
    for key in sorted({one.document for one in taken}):
        agencies = {one.agency for one in taken if one.document == key}
        recall_paper(connection, [key], conclusion.arrival, at, agencies)


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
