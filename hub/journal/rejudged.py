"""What judging again changed, as its entry keeps it and as the projections take it."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, exists, select

from hub.journal import projecting, verdict_rows
from hub.journal.planning import plan
from hub.journal.tables import arrivals, entries, verdicts
from hub.model.arrivals import ArrivalState
from hub.model.ids import ArrivalId, Digest, digest_of
from hub.model.records import JUDGED, DeskItem, OutboxRow, Tag
from hub.model.rejudging import VerdictState

#: What an operator asked for waits for nobody's revocation data.
NOBODY = digest_of(b"nobody")
#: Condition: an arrival that is being decided anew is judged anyway.
DECIDED = exists().where(
    arrivals.c.id == verdicts.c.arrival, arrivals.c.state == ArrivalState.DECIDED
)


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What a judgement changes in the projections; stands in its entry's facts."""

    headline: str
    state: VerdictState
    due_at: datetime
    waits_for: Digest
    outbox: tuple[OutboxRow, ...] = ()
    desk: tuple[DeskItem, ...] = ()


def last_judged(arrival: ArrivalId) -> Select[tuple[str, str]]:
    """Document and facts of an arrival's latest verdict, none or one row."""
    return (
        select(entries.c.document, entries.c.facts)
        .where(entries.c.arrival == arrival, entries.c.tag.in_(JUDGED))
        .order_by(entries.c.id.desc())
        .limit(1)
    )


def read_rejudged(own: object) -> Rejudged:
    """The value back from an entry's facts."""
    return msgspec.convert(own, Rejudged)


def rejudged(
    connection: Connection,
    arrival: ArrivalId,
    what: Rejudged,
    entry: tuple[str, datetime],
) -> None:
    """Put what a judgement changed into the projections; `entry`: tag and moment."""
    tag, at = entry
    columns: dict[str, object] = {
        "headline": what.headline,
        "state": what.state,
        "waits_for": what.waits_for,
    }
    if tag == Tag.ENVELOPE_JUDGED_AGAIN:
        columns["judged_at"] = at
    verdict_rows.judged(connection, arrival, columns, what.due_at)
    for row in what.outbox:
        plan(connection, row, at)
    for item in what.desk:
        projecting.open_desk(connection, item)
