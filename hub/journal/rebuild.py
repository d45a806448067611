"""Makes the projections again from the entries, and says what had been different.

Not in the entries, so carried over from the rows that are there: leases, tries and
due moments of what still waits, wake rows. Where a row is lost, what waits is due
at once, and the sweep wakes its arrival.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    true,
    update,
)

from hub.journal import projecting
from hub.journal.accepting import arrival_values
from hub.journal.batch_rows import BATCH_TAGS, batch_begun, batch_over
from hub.journal.dead_rows import Moved, dead_moved
from hub.journal.entries import OWN, AnyRow, facts_of
from hub.journal.forward_rows import (
    LEFT,
    forward_lost,
    forward_sent,
    forward_state,
)
from hub.journal.gathering import rows_of
from hub.journal.paper_rows import PAPER_STATES, paper_told
from hub.journal.projecting import read_consequences, set_document
from hub.journal.recall_tables import recalls, versions
from hub.journal.rejudged import read_rejudged, rejudged
from hub.journal.retention import bodies_erased
from hub.journal.shelf_rows import left
from hub.journal.status_tables import statuses
from hub.journal.steering_rows import BREAKER_TAGS, breaker_moved
from hub.journal.steering_tables import batches, targets
from hub.journal.store import Store
from hub.journal.tables import (
    arrivals,
    deliveries,
    desk,
    documents,
    dossiers,
    entries,
    forwards,
    gathered,
    outbox,
    paper_tasks,
    particulars,
    shelf,
    verdicts,
)
from hub.journal.verdict_rows import asked, forget
from hub.model.batches import Batch
from hub.model.records import (
    DeskItem,
    Facts,
    OpenVerdict,
    OutboxKind,
    OutboxRow,
    OutboxState,
    Tag,
)

_PROJECTIONS = (
    arrivals,
    documents,
    deliveries,
    shelf,
    forwards,
    outbox,
    desk,
    paper_tasks,
    dossiers,
    statuses,
    recalls,
    versions,
    verdicts,
    targets,
    batches,
)
#: Columns that no entry tells.
_FLEETING = {
    "arrivals": ("claim", "lease_until", "claims", "touched_at"),
    "outbox": ("due_at", "attempts", "lease", "lease_until"),
    "shelf": ("lease_until", "leases"),
    "targets": ("open_until",),
    "batches": ("done", "skipped"),
    "verdicts": ("due_at", "tries", "woken", "claim", "claims", "lease_until"),
}
#: What opens verdicts, adds some, and forgets what waited.
_JUDGING = (
    Tag.ENVELOPE_JUDGED_AGAIN,
    Tag.REJUDGING_GIVEN_UP,
    Tag.REJUDGING_ASKED,
    Tag.PARTICULARS_ERASED,
    Tag.BODIES_ERASED,
)
#: What puts matters on lists, takes them off, and calls operators.
_LISTING = (
    Tag.ARRIVAL_RELEASED,
    Tag.ARRIVAL_REFUSED,
    Tag.DESK_CLOSED,
    Tag.CLOCK_STOPPED,
    Tag.DESK_SEEN,
    Tag.ALERT_PLANNED,
    Tag.DESK_OPENED,
    Tag.MESSAGE_REFUSED,
    Tag.CLOCK_RAN_OUT,
    Tag.RECEIPT_BOUNCED,
)
#: What says that an outbox row is done with.
_GONE = (
    Tag.DELIVERY_QUEUED,
    Tag.NOTICE_QUEUED,
    Tag.FORWARD_SENT,
    Tag.FORWARD_LEFT,
    Tag.RECEIPT_SENT,
    Tag.RECEIPT_LEFT,
    Tag.ALERT_SENT,
)
#: Entries held in memory at a time.
_AT_ONCE = 1_000
_Values = dict[str, object]
_Dump = dict[str, dict[str, _Values]]


@dataclass(frozen=True, slots=True)
class Report:
    """How many rows were made, and which had been otherwise."""

    entries: int
    rows: dict[str, int]
    #: "documents 3f…: headline", "desk 7a…: was missing".
    differences: tuple[str, ...]
    #: Entries whose particulars, arrivals whose bytes retention erased: they do not
    #: come back.
    erased_particulars: int = 0
    erased_bodies: int = 0


async def rebuild(store: Store) -> Report:
    """Replace every projection by what the entries say, in one transaction."""
    return await store.database.write(_rebuild)


async def dump(store: Store) -> _Dump:
    """Every projection's rows by table and key, without what no entry tells."""
    rows = await store.database.read(_read)
    return {
        name: {k: _lasting(name, v) for k, v in rows[name].items()} for name in rows
    }


def _rebuild(connection: Connection) -> Report:
    before = _read(connection)
    connection.execute(delete(gathered))
    for table in _PROJECTIONS:
        kept = table is outbox
        wakes = outbox.c.kind == OutboxKind.WAKE
        connection.execute(delete(outbox).where(~wakes) if kept else delete(table))
    told = _replay(connection)
    for name in _FLEETING:
        _carry_over(connection, name, before[name])
    after = _read(connection)
    return Report(
        entries=told,
        rows={name: len(rows) for name, rows in after.items()},
        differences=tuple(_differences(before, after)),
        erased_particulars=_erased(connection),
        erased_bodies=sum(
            row["erased_at"] is not None for row in after[arrivals.name].values()
        ),
    )


def _erased(connection: Connection) -> int:
    """Entries that had particulars and have none."""
    gone = (
        select(func.count())
        .select_from(entries)
        .outerjoin(particulars, particulars.c.id == entries.c.particulars)
        .where(entries.c.particulars.is_not(None), particulars.c.id.is_(None))
    )
    return connection.execute(gone).scalar_one()


def _key(table: Table) -> Column[str]:
    return next(iter(table.primary_key.columns))


def _read(connection: Connection) -> _Dump:
    return {
        table.name: {
            row[_key(table).name]: dict(row)
            for row in connection.execute(select(table)).mappings()
        }
        for table in _PROJECTIONS
    }


def _lasting(name: str, row: Mapping[str, object]) -> _Values:
    fleeting = _FLEETING.get(name, ())
    return {column: v for column, v in row.items() if column not in fleeting}


def _differences(before: _Dump, after: _Dump) -> list[str]:
    found = []
    for name in after:
        for key in sorted(before[name].keys() | after[name].keys()):
            old, new = before[name].get(key), after[name].get(key)
            found += [f"{name} {key}: {what}" for what in _unlike(name, old, new)]
    return found


def _unlike(name: str, old: _Values | None, new: _Values | None) -> list[str]:
    if old is None or new is None:
        return ["was missing" if old is None else "no entry tells of it"]
    lasting = _lasting(name, old)
    return [column for column, value in lasting.items() if value != new[column]]


def _carry_over(connection: Connection, name: str, before: dict[str, _Values]) -> None:
    table = next(t for t in _PROJECTIONS if t.name == name)
    waits = table.c.state == OutboxState.WAITING if table is outbox else true()
    for key, row in before.items():
        values = {column: row[column] for column in _FLEETING[name]}
        here = and_(_key(table) == key, waits)
        connection.execute(update(table).where(here).values(values))


def _replay(connection: Connection) -> int:
    told = last = 0
    query = select(entries).order_by(entries.c.id).limit(_AT_ONCE)
    while rows := connection.execute(query.where(entries.c.id > last)).all():
        for row in rows:
            _apply(connection, row, facts_of(row.facts))
        told, last = told + len(rows), rows[-1].id
    return told


def _apply(connection: Connection, row: AnyRow, facts: Facts) -> None:
    match Tag(row.tag):
        case Tag.ARRIVAL_ACCEPTED:
            values = arrival_values(row.arrival, facts, row.moment)
            connection.execute(insert(arrivals), values)
        case Tag.FILES_GATHERED:
            connection.execute(insert(gathered), rows_of(row.arrival, facts))
        case Tag.DOCUMENT_DECIDED | Tag.STATUS_SAID if OWN in facts:
            _decided(connection, row, facts)
        case tag if tag in _JUDGING:
            _judging(connection, row, facts)
        case tag if tag in _LISTING:
            _listing(connection, row, facts)
        case _:
            _apply_more(connection, row, facts)


def _apply_more(connection: Connection, row: AnyRow, facts: Facts) -> None:
    match Tag(row.tag):
        case tag if tag in PAPER_STATES:
            paper_told(connection, tag, row.moment, facts)
        case tag if tag in BREAKER_TAGS:
            told = (tag, row.moment, row.actor)
            breaker_moved(connection, row.id, told, facts)
        case Tag.BATCH_BEGUN:
            batch = msgspec.convert(facts[OWN], Batch)
            batch_begun(connection, row.id, batch, row.actor, row.moment)
        case tag if tag in BATCH_TAGS:
            batch_over(connection, tag, facts, row.moment)
        case tag if "message_id" in facts:
            _left(connection, tag, row, facts)
        case _:
            pass  # tells of nothing that a projection shows


def _judging(connection: Connection, row: AnyRow, facts: Facts) -> None:
    match Tag(row.tag):
        case Tag.PARTICULARS_ERASED:
            forget(connection, row.arrival)
        case Tag.BODIES_ERASED:
            forget(connection, row.arrival)
            bodies_erased(connection, row.arrival, row.moment)
        case Tag.REJUDGING_ASKED:
            asked(connection, row.arrival, msgspec.convert(facts[OWN], OpenVerdict))
        case _:
            what = read_rejudged(facts[OWN])
            rejudged(connection, row.arrival, what, (row.tag, row.moment))


def _listing(connection: Connection, row: AnyRow, facts: Facts) -> None:
    match Tag(row.tag):
        case Tag.ARRIVAL_RELEASED | Tag.ARRIVAL_REFUSED | Tag.DESK_CLOSED:
            projecting.reopened(connection, row.arrival, row.moment)
        case Tag.CLOCK_STOPPED | Tag.DESK_SEEN:
            projecting.off_the_list(connection, facts["item"], row.moment)
        case Tag.ALERT_PLANNED if OWN in facts:
            alert = msgspec.convert(facts[OWN], OutboxRow)
            projecting.alert_planned(connection, alert)
        case _:
            if OWN in facts:
                projecting.open_desk(connection, _item(facts))


def _item(facts: Facts) -> DeskItem:
    return msgspec.convert(facts[OWN], DeskItem)


def _decided(connection: Connection, row: AnyRow, facts: Facts) -> None:
    what = read_consequences(facts[OWN])
    if what.document is not None:
        query = select(documents.c.version).where(documents.c.key == what.document.key)
        version = connection.execute(query).scalar_one_or_none() or 0
        set_document(connection, row.arrival, what.document, version)
    if Tag(row.tag) is not Tag.DOCUMENT_DECIDED:
        projecting.take_in(connection, row.arrival, what, row.moment)
        return
    projecting.decided(connection, row.arrival, what, row.moment, row.document)


def _came_back(
    connection: Connection, tag: Tag, message_id: str, item: DeskItem
) -> None:
    if tag is Tag.DELIVERY_REJECTED:
        projecting.rejected(connection, message_id, item)
        return
    forward_lost(connection, message_id)
    projecting.open_desk(connection, item)


def _forward_gone(connection: Connection, tag: Tag, row: AnyRow, facts: Facts) -> None:
    if tag is Tag.FORWARD_SENT:
        forward_sent(connection, facts["message_id"], facts["remote"], row.moment)
    if tag is Tag.FORWARD_LEFT:
        forward_state(connection, facts["message_id"], LEFT)


def _left(connection: Connection, tag: Tag, row: AnyRow, facts: Facts) -> None:
    message_id = facts["message_id"]
    match tag:
        case tag if tag in _GONE:
            projecting.sent(connection, message_id, facts["attempts"], row.moment)
            left(connection, facts, row.moment)
            _forward_gone(connection, tag, row, facts)
        case Tag.OUTBOX_GIVEN_UP:
            attempts = facts["attempts"]
            projecting.given_up(connection, message_id, attempts, _item(facts))
        case Tag.DELIVERY_REPLAYED | Tag.DELIVERY_DISCARDED:
            moved = msgspec.convert(facts[OWN], Moved)
            dead_moved(connection, tag, moved, row.moment)
        case Tag.DELIVERY_REJECTED | Tag.FORWARD_BOUNCED:
            _came_back(connection, tag, message_id, _item(facts))
        case Tag.DELIVERY_FETCHED:
            projecting.fetched(connection, message_id, row.moment)
        case Tag.DELIVERY_CONFIRMED | Tag.NOTICE_CONFIRMED:
            projecting.confirmed(connection, message_id, row.moment)
        case _:
            pass  # the caller's own fact
