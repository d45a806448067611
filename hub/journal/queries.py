"""Reads for consoles and the command line.

Particulars of a secret document or arrival are never among what is read.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
)

from hub.journal.counts import Counts, counts
from hub.journal.databases import Database
from hub.journal.entries import OWN, WHOLE, read_entry
from hub.journal.recall_rows import in_state, lineage, lineages
from hub.journal.rows import arrival_of, delivery_of, value
from hub.journal.tables import (
    arrivals,
    deliveries,
    desk,
    documents,
    entries,
    outbox,
    paper_tasks,
    revocations,
    seals,
)
from hub.model.arrivals import Arrival
from hub.model.deliveries import DeliveryState
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode, ArrivalId, Digest, DocumentKey
from hub.model.recalls import Lineage, RecallRow, RecallState
from hub.model.records import (
    JUDGED,
    Delivery,
    DeskItem,
    DeskName,
    DocumentRow,
    Entry,
    PaperTask,
    Tag,
)
from hub.model.verdicts import Headline

T = TypeVar("T")

#: Most answers to one search.
_FOUND = 100
#: A shorter prefix of an id says nothing.
_PREFIX = re.compile("[0-9a-f]{6,64}")
_DIGEST = re.compile("[0-9a-f]{64}")
#: In facts, which are canonical JSON: what a verdict was made of.
_MANIFEST = re.compile('"knowledge":"([0-9a-f]{64})"')
#: In the same: no passed signature was a body's.
_NO_BODY_SIGNED = '"organization_signed":false'


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to."""

    arrivals: tuple[ArrivalId, ...] = ()
    documents: tuple[DocumentKey, ...] = ()


_secret = or_(
    exists().where(arrivals.c.id == entries.c.arrival, arrivals.c.secret),
    exists().where(documents.c.key == entries.c.document, documents.c.secret),
)
_SHOWN = WHOLE.add_columns(_secret.label("hidden"))


def _entries(connection: Connection, query: Select[*tuple[object, ...]]) -> list[Entry]:
    rows = connection.execute(query)
    read = [read_entry(row, hidden=bool(row.hidden)) for row in rows]
    return [_without_own(entry) for entry in read]


def _without_own(entry: Entry) -> Entry:
    return replace(entry, facts={k: v for k, v in entry.facts.items() if k != OWN})


def _tail(connection: Connection, after: int, limit: int) -> list[Entry]:
    """Entries past a mark, up to the first that may still have one before it.

    On PostgreSQL a lower id may be committed later. A hole before an entry that has
    no number yet may still be filled; the sealer comes by when that is over.
    """
    query = _SHOWN.where(entries.c.id > after).order_by(entries.c.id).limit(limit)
    told: list[Entry] = []
    for entry in _entries(connection, query):
        expected = told[-1].id + 1 if told else after + 1
        if entry.id != expected and entry.number is None:
            break
        told.append(entry)
    return told


def _newest(connection: Connection, limit: int) -> list[Entry]:
    query = _SHOWN.order_by(entries.c.id.desc()).limit(limit)
    return _entries(connection, query)[::-1]


def _starts(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    # "g" follows every hex digit; a range uses the index where LIKE would not.
    return and_(column >= prefix, column < prefix + "g")


def _find(connection: Connection, text: str) -> Found:
    came: ColumnElement[bool] = arrivals.c.door_id == text
    known: ColumnElement[bool] = documents.c.document_id == text
    if _PREFIX.fullmatch(text):
        came |= _starts(arrivals.c.id, text)
        known |= _starts(documents.c.key, text)
    one = select(arrivals.c.id).where(came).order_by(arrivals.c.accepted_at)
    other = select(documents.c.key).where(known).order_by(documents.c.decided_at)
    return Found(
        arrivals=tuple(connection.execute(one.limit(_FOUND)).scalars()),
        documents=tuple(connection.execute(other.limit(_FOUND)).scalars()),
    )


_DELIVERIES = select(
    *deliveries.columns, func.coalesce(outbox.c.attempts, 0).label("attempts")
).outerjoin(outbox, outbox.c.id == deliveries.c.id)


#: Condition: nobody said that the bytes of the entry's arrival may go.
_needed = ~exists().where(
    arrivals.c.id == entries.c.arrival, arrivals.c.erased_at.is_not(None)
)


def digests(connection: Connection) -> frozenset[Digest]:
    """Every digest that must be kept: entries name it, or a revocation answer."""
    facts = connection.execute(select(entries.c.facts).where(_needed)).scalars()
    named = {Digest(d) for text in facts for d in _DIGEST.findall(text)}
    answers = select(revocations.c.digest).where(revocations.c.digest.is_not(None))
    return frozenset(named.union(connection.execute(answers).scalars()))


def manifests(connection: Connection) -> frozenset[Digest]:
    """Manifests among them: they name more that must be kept."""
    judged = select(entries.c.facts).where(entries.c.tag.in_(JUDGED), _needed)
    facts = connection.execute(judged).scalars()
    return frozenset(Digest(d) for text in facts for d in _MANIFEST.findall(text))


class Queries:
    """Reads; each is one consistent view."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def log(self, after: int | None, limit: int) -> list[Entry]:
        """Entries after an id, newest last; None: the newest `limit`."""
        if after is None:
            return await self._database.read(partial(_newest, limit=limit))
        return await self._database.read(partial(_tail, after=after, limit=limit))

    async def entries_of(
        self,
        *,
        arrival: ArrivalId | None = None,
        document: DocumentKey | None = None,
    ) -> list[Entry]:
        """Every entry about an arrival or about a document, oldest first."""
        ours = [
            column == wanted  # an id nobody gave must not match entries without one
            for column, wanted in (
                (entries.c.arrival, arrival),
                (entries.c.document, document),
            )
            if wanted is not None
        ]
        query = _SHOWN.where(or_(false(), *ours)).order_by(entries.c.id)
        return await self._database.read(partial(_entries, query=query))

    async def find(self, text: str) -> Found:
        """By arrival id or document key (six digits at least), DocumentId, door id."""
        return await self._database.read(
            partial(_find, text=text.strip().replace("\0", ""))
        )

    async def arrival(self, arrival: ArrivalId) -> Arrival | None:
        """One arrival, with the claim it is under."""
        found = await self._arrivals(arrivals.c.id == arrival)
        return found[0] if found else None

    async def arrivals_of(self, document: DocumentKey) -> list[Arrival]:
        """Every coming of a document, oldest first."""
        return await self._arrivals(arrivals.c.document == document)

    async def comings(self, found: Found) -> list[ArrivalId]:
        """The arrivals that were found, and those of the documents; each once."""
        came = [a.id for d in found.documents for a in await self.arrivals_of(d)]
        return list(dict.fromkeys((*found.arrivals, *came)))

    async def document(self, key: DocumentKey) -> DocumentRow | None:
        """What is known of one document."""
        query = select(documents).where(documents.c.key == key)
        rows = await self._values(DocumentRow, query)
        return rows[0] if rows else None

    async def unsigned(self, senders: Collection[AgencyCode]) -> list[DocumentRow]:
        """Documents that came from some codes without any body's signature.

        The newest first; those that may be shown. Updates, recalls and statuses are
        none, and what another body signed is not unsigned.
        """
        nobody = exists().where(
            entries.c.arrival == documents.c.arrival,
            entries.c.tag == Tag.ENVELOPE_JUDGED,
            entries.c.facts.contains(_NO_BODY_SIGNED, autoescape=True),
        )
        query = (
            select(documents)
            .where(
                documents.c.sender.in_(senders),
                documents.c.headline == Headline.UNSIGNED,
                documents.c.kind.in_((Kind.NEW, Kind.REPLACE)),
                documents.c.secret.is_(False),
                nobody,
            )
            .order_by(documents.c.decided_at.desc(), documents.c.key)
        )
        return await self._values(DocumentRow, query)

    async def deliveries(self, document: DocumentKey) -> list[Delivery]:
        """Where a document goes, in order of agencies."""
        return await self._deliveries(deliveries.c.document == document)

    async def lineage(self, document: DocumentKey) -> Lineage:
        """What recalls, updated or replaced a document, and what it came after."""
        return await self._database.read(partial(lineage, document=document))

    async def lineages(
        self, documents: Collection[DocumentKey]
    ) -> dict[DocumentKey, Lineage]:
        """The same of several documents, those that have any."""
        return await self._database.read(partial(lineages, keys=documents))

    async def recalls(self, state: RecallState) -> list[RecallRow]:
        """Documents taken back from agencies that are so far, oldest first."""
        return await self._database.read(partial(in_state, state=state))

    async def delivery(self, agency: AgencyCode, digest: Digest) -> Delivery | None:
        """The delivery by which an agency may download a digest; None: it may not.

        It may have the body of a delivery to it, and the original it was made from.
        """
        original = exists().where(
            arrivals.c.id == deliveries.c.arrival, arrivals.c.digest == digest
        )
        its = and_(
            deliveries.c.agency == agency,
            deliveries.c.state != DeliveryState.CANCELLED,
            or_(deliveries.c.body == digest, original),
        )
        found = await self._deliveries(its)
        return found[0] if found else None

    async def sent(self, source: str, digest: Digest) -> bool:
        """Whether these very bytes once came from a source, by any of its doors."""
        came = and_(arrivals.c.source == source, arrivals.c.digest == digest)
        query = select(exists().where(came))
        return bool(await self._database.read(lambda c: c.execute(query).scalar_one()))

    async def desk(
        self, name: DeskName | None = None, *, open_only: bool = True
    ) -> list[DeskItem]:
        """Matters that wait for a person, oldest first."""
        query = select(desk).order_by(desk.c.since, desk.c.id)
        if name is not None:
            query = query.where(desk.c.desk == name)
        if open_only:
            query = query.where(desk.c.closed_at.is_(None))
        return await self._values(DeskItem, query)

    async def paper_tasks(self) -> list[PaperTask]:
        """Paper copies that must still go out, oldest first."""
        order = (paper_tasks.c.opened_at, paper_tasks.c.id)
        return await self._values(PaperTask, select(paper_tasks).order_by(*order))

    async def counts(self) -> Counts:
        """What waits, at one glance."""
        return await self._database.read(counts)

    async def digests(self) -> frozenset[Digest]:
        """Every digest an entry names, or a revocation answer: not to be collected."""
        return await self._database.read(digests)

    async def manifests(self) -> frozenset[Digest]:
        """Manifests of what verdicts were made of; evidence that names more of it."""
        return await self._database.read(manifests)

    async def head(self) -> tuple[int, Digest] | None:
        """The last number of the chain and its digest, to be kept elsewhere."""
        query = select(seals.c.number, seals.c.digest).order_by(seals.c.number.desc())
        row = await self._database.read(lambda c: c.execute(query.limit(1)).first())
        return (row.number, Digest(row.digest)) if row else None

    async def _arrivals(self, condition: ColumnElement[bool]) -> list[Arrival]:
        order = (arrivals.c.accepted_at, arrivals.c.id)
        query = select(arrivals).where(condition).order_by(*order)
        return await self._database.read(
            lambda c: [arrival_of(row) for row in c.execute(query).mappings()]
        )

    async def _deliveries(self, condition: ColumnElement[bool]) -> list[Delivery]:
        order = (deliveries.c.agency, deliveries.c.planned_at, deliveries.c.id)
        query = _DELIVERIES.where(condition).order_by(*order)
        return await self._database.read(
            lambda c: [delivery_of(row) for row in c.execute(query).mappings()]
        )

    async def _values(
        self, kind: type[T], query: Select[*tuple[object, ...]]
    ) -> list[T]:
        return await self._database.read(
            lambda c: [value(kind, row) for row in c.execute(query).mappings()]
        )
