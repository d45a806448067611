"""An agency's word on a document says that it has what was delivered to it."""

from datetime import datetime

from sqlalchemy import Connection, select

from hub.journal import projecting
from hub.journal.delivering import record_acknowledged
from hub.journal.tables import deliveries
from hub.model.statuses import HAVING, Said


def acknowledge(connection: Connection, told: Said, at: datetime) -> None:
    """Its first word says that an agency has what was delivered to it.

    What the hub says in its name says nothing new: the hub knew it.
    """
    if told.code not in HAVING or told.by == "hub":
        return
    waits = deliveries.c.state != projecting.GIVEN_UP
    query = select(deliveries.c.id).where(
        deliveries.c.document == told.document,
        deliveries.c.agency == told.agency,
        deliveries.c.acknowledged_at.is_(None),
        waits,
    )
    for delivery in connection.execute(query.order_by(deliveries.c.id)).scalars().all():
        record_acknowledged(connection, delivery, at, told.code)
