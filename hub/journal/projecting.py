"""What an entry changes in the projections: run when it is written, and by rebuild."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    case,
    func,
    literal,
    select,
    update,
)

from hub.journal.databases import insert_if_new
from hub.journal.dossier_rows import record_dossier
from hub.journal.followers import followers_hear
from hub.journal.forward_rows import forward_state
from hub.journal.planning import plan_all
from hub.journal.recall_rows import (
    cancelled,
    is_taken_back,
    kin_told,
    receivers_of,
)
from hub.journal.rows import (
    desk_values,
    document_values,
    outbox_values,
    paper_values,
)
from hub.journal.shelf_rows import take_off
from hub.journal.status_rows import record_said
from hub.journal.tables import (
    arrivals,
    deliveries,
    desk,
    documents,
    outbox,
    paper_tasks,
)
from hub.journal.verdict_rows import left_open, let_go
from hub.model.arrivals import ArrivalState
from hub.model.decisions import Disposition
from hub.model.dossiers import Dossier
from hub.model.ids import ArrivalId, DocumentKey
from hub.model.recalls import Kin
from hub.model.records import (
    Conclusion,
    DeskItem,
    DeskName,
    DocumentRow,
    OpenVerdict,
    OutboxRow,
    OutboxState,
    PaperTask,
)
from hub.model.statuses import Said

PLANNED = "planned"
QUEUED = "queued"
FETCHED = "fetched"
ACKNOWLEDGED = "acknowledged"
REJECTED = "rejected"
GIVEN_UP = "given-up"
#: An operator had it never sent.
DISCARDED = "discarded"

#: The lists that clocks fill, and only clocks empty.
CLOCKED = (DeskName.PICK_UP, DeskName.LATE)
STATUS_CLOCKED = (
    DeskName.SILENT,
    DeskName.NOT_TAKEN,
    DeskName.NOT_ARRIVED,
    DeskName.RECALL,
    DeskName.NOT_DONE,
)
#: Kept by the watch over queues.
QUEUE_CLOCKED = (DeskName.UNREAD,)

_WEIGHT = {
    Disposition.DISCARD: 0,
    Disposition.REFUSE: 1,
    Disposition.HOLD: 2,
    Disposition.DELIVER: 3,
}


@dataclass(frozen=True, slots=True)
class Consequences:
    """All that a conclusion changes in the projections; stands in its entry's facts."""

    document: DocumentRow | None = None
    outbox: tuple[OutboxRow, ...] = ()
    desk: tuple[DeskItem, ...] = ()
    paper: tuple[PaperTask, ...] = ()
    dossier: Dossier | None = None
    open_verdict: OpenVerdict | None = None
    said: tuple[Said, ...] = ()
    kin: Kin | None = None

    @property
    def secret(self) -> bool:
        """Whether the particulars of this arrival are kept from every query."""
        listed = any(item.desk is DeskName.SECRET for item in self.desk)
        return listed or (self.document is not None and self.document.secret)


def consequences_of(conclusion: Conclusion) -> Consequences:
    """What of a conclusion the projections take in."""
    return Consequences(
        conclusion.document,
        conclusion.outbox,
        conclusion.desk,
        conclusion.paper,
        conclusion.dossier,
        conclusion.open_verdict,
        said=conclusion.said,
        kin=conclusion.kin,
    )


def read_consequences(own: object) -> Consequences:
    """The value back from an entry's facts."""
    return msgspec.convert(own, Consequences)


def takes_over(old: RowMapping, arrival: ArrivalId, new: DocumentRow) -> bool:
    """Whether a later conclusion may speak for a document that is known already.

    The arrival that spoke last may always revise itself. Another one never takes
    away from what was achieved: a delivered document is not made a held one by a
    forged twin, and a discarded copy changes nothing.
    """
    if old["arrival"] == arrival:
        return True
    if new.disposition is Disposition.DISCARD:
        return False
    return _WEIGHT[new.disposition] >= _WEIGHT[Disposition(old["disposition"])]


def set_document(
    connection: Connection, arrival: ArrivalId, row: DocumentRow, version: int
) -> bool:
    """Compare and set; False: the document's version is no longer `version`."""
    values = {**document_values(row), "arrival": arrival}
    if version == 0:
        return insert_if_new(connection, documents, {**values, "version": 1})
    here = and_(documents.c.key == row.key, documents.c.version == version)
    query = select(documents.c.arrival, documents.c.disposition).where(here)
    old = connection.execute(query.with_for_update()).mappings().one_or_none()
    if old is None:
        return False
    change = values if takes_over(old, arrival, row) else {}
    moved = {**change, "version": version + 1}
    connection.execute(update(documents).where(here).values(moved))
    return True


def decided(
    connection: Connection,
    arrival: ArrivalId,
    what: Consequences,
    at: datetime,
    document: DocumentKey | None,
) -> None:
    """The arrival is done; what leaves, waits for a person or goes by paper.

    `document`: the one it is a coming of, the first or another.
    """
    connection.execute(
        update(arrivals)
        .where(arrivals.c.id == arrival)
        .values(
            state=ArrivalState.DECIDED,
            decided_at=at,
            document=what.document.key if what.document else document,
            secret=what.secret,
            claim="",
            lease_until=None,
        )
    )
    take_in(connection, arrival, what, at)
    left_open(connection, arrival, what.open_verdict)


def take_in(
    connection: Connection, arrival: ArrivalId, what: Consequences, at: datetime
) -> None:
    """What leaves, waits for a person, goes by paper, or was said."""
    if what.kin is not None:
        kin_told(connection, what.kin, at)
    plan_all(connection, what.outbox, what.document, at)
    for item in what.desk:
        open_desk(connection, item)
    for task in what.paper:
        insert_if_new(connection, paper_tasks, paper_values(task, arrival))
    if what.dossier is not None:
        record_dossier(connection, arrival, what.dossier)
    for told in what.said:
        record_said(connection, told)


def open_desk(connection: Connection, item: DeskItem) -> None:
    """Put a matter on its list; the same matter again is opened again."""
    values = desk_values(item)
    if not insert_if_new(connection, desk, values):
        connection.execute(update(desk).where(desk.c.id == item.id).values(values))


def sent(connection: Connection, message_id: str, attempts: int, at: datetime) -> None:
    """An outbox row left; its delivery, if it is one, is where its agency takes it.

    A consumer may be quicker than the broker's confirm: what is fetched stays so.
    """
    _end(connection, message_id, OutboxState.SENT, attempts)
    _goes_on(connection, message_id, (PLANNED,), QUEUED, {"queued_at": at})


def given_up(
    connection: Connection, message_id: str, attempts: int, item: DeskItem
) -> None:
    """An outbox row will not leave by itself; what was taken back need not."""
    if is_taken_back(connection, message_id):
        cancelled(connection, [message_id], item.since)
        own = [item.agency] if item.agency else []
        codes = receivers_of(connection, message_id) or own
        if item.document is not None:
            followers_hear(connection, item.document, codes)
        return
    _end(connection, message_id, OutboxState.GIVEN_UP, attempts)
    lost = and_(deliveries.c.id == message_id, deliveries.c.state != ACKNOWLEDGED)
    connection.execute(update(deliveries).where(lost).values(state=GIVEN_UP))
    forward_state(connection, message_id, GIVEN_UP)
    open_desk(connection, item)


def rejected(connection: Connection, message_id: str, item: DeskItem) -> None:
    """An agency will not take what was sent to it."""
    _set_state(connection, message_id, REJECTED)
    take_off(connection, message_id, item.since)
    open_desk(connection, item)


def fetched(connection: Connection, message_id: str, at: datetime) -> None:
    """An agency has a delivery in hand."""
    _goes_on(connection, message_id, (PLANNED, QUEUED), FETCHED, {"fetched_at": at})


def confirmed(connection: Connection, message_id: str, at: datetime) -> None:
    """An agency says that it has a delivery or a notice, however it came by it."""
    now = literal(at, deliveries.c.fetched_at.type)
    first = func.coalesce(deliveries.c.fetched_at, now)
    here = update(deliveries).where(deliveries.c.id == message_id)
    connection.execute(
        here.values(state=ACKNOWLEDGED, fetched_at=first, acknowledged_at=at)
    )
    take_off(connection, message_id, at)


def alert_planned(connection: Connection, row: OutboxRow) -> bool:
    """A clock calls the operators; False: it did so before."""
    return insert_if_new(connection, outbox, outbox_values(row))


def off_the_list(connection: Connection, item: str, at: datetime) -> None:
    """One matter is done, or a person took note of it."""
    here = and_(desk.c.id == item, desk.c.closed_at.is_(None))
    connection.execute(update(desk).where(here).values(closed_at=at))


def reopened(connection: Connection, arrival: ArrivalId, at: datetime) -> None:
    """An operator said yes: the arrival is open again, and off lists but clocks'."""
    connection.execute(
        update(arrivals)
        .where(arrivals.c.id == arrival)
        .values(
            state=ArrivalState.ACCEPTED,
            decided_at=None,
            claim="",
            lease_until=None,
            claims=0,
            touched_at=at,
        )
    )
    about_it = and_(desk.c.outbox == "", desk.c.desk.not_in(CLOCKED + STATUS_CLOCKED))
    open_ = and_(desk.c.closed_at.is_(None), about_it)
    connection.execute(
        update(desk).where(desk.c.arrival == arrival, open_).values(closed_at=at)
    )
    let_go(connection, arrival)


def _end(
    connection: Connection, message_id: str, state: OutboxState, attempts: int
) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.id == message_id)
        .values(state=state, attempts=attempts, lease="", lease_until=None)
    )


def _goes_on(
    connection: Connection,
    message_id: str,
    early: Sequence[str],
    state: str,
    moment: dict[str, datetime],
) -> None:
    """A moment of a delivery, and its state where that is not past it already."""
    column = deliveries.c.state
    told = case((column.in_(early), state), else_=column)
    here = update(deliveries).where(deliveries.c.id == message_id)
    connection.execute(here.values(state=told, **moment))


def _set_state(connection: Connection, message_id: str, state: str) -> None:
    connection.execute(
        update(deliveries).where(deliveries.c.id == message_id).values(state=state)
    )
