"""One transaction at the door: the arrival, its entry, its wake row."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from secrets import token_hex
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, select

from hub.errors import KeyReused
from hub.journal.databases import insert_if_new
from hub.journal.entries import append
from hub.journal.rows import arrival_of, offer_facts
from hub.journal.tables import arrivals
from hub.journal.waking import Waking
from hub.model.arrivals import Arrival, ArrivalState, Offer, Taken
from hub.model.faults import Fault, FaultCode
from hub.model.ids import ArrivalId, digest_of
from hub.model.records import Facts, NewEntry, Tag

#: Where an arrival came from, and by whom, is told by its entries, not by its row.
_LOT, _USER = "lot", "user_id"


def traceparent(arrival: ArrivalId) -> str:
    """W3C Trace Context 1, sampled; the trace is named by the arrival."""
    return f"00-{arrival}-{token_hex(8)}-01"


def arrival_values(
    arrival: ArrivalId, facts: Facts, accepted_at: datetime
) -> dict[str, object]:
    """Columns of an arrival not yet looked at, from the facts of its entry."""
    told = {name: value for name, value in facts.items() if name not in (_LOT, _USER)}
    return {
        **told,
        "id": arrival,
        "accepted_at": accepted_at,
        "state": ArrivalState.ACCEPTED,
        "decided_at": None,
        "document": None,
        "secret": False,
        "claim": "",
        "lease_until": None,
        "claims": 0,
        "touched_at": accepted_at,
    }


def accept(connection: Connection, offer: Offer, at: datetime, waking: Waking) -> Taken:
    """See `Journal.accept`."""
    names = _names(offer)
    while (taken := _take(connection, offer, next(names), at, waking)) is None:
        if offer.strict_id:
            raise KeyReused(Fault(FaultCode.KEY_REUSED, detail=offer.door_id))
    return taken


def _names(offer: Offer) -> Iterator[str]:
    """Its identity, and what stands in for it where that is taken by another entity.

    A door that pulls never refuses: changed bytes are an arrival of their own, and so
    are the same bytes under other headers. No name grows with the number of tries.
    """
    yield offer.door_id
    yield f"{offer.door_id}#{offer.digest}"
    entity = digest_of(offer.content_type.encode())[:16]
    for number in count(1):  # past 1: somebody chose the very name we would give
        yield f"{offer.door_id}#{offer.digest}#{entity}-{number}"


def _take(
    connection: Connection, offer: Offer, door_id: str, at: datetime, waking: Waking
) -> Taken | None:
    arrival = ArrivalId(uuid4().hex)
    facts = {**offer_facts(offer, traceparent(arrival)), "door_id": door_id}
    values = arrival_values(arrival, facts, at)
    if not insert_if_new(connection, arrivals, values):
        return _earlier(connection, offer, door_id, at)
    told = facts | _beside(offer)
    append(connection, [_entry(Tag.ARRIVAL_ACCEPTED, arrival, offer, at, told)])
    waking.wake(connection, arrival, offer.size, at)
    return Taken(arrival=_fresh(values), repeated=False)


def _beside(offer: Offer) -> Facts:
    """What the entry says of this coming alone."""
    told = {_LOT: offer.lot, _USER: offer.user_id}
    return {name: value for name, value in told.items() if value}


def _fresh(values: dict[str, object]) -> Arrival:
    return Arrival(**{name: values[name] for name in Arrival.__slots__})  # type: ignore[arg-type] # columns bear the fields' names and types


def _earlier(
    connection: Connection, offer: Offer, door_id: str, at: datetime
) -> Taken | None:
    row = _same_identity(connection, offer, door_id)
    # The content headers are part of the entity: a frame reads otherwise with others.
    if (row["digest"], row["content_type"]) != (offer.digest, offer.content_type):
        return None
    facts = {"digest": offer.digest, "door_id": door_id, **_beside(offer)}
    append(connection, [_entry(Tag.ARRIVAL_REPEATED, row["id"], offer, at, facts)])
    return Taken(arrival=arrival_of(row), repeated=True)


def _same_identity(connection: Connection, offer: Offer, door_id: str) -> RowMapping:
    query = select(arrivals).where(
        arrivals.c.source == offer.source.name,
        arrivals.c.door == offer.source.door,
        arrivals.c.door_id == door_id,
    )
    return connection.execute(query).mappings().one()


def _entry(
    tag: Tag, arrival: ArrivalId, offer: Offer, at: datetime, facts: Facts
) -> NewEntry:
    return NewEntry(tag, at, arrival, actor=offer.source.name, facts=facts)
