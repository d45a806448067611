"""What entries on batches change in their table: when written, and by rebuild."""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from hub.journal.entries import canonical
from hub.journal.steering_tables import batches
from hub.model.batches import Batch, BatchState
from hub.model.records import Facts, Tag

#: What says that a batch began or ended.
BATCH_TAGS = (Tag.BATCH_BEGUN, Tag.BATCH_ENDED, Tag.BATCH_CANCELLED)


def batch_begun(
    connection: Connection, entry: int, batch: Batch, actor: str, at: datetime
) -> None:
    """Its list is frozen from here on."""
    values = {
        "id": batch.id,
        "action": batch.action,
        "items": canonical(batch.items),
        "code": batch.code,
        "total": len(batch.items),
        "actor": actor,
        "state": BatchState.RUNNING,
        "begun_at": at,
        "ended_at": None,
        "done": 0,
        "skipped": 0,
        "entry": entry,
    }
    connection.execute(insert(batches), values)


def batch_over(connection: Connection, tag: Tag, facts: Facts, at: datetime) -> None:
    """Nothing more of it is done."""
    state = BatchState.DONE if tag is Tag.BATCH_ENDED else BatchState.CANCELLED
    here = update(batches).where(batches.c.id == facts["batch"])
    told = {"done": facts["done"], "skipped": facts["skipped"]}
    connection.execute(here.values(state=state, ended_at=at, **told))
