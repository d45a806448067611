"""What persons and bugs do to open verdicts; each is part of one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, and_, exists, select

from hub.journal import projecting, verdict_rows
from hub.journal.entries import OWN, append, facts_of
from hub.journal.rejudged import DECIDED, NOBODY, Rejudged, last_judged, rejudged
from hub.journal.tables import arrivals, desk, entries, verdicts
from hub.model.arrivals import ArrivalState
from hub.model.ids import ArrivalId
from hub.model.records import (
    DeskItem,
    DeskName,
    Facts,
    NewEntry,
    OpenVerdict,
    Tag,
)
from hub.model.rejudging import VerdictState

_later = entries.alias("later")
#: A verdict would name the signers that somebody erased, or has no bytes to go by.
_erased = exists().where(
    _later.c.arrival == entries.c.arrival,
    _later.c.tag.in_((Tag.PARTICULARS_ERASED, Tag.BODIES_ERASED)),
)


def ask(
    connection: Connection,
    wanted: Sequence[ArrivalId],
    actor: str,
    at: datetime,
    until: datetime,
) -> list[ArrivalId]:
    """See `Rejudging.ask`."""
    done = []
    for arrival in sorted(wanted):  # in one order, or two operators lock each other
        if (entry := _asking(connection, arrival, actor, at, until)) is None:
            continue
        append(connection, [entry])
        verdict_rows.asked(connection, arrival, entry.facts[OWN])
        done.append(arrival)
    return done


def _asking(
    connection: Connection,
    arrival: ArrivalId,
    actor: str,
    at: datetime,
    until: datetime,
) -> NewEntry | None:
    stands = and_(arrivals.c.state == ArrivalState.DECIDED, ~arrivals.c.secret)
    query = (
        last_judged(arrival)
        .join(arrivals, arrivals.c.id == entries.c.arrival)
        .where(stands, ~_erased, entries.c.document.is_not(None))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    headline = str(facts_of(row.facts).get("headline", ""))
    told = OpenVerdict(row.document, headline, at, at, until, NOBODY)
    facts: Facts = {OWN: told}
    return NewEntry(
        Tag.REJUDGING_ASKED, at, arrival, row.document, actor=actor, facts=facts
    )


def broke(connection: Connection, arrival: ArrivalId, story: str, at: datetime) -> bool:
    """A bug met an arrival while it was judged again; False: it was not."""
    mine = (verdicts.c.arrival == arrival) & (verdicts.c.state == VerdictState.OPEN)
    query = select(verdicts).where(mine, verdicts.c.claim != "", DECIDED)
    row = connection.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        return False
    reason = "rejudging-broke"
    item = DeskItem(
        id=uuid4().hex,
        desk=DeskName.VERDICT,
        since=at,
        reason=reason,
        arrival=arrival,
        document=row["document"],
    )
    given_up = VerdictState.GIVEN_UP
    own = Rejudged(row["headline"], given_up, at, row["waits_for"], desk=(item,))
    entry = NewEntry(
        Tag.REJUDGING_GIVEN_UP,
        at,
        arrival,
        row["document"],
        facts={"reason": reason, OWN: own},
        particulars={"story": story},
    )
    append(connection, [entry])
    rejudged(connection, arrival, own, (entry.tag, at))
    return True


def seen(connection: Connection, arrival: ArrivalId, actor: str, at: datetime) -> int:
    """See `Rejudging.seen`."""
    listed = and_(desk.c.arrival == arrival, desk.c.desk == DeskName.VERDICT)
    query = select(desk).where(listed, desk.c.closed_at.is_(None))
    rows = connection.execute(query.with_for_update()).mappings().all()
    for row in rows:
        facts = {"desk": row["desk"], "reason": row["reason"], "item": row["id"]}
        entry = NewEntry(
            Tag.DESK_SEEN, at, arrival, row["document"], actor=actor, facts=facts
        )
        append(connection, [entry])
        projecting.off_the_list(connection, row["id"], at)
    return len(rows)
