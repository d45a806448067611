"""Leases on arrivals: one worker at a time has one in hand."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, exists, update

from hub.errors import ClaimLost
from hub.journal.databases import lapsed
from hub.journal.rows import arrival_of
from hub.journal.tables import arrivals, desk
from hub.journal.waking import Waking
from hub.model.arrivals import Arrival, ArrivalState
from hub.model.ids import ArrivalId
from hub.model.records import DeskName

#: What was buried waits for a person, whatever pointers are still about.
buried = exists().where(
    desk.c.arrival == arrivals.c.id,
    desk.c.desk == DeskName.BURIED,
    desk.c.closed_at.is_(None),
)


def nobodys(at: datetime) -> ColumnElement[bool]:
    """Condition: no lease on the arrival is in force."""
    return lapsed(arrivals.c.lease_until, at)


def held_under(arrival: ArrivalId, claim: str) -> ColumnElement[bool]:
    """Condition: the token stands. It does until another worker takes a new one."""
    return (
        (arrivals.c.id == arrival)
        & (arrivals.c.claim == claim)
        & (arrivals.c.claim != "")
        & (arrivals.c.state == ArrivalState.ACCEPTED)
    )


def claim(
    connection: Connection, arrival: ArrivalId, at: datetime, lease: timedelta
) -> Arrival | None:
    """See `Journal.claim`; None also for what was buried."""
    taking = (
        update(arrivals)
        .where(arrivals.c.id == arrival, arrivals.c.state == ArrivalState.ACCEPTED)
        .where(nobodys(at), ~buried)
        .values(
            claim=uuid4().hex,
            lease_until=at + lease,
            claims=arrivals.c.claims + 1,
            touched_at=at,
        )
        .returning(*arrivals.columns)
    )
    row = connection.execute(taking).mappings().one_or_none()
    return arrival_of(row) if row else None


def renew(connection: Connection, arrival: Arrival, until: datetime) -> None:
    """See `Journal.renew`."""
    _change(connection, arrival, lease_until=until)


def postpone(
    connection: Connection, arrival: Arrival, due_at: datetime, waking: Waking
) -> None:
    """See `Journal.postpone`; raises ClaimLost. Such a claim does not count."""
    claims = max(arrival.claims - 1, 0)
    _change(connection, arrival, claim="", lease_until=None, claims=claims)
    waking.wake(connection, arrival.id, arrival.size, due_at)


def _change(connection: Connection, arrival: Arrival, **values: object) -> None:
    here = held_under(arrival.id, arrival.claim)
    changed = update(arrivals).where(here).values(values).returning(arrivals.c.id)
    require(connection.execute(changed).one_or_none())


def require(row: Row[tuple[object, ...]] | None) -> None:
    """Raise ClaimLost unless a row answered to the token."""
    if row is None:
        raise ClaimLost("another worker has it")
