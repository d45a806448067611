"""The projection `shelf`: what stands there for agencies that come and ask."""

from datetime import datetime

from sqlalchemy import Connection, update

from hub.journal.databases import insert_if_new
from hub.journal.tables import deliveries, shelf
from hub.model.agencies import Takes
from hub.model.records import Facts


def left(connection: Connection, facts: Facts, at: datetime) -> None:
    """By which way an outbox row left, as its entry tells it; old ones do not say."""
    message_id, way = facts["message_id"], Takes(facts.get("way", Takes.AMQP))
    here = deliveries.c.id == message_id
    connection.execute(update(deliveries).where(here).values(way=way))
    if way is Takes.PULL:
        _put(connection, message_id, facts["target"], at)


def _put(connection: Connection, message_id: str, queue: str, at: datetime) -> None:
    """It stands on an agency's shelf; what stood there before is as new."""
    values = {
        "id": message_id,
        "queue": queue,
        "put_at": at,
        "off_at": None,
        "lease_until": None,
        "leases": 0,
    }
    if not insert_if_new(connection, shelf, values):
        here = shelf.c.id == message_id
        connection.execute(update(shelf).where(here).values(values))


def take_off(connection: Connection, message_id: str, at: datetime) -> None:
    """It stands there no more: acknowledged, rejected, or called back."""
    here = (shelf.c.id == message_id) & shelf.c.off_at.is_(None)
    connection.execute(update(shelf).where(here).values(off_at=at))
