"""Finds arrivals that nobody will look at any more, and wakes them again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, exists, select, update

from hub.journal.claims import nobodys
from hub.journal.databases import Database
from hub.journal.entries import append
from hub.journal.tables import arrivals, desk, outbox
from hub.journal.waking import Waking
from hub.model.arrivals import ArrivalState
from hub.model.ids import ArrivalId
from hub.model.records import NewEntry, OutboxKind, OutboxState, Tag

_waking_waits = exists().where(
    outbox.c.arrival == arrivals.c.id,
    outbox.c.kind == OutboxKind.WAKE,
    outbox.c.state == OutboxState.WAITING,
)
#: A matter of the arrival itself; what became of an outbox row of it is another.
_on_a_desk = exists().where(
    desk.c.arrival == arrivals.c.id,
    desk.c.closed_at.is_(None),
    desk.c.outbox == "",
)
#: Arrivals woken in one go; the next sweep takes the next ones.
_AT_ONCE = 500


def _stranded(at: datetime) -> ColumnElement[bool]:
    return and_(
        arrivals.c.state == ArrivalState.ACCEPTED,
        nobodys(at),
        ~_waking_waits,
        ~_on_a_desk,
    )


class Sweep:
    """What step 8 of the path asks of the journal."""

    def __init__(self, database: Database, waking: Waking) -> None:
        self._database = database
        self._waking = waking

    async def stranded(self, at: datetime, older_than: timedelta) -> list[ArrivalId]:
        """Undecided, no wake row waiting, no lease in force, on no desk.

        Only what was not woken or claimed for `older_than`, and for as long as it
        has been waiting before that: its pointer may still stand in the broker's
        queue, and a backlog must not feed itself. Oldest first.
        """
        query = (
            select(arrivals.c.id, arrivals.c.accepted_at, arrivals.c.touched_at)
            .where(_stranded(at), arrivals.c.touched_at <= at - older_than)
            .order_by(arrivals.c.touched_at)
            .limit(_AT_ONCE)
        )
        rows = await self._database.read(lambda c: c.execute(query).all())
        return [r.id for r in rows if at - r.touched_at >= r.touched_at - r.accepted_at]

    async def wake(self, ids: Sequence[ArrivalId], at: datetime) -> list[ArrivalId]:
        """Wake those that are still stranded; returns them."""
        return await self._database.write(partial(self._wake, ids=ids, at=at))

    def _wake(
        self, connection: Connection, ids: Sequence[ArrivalId], at: datetime
    ) -> list[ArrivalId]:
        here = arrivals.c.id.in_(ids)
        # Locked first, asked after: another relay's wake row is then seen.
        locking = select(arrivals.c.id).where(here).order_by(arrivals.c.id)
        connection.execute(locking.with_for_update()).all()
        asking = select(arrivals.c.id, arrivals.c.size).where(here, _stranded(at))
        rows = connection.execute(asking).all()
        for row in rows:
            self._waking.wake(connection, row.id, row.size, at)
        woken = [row.id for row in rows]
        touched = update(arrivals).where(arrivals.c.id.in_(woken))
        connection.execute(touched.values(touched_at=at))
        append(connection, [NewEntry(Tag.SWEEP_WOKE, at, one) for one in woken])
        return woken
