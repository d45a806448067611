"""The port `Verdicts`: what was left open, claimed, concluded and asked for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    exists,
    select,
    update,
)

from hub.journal import asking, projecting, verdict_rows
from hub.journal.claims import buried, require
from hub.journal.databases import Database, lapsed
from hub.journal.entries import OWN, append, facts_of
from hub.journal.rejudged import DECIDED, NOBODY, Rejudged, last_judged, rejudged
from hub.journal.rows import arrival_of, value
from hub.journal.tables import arrivals, deliveries, outbox, verdicts
from hub.journal.waking import Waking
from hub.model.arrivals import ArrivalState
from hub.model.ids import ArrivalId, Digest
from hub.model.records import Facts
from hub.model.rejudging import (
    Holder,
    OpenCase,
    Rejudgement,
    VerdictRow,
    VerdictState,
)

#: A pointer that nobody answered is lost: another one leaves after so long.
_POINTER_LOST = timedelta(minutes=15)
_buried = exists().where(arrivals.c.id == verdicts.c.arrival, buried)


class Rejudging:
    """See `hub.ports.Verdicts`; and what operators and the relay do beside it."""

    def __init__(self, database: Database, waking: Waking) -> None:
        self._database = database
        self._waking = waking

    async def claim(
        self, arrival: ArrivalId, at: datetime, lease: timedelta
    ) -> OpenCase | None:
        work = partial(_claim, arrival=arrival, at=at, lease=lease)
        return await self._database.write(work)

    async def renew(self, case: OpenCase, until: datetime) -> None:
        columns: dict[str, object] = {"lease_until": until, "due_at": until}
        await self._database.write(partial(_change, case=case, columns=columns))

    async def postpone(self, case: OpenCase, due_at: datetime, tries: int) -> None:
        work = partial(_postpone, case=case, due_at=due_at, tries=tries)
        await self._database.write(work)

    async def conclude(self, done: Rejudgement) -> None:
        await self._database.write(partial(_conclude, done=done))

    async def wake(self, at: datetime, limit: int) -> int:
        """Give pointers to what is due, oldest first; how many got one.

        One that nobody answers within a quarter of an hour is given again.
        """
        return await self._database.write(partial(self._wake, at=at, limit=limit))

    async def hasten(self, at: datetime) -> int:
        """Make everything that waits due at once; how many that is."""
        return await self._database.write(partial(_hasten, at=at, waits_for=None))

    async def ask(
        self, wanted: Sequence[ArrivalId], actor: str, at: datetime, until: datetime
    ) -> list[ArrivalId]:
        """An operator would have these judged again; those for whom it can be.

        Not what nobody has decided or judged yet, what was erased, nor what is secret.
        """
        work = partial(asking.ask, wanted=wanted, actor=actor, at=at, until=until)
        return await self._database.write(work)

    async def seen(self, arrival: ArrivalId, actor: str, at: datetime) -> int:
        """Take an arrival off the list of verdicts; how many matters that was."""
        work = partial(asking.seen, arrival=arrival, actor=actor, at=at)
        return await self._database.write(work)

    async def listed(self, *, open_only: bool = True) -> list[VerdictRow]:
        """What is or was judged again by itself, oldest first."""
        query = select(verdicts).order_by(verdicts.c.since, verdicts.c.arrival)
        if open_only:
            query = query.where(verdicts.c.state == VerdictState.OPEN)
        return await self._database.read(
            lambda c: [
                verdict_rows.verdict_of(row) for row in c.execute(query).mappings()
            ]
        )

    def _wake(self, connection: Connection, at: datetime, limit: int) -> int:
        query = (
            select(verdicts.c.arrival, arrivals.c.size)
            .join(arrivals, arrivals.c.id == verdicts.c.arrival)
            .where(_is_open(at), verdicts.c.due_at <= at, ~buried)
            .where(arrivals.c.state == ArrivalState.DECIDED)
            .order_by(verdicts.c.due_at, verdicts.c.arrival)
            .limit(limit)
            .with_for_update(skip_locked=True, of=verdicts)
        )
        rows = connection.execute(query).all()
        for row in rows:
            self._waking.wake(connection, row.arrival, row.size, at)
        woken = verdicts.c.arrival.in_([row.arrival for row in rows])
        columns = {"woken": True, "due_at": at + _POINTER_LOST}
        connection.execute(update(verdicts).where(woken).values(columns))
        return len(rows)


def _is_open(at: datetime) -> ColumnElement[bool]:
    """Condition: open, and no lease on it is in force."""
    free = lapsed(verdicts.c.lease_until, at)
    return and_(verdicts.c.state == VerdictState.OPEN, free)


def _claim(
    connection: Connection, arrival: ArrivalId, at: datetime, lease: timedelta
) -> OpenCase | None:
    taking = (
        update(verdicts)
        .where(verdicts.c.arrival == arrival, verdicts.c.woken, _is_open(at))
        .where(DECIDED, ~_buried)
        .values(
            claim=uuid4().hex,
            claims=verdicts.c.claims + 1,
            lease_until=at + lease,
            due_at=at + lease,  # who dies with it is missed as soon as that
        )
        .returning(*verdicts.columns)
    )
    row = connection.execute(taking).mappings().one_or_none()
    return _case(connection, row) if row else None


def _case(connection: Connection, row: RowMapping) -> OpenCase:
    whole = select(arrivals).where(arrivals.c.id == row["arrival"])
    came = arrival_of(connection.execute(whole).mappings().one())
    before = _last_verdict(connection, came.id)
    holders = _holders(connection, came.id)
    told = {**row, "arrival": came, "before": before, "holders": holders}
    return OpenCase(**{name: told[name] for name in OpenCase.__slots__})


def _last_verdict(connection: Connection, arrival: ArrivalId) -> Facts:
    row = connection.execute(last_judged(arrival)).one_or_none()
    return {k: v for k, v in facts_of(row.facts).items() if k != OWN} if row else {}


def _holders(connection: Connection, arrival: ArrivalId) -> tuple[Holder, ...]:
    """Agencies this arrival was delivered to; those of a twin heard its own verdict.

    What died on its way, or came back, is with nobody: a person is at it.
    """
    ended = (projecting.GIVEN_UP, projecting.REJECTED)
    query = (
        select(
            deliveries.c.id.label("message_id"),
            deliveries.c.agency,
            deliveries.c.queue,
            outbox.c.lane,
        )
        .join(outbox, outbox.c.id == deliveries.c.id)
        .where(deliveries.c.arrival == arrival, deliveries.c.state.not_in(ended))
        .order_by(deliveries.c.agency, deliveries.c.id)
    )
    rows = connection.execute(query).mappings()
    return tuple(value(Holder, row) for row in rows)


def _held_under(case: OpenCase) -> ColumnElement[bool]:
    """Condition: the token stands. A release takes it away, too."""
    mine = and_(verdicts.c.claim == case.claim, verdicts.c.claim != "")
    return and_(verdicts.c.arrival == case.arrival.id, mine)


def _change(connection: Connection, case: OpenCase, columns: dict[str, object]) -> None:
    changing = update(verdicts).where(_held_under(case)).values(columns)
    require(connection.execute(changing.returning(verdicts.c.arrival)).one_or_none())


def _postpone(
    connection: Connection, case: OpenCase, due_at: datetime, tries: int
) -> None:
    _change(connection, case, {"tries": tries})
    verdict_rows.judged(connection, case.arrival.id, {}, due_at)


def _conclude(connection: Connection, done: Rejudgement) -> None:
    locking = select(verdicts.c.waits_for).where(_held_under(done.case))
    row = connection.execute(locking.with_for_update()).one_or_none()
    require(row)
    own = Rejudged(
        done.headline, done.state, done.due_at, done.waits_for, done.outbox, done.desk
    )
    first, *rest = done.entries
    append(connection, [replace(first, facts={**first.facts, OWN: own}), *rest])
    rejudged(connection, done.case.arrival.id, own, (first.tag, done.at))
    settled = done.state is VerdictState.SETTLED
    if row is not None and settled and row.waits_for != NOBODY:
        _hasten(connection, done.at, row.waits_for)


def _hasten(connection: Connection, at: datetime, waits_for: Digest | None) -> int:
    """What one got, others that wait for the same can get: they are due at once.

    Rows in somebody's hands are left: whoever has them asks the same authority.
    """
    query = select(verdicts.c.arrival).where(_is_open(at), verdicts.c.due_at > at)
    query = query.where(~verdicts.c.woken).order_by(verdicts.c.arrival)
    if waits_for is not None:
        query = query.where(verdicts.c.waits_for == waits_for)
    # Locked in the statement itself: they may be more than one can name.
    locked = query.with_for_update(skip_locked=True)
    here = update(verdicts).where(verdicts.c.arrival.in_(locked))
    return connection.execute(here.values(due_at=at)).rowcount
