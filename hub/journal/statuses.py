"""Reads of what agencies said, what clocks miss of it, and words said here."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    exists,
    func,
    or_,
    select,
)

from hub.journal import projecting
from hub.journal.answering import acknowledge
from hub.journal.clocked import Clocked
from hub.journal.databases import Database, in_parts
from hub.journal.entries import OWN, append
from hub.journal.recall_tables import recalls
from hub.journal.rows import value
from hub.journal.status_rows import statuses_of
from hub.journal.status_tables import statuses
from hub.journal.subjects import subject_by_key
from hub.journal.tables import arrivals, deliveries, desk, documents
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode, ArrivalId, DocumentKey
from hub.model.recalls import RecallState
from hub.model.records import DeskItem, DeskName, Facts, NewEntry, Tag
from hub.model.spoken import Spoken
from hub.model.statuses import (
    ANSWERED,
    UNDER_WAY,
    Standing,
    StatusCode,
    Subject,
    Told,
)

#: Deliveries looked at in one round, the oldest first.
_MOST = 20_000
#: Deliveries shown of one document.
_SHOWN = 2_000
#: What is with its agency, or may be.
_THERE = (projecting.QUEUED, projecting.FETCHED, projecting.ACKNOWLEDGED)
_DOCUMENTS = (Kind.NEW, Kind.REPLACE)
#: The story is over.
_ENDS = (
    StatusCode.REFUSED,
    StatusCode.DONE,
    StatusCode.AGREED,
    StatusCode.DECLINED,
)
#: It was taken, or more than that was said.
_TAKEN = (
    *_ENDS,
    StatusCode.TAKEN,
    StatusCode.ASSIGNED,
    StatusCode.IN_HAND,
    ANSWERED,
)
#: After these 01 is not missed.
_NO_ARRIVED = frozenset(
    {
        StatusCode.ARRIVED,
        StatusCode.REFUSED,
        StatusCode.AGREED,
        StatusCode.DECLINED,
    }
)
#: Of these the last moment counts: each recall wants its own answer.
_LATEST = frozenset({StatusCode.ASKED_BACK, StatusCode.AGREED, StatusCode.DECLINED})
#: A shorter prefix of an id says nothing.
_PREFIX = 6

_its = and_(
    statuses.c.document == deliveries.c.document,
    statuses.c.agency == deliveries.c.agency,
)
_recalled = (
    select(func.max(recalls.c.at))
    .where(
        recalls.c.document == deliveries.c.document,
        recalls.c.agency == deliveries.c.agency,
        recalls.c.state == RecallState.ASKED,
    )
    .scalar_subquery()
)
_STANDING = (
    select(
        *(
            deliveries.c[name]
            for name in ("id", "document", "agency", "state", "planned_at")
        ),
        deliveries.c.queued_at,
        deliveries.c.fetched_at,
        documents.c.arrival,
        documents.c.document_id,
        documents.c.sender,
        documents.c.notation,
        documents.c.kind,
        func.coalesce(arrivals.c.source, "").label("source"),
        _recalled.label("recalled_at"),
    )
    .join_from(deliveries, documents, documents.c.key == deliveries.c.document)
    .outerjoin(arrivals, arrivals.c.id == documents.c.arrival)
    .where(~documents.c.secret, documents.c.kind != Kind.STATUS)
    .order_by(deliveries.c.planned_at, deliveries.c.agency, deliveries.c.id)
)


def _told(*codes: str) -> ColumnElement[bool]:
    """Condition: the agency of a delivery said one of these."""
    return exists().where(_its, statuses.c.code.in_(codes))


class Statuses(Clocked):
    """What became of documents, as their receivers say."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, projecting.STATUS_CLOCKED)

    async def of(self, document: DocumentKey) -> list[Told]:
        """All that was said of a document, the first moment first."""
        return await self._database.read(partial(statuses_of, document=document))

    async def subject(self, document: DocumentKey) -> Subject | None:
        """A document as somebody who says a word on it must know it."""
        return await self._database.read(partial(subject_by_key, key=document))

    async def open(self, since: datetime) -> list[Standing]:
        """Deliveries planned since a moment of which a word may be missed.

        Not those that were taken and ask for nothing: they are the most by far.
        """
        wanted = and_(
            deliveries.c.planned_at >= since,
            deliveries.c.state.in_(_THERE),
            documents.c.kind.in_(_DOCUMENTS),
            or_(
                ~_told(*_TAKEN),
                _told(StatusCode.ASKED_BACK),
                _recalled.is_not(None),
                and_(_told(ANSWERED), ~_told(*_ENDS)),
                and_(_told(*UNDER_WAY), ~_told(*_NO_ARRIVED)),
            ),
        )
        return await self._standing(wanted, _MOST)

    async def arrived_unsaid(
        self, agencies: Sequence[AgencyCode], since: datetime
    ) -> list[Standing]:
        """Deliveries that were fetched and of which nobody said a word."""
        wanted = and_(
            deliveries.c.planned_at >= since,
            deliveries.c.fetched_at.is_not(None),
            deliveries.c.agency.in_(agencies),
            documents.c.kind.in_(_DOCUMENTS),
            ~exists().where(_its),
        )
        return await self._standing(wanted, _MOST) if agencies else []

    async def find(self, text: str) -> list[Standing]:
        """Deliveries by message_id, DocumentId, number, or a document's key."""
        text = text.strip().replace("\0", "")
        names = (documents.c.document_id, documents.c.notation, deliveries.c.id)
        named: list[ColumnElement[bool]] = [name == text for name in names]
        if len(text) >= _PREFIX:
            named.append(documents.c.key.startswith(text, autoescape=True))
        return await self._standing(or_(*named), _SHOWN) if text else []

    async def speak(self, spoken: Spoken) -> bool:
        """Say a status; False: the agency has said a word meanwhile."""
        return await self._database.write(partial(_speak, spoken=spoken))

    async def refused(self) -> list[DeskItem]:
        """Statuses that were refused and nobody has looked at, oldest first."""
        here = and_(desk.c.desk == DeskName.STATUS, desk.c.closed_at.is_(None))
        query = select(desk).where(here).order_by(desk.c.since, desk.c.id)
        return await self._database.read(
            lambda c: [value(DeskItem, row) for row in c.execute(query).mappings()]
        )

    async def seen(self, arrival: ArrivalId, actor: str, at: datetime) -> int:
        """Somebody took note of a refused status; how many matters that closed."""
        return await self._database.write(
            partial(_seen, arrival=arrival, actor=actor, at=at)
        )

    async def _standing(self, wanted: ColumnElement[bool], most: int) -> list[Standing]:
        return await self._database.read(partial(_standing, wanted=wanted, most=most))


def _standing(
    connection: Connection, wanted: ColumnElement[bool], most: int
) -> list[Standing]:
    query = _STANDING.where(wanted)
    rows = connection.execute(query.limit(most)).mappings().all()
    said: dict[tuple[str, str], dict[str, datetime]] = {}
    for keys in in_parts(sorted({row["document"] for row in rows})):
        told = select(statuses).where(statuses.c.document.in_(keys))
        for one in connection.execute(told.order_by(statuses.c.first_at)):
            moment = one.last_at if one.code in _LATEST else one.first_at
            said.setdefault((one.document, one.agency), {})[one.code] = moment
    return [_one(row, said) for row in rows]


def _one(row: RowMapping, said: dict[tuple[str, str], dict[str, datetime]]) -> Standing:
    words = said.get((row["document"], row["agency"]), {})
    return value(Standing, {**row, "said": words})


def _speak(connection: Connection, spoken: Spoken) -> bool:
    said = spoken.said
    its = (statuses.c.document == said.document) & (statuses.c.agency == said.agency)
    if spoken.unless_said and connection.execute(select(statuses).where(its)).first():
        return False
    own = projecting.Consequences(
        document=spoken.document, outbox=spoken.outbox, said=(said,)
    )
    facts: Facts = {"code": said.code, "at": said.at, "by": said.by, OWN: own}
    entry = NewEntry(
        Tag.STATUS_SAID,
        said.heard_at,
        said.arrival,
        said.document,
        said.agency,
        actor=spoken.actor,
        facts=facts,
        particulars={"reason": spoken.reason} if spoken.reason else None,
    )
    append(connection, [entry])
    arrival = said.arrival or ArrivalId("")
    projecting.set_document(connection, arrival, spoken.document, 0)
    projecting.take_in(connection, arrival, own, said.heard_at)
    acknowledge(connection, said, said.heard_at)
    return True


def _seen(connection: Connection, arrival: ArrivalId, actor: str, at: datetime) -> int:
    listed = and_(desk.c.arrival == arrival, desk.c.desk == DeskName.STATUS)
    query = select(desk).where(listed, desk.c.closed_at.is_(None))
    rows = connection.execute(query.with_for_update()).mappings().all()
    for row in rows:
        facts = {"desk": row["desk"], "reason": row["reason"], "item": row["id"]}
        told = NewEntry(
            Tag.DESK_SEEN, at, arrival, row["document"], actor=actor, facts=facts
        )
        append(connection, [told])
        projecting.off_the_list(connection, row["id"], at)
    return len(rows)
