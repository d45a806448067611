"""Rows of the projections to values and back."""

from typing import TypeVar

import msgspec
from sqlalchemy import RowMapping

from hub.journal.entries import canonical, facts_of
from hub.model.arrivals import Arrival, Offer
from hub.model.ids import ArrivalId
from hub.model.paper import PaperState
from hub.model.records import (
    Delivery,
    DeskItem,
    DocumentRow,
    OutboxRow,
    OutboxState,
    PaperTask,
)

T = TypeVar("T")


def value(kind: type[T], row: RowMapping | dict[str, object]) -> T:
    """A frozen value made of the columns that bear its fields' names."""
    names = kind.__slots__  # type: ignore[attr-defined] # our values all have slots
    return msgspec.convert({name: row[name] for name in names}, kind)


def arrival_of(row: RowMapping) -> Arrival:
    """One arrival, with the claim it is under."""
    return value(Arrival, row)


def delivery_of(row: RowMapping) -> Delivery:
    """One delivery; wants `attempts` of its outbox row beside its own columns."""
    return value(Delivery, row)


def outbox_of(row: RowMapping) -> OutboxRow:
    """One outbox row, its headers as they were frozen."""
    return value(OutboxRow, {**row, "headers": facts_of(row["headers"])})


def outbox_values(row: OutboxRow) -> dict[str, object]:
    """Columns of a new row, waiting and in nobody's hands."""
    return {
        "id": row.id,
        "kind": row.kind,
        "target": row.target,
        "due_at": row.due_at,
        "deadline": row.deadline,
        "arrival": row.arrival,
        "document": row.document,
        "agency": row.agency,
        "lane": row.lane,
        "headers": canonical(row.headers),
        "body": row.body,
        "follows": row.follows,
        "follows_all": row.follows_all,
        "attempts": 0,
        "state": OutboxState.WAITING,
        "lease": "",
        "lease_until": None,
    }


def document_values(row: DocumentRow) -> dict[str, object]:
    """Columns of a document but its version and arrival."""
    return {name: getattr(row, name) for name in DocumentRow.__slots__}


def desk_values(item: DeskItem) -> dict[str, object]:
    """Columns of a matter that is open."""
    fields = {name: getattr(item, name) for name in DeskItem.__slots__}
    return {**fields, "closed_at": None}


def paper_values(task: PaperTask, arrival: ArrivalId) -> dict[str, object]:
    """Columns of a paper task that an arrival opened."""
    fields = {name: getattr(task, name) for name in PaperTask.__slots__}
    return {
        **fields,
        "arrival": arrival,
        "state": PaperState.OPEN,
        "moved_at": task.opened_at,
        "sent_at": None,
        "post_number": "",
    }


def offer_facts(offer: Offer, trace: str) -> dict[str, object]:
    """What an accepted arrival is, but its id and moment: its entry says those."""
    return {
        "source": offer.source.name,
        "door": offer.source.door,
        "door_id": offer.door_id,
        "digest": offer.digest,
        "size": offer.size,
        "content_type": offer.content_type,
        "trace": trace,
    }
