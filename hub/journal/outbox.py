"""The port `Outbox`: rows leased to one relay at a time, settled once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from hub.journal import projecting
from hub.journal.databases import Database, lapsed
from hub.journal.delivering import record_fetched
from hub.journal.entries import OWN, append
from hub.journal.forward_rows import LEFT, forward_sent, forward_state
from hub.journal.rows import outbox_of
from hub.journal.shelf_rows import left
from hub.journal.tables import arrivals, outbox
from hub.model.agencies import Takes
from hub.model.records import (
    DeskItem,
    DeskName,
    Facts,
    GivenUp,
    Later,
    Left,
    NewEntry,
    OutboxKind,
    OutboxRow,
    OutboxState,
    Outcome,
    Sent,
    Tag,
)

_SENT = {
    OutboxKind.DELIVER: Tag.DELIVERY_QUEUED,
    OutboxKind.NOTICE: Tag.NOTICE_QUEUED,
    OutboxKind.FORWARD: Tag.FORWARD_SENT,
    OutboxKind.ANSWER: Tag.RECEIPT_SENT,
    OutboxKind.ALERT: Tag.ALERT_SENT,
}
#: A reason that begins so puts the row on the list of the unroutable.
_UNROUTABLE = "unroutable"


_before = outbox.alias("before")
#: A forward follows those by its own source, whoever of its receivers they are for.
_same_way = or_(
    and_(_before.c.kind == OutboxKind.DELIVER, _before.c.agency == outbox.c.agency),
    and_(
        _before.c.kind == OutboxKind.FORWARD,
        outbox.c.kind == OutboxKind.FORWARD,
        _before.c.target == outbox.c.target,
    ),
)
#: What a row follows and has not left; a dead one has not, either.
_held_back = exists().where(
    _before.c.document == outbox.c.follows,
    _before.c.id != outbox.c.id,
    _before.c.kind.in_((OutboxKind.DELIVER, OutboxKind.FORWARD)),
    _before.c.state.in_((OutboxState.WAITING, OutboxState.GIVEN_UP)),
    # A notice follows the delivery to its own agency; the others' are no matter.
    or_(outbox.c.kind == OutboxKind.ANSWER, outbox.c.follows_all, _same_way),
)


def _waiting(kinds: Sequence[OutboxKind]) -> ColumnElement[bool]:
    return and_(outbox.c.state == OutboxState.WAITING, outbox.c.kind.in_(kinds))


#: Whatever lanes the policy names are faster; spelled as the index spells it.
_ordinary = outbox.c.lane == literal_column("'ordinary'")
_AT = bindparam("at", type_=outbox.c.due_at.type)


@lru_cache
def _due(kinds: tuple[OutboxKind, ...]) -> Select[tuple[str]]:
    """Ids that are due at `at`, `most` of them; built once, a relay asks all day."""
    free = lapsed(outbox.c.lease_until, _AT)
    return (
        select(outbox.c.id)
        .where(_waiting(kinds), outbox.c.due_at <= _AT, free, ~_held_back)
        .where(outbox.c.target.not_in(bindparam("skip", expanding=True)))
        .order_by(_ordinary, outbox.c.due_at, outbox.c.id)
        .limit(bindparam("most", type_=Integer))
    )


def _lease(
    connection: Connection,
    due: Select[tuple[str]],
    asked: Mapping[str, object],
    until: datetime,
) -> list[OutboxRow]:
    # PostgreSQL may run a subquery with LIMIT anew; chosen first, it cannot.
    ours = due.with_for_update(skip_locked=True)
    chosen = connection.execute(ours, asked).scalars().all()
    leasing = (
        update(outbox)
        .where(outbox.c.id.in_(chosen))
        .values(lease=uuid4().hex, lease_until=until, attempts=outbox.c.attempts + 1)
        .returning(*outbox.columns)
    )
    rows = [outbox_of(row) for row in connection.execute(leasing).mappings()]
    order = {str(name): place for place, name in enumerate(chosen)}
    return sorted(rows, key=lambda row: order[row.id])


def _next_due(connection: Connection, kinds: Sequence[OutboxKind]) -> datetime | None:
    leased = outbox.c.lease_until > outbox.c.due_at
    moment = case((leased, outbox.c.lease_until), else_=outbox.c.due_at)
    query = select(func.min(moment, type_=outbox.c.due_at.type))
    found: datetime | None
    found = connection.execute(query.where(_waiting(kinds))).scalar_one()
    return found


def hasten(
    connection: Connection, kinds: Sequence[OutboxKind], target: str, at: datetime
) -> None:
    """Whatever waits for a target, if only its next try, need not any more."""
    here = and_(_waiting(kinds), outbox.c.target == target)
    tried = and_(outbox.c.attempts > 0, outbox.c.due_at > at)
    connection.execute(update(outbox).where(here, tried).values(due_at=at))


class SqlOutbox:
    """See `hub.ports.Outbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(
        self,
        kinds: Sequence[OutboxKind],
        at: datetime,
        lease: timedelta,
        limit: int,
        skip: Sequence[str] = (),
    ) -> list[OutboxRow]:
        due = _due(tuple(kinds))
        asked = {"at": at, "most": limit, "skip": list(skip)}
        # An idle relay asks often: only one that finds something takes the lock.
        if not await self._database.read(lambda c: c.execute(due, asked).first()):
            return []
        return await self._database.write(
            partial(_lease, due=due, asked=asked, until=at + lease)
        )

    async def hasten(self, kind: OutboxKind, target: str, at: datetime) -> None:
        await self._database.write(partial(hasten, kinds=(kind,), target=target, at=at))

    async def settle(self, row: OutboxRow, outcome: Outcome) -> None:
        await self._database.write(partial(_settle, row=row, outcome=outcome))

    async def next_due(self, kinds: Sequence[OutboxKind]) -> datetime | None:
        return await self._database.read(partial(_next_due, kinds=kinds))


def _settle(connection: Connection, row: OutboxRow, outcome: Outcome) -> None:
    if not _still_leased(connection, row):
        return
    match outcome:
        case Sent() if row.kind is OutboxKind.WAKE:
            _woke(connection, row, outcome.at)
        case Sent():
            _sent(connection, row, outcome)
        case Left():
            _left(connection, row, outcome)
        case Later():
            _later(connection, row, outcome)
        case GivenUp():
            _given_up(connection, row, outcome)


def _still_leased(connection: Connection, row: OutboxRow) -> bool:
    stands = and_(
        outbox.c.id == row.id,
        outbox.c.lease == row.lease,
        outbox.c.lease != "",
        outbox.c.state == OutboxState.WAITING,
    )
    query = select(outbox.c.id).where(stands).with_for_update()
    return connection.execute(query).first() is not None


def _woke(connection: Connection, row: OutboxRow, at: datetime) -> None:
    """A pointer that left is of no more interest; its arrival was touched."""
    connection.execute(delete(outbox).where(outbox.c.id == row.id))
    touched = update(arrivals).where(arrivals.c.id == row.arrival)
    connection.execute(touched.values(touched_at=at))


def _sent(connection: Connection, row: OutboxRow, outcome: Sent) -> None:
    facts = {**outcome.facts, **_facts(row)}
    append(connection, [_entry(_SENT[row.kind], row, outcome.at, facts)])
    projecting.sent(connection, row.id, row.attempts, outcome.at)
    if row.kind in {OutboxKind.DELIVER, OutboxKind.NOTICE}:
        _stands(connection, row, facts, outcome.at)
    if row.kind is OutboxKind.FORWARD:
        forward_sent(connection, row.id, facts.get("remote", ""), outcome.at)


def _stands(connection: Connection, row: OutboxRow, facts: Facts, at: datetime) -> None:
    """Where it is now; what the agency's mail server took, the agency has."""
    left(connection, facts, at)
    if facts.get("way") == Takes.MAIL and row.kind is OutboxKind.DELIVER:
        record_fetched(connection, row.id, at, "hub")


def _left(connection: Connection, row: OutboxRow, outcome: Left) -> None:
    facts = {**_facts(row), "why": outcome.why}
    forward = row.kind is OutboxKind.FORWARD
    tag = Tag.FORWARD_LEFT if forward else Tag.RECEIPT_LEFT
    append(connection, [_entry(tag, row, outcome.at, facts)])
    projecting.sent(connection, row.id, row.attempts, outcome.at)
    if forward:
        forward_state(connection, row.id, LEFT)


def _later(connection: Connection, row: OutboxRow, outcome: Later) -> None:
    attempts = row.attempts if outcome.counts else row.attempts - 1
    again = update(outbox).where(outbox.c.id == row.id)
    connection.execute(
        again.values(
            due_at=outcome.due_at, attempts=attempts, lease="", lease_until=None
        )
    )


def _given_up(connection: Connection, row: OutboxRow, outcome: GivenUp) -> None:
    unroutable = outcome.reason.lower().startswith(_UNROUTABLE)
    item = DeskItem(
        id=uuid4().hex,
        desk=DeskName.UNROUTABLE if unroutable else DeskName.DEAD,
        since=outcome.at,
        reason=outcome.reason,
        arrival=row.arrival,
        document=row.document,
        agency=row.agency,
        outbox=row.id,
    )
    facts = {**_facts(row), "reason": outcome.reason, OWN: item}
    append(connection, [_entry(Tag.OUTBOX_GIVEN_UP, row, outcome.at, facts)])
    projecting.given_up(connection, row.id, row.attempts, item)


def _facts(row: OutboxRow) -> Facts:
    return {"message_id": row.id, "target": row.target, "attempts": row.attempts}


def _entry(tag: Tag, row: OutboxRow, at: datetime, facts: Facts) -> NewEntry:
    return NewEntry(tag, at, row.arrival, row.document, row.agency, facts=facts)
