"""Deliveries listed by agency, state and age; never the name of a secret document."""

from datetime import datetime
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    true,
)

from hub.journal.databases import Database
from hub.journal.recall_tables import recalls, versions
from hub.journal.tables import arrivals, deliveries, documents, outbox, shelf
from hub.model.deliveries import (
    AgencyCount,
    DeliveryLine,
    DeliveryState,
    DeliveryWish,
)
from hub.model.ids import AgencyCode
from hub.model.recalls import Relation

_at = deliveries.c
_SINCE: ColumnElement[datetime] = case(
    (_at.state == DeliveryState.ACKNOWLEDGED, _at.acknowledged_at),
    (_at.state == DeliveryState.FETCHED, _at.fetched_at),
    (_at.state == DeliveryState.QUEUED, _at.queued_at),
    (_at.state == DeliveryState.PLANNED, _at.planned_at),
    else_=func.coalesce(_at.fetched_at, _at.queued_at, _at.planned_at),
)
_since = func.coalesce(_SINCE, _at.planned_at, type_=_at.planned_at.type)
_hidden = or_(documents.c.secret, func.coalesce(arrivals.c.secret, documents.c.secret))
_recall = (
    select(recalls.c.state)
    .where(recalls.c.document == _at.document, recalls.c.agency == _at.agency)
    .order_by(recalls.c.at.desc(), recalls.c.id)
    .limit(1)
    .scalar_subquery()
)
_superseded = (
    select(versions.c.document_id)
    .where(
        or_(versions.c.target == _at.document, versions.c.or_target == _at.document),
        versions.c.relation == Relation.REPLACES,
    )
    .order_by(versions.c.at.desc(), versions.c.id)
    .limit(1)
    .scalar_subquery()
)
_LINES = (
    select(
        *(
            column
            for column in _at
            if column.name not in {"arrival", "content", "body"}
        ),
        documents.c.document_id,
        documents.c.notation,
        documents.c.sender,
        func.coalesce(outbox.c.lane, documents.c.lane).label("lane"),
        func.coalesce(outbox.c.attempts, 0).label("attempts"),
        func.coalesce(shelf.c.leases, 0).label("leases"),
        _since.label("since"),
        _hidden.label("hidden"),
        func.coalesce(_recall, "").label("recall"),
        func.coalesce(_superseded, "").label("superseded_by"),
    )
    .join_from(deliveries, documents, documents.c.key == _at.document)
    .outerjoin(arrivals, arrivals.c.id == _at.arrival)
    .outerjoin(outbox, outbox.c.id == _at.id)
    .outerjoin(shelf, shelf.c.id == _at.id)
)


class DeliveryList:
    """Reads for people who ask where things are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(self, wish: DeliveryWish) -> list[DeliveryLine]:
        """Those asked for, the longest in their state first."""
        query = _LINES.where(_wanted(wish)).order_by(_since, _at.id).limit(wish.limit)
        return await self._database.read(partial(_read, query=query))

    async def counts(self) -> list[AgencyCount]:
        """How many of each agency are in each state."""
        query = (
            select(
                _at.agency,
                _at.state,
                func.count().label("count"),
                func.min(_since, type_=_at.planned_at.type).label("oldest"),
            )
            .group_by(_at.agency, _at.state)
            .order_by(_at.agency, _at.state)
        )
        return await self._database.read(
            lambda c: [_count(row) for row in c.execute(query).mappings()]
        )


def _wanted(wish: DeliveryWish) -> ColumnElement[bool]:
    asked: list[ColumnElement[bool]] = [true()]
    if wish.agency:
        asked.append(or_(_at.agency == wish.agency, _at.queue == wish.agency))
    if wish.states:
        asked.append(_at.state.in_(wish.states))
    if wish.way:
        asked.append(_at.way == wish.way)
    if wish.document is not None:
        asked.append(_at.document == wish.document)
    if wish.before is not None:
        asked.append(_since <= wish.before)
    return and_(*asked)


def _read(
    connection: Connection, query: Select[*tuple[object, ...]]
) -> list[DeliveryLine]:
    return [_line(row) for row in connection.execute(query).mappings()]


def _line(row: RowMapping) -> DeliveryLine:
    told = {name: row[name] for name in DeliveryLine.__slots__}
    if row["hidden"]:
        told |= {"document_id": "", "notation": "", "superseded_by": ""}
    return DeliveryLine(**{**told, "state": DeliveryState(row["state"])})


def _count(row: RowMapping) -> AgencyCount:
    state = DeliveryState(row["state"])
    return AgencyCount(AgencyCode(row["agency"]), state, row["count"], row["oldest"])
