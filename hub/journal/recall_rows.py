"""Rows of recalls and versions: what conclusions and answers change in them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from hub.journal.databases import in_parts
from hub.journal.followers import followers_hear
from hub.journal.forward_rows import CANCELLED, SENT
from hub.journal.recall_tables import recalls, versions
from hub.journal.rows import value
from hub.journal.tables import deliveries, desk, documents, forwards, outbox
from hub.model.ids import AgencyCode, DocumentKey, normal_code
from hub.model.recalls import (
    IN_FORCE,
    Kin,
    Lineage,
    RecallRow,
    RecallState,
    VersionLink,
    Withdrawal,
)
from hub.model.records import OutboxState

#: What an agency's word on a request comes to (QĐ 28/2018).
_ANSWERS = {"15": RecallState.AGREED, "16": RecallState.REFUSED}


def kin_told(connection: Connection, kin: Kin, at: datetime) -> None:
    """All that a conclusion changes in other documents."""
    linked(connection, kin.links)
    withdrawn(connection, kin.recalls, kin.withdrawals, at)
    if kin.given is not None and kin.added:
        lifted(connection, kin.given, kin.added)
        moved(connection, kin.given)


def linked(connection: Connection, links: Sequence[VersionLink]) -> None:
    """Put what a document is about into its rows, anew on every decision about it."""
    for link in links:
        connection.execute(delete(versions).where(versions.c.id == link.id))
        values = {name: getattr(link, name) for name in VersionLink.__slots__}
        connection.execute(insert(versions), values)


def withdrawn(
    connection: Connection,
    rows: Sequence[RecallRow],
    withdrawals: Sequence[Withdrawal],
    at: datetime,
) -> None:
    """Take documents back: what has not left never will; dead letters of it end."""
    for some in in_parts(rows):
        ids = [row.id for row in some]
        connection.execute(delete(recalls).where(recalls.c.id.in_(ids)))
        values = [{n: getattr(r, n) for n in RecallRow.__slots__} for r in some]
        connection.execute(insert(recalls), values)
    for part in in_parts([one for each in withdrawals for one in each.cancel]):
        cancelled(connection, part, at)
    for key in sorted({each.document for each in withdrawals}):
        gone = [w.agency for w in withdrawals if w.document == key and w.cancel]
        followers_hear(connection, key, gone)
        moved(connection, key)


def cancelled(connection: Connection, ids: Sequence[str], at: datetime) -> None:
    """Deliveries that will never leave; their dead letters are nobody's matter."""
    ends = {"state": OutboxState.CANCELLED, "lease": "", "lease_until": None}
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(ends))
    there = and_(deliveries.c.id.in_(ids), deliveries.c.fetched_at.is_(None))
    connection.execute(update(deliveries).where(there).values(state=CANCELLED))
    listed = and_(desk.c.outbox.in_(ids), desk.c.closed_at.is_(None))
    connection.execute(update(desk).where(listed).values(closed_at=at))
    out = and_(forwards.c.outbox.in_(ids), forwards.c.state != SENT)
    connection.execute(update(forwards).where(out).values(state=CANCELLED))


def is_taken_back(connection: Connection, message_id: str) -> bool:
    """Whether what a relay had in hand, or came back, was taken back meanwhile.

    A forward to several bodies only from all of them: the others are to have it.
    """
    here = and_(recalls.c.about == message_id, recalls.c.state.in_(sorted(IN_FORCE)))
    codes = connection.execute(select(recalls.c.agency).where(here)).scalars()
    gone = {normal_code(code) for code in codes}
    others = {normal_code(code) for code in receivers_of(connection, message_id)} - gone
    return bool(gone) and not others


def receivers_of(connection: Connection, message_id: str) -> Sequence[AgencyCode]:
    """Bodies elsewhere that a forward is for; none of a delivery."""
    query = select(forwards.c.agency).where(forwards.c.outbox == message_id)
    return [AgencyCode(code) for code in connection.execute(query).scalars()]


def wait_for(connection: Connection, document: DocumentKey | None) -> None:
    """Let nobody take a document back before this transaction ends."""
    here = select(documents.c.key).where(documents.c.key == document)
    connection.execute(here.with_for_update())


def moved(connection: Connection, document: DocumentKey) -> None:
    """Whoever decides about it on what was known before must decide again."""
    here = update(documents).where(documents.c.key == document)
    connection.execute(here.values(version=documents.c.version + 1))


def lifted(
    connection: Connection, document: DocumentKey, agencies: Sequence[AgencyCode]
) -> None:
    """An update gives a document to agencies that an earlier one cut off."""
    here = and_(recalls.c.document == document, recalls.c.agency.in_(agencies))
    connection.execute(update(recalls).where(here).values(state=RecallState.LIFTED))


def answered(
    connection: Connection,
    document: DocumentKey,
    agency: AgencyCode,
    code: str,
    at: datetime,
) -> int:
    """An agency agrees (15) or refuses (16); how many requests that ends.

    `document`: the one taken back, or the recall itself: agencies name either. Says a
    word twice, the last one holds. Other codes change nothing.
    """
    if code not in _ANSWERS:
        return 0
    asked = recalls.c.state.in_(
        (RecallState.ASKED, RecallState.AGREED, RecallState.REFUSED)
    )
    named = or_(recalls.c.document == document, recalls.c.recall == document)
    here = update(recalls).where(named, recalls.c.agency == agency, asked)
    told = {"state": _ANSWERS[code], "answered_at": at}
    return connection.execute(here.values(told)).rowcount


def is_withdrawn(
    connection: Connection, document: DocumentKey | None, agency: AgencyCode | None
) -> bool:
    """Whether an agency is not to get a document any more."""
    if document is None or agency is None:
        return False
    return agency in agencies_of(connection, document)


def agencies_of(connection: Connection, document: DocumentKey) -> Sequence[AgencyCode]:
    """Agencies a document was taken back from, and not given again."""
    here = and_(recalls.c.document == document, recalls.c.state.in_(sorted(IN_FORCE)))
    query = select(recalls.c.agency).where(here).distinct().order_by(recalls.c.agency)
    return [AgencyCode(code) for code in connection.execute(query).scalars()]


def in_state(connection: Connection, state: RecallState) -> list[RecallRow]:
    """Documents taken back from agencies that are so far, oldest first."""
    query = select(recalls).where(recalls.c.state == state)
    rows = connection.execute(query.order_by(recalls.c.at, recalls.c.id)).mappings()
    return [value(RecallRow, row) for row in rows]


def points_to(document: DocumentKey) -> ColumnElement[bool]:
    """Condition: a link to this document, known when the link was made or not."""
    return or_(versions.c.target == document, versions.c.or_target == document)


def lineages(
    connection: Connection, keys: Collection[DocumentKey]
) -> dict[DocumentKey, Lineage]:
    """The lineage of each of some documents that has any."""
    found = {key: lineage(connection, key) for key in keys}
    return {key: told for key, told in found.items() if told != Lineage()}


def lineage(connection: Connection, document: DocumentKey) -> Lineage:
    """What came after a document, and what it came after."""
    taken = select(recalls).where(
        or_(recalls.c.document == document, recalls.c.recall == document)
    )
    later = select(versions).where(points_to(document))
    earlier = select(versions).where(versions.c.document == document)
    rows = connection.execute(taken.order_by(recalls.c.at, recalls.c.agency))
    return Lineage(
        recalls=tuple(value(RecallRow, row) for row in rows.mappings()),
        later=_links(connection, later),
        earlier=_links(connection, earlier),
    )


def _links(
    connection: Connection, query: Select[*tuple[object, ...]]
) -> tuple[VersionLink, ...]:
    rows = connection.execute(query.order_by(versions.c.at, versions.c.id)).mappings()
    return tuple(value(VersionLink, row) for row in rows)
