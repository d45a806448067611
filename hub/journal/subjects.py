"""Documents that were carried here, found by how somebody mentions them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select

from hub.journal import projecting
from hub.journal.entries import facts_of
from hub.journal.recall_tables import versions
from hub.journal.tables import (
    arrivals,
    deliveries,
    documents,
    dossiers,
    entries,
    forwards,
)
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode, ArrivalId, DocumentKey
from hub.model.records import Tag
from hub.model.statuses import Bearer, Mention, Subject

#: Documents of one id or number that are looked at; real ones are one or two.
_MOST = 20
#: Statuses are about documents, never about statuses.
_ABOUT = documents.c.kind != Kind.STATUS


def subjects(
    connection: Connection, mentions: Sequence[Mention]
) -> tuple[Subject, ...]:
    """What the mentions may be about, each once; whose it is, a rule must ask."""
    found: dict[DocumentKey, RowMapping] = {}
    for mention in mentions:
        for row in _rows(connection, mention):
            found.setdefault(row["key"], row)
    return tuple(_subject(connection, row) for row in found.values())


def subject_by_key(connection: Connection, key: DocumentKey) -> Subject | None:
    """The same for a document that is known by its key."""
    rows = _matching(connection, documents.c.key == key)
    return _subject(connection, rows[0]) if rows else None


def _rows(connection: Connection, mention: Mention) -> list[RowMapping]:
    if mention.delivery:
        key = select(deliveries.c.document).where(deliveries.c.id == mention.delivery)
        return _originals(connection, _matching(connection, documents.c.key.in_(key)))
    if mention.dossier:
        return _matching(connection, documents.c.key.in_(_of_dossier(mention.dossier)))
    if mention.document_id:
        return _matching(connection, documents.c.document_id == mention.document_id)
    if not mention.notation:
        return []
    sent = and_(
        documents.c.notation == mention.notation, documents.c.sender == mention.sender
    )
    return _matching(connection, sent)


def _matching(connection: Connection, wanted: ColumnElement[bool]) -> list[RowMapping]:
    """Not secret ones: they are nobody's to ask for."""
    query = (
        select(documents, arrivals.c.source, arrivals.c.id.label("came"))
        .outerjoin(arrivals, arrivals.c.id == documents.c.arrival)
        .where(wanted, _ABOUT, ~documents.c.secret)
        .order_by(documents.c.decided_at.desc(), documents.c.key)
        .limit(_MOST)
    )
    return list(connection.execute(query).mappings())


def _originals(connection: Connection, rows: list[RowMapping]) -> list[RowMapping]:
    """A word on a recall or an update is one on the document it is about."""
    keys = [row["key"] for row in rows if row["kind"] in {Kind.REVOKE, Kind.UPDATE}]
    if not keys:
        return rows
    earlier = versions.c.document.in_(keys)
    targets, others = (
        select(column).where(earlier)
        for column in (versions.c.target, versions.c.or_target)
    )
    about = or_(documents.c.key.in_(targets), documents.c.key.in_(others))
    return [*_matching(connection, about), *rows]


def _of_dossier(number: str) -> ColumnElement[bool]:
    """The documents that told of a dossier, by either of its numbers."""
    named = or_(dossiers.c.number == number, dossiers.c.other_number == number)
    told = select(dossiers.c.arrival).where(named)
    came = select(arrivals.c.document).where(arrivals.c.id.in_(told))
    own = select(dossiers.c.number).where(named)
    first = select(documents.c.key).where(documents.c.document_id.in_(own))
    return came.union(first)  # type: ignore[return-value] # a query of keys, for IN


def _subject(connection: Connection, row: RowMapping) -> Subject:
    key, arrival = DocumentKey(row["key"]), ArrivalId(row["arrival"])
    number, status = _dossier(connection, row)
    return Subject(
        key=key,
        arrival=arrival,
        source=row["source"] or "",
        sender=AgencyCode(row["sender"]),
        document_id=row["document_id"],
        kind=row["kind"],
        notation=row["notation"],
        promulgated=_promulgated(connection, arrival),
        receivers=_receivers(connection, key),
        bearers=_bearers(connection, key),
        dossier=number,
        dossier_status=status,
    )


def _receivers(connection: Connection, key: DocumentKey) -> tuple[AgencyCode, ...]:
    here = (deliveries.c.document == key) & (deliveries.c.state != projecting.GIVEN_UP)
    query = select(deliveries.c.agency).where(here).distinct()
    return _codes(connection.execute(query.order_by(deliveries.c.agency)).scalars())


def _bearers(connection: Connection, key: DocumentKey) -> tuple[Bearer, ...]:
    query = select(forwards.c.source, forwards.c.agency).where(
        forwards.c.document == key, forwards.c.state != projecting.GIVEN_UP
    )
    taken: dict[str, list[str]] = {}
    for one in connection.execute(query.order_by(forwards.c.id)):
        taken.setdefault(one.source, []).append(one.agency)
    return tuple(Bearer(source, _codes(codes)) for source, codes in taken.items())


def _codes(codes: Iterable[str]) -> tuple[AgencyCode, ...]:
    return tuple(dict.fromkeys(AgencyCode(code) for code in codes))


def _promulgated(connection: Connection, arrival: ArrivalId) -> str:
    read = and_(entries.c.arrival == arrival, entries.c.tag == Tag.ARRIVAL_READ)
    query = select(entries.c.facts).where(read).order_by(entries.c.id.desc()).limit(1)
    facts = connection.execute(query).scalar_one_or_none()
    return str(facts_of(facts).get("promulgated", "")) if facts else ""


def _dossier(connection: Connection, row: RowMapping) -> tuple[str, str]:
    """The dossier it came as: its number at the portal, and its status; "": none."""
    named = and_(
        dossiers.c.source == row["source"],
        or_(
            dossiers.c.number == row["document_id"],
            dossiers.c.arrival == row["arrival"],
        ),
    )
    query = select(dossiers.c.number, dossiers.c.status).where(named).limit(1)
    found = connection.execute(query).one_or_none()
    return (found.number, found.status) if found else ("", "")
