"""What the journal holds of documents, page by page, and why some of it must stay."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

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

from hub.journal.entries import OWN, facts_of
from hub.journal.projecting import PLANNED, QUEUED
from hub.journal.recall_tables import recalls
from hub.journal.tables import (
    arrivals,
    deliveries,
    desk,
    documents,
    dossiers,
    entries,
    outbox,
    paper_tasks,
    particulars,
    verdicts,
)
from hub.model.arrivals import ArrivalState
from hub.model.decisions import Disposition
from hub.model.dossiers import ENDED as DOSSIER_ENDED
from hub.model.ids import ArrivalId, DocumentKey
from hub.model.paper import UNDER_WAY
from hub.model.recalls import RecallState
from hub.model.records import OutboxState, Tag
from hub.model.rejudging import VerdictState
from hub.model.retention import Block, Kept, Matter

#: Entries that tell of erasing: they make nothing young again.
ERASING = (Tag.PARTICULARS_ERASED, Tag.BODIES_ERASED)


@dataclass(slots=True)
class _Unit:
    """One document, or one arrival without, while it is read together."""

    document: DocumentKey | None
    row: RowMapping | None
    arrivals: list[RowMapping] = field(default_factory=list)
    last_at: datetime | None = None
    particulars: set[int] = field(default_factory=set)
    blocks: set[Block] = field(default_factory=set)
    is_dossier: bool = False


class _Page:
    """Some units, found by document and by arrival."""

    def __init__(self, connection: Connection, units: Sequence[_Unit]) -> None:
        self.connection = connection
        self.units = units
        self.by_document = {u.document: u for u in units if u.document}
        self.by_arrival = {row["id"]: u for u in units for row in u.arrivals}

    def about(self, table: object) -> ColumnElement[bool]:
        """Condition: a row of this table is about one of them."""
        columns = table.c  # type: ignore[attr-defined] # every table has columns
        return or_(
            columns.document.in_(sorted(self.by_document)),
            columns.arrival.in_(sorted(self.by_arrival)),
        )

    def of(self, document: str | None, arrival: str | None) -> Iterable[_Unit]:
        """The units that a row with these is about."""
        found = (
            self.by_document.get(DocumentKey(document or "")),
            self.by_arrival.get(arrival or ""),
        )
        return [unit for unit in found if unit is not None]


def documents_after(connection: Connection, after: str, limit: int) -> list[Kept]:
    """Documents in the order of their keys, past one."""
    query = select(documents).where(documents.c.key > after)
    rows = connection.execute(query.order_by(documents.c.key).limit(limit)).mappings()
    return read(connection, [_Unit(row["key"], row) for row in rows])


def document_of(connection: Connection, key: DocumentKey) -> list[Kept]:
    """One document, locked: none or one."""
    query = select(documents).where(documents.c.key == key).with_for_update()
    rows = connection.execute(query).mappings()
    return read(connection, [_Unit(row["key"], row) for row in rows])


#: The document that an arrival was decided to be, or to be a copy of.
_is_a_document = exists().where(
    entries.c.arrival == arrivals.c.id,
    entries.c.tag == Tag.DOCUMENT_DECIDED,
    entries.c.document == documents.c.key,
)


def strays_after(connection: Connection, after: str, limit: int) -> list[Kept]:
    """Arrivals that were no document, in the order of their ids, past one."""
    return _strays(connection, arrivals.c.id > after, limit)


def stray_of(connection: Connection, arrival: ArrivalId) -> list[Kept]:
    """One arrival that was no document, locked: none or one."""
    locking = select(arrivals.c.id).where(arrivals.c.id == arrival)
    connection.execute(locking.with_for_update()).all()
    return _strays(connection, arrivals.c.id == arrival, 1)


def _strays(
    connection: Connection, wanted: ColumnElement[bool], limit: int
) -> list[Kept]:
    none = and_(arrivals.c.document.is_(None), ~_is_a_document)
    query = select(arrivals).where(wanted, none).order_by(arrivals.c.id).limit(limit)
    rows = connection.execute(query).mappings()
    units = [_Unit(None, None, [row]) for row in rows]
    return read(connection, units)


def read(connection: Connection, units: Sequence[_Unit]) -> list[Kept]:
    """Everything known of some units; a handful of queries for all of them."""
    _comings(connection, {u.document: u for u in units if u.document})
    page = _Page(connection, units)
    _moments(page)
    _personal(page)
    _dossiers(page)
    for look in _LOOKS:
        look(page)
    return [_kept(unit) for unit in units]


def _comings(connection: Connection, units: dict[DocumentKey, _Unit]) -> None:
    """Arrivals of documents, copies that were told twice among them."""
    decided = and_(
        entries.c.tag == Tag.DOCUMENT_DECIDED, entries.c.document.in_(sorted(units))
    )
    pairs = select(entries.c.document, entries.c.arrival).where(decided).distinct()
    came = connection.execute(pairs).all()
    query = select(arrivals).where(arrivals.c.id.in_(sorted({r.arrival for r in came})))
    rows = {row["id"]: row for row in connection.execute(query).mappings()}
    for pair in sorted(came, key=lambda r: (r.document, r.arrival)):
        units[pair.document].arrivals.append(rows[pair.arrival])


def _moments(page: _Page) -> None:
    query = (
        select(
            entries.c.document,
            entries.c.arrival,
            func.max(entries.c.moment, type_=entries.c.moment.type).label("last"),
        )
        .where(page.about(entries), entries.c.tag.not_in(ERASING))
        .group_by(entries.c.document, entries.c.arrival)
    )
    for row in page.connection.execute(query):
        for unit in page.of(row.document, row.arrival):
            unit.last_at = max(row.last, unit.last_at or row.last)


def _personal(page: _Page) -> None:
    query = (
        select(entries.c.id, entries.c.document, entries.c.arrival)
        .join(particulars, particulars.c.id == entries.c.particulars)
        .where(page.about(entries))
    )
    for row in page.connection.execute(query):
        for unit in page.of(row.document, row.arrival):
            unit.particulars.add(row.id)


def _dossiers(page: _Page) -> None:
    """What told of a dossier, and whether that dossier goes on."""
    told = entries.c.facts.like('%"dossier":{%')
    query = select(entries.c.arrival, entries.c.facts).where(
        entries.c.arrival.in_(sorted(page.by_arrival)),
        entries.c.tag == Tag.DOCUMENT_DECIDED,
        told,
    )
    numbers: dict[str, list[_Unit]] = {}
    for row in page.connection.execute(query):
        dossier = facts_of(row.facts).get(OWN, {}).get("dossier")
        if dossier:
            unit = page.by_arrival[row.arrival]
            unit.is_dossier = True
            numbers.setdefault(dossier["number"], []).append(unit)
    for number in _going_on(page.connection, sorted(numbers)):
        for unit in numbers.get(number, ()):
            unit.blocks.add(Block.OPEN_DOSSIER)


def _going_on(connection: Connection, numbers: Collection[str]) -> set[str]:
    """Those numbers under which a dossier has not ended, whoever's it is."""
    named = or_(dossiers.c.number.in_(numbers), dossiers.c.other_number.in_(numbers))
    query = select(dossiers.c.number, dossiers.c.other_number).where(
        named,
        dossiers.c.finished_at.is_(None),
        dossiers.c.status.not_in(sorted(DOSSIER_ENDED)),
    )
    return {n for row in connection.execute(query) for n in row}


def _undecided(page: _Page) -> None:
    for unit in page.units:
        if any(row["state"] == ArrivalState.ACCEPTED for row in unit.arrivals):
            unit.blocks.add(Block.UNDECIDED)


def _held(page: _Page) -> None:
    for unit in page.units:
        if unit.row and unit.row["disposition"] == Disposition.HOLD:
            unit.blocks.add(Block.LISTED)


def _blocking(
    table: object, block: Block, condition: Callable[[_Page], ColumnElement[bool]]
) -> Callable[[_Page], None]:
    """A look at one table: its rows that are about a unit block it."""
    columns = table.c  # type: ignore[attr-defined] # every table has columns

    def look(page: _Page) -> None:
        query = select(columns.document, columns.arrival)
        wanted = query.where(page.about(table), condition(page))
        for row in page.connection.execute(wanted):
            for unit in page.of(row.document, row.arrival):
                unit.blocks.add(block)

    return look


def _followed(page: _Page) -> None:
    """Something that waits follows it, on behalf of another arrival."""
    query = select(outbox.c.follows).where(
        outbox.c.follows.in_(sorted(page.by_document)),
        outbox.c.state == OutboxState.WAITING,
    )
    for key in page.connection.execute(query).scalars():
        page.by_document[key].blocks.add(Block.LEAVING)


def _untaken(page: _Page) -> None:
    """Delivered, and nobody ever said that it arrived; of a status nobody does."""
    query = select(deliveries.c.document).where(
        deliveries.c.document.in_(sorted(page.by_document)),
        deliveries.c.state.in_((PLANNED, QUEUED)),
    )
    for key in page.connection.execute(query).scalars():
        unit = page.by_document[key]
        if unit.row and unit.row["kind"] != Matter.STATUS:
            unit.blocks.add(Block.UNANSWERED)


def _recalled(page: _Page) -> None:
    keys = sorted(page.by_document)
    named = or_(recalls.c.document.in_(keys), recalls.c.recall.in_(keys))
    query = select(recalls.c.document, recalls.c.recall)
    open_ = query.where(named, recalls.c.state == RecallState.ASKED)
    for row in page.connection.execute(open_):
        for key in row:
            if key in page.by_document:
                page.by_document[key].blocks.add(Block.UNANSWERED)


_LOOKS: tuple[Callable[[_Page], None], ...] = (
    _undecided,
    _held,
    _blocking(desk, Block.LISTED, lambda _: desk.c.closed_at.is_(None)),
    _blocking(outbox, Block.LEAVING, lambda _: outbox.c.state == OutboxState.WAITING),
    _followed,
    _blocking(
        verdicts, Block.OPEN_VERDICT, lambda _: verdicts.c.state == VerdictState.OPEN
    ),
    _blocking(
        paper_tasks, Block.PAPER, lambda _: paper_tasks.c.state.in_(sorted(UNDER_WAY))
    ),
    _untaken,
    _recalled,
)


def _kept(unit: _Unit) -> Kept:
    row = unit.row
    came = [r["accepted_at"] for r in unit.arrivals]
    last = unit.last_at or max(came)
    return Kept(
        document=unit.document,
        arrivals=tuple(r["id"] for r in unit.arrivals),
        matter=_matter(unit),
        type=row["type"] if row else "",
        notation=row["notation"] if row else "",
        disposition=Disposition(row["disposition"]) if row else None,
        sources=tuple(sorted({r["source"] for r in unit.arrivals})),
        last_at=last,
        particulars=len(unit.particulars),
        bodies=sum(r["erased_at"] is None for r in unit.arrivals),
        blocks=tuple(sorted(unit.blocks)),
    )


def _matter(unit: _Unit) -> Matter:
    if unit.row is None:
        return Matter.UNREAD
    return Matter.DOSSIER if unit.is_dossier else Matter(unit.row["kind"])
