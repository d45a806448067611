"""What stands on an agency's shelf: leased, had, acknowledged or refused by REST.

A lease is no entry: it says who may work on something now, and it may be lost. What an
agency leases again and again and never acknowledges becomes a dead letter, as on a
queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    exists,
    func,
    literal_column,
    select,
    update,
)

from hub.journal.databases import Database, lapsed
from hub.journal.delivering import (
    Refusal,
    record_acknowledged,
    record_fetched,
    record_notice_taken,
    record_rejected,
)
from hub.journal.entries import facts_of
from hub.journal.tables import arrivals, documents, outbox, shelf
from hub.model.records import OutboxKind, OutboxState
from hub.model.shelf import Standing

#: As often as a queue delivers one message (`hub.broker.topology`).
MOST_LEASES = 20
#: Why it is a dead letter then.
WORN_OUT = "leased too often"
REFUSED = "rejected by the agency's system"

_left = and_(
    outbox.c.kind.in_((OutboxKind.DELIVER, OutboxKind.NOTICE)),
    outbox.c.state == OutboxState.SENT,
    # A secret document is on nobody's shelf.
    ~exists().where(documents.c.key == outbox.c.document, documents.c.secret),
    ~exists().where(arrivals.c.id == outbox.c.arrival, arrivals.c.secret),
)
_SHOWN = (
    select(
        outbox.c.id,
        outbox.c.kind,
        outbox.c.headers,
        outbox.c.body,
        func.coalesce(
            shelf.c.put_at, outbox.c.due_at, type_=outbox.c.due_at.type
        ).label("since"),
        shelf.c.lease_until,
        func.coalesce(shelf.c.leases, 0).label("leases"),
    )
    .join_from(outbox, shelf, shelf.c.id == outbox.c.id, isouter=True)
    .where(_left)
)
#: Further lanes are faster than ordinary.
_ORDER = (outbox.c.lane == literal_column("'ordinary'"), shelf.c.put_at, shelf.c.id)


@dataclass(frozen=True, slots=True)
class ShelfDepth:
    """How much stands on one agency's shelf."""

    queue: str
    #: In nobody's hand, and there for a while.
    waiting: int
    #: In the hand of somebody.
    leased: int


@dataclass(frozen=True, slots=True)
class Lease:
    """What a client asks for: so many, for itself alone until then."""

    queue: str
    most: int
    at: datetime
    until: datetime


class Leasing:
    """The shelves of agencies that come and ask; each reaches only its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lease(self, wish: Lease) -> list[Standing]:
        """Take what nobody has in hand, urgent first, then the oldest."""
        return await self._database.write(partial(_lease, wish=wish))

    async def look(self, queue: str, most: int) -> list[Standing]:
        """What stands there, leased or not, in the same order."""
        query = _SHOWN.where(_stands(queue)).order_by(*_ORDER).limit(most)
        return await self._database.read(partial(_read, query=query))

    async def depths(self, before: datetime, at: datetime) -> list[ShelfDepth]:
        """Every shelf that is not empty; `waiting` counts what is there since then."""
        leased = case((shelf.c.lease_until > at, 1), else_=0)
        old = case((shelf.c.put_at <= before, 1), else_=0)
        counts = (func.sum(old * (1 - leased)), func.sum(leased))
        query = (
            select(shelf.c.queue, *counts)
            .where(shelf.c.off_at.is_(None))
            .group_by(shelf.c.queue)
            .order_by(shelf.c.queue)
        )
        return await self._database.read(
            lambda c: [ShelfDepth(q, int(w), int(n)) for q, w, n in c.execute(query)]
        )

    async def find(self, queue: str, message_id: str) -> Standing | None:
        """One thing that left for this agency, on its shelf or off it."""
        query = _SHOWN.where(_own(queue, message_id))
        found = await self._database.read(partial(_read, query=query))
        return found[0] if found else None

    async def fetched(self, queue: str, message_id: str, at: datetime) -> None:
        """The whole body was sent to this agency; noted once."""
        work = partial(_fetched, queue=queue, message_id=message_id, at=at)
        await self._database.write(work)

    async def acknowledge(self, queue: str, message_id: str, at: datetime) -> bool:
        """The agency has it; False: nothing of the kind left for it.

        Twice changes nothing, and so does a lease that ran out: it has it.
        """
        work = partial(_acknowledge, queue=queue, message_id=message_id, at=at)
        return await self._database.write(work)

    async def reject(
        self, queue: str, message_id: str, words: str, at: datetime
    ) -> bool:
        """The agency will never take it; False: nothing of the kind left for it."""
        refusal = Refusal(REFUSED, words=words)
        work = partial(_reject, own=_own(queue, message_id), refusal=refusal, at=at)
        return await self._database.write(work)


def _own(queue: str, message_id: str) -> ColumnElement[bool]:
    return and_(outbox.c.target == queue, outbox.c.id == message_id)


def _stands(queue: str) -> ColumnElement[bool]:
    return and_(shelf.c.queue == queue, shelf.c.off_at.is_(None))


def _lease(connection: Connection, wish: Lease) -> list[Standing]:
    free = and_(_stands(wish.queue), lapsed(shelf.c.lease_until, wish.at))
    _bury_the_worn_out(connection, free, wish.at)
    # PostgreSQL may run a subquery with LIMIT anew; chosen first, it cannot.
    chosen = _locked(connection, free, wish.most)
    taken = update(shelf).where(shelf.c.id.in_(chosen))
    again = shelf.c.leases + 1
    connection.execute(taken.values(lease_until=wish.until, leases=again))
    return _read(connection, _SHOWN.where(outbox.c.id.in_(chosen)).order_by(*_ORDER))


def _locked(
    connection: Connection, free: ColumnElement[bool], most: int
) -> Sequence[str]:
    query = (
        select(shelf.c.id)
        .join_from(shelf, outbox, outbox.c.id == shelf.c.id)
        .where(free, _left)
        .order_by(*_ORDER)
        .limit(most)
        .with_for_update(skip_locked=True, of=shelf)
    )
    return connection.execute(query).scalars().all()


def _bury_the_worn_out(
    connection: Connection, free: ColumnElement[bool], at: datetime
) -> None:
    worn = select(shelf.c.id).where(free, shelf.c.leases >= MOST_LEASES)
    for message_id in connection.execute(worn).scalars().all():
        refusal = Refusal(WORN_OUT, {"leases": MOST_LEASES})
        record_rejected(connection, message_id, refusal, at)


def _fetched(connection: Connection, queue: str, message_id: str, at: datetime) -> None:
    if _is_own(connection, _own(queue, message_id)):
        record_fetched(connection, message_id, at)


def _acknowledge(
    connection: Connection, queue: str, message_id: str, at: datetime
) -> bool:
    if not _is_own(connection, _own(queue, message_id)):
        return False
    if not record_acknowledged(connection, message_id, at):
        record_notice_taken(connection, message_id, at)
    return True


def _reject(
    connection: Connection, own: ColumnElement[bool], refusal: Refusal, at: datetime
) -> bool:
    query = select(outbox.c.id).where(own, _left)
    message_id = connection.execute(query).scalar_one_or_none()
    if message_id is None:
        return False
    record_rejected(connection, message_id, refusal, at)
    return True


def _is_own(connection: Connection, own: ColumnElement[bool]) -> bool:
    return bool(connection.execute(select(exists().where(own, _left))).scalar_one())


def _read(connection: Connection, query: Select[*tuple[object, ...]]) -> list[Standing]:
    return [_standing(row) for row in connection.execute(query).mappings()]


def _standing(row: RowMapping) -> Standing:
    return Standing(**{**row, "headers": facts_of(row["headers"])})
