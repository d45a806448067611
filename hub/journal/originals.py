"""What is known here of the documents that a recall or an update is about."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, RowMapping, and_, select

from hub.journal.entries import facts_of
from hub.journal.forward_rows import CANCELLED
from hub.journal.projecting import DISCARDED, GIVEN_UP, PLANNED
from hub.journal.recall_rows import agencies_of, points_to
from hub.journal.recall_tables import recalls, versions
from hub.journal.tables import deliveries, documents, forwards, outbox
from hub.model.decisions import History
from hub.model.documents import Identity
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode, ArrivalId, Digest, DocumentKey
from hub.model.recalls import IN_FORCE, Copy, Original, Relation, Seen
from hub.model.records import OutboxKind, OutboxState

#: What may be recalled; an "update" that carries everything is sent as one, too.
_RECALLABLE = (Kind.NEW, Kind.REPLACE, Kind.UPDATE)
#: Deliveries that never were and never will be.
_NOWHERE = (CANCELLED, DISCARDED)


def kinship(
    connection: Connection, arrival: ArrivalId, identity: Identity, known: History
) -> History:
    """Add to a history what recalls, updates and replacements have to do with it."""
    key, is_about = identity.key, bool(identity.targets)
    later = _later(connection, key)
    early = [r["document"] for r in later if r["relation"] == Relation.REVOKES]
    # What is not known yet was taken back from nobody: one question less for most.
    gone = agencies_of(connection, key) if known.version else ()
    return replace(
        known,
        originals=tuple(_originals(connection, identity)),
        withdrawn=tuple(dict.fromkeys((*gone, *_asked_before(connection, early)))),
        waited=is_about and _waited(connection, arrival, key),
        superseded_by=tuple(
            r["document_id"] for r in later if r["relation"] == Relation.REPLACES
        ),
    )


def seen_now(
    connection: Connection, target_ids: Sequence[str], but: DocumentKey
) -> tuple[Seen, ...]:
    """Everything known under some DocumentIds, at its version; not `but` itself."""
    rows = _found(connection, target_ids, but)
    return tuple(Seen(DocumentKey(row["key"]), row["version"]) for row in rows)


def _found(
    connection: Connection, target_ids: Sequence[str], but: DocumentKey
) -> Sequence[RowMapping]:
    if not target_ids:
        return ()
    here = and_(
        documents.c.document_id.in_(target_ids),
        documents.c.kind.in_(_RECALLABLE),
        documents.c.key != but,
    )
    query = select(documents).where(here).order_by(documents.c.key)
    return connection.execute(query).mappings().all()


def _originals(connection: Connection, identity: Identity) -> Iterable[Original]:
    for row in _found(connection, identity.targets, identity.key):
        yield _original(connection, row)


def _original(connection: Connection, row: RowMapping) -> Original:
    key = DocumentKey(row["key"])
    taken = _taken_back(connection, key)
    body, headers = _frozen(connection, key)
    return Original(
        key=key,
        version=row["version"],
        sender=AgencyCode(row["sender"]),
        document_id=row["document_id"],
        kind=row["kind"],
        disposition=row["disposition"],
        lane=row["lane"],
        content=Digest(row["content"]),
        arrival=ArrivalId(row["arrival"]),
        copies=(*_copies(connection, key), *_copies_elsewhere(connection, key)),
        recalled=tuple(a for a, r in taken if r == Relation.REVOKES),
        cut=tuple(a for a, r in taken if r == Relation.UPDATES),
        body=body,
        headers=headers,
    )


def _taken_back(
    connection: Connection, key: DocumentKey
) -> list[tuple[AgencyCode, str]]:
    here = and_(recalls.c.document == key, recalls.c.state.in_(sorted(IN_FORCE)))
    query = select(recalls.c.agency, recalls.c.relation).where(here)
    rows = connection.execute(query.distinct().order_by(recalls.c.agency))
    return [(AgencyCode(row.agency), row.relation) for row in rows]


def _frozen(
    connection: Connection, key: DocumentKey
) -> tuple[Digest | None, dict[str, object]]:
    """Body and headers of the latest delivery: what every receiver gets the same."""
    rows = and_(outbox.c.document == key, outbox.c.kind == OutboxKind.DELIVER)
    query = (
        select(outbox.c.body, outbox.c.headers)
        .join(deliveries, deliveries.c.id == outbox.c.id)
        .where(rows)
        .order_by(deliveries.c.planned_at.desc(), outbox.c.id)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None or row.body is None:
        return None, {}
    return Digest(row.body), facts_of(row.headers)


def _copies(connection: Connection, key: DocumentKey) -> list[Copy]:
    """Deliveries that were not taken back before they left.

    A consumer may be quicker than the broker's confirm: what it fetched has left.
    """
    query = (
        select(
            deliveries.c.id,
            deliveries.c.agency,
            deliveries.c.state.in_((PLANNED, GIVEN_UP)).label("early"),
            deliveries.c.fetched_at,
            outbox.c.state,
            outbox.c.lease,
            outbox.c.attempts,
        )
        .outerjoin(outbox, outbox.c.id == deliveries.c.id)
        .where(deliveries.c.document == key, deliveries.c.state.not_in(_NOWHERE))
        .order_by(deliveries.c.planned_at, deliveries.c.id)
    )
    return [_copy(row) for row in connection.execute(query).mappings()]


def _copy(row: RowMapping) -> Copy:
    stands = row["state"] == OutboxState.WAITING and not row["lease"]
    early = row["early"] and row["fetched_at"] is None
    return Copy(
        id=row["id"],
        agency=AgencyCode(row["agency"]),
        waits=bool(early and (stands or row["state"] == OutboxState.GIVEN_UP)),
        tried=bool(row["attempts"]),
    )


def _copies_elsewhere(connection: Connection, key: DocumentKey) -> list[Copy]:
    """What left for bodies elsewhere; one outbox row may be for several of them."""
    query = (
        select(forwards.c.outbox, forwards.c.agency, outbox.c.state, outbox.c.lease)
        .add_columns(outbox.c.attempts)
        .join(outbox, outbox.c.id == forwards.c.outbox)
        .where(forwards.c.document == key, forwards.c.state.not_in(_NOWHERE))
        .order_by(forwards.c.planned_at, forwards.c.id)
    )
    return [
        Copy(
            id=row.outbox,
            agency=AgencyCode(row.agency),
            waits=row.state == OutboxState.GIVEN_UP
            or (row.state == OutboxState.WAITING and not row.lease),
            tried=bool(row.attempts),
        )
        for row in connection.execute(query)
    ]


def _waited(connection: Connection, arrival: ArrivalId, key: DocumentKey) -> bool:
    mine = and_(versions.c.document == key, versions.c.arrival == arrival)
    query = select(versions.c.id).where(mine, versions.c.waits).limit(1)
    return connection.execute(query).first() is not None


def _later(connection: Connection, key: DocumentKey) -> Sequence[RowMapping]:
    """Documents that are about this one, and do not wait for it."""
    told = (versions.c.document, versions.c.document_id, versions.c.relation)
    query = select(*told).where(points_to(key), ~versions.c.waits)
    ordered = query.order_by(versions.c.at, versions.c.id)
    return connection.execute(ordered).mappings().all()


def _asked_before(
    connection: Connection, recalls_of_it: Sequence[str]
) -> Sequence[AgencyCode]:
    """Who was asked for it before it came: a person let such a recall go."""
    if not recalls_of_it:
        return ()
    query = select(deliveries.c.agency).where(deliveries.c.document.in_(recalls_of_it))
    return [AgencyCode(code) for code in connection.execute(query).scalars()]
