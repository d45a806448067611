"""Dead letters: what only a person can move, and how a person moves one."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, Select, and_, func, select

from hub.journal.databases import in_parts
from hub.journal.dead_rows import Moved, dead_moved
from hub.journal.entries import OWN, append, facts_of
from hub.journal.recall_rows import is_taken_back, is_withdrawn, wait_for
from hub.journal.rows import value
from hub.journal.tables import desk, documents, entries, outbox
from hub.model.batches import Asked, DeadLetter, Patience
from hub.model.ids import ArrivalId, Digest
from hub.model.records import (
    JUDGED,
    DeskItem,
    DeskName,
    NewEntry,
    OutboxKind,
    OutboxState,
    Tag,
)
from hub.model.targets import Target, kind_of

#: The lists on which dead letters stand.
DESKS = (DeskName.DEAD, DeskName.UNROUTABLE)
#: What may be moved: given up, or sent and come back. The rest moves by itself.
_MOVABLE = (OutboxState.GIVEN_UP, OutboxState.SENT)


def listed(connection: Connection, *, open_only: bool = True) -> list[DeadLetter]:
    """Every dead letter, oldest first."""
    rows = connection.execute(_dead(open_only=open_only)).mappings().all()
    signed = _certificates(connection, [r["arrival"] for r in rows if r["arrival"]])
    return [
        DeadLetter(
            item=value(DeskItem, row),
            kind=OutboxKind(row["kind"]),
            target=row["target"],
            attempts=row["attempts"],
            certificates=signed.get(row["arrival"], ()),
            document_id=row["document_id"],
            notation=row["notation"],
        )
        for row in rows
    ]


def _dead(*, open_only: bool) -> Select[*tuple[object, ...]]:
    shown = and_(documents.c.key == desk.c.document, ~documents.c.secret)
    query = (
        select(
            *desk.columns,
            outbox.c.kind,
            outbox.c.target,
            outbox.c.attempts,
            func.coalesce(documents.c.document_id, "").label("document_id"),
            func.coalesce(documents.c.notation, "").label("notation"),
        )
        .join(outbox, outbox.c.id == desk.c.outbox)
        .outerjoin(documents, shown)
        .where(desk.c.desk.in_(DESKS))
        .order_by(desk.c.since, desk.c.id)
    )
    return query.where(desk.c.closed_at.is_(None)) if open_only else query


def _certificates(
    connection: Connection, arrivals: Sequence[ArrivalId]
) -> dict[ArrivalId, tuple[Digest, ...]]:
    """Whose certificates signed what arrived, as last judged."""
    found: dict[ArrivalId, tuple[Digest, ...]] = {}
    for some in in_parts(sorted(set(arrivals))):
        about = and_(entries.c.arrival.in_(some), entries.c.tag.in_(JUDGED))
        query = select(entries.c.arrival, entries.c.facts).where(about)
        for arrival, facts in connection.execute(query.order_by(entries.c.id)):
            told = (f.get("certificate") for f in facts_of(facts).get("findings", ()))
            found[arrival] = tuple(dict.fromkeys(Digest(c) for c in told if c))
    return found


def replay(
    connection: Connection, item: str, asked: Asked, patience: Patience, batch: str
) -> bool:
    """Send a dead letter again; False: it is off its list, or on its way.

    Nor what was recalled meanwhile: nothing of it leaves any more.
    """
    row = _locked(connection, item)
    if row is None or _is_withdrawn(connection, row):
        return False
    target = Target(kind_of(OutboxKind(row["kind"])), row["target"])
    ends = row["deadline"] is not None
    until = asked.at + patience(target) if ends else None
    moved = Moved(row["id"], until)
    record_moved(connection, Tag.DELIVERY_REPLAYED, row, asked, (moved, batch))
    return True


def _is_withdrawn(connection: Connection, row: RowMapping) -> bool:
    wait_for(connection, row["document"])
    if is_taken_back(connection, row["id"]):
        return True
    delivery = row["kind"] == OutboxKind.DELIVER
    return delivery and is_withdrawn(connection, row["document"], row["agency"])


def discard(connection: Connection, item: str, asked: Asked, batch: str) -> bool:
    """Have a dead letter never sent; False: it is off its list, or on its way."""
    row = _locked(connection, item)
    if row is None:
        return False
    moved = Moved(row["id"])
    record_moved(connection, Tag.DELIVERY_DISCARDED, row, asked, (moved, batch))
    return True


def _locked(connection: Connection, item: str) -> RowMapping | None:
    """The outbox row of a matter that is still on its list."""
    stands = and_(desk.c.id == item, desk.c.closed_at.is_(None))
    query = (
        select(outbox)
        .join(desk, desk.c.outbox == outbox.c.id)
        .where(stands, desk.c.desk.in_(DESKS), outbox.c.state.in_(_MOVABLE))
        .with_for_update()
    )
    return connection.execute(query).mappings().one_or_none()


def record_moved(
    connection: Connection,
    tag: Tag,
    row: RowMapping,
    asked: Asked,
    what: tuple[Moved, str],
) -> None:
    """Write what a person did to an outbox row, and do it.

    `what`: the row's id and deadline, and the batch it is of ("": none).
    """
    moved, batch = what
    facts = {
        "message_id": row["id"],
        "kind": row["kind"],
        "target": row["target"],
        "batch": batch,
        OWN: moved,
    }
    told = NewEntry(
        tag,
        asked.at,
        row["arrival"],
        row["document"],
        row["agency"],
        actor=asked.actor,
        facts=facts,
        particulars={"reason": asked.reason},
    )
    append(connection, [told])
    dead_moved(connection, tag, moved, asked.at)
