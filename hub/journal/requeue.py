"""After a restore: what had left for queues that are no more leaves again."""

from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, and_, select

from hub.journal.databases import Database
from hub.journal.dead import record_moved
from hub.journal.dead_rows import Moved
from hub.journal.projecting import QUEUED
from hub.journal.recall_rows import is_taken_back, is_withdrawn
from hub.journal.tables import deliveries, outbox
from hub.model.agencies import Takes
from hub.model.batches import Asked
from hub.model.records import OutboxState, Tag


async def requeue(database: Database, asked: Asked, life: timedelta) -> int:
    """Send again, with the same id and bytes, what stood in agencies' queues.

    Only what no agency is known to have taken; one that has it all the same knows it
    by its id. Nothing that was recalled: its request may be answered. `life`: how long
    each is tried. Returns how many.
    """
    return await database.write(partial(_requeue, asked=asked, life=life))


def _requeue(connection: Connection, asked: Asked, life: timedelta) -> int:
    lost = and_(deliveries.c.state == QUEUED, deliveries.c.way == Takes.AMQP)
    query = (
        select(outbox)
        .join(deliveries, deliveries.c.id == outbox.c.id)
        .where(lost, outbox.c.state == OutboxState.SENT)
        .order_by(outbox.c.id)
        .with_for_update()
    )
    rows = [
        row
        for row in connection.execute(query).mappings().all()
        if not is_taken_back(connection, row["id"])
        and not is_withdrawn(connection, row["document"], row["agency"])
    ]
    for row in rows:
        moved = Moved(row["id"], asked.at + life)
        record_moved(connection, Tag.DELIVERY_REPLAYED, row, asked, (moved, ""))
    return len(rows)
