"""Batches: begun by an operator, done bit by bit, by whichever relay has the duty."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, Row, and_, select, update

from hub.journal import dead
from hub.journal.batch_rows import batch_begun, batch_over
from hub.journal.databases import Database
from hub.journal.entries import OWN, append, facts_of
from hub.journal.reopening import refuse, reopen, word
from hub.journal.steering_tables import batches
from hub.journal.tables import desk, entries, particulars
from hub.journal.waking import Waking
from hub.model.batches import (
    Asked,
    Batch,
    BatchAction,
    BatchRow,
    BatchState,
    DeadLetter,
    Patience,
)
from hub.model.ids import ArrivalId
from hub.model.records import DeskName, NewEntry, Tag

_ROWS = (
    select(*batches.columns, particulars.c.content)
    .outerjoin(entries, entries.c.id == batches.c.entry)
    .outerjoin(particulars, particulars.c.id == entries.c.particulars)
    .order_by(batches.c.begun_at, batches.c.id)
)


class Batches:
    """What operators do to many matters; each step is one transaction."""

    def __init__(self, database: Database, waking: Waking) -> None:
        self._database = database
        self._waking = waking

    async def dead(self, *, open_only: bool = True) -> list[DeadLetter]:
        """Every dead letter, oldest first."""
        return await self._database.read(partial(dead.listed, open_only=open_only))

    async def begin(
        self, action: BatchAction, items: Sequence[str], asked: Asked, code: str = ""
    ) -> BatchRow:
        """Freeze the list and the reason; `advance` does the work."""
        batch = Batch(uuid4().hex, action, tuple(dict.fromkeys(items)), code)
        await self._database.write(partial(_begin, batch=batch, asked=asked))
        return await self.one(batch.id)

    async def advance(
        self, batch: str, at: datetime, patience: Patience, limit: int
    ) -> bool:
        """Do the next `limit` matters of a batch; False: nothing is left of it."""
        work = partial(
            self._advance, batch=batch, at=at, patience=patience, limit=limit
        )
        return await self._database.write(work)

    async def cancel(self, batch: str, asked: Asked) -> bool:
        """Do no more of it; False: it is over. What is done stays done."""
        return await self._database.write(partial(_cancel, batch=batch, asked=asked))

    async def running(self) -> list[str]:
        """Ids of what is not over, oldest first."""
        here = select(batches.c.id).where(batches.c.state == BatchState.RUNNING)
        query = here.order_by(batches.c.begun_at, batches.c.id)
        return await self._database.read(lambda c: list(c.execute(query).scalars()))

    async def listed(self) -> list[BatchRow]:
        """Every batch, oldest first."""
        return await self._database.read(
            lambda c: [_row(row) for row in c.execute(_ROWS).all()]
        )

    async def one(self, batch: str) -> BatchRow:
        """One batch; raises KeyError."""
        found = await self._database.read(
            lambda c: c.execute(_ROWS.where(batches.c.id == batch)).one_or_none()
        )
        if found is None:
            raise KeyError(batch)
        return _row(found)

    def _advance(
        self,
        connection: Connection,
        batch: str,
        at: datetime,
        patience: Patience,
        limit: int,
    ) -> bool:
        row = _running(connection, batch)
        if row is None:
            return False
        frozen: list[str] = msgspec.json.decode(row.items, type=list[str])
        some = frozen[row.done : row.done + limit]
        asked = Asked(row.actor, at, _reason(connection, row.entry))
        moved = sum(self._move(connection, row, i, asked, patience) for i in some)
        done, skipped = row.done + len(some), row.skipped + len(some) - moved
        told = {"done": done, "skipped": skipped}
        connection.execute(update(batches).where(batches.c.id == batch).values(told))
        if done < row.total:
            return True
        facts = {"batch": batch, "action": row.action, **told}
        append(connection, [NewEntry(Tag.BATCH_ENDED, at, facts=facts)])
        batch_over(connection, Tag.BATCH_ENDED, facts, at)
        return False

    def _move(
        self,
        connection: Connection,
        row: Row[*tuple[object, ...]],
        item: str,
        asked: Asked,
        patience: Patience,
    ) -> bool:
        """One matter; False: somebody moved it in the meantime."""
        match BatchAction(row.action):
            case BatchAction.REPLAY:
                return dead.replay(connection, item, asked, patience, row.id)
            case BatchAction.DISCARD:
                return dead.discard(connection, item, asked, row.id)
            case BatchAction.RELEASE:
                arrival = _held(connection, item)
                if arrival is None:
                    return False
                told = word(Tag.ARRIVAL_RELEASED, arrival, asked)
                return reopen(connection, self._waking, told, (DeskName.HELD,))
            case BatchAction.REFUSE:
                arrival = _held(connection, item)
                return arrival is not None and refuse(
                    connection, self._waking, arrival, asked, row.code
                )


def _held(connection: Connection, item: str) -> ArrivalId | None:
    """The arrival of a held matter that is still on its list."""
    stands = and_(
        desk.c.id == item,
        desk.c.desk == DeskName.HELD,
        desk.c.closed_at.is_(None),
    )
    return connection.execute(select(desk.c.arrival).where(stands)).scalar_one_or_none()


def _begin(connection: Connection, batch: Batch, asked: Asked) -> None:
    facts = {
        "batch": batch.id,
        "action": batch.action,
        "count": len(batch.items),
        OWN: batch,
    }
    told = NewEntry(
        Tag.BATCH_BEGUN,
        asked.at,
        actor=asked.actor,
        facts=facts,
        particulars={"reason": asked.reason},
    )
    append(connection, [told])
    last = select(entries.c.id).where(entries.c.tag == Tag.BATCH_BEGUN)
    newest = last.where(entries.c.facts.contains(batch.id))
    entry = connection.execute(newest.order_by(entries.c.id.desc()).limit(1))
    batch_begun(connection, entry.scalar_one(), batch, asked.actor, asked.at)


def _cancel(connection: Connection, batch: str, asked: Asked) -> bool:
    row = _running(connection, batch)
    if row is None:
        return False
    told = {"done": row.done, "skipped": row.skipped}
    facts = {"batch": batch, "action": row.action, **told}
    entry = NewEntry(
        Tag.BATCH_CANCELLED,
        asked.at,
        actor=asked.actor,
        facts=facts,
        particulars={"reason": asked.reason},
    )
    append(connection, [entry])
    batch_over(connection, Tag.BATCH_CANCELLED, facts, asked.at)
    return True


def _running(connection: Connection, batch: str) -> Row[*tuple[object, ...]] | None:
    here = and_(batches.c.id == batch, batches.c.state == BatchState.RUNNING)
    query = select(*batches.columns).where(here).with_for_update()
    return connection.execute(query).one_or_none()


def _reason(connection: Connection, entry: int) -> str:
    """The operator's words; "" where they were erased."""
    its = select(entries.c.particulars).where(entries.c.id == entry)
    query = select(particulars.c.content).where(
        particulars.c.id == its.scalar_subquery()
    )
    content = connection.execute(query).scalar_one_or_none() or "{}"
    return str(facts_of(content).get("reason", ""))


def _row(row: Row[*tuple[object, ...]]) -> BatchRow:
    return BatchRow(
        id=row.id,
        action=BatchAction(row.action),
        actor=row.actor,
        state=BatchState(row.state),
        begun_at=row.begun_at,
        total=row.total,
        done=row.done,
        skipped=row.skipped,
        ended_at=row.ended_at,
        reason=str(facts_of(row.content or "{}").get("reason", "")),
    )
