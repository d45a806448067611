"""Wakes what waits for a document, and what a recall came before, to be decided anew.

A recall and its document may come in any order and at two workers at once: whoever
writes about one DocumentId does so one after the other (`in_turn`), and looks then.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    exists,
    func,
    or_,
    select,
)

from hub.journal import projecting
from hub.journal.databases import in_parts
from hub.journal.entries import append
from hub.journal.originals import seen_now
from hub.journal.recall_tables import versions
from hub.journal.tables import arrivals, desk, outbox
from hub.journal.waking import Waking
from hub.model.arrivals import ArrivalState
from hub.model.decisions import Disposition
from hub.model.envelopes import Kind
from hub.model.ids import DocumentKey
from hub.model.recalls import Kin
from hub.model.records import (
    Conclusion,
    DeskName,
    DocumentRow,
    NewEntry,
    OutboxState,
    Tag,
)

#: Advisory locks of this file: any number that no other use of them has.
_TURN = 0x6C69_656E


def in_turn(connection: Connection, conclusion: Conclusion) -> None:
    """Wait until nobody else is concluding about the same DocumentIds.

    SQLite has one writer anyway.
    """
    if connection.dialect.name != "postgresql":
        return
    kin, document = conclusion.kin, conclusion.document
    names = set(kin.target_ids) if kin else set()
    if document is not None and document.document_id:
        names.add(document.document_id)
    for name in sorted(names):
        number = int.from_bytes(sha256(name.encode()).digest()[:4], signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(_TURN, number)))


def has_moved(connection: Connection, kin: Kin, mine: DocumentKey) -> bool:
    """Whether what it was decided on is otherwise by now: to be decided again.

    `mine`: the document that is being concluded.
    """
    if not kin.target_ids:
        return False
    if seen_now(connection, kin.target_ids, mine) != kin.seen:
        return True
    wanted = [one for each in kin.withdrawals for one in each.cancel]
    return any(_in_hand(connection, some) for some in in_parts(wanted))


def _in_hand(connection: Connection, ids: Sequence[str]) -> bool:
    """Whether a relay took one of these rows, or sent it: that one has left."""
    stands = or_(
        and_(outbox.c.state == OutboxState.WAITING, outbox.c.lease == ""),
        outbox.c.state == OutboxState.GIVEN_UP,
    )
    query = select(outbox.c.id).where(outbox.c.id.in_(ids), stands)
    rows = connection.execute(query.order_by(outbox.c.id).with_for_update()).all()
    return len(rows) < len(set(ids))


def reconsider(
    connection: Connection, conclusion: Conclusion, at: datetime, waking: Waking
) -> None:
    """Open again what this conclusion was waited for by, or has overtaken."""
    here = [arrivals.c.id != conclusion.arrival]
    if conclusion.kin is not None and conclusion.kin.withdrawals:
        keys = sorted({w.document for w in conclusion.kin.withdrawals})
        held = arrivals.c.document.in_(keys)
        _wake(connection, _held(connection, held, *here), "recalled", at, waking)
    if waiting := _waiting_for(connection, conclusion.document):
        waits = arrivals.c.id.in_(waiting)
        _wake(connection, _held(connection, waits, *here), "come", at, waking)


def _waiting_for(connection: Connection, document: DocumentRow | None) -> Sequence[str]:
    """Arrivals that wait for it; asked for every document, so by the index alone."""
    if document is None or not _is_come(document):
        return ()
    here = and_(versions.c.target_id == document.document_id, versions.c.waits)
    return connection.execute(select(versions.c.arrival).where(here)).scalars().all()


def _is_come(document: DocumentRow) -> bool:
    """Whether it is a document that others may wait for."""
    if not document.document_id:  # secret: nobody hears of it
        return False
    delivered = document.disposition is Disposition.DELIVER
    return document.kind in {Kind.NEW, Kind.REPLACE} or (
        document.kind == Kind.UPDATE and delivered
    )


def _held(
    connection: Connection, *conditions: ColumnElement[bool]
) -> Iterable[RowMapping]:
    on_the_list = exists().where(
        desk.c.arrival == arrivals.c.id,
        desk.c.desk == DeskName.HELD,
        desk.c.closed_at.is_(None),
    )
    done = arrivals.c.state == ArrivalState.DECIDED
    query = select(arrivals).where(done, on_the_list, *conditions)
    ordered = query.order_by(arrivals.c.id).with_for_update()
    return connection.execute(ordered).mappings().all()


def _wake(
    connection: Connection,
    rows: Iterable[RowMapping],
    why: str,
    at: datetime,
    waking: Waking,
) -> None:
    for row in rows:
        facts = {"why": why}
        entry = NewEntry(Tag.DESK_CLOSED, at, row["id"], row["document"], facts=facts)
        append(connection, [entry])
        projecting.reopened(connection, row["id"], at)
        waking.wake(connection, row["id"], row["size"], at)
