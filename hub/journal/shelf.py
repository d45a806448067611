"""The port `Shelf`: what waits for an agency that comes and asks, and traces."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    case,
    false,
    func,
    or_,
    select,
)

from hub.journal import projecting
from hub.journal.databases import Database
from hub.journal.delivering import record_acknowledged, record_fetched
from hub.journal.entries import facts_of
from hub.journal.tables import arrivals, deliveries, documents, entries
from hub.model.decisions import Disposition, Lane
from hub.model.deliveries import DeliveryState
from hub.model.faults import SENTENCES, FaultCode
from hub.model.ids import AgencyCode
from hub.model.records import Facts, Tag
from hub.model.shelf import Trace, Waiting

#: What is not to leave any more.
_NEVER = (DeliveryState.CANCELLED, DeliveryState.DISCARDED)
_MINE = (
    select(
        deliveries.c.id,
        documents.c.document_id,
        documents.c.sender,
        deliveries.c.planned_at.label("since"),
        deliveries.c.body,
    )
    .join_from(deliveries, documents, documents.c.key == deliveries.c.document)
    .outerjoin(arrivals, arrivals.c.id == deliveries.c.arrival)
    # A secret document is on nobody's shelf.
    .where(
        ~documents.c.secret,
        ~or_(arrivals.c.secret, false()),
        deliveries.c.body.is_not(None),
        deliveries.c.state.not_in(_NEVER),
    )
)
_URGENT_FIRST = case((documents.c.lane == Lane.ORDINARY, 1), else_=0)
#: Entries of two hosts may be this much out of order: their clocks, and commits.
_OUT_OF_ORDER = timedelta(minutes=10)
#: What a source hears of its documents, by the tag of the entry.
_STATES = {
    Tag.DELIVERY_QUEUED: "queued",
    Tag.DELIVERY_FETCHED: "fetched",
    Tag.DELIVERY_CONFIRMED: "confirmed",
    Tag.STATUS_SAID: "status",
}
#: A twin is safe already: its source hears what the first arrival's heard.
_DECIDED = {
    Disposition.DELIVER: "delivered",
    Disposition.DISCARD: "delivered",
    Disposition.HOLD: "held",
    Disposition.REFUSE: "refused",
}


def _of(agency: AgencyCode) -> Select[*tuple[object, ...]]:
    return _MINE.where(deliveries.c.agency == agency)


def _waiting(row: RowMapping) -> Waiting:
    return Waiting(**row)


def _pending(connection: Connection, agency: AgencyCode, limit: int) -> list[Waiting]:
    query = (
        _of(agency)
        .where(deliveries.c.state != projecting.ACKNOWLEDGED)
        .order_by(_URGENT_FIRST, deliveries.c.planned_at, deliveries.c.id)
        .limit(limit)
    )
    return [_waiting(row) for row in connection.execute(query).mappings()]


def _find(connection: Connection, agency: AgencyCode, delivery: str) -> Waiting | None:
    query = _of(agency).where(deliveries.c.id == delivery)
    row = connection.execute(query).mappings().one_or_none()
    return _waiting(row) if row else None


def _confirm(
    connection: Connection, agency: AgencyCode, delivery: str, at: datetime
) -> bool:
    if _find(connection, agency, delivery) is None:
        return False
    record_acknowledged(connection, delivery, at)
    return True


def _fetched(
    connection: Connection, agency: AgencyCode, delivery: str, at: datetime
) -> None:
    if _find(connection, agency, delivery) is not None:
        record_fetched(connection, delivery, at)


def _traces(
    connection: Connection, source: str, since: datetime | None, limit: int
) -> list[Trace]:
    told: ColumnElement[bool] = entries.c.tag.in_([Tag.DOCUMENT_DECIDED, *_STATES])
    query = (
        select(
            entries.c.tag,
            entries.c.moment,
            entries.c.agency,
            entries.c.facts,
            documents.c.document_id,
            documents.c.notation,
            or_(arrivals.c.secret, documents.c.secret).label("secret"),
        )
        .join_from(entries, arrivals, arrivals.c.id == entries.c.arrival)
        .outerjoin(documents, documents.c.key == entries.c.document)
        .where(arrivals.c.source == source, told)
        .order_by(entries.c.id)
        .limit(limit)
    )
    if since is not None:
        old = _older(connection, since - _OUT_OF_ORDER)
        query = query.where(entries.c.id > old, entries.c.moment >= since)
    return [_trace(row) for row in connection.execute(query).mappings()]


def _older(connection: Connection, moment: datetime) -> int:
    """An id up to which every entry is older; ids rise with moments, or nearly so.

    A search by halves: a source that asks every minute must not read the whole journal.
    """
    low, high = 0, connection.execute(select(func.max(entries.c.id))).scalar() or 0
    query = select(entries.c.id, entries.c.moment).order_by(entries.c.id).limit(1)
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(query.where(entries.c.id > middle)).first()
        if row is None or row.moment >= moment:
            high = middle
        else:
            low = row.id
    return low


def _trace(row: RowMapping) -> Trace:
    """A secret document is not named, as in its receipt."""
    facts = facts_of(row["facts"])
    return Trace(
        document_id="" if row["secret"] else row["document_id"] or "",
        notation="" if row["secret"] else row["notation"] or "",
        agency=AgencyCode(row["agency"] or ""),
        state=_state(Tag(row["tag"]), facts),
        at=row["moment"],
        text=_sentence(facts),
        code=str(facts.get("code", "")),
    )


def _state(tag: Tag, facts: Facts) -> str:
    return _STATES.get(tag) or _DECIDED[Disposition(facts["disposition"])]


def _sentence(facts: Facts) -> str:
    reason = facts.get("reason")
    return SENTENCES[FaultCode(reason["code"])][0] if isinstance(reason, dict) else ""


class SqlShelf:
    """See `hub.ports.Shelf`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(self, agency: AgencyCode, limit: int) -> list[Waiting]:
        return await self._database.read(partial(_pending, agency=agency, limit=limit))

    async def find(self, agency: AgencyCode, delivery: str) -> Waiting | None:
        work = partial(_find, agency=agency, delivery=delivery)
        return await self._database.read(work)

    async def confirm(self, agency: AgencyCode, delivery: str, at: datetime) -> bool:
        work = partial(_confirm, agency=agency, delivery=delivery, at=at)
        return await self._database.write(work)

    async def fetched(self, agency: AgencyCode, delivery: str, at: datetime) -> None:
        work = partial(_fetched, agency=agency, delivery=delivery, at=at)
        await self._database.write(work)

    async def traces(
        self, source: str, since: datetime | None, limit: int
    ) -> list[Trace]:
        work = partial(_traces, source=source, since=since, limit=limit)
        return await self._database.read(work)
