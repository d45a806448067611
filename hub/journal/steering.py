"""Breakers in the journal: what relays share of them, and what operators do."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, and_, func, select, update

from hub.journal.databases import Database
from hub.journal.entries import append, canonical, facts_of
from hub.journal.outbox import hasten
from hub.journal.steering_rows import (
    HUB,
    breaker_moved,
    breaker_of,
    locked,
    locked_or_new,
    target_facts,
)
from hub.journal.steering_tables import targets
from hub.journal.tables import desk, entries, outbox, particulars
from hub.model.records import NewEntry, OutboxKind, OutboxState, Tag
from hub.model.targets import BreakerRow, BreakerState, Target, kind_of


@dataclass(frozen=True, slots=True)
class Said:
    """Who opens or closes a breaker, when, and why."""

    at: datetime
    actor: str = HUB
    #: The trouble, where the hub speaks: no personal data.
    why: str = ""
    #: An operator's words.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as operators see it."""

    target: Target
    #: None: it has never been down.
    breaker: BreakerRow | None
    #: An operator's words, where one opened it; "" also where they were erased.
    reason: str = ""
    #: Rows that wait to leave, and since when the oldest is due.
    waiting: int = 0
    oldest: datetime | None = None
    #: Matters on the lists of the dead and the unroutable.
    dead: int = 0


class SteeredTargets:
    """See `hub.pipeline.breaker.Targets`; operators' part below."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stopped(self) -> list[BreakerRow]:
        query = select(targets).where(targets.c.state != BreakerState.CLOSED)
        return await self._database.read(
            lambda c: [breaker_of(row) for row in c.execute(query).mappings()]
        )

    async def open(
        self, target: Target, why: str, at: datetime, until: datetime
    ) -> None:
        said = Said(at, why=why)
        work = partial(_open, target=target, said=said, until=until)
        await self._database.write(work)

    async def probe(self, target: Target, at: datetime, until: datetime) -> bool:
        work = partial(_probe, target=target, at=at, until=until)
        return await self._database.write(work)

    async def close(self, target: Target, at: datetime) -> None:
        work = partial(
            _close, target=target, said=Said(at), closing=(BreakerState.OPEN,)
        )
        await self._database.write(work)

    async def hold_open(self, target: Target, said: Said) -> bool:
        """An operator stops everything to a target; False: one did already."""
        return await self._database.write(partial(_hold, target=target, said=said))

    async def close_by_hand(self, target: Target, said: Said) -> bool:
        """An operator lets it be tried again at once; False: it was not open."""
        work = partial(
            _close,
            target=target,
            said=said,
            closing=(BreakerState.OPEN, BreakerState.HELD),
        )
        return await self._database.write(work)

    async def listed(self) -> list[TargetRow]:
        """Every target that was ever down or has something waiting or dead."""
        return await self._database.read(_listed)


def _open(
    connection: Connection, target: Target, said: Said, until: datetime | None
) -> None:
    row = locked_or_new(connection, target, said.at)
    if row["state"] == BreakerState.CLOSED:
        _write(connection, Tag.TARGET_OPENED, target, said, until)


def _hold(connection: Connection, target: Target, said: Said) -> bool:
    row = locked_or_new(connection, target, said.at)
    if row["state"] == BreakerState.HELD:
        return False
    _write(connection, Tag.TARGET_OPENED, target, said)
    return True


def _close(
    connection: Connection, target: Target, said: Said, closing: tuple[str, ...]
) -> bool:
    row = locked(connection, target)
    if row is None or row["state"] not in closing:
        return False
    _write(connection, Tag.TARGET_CLOSED, target, said)
    kinds = [kind for kind in OutboxKind if kind_of(kind) is target.kind]
    hasten(connection, kinds, target.name, said.at)
    return True


def _write(
    connection: Connection,
    tag: Tag,
    target: Target,
    said: Said,
    until: datetime | None = None,
) -> None:
    facts = target_facts(target, said.why)
    personal = {"reason": said.reason} if said.reason else None
    new = NewEntry(tag, said.at, actor=said.actor, facts=facts, particulars=personal)
    append(connection, [new])
    ours = and_(entries.c.tag == tag, entries.c.facts == canonical(facts))
    last = select(entries.c.id).where(ours).order_by(entries.c.id.desc()).limit(1)
    entry = connection.execute(last).scalar_one()
    breaker_moved(connection, entry, (tag, said.at, said.actor), facts, until)


def _probe(
    connection: Connection, target: Target, at: datetime, until: datetime
) -> bool:
    here = and_(targets.c.id == target.id, targets.c.state != BreakerState.CLOSED)
    row = connection.execute(select(targets).where(here).with_for_update()).first()
    if row is None:
        return True
    if row.state == BreakerState.HELD:
        return False
    if row.open_until is not None and row.open_until > at:
        return False  # None: lost in a rebuild, no entry tells it
    connection.execute(update(targets).where(here).values(open_until=until))
    return True


def _listed(connection: Connection) -> list[TargetRow]:
    waiting, dead = _waiting(connection), _dead(connection)
    known = {row.target: row for row in _breakers(connection)}
    found = {
        target: known.get(target, TargetRow(target, None))
        for target in {*known, *waiting, *dead}
    }
    return [
        TargetRow(
            target,
            row.breaker,
            row.reason,
            *waiting.get(target, (0, None)),
            dead.get(target, 0),
        )
        for target, row in sorted(found.items())
    ]


def _breakers(connection: Connection) -> list[TargetRow]:
    """Every breaker that ever moved, with its operator's reason."""
    told = and_(
        entries.c.id == targets.c.entry, entries.c.particulars == particulars.c.id
    )
    query = (
        select(*targets.columns, particulars.c.content)
        .outerjoin(entries, entries.c.id == targets.c.entry)
        .outerjoin(particulars, told)
    )
    return [
        TargetRow(
            breaker_of(row).target,
            breaker_of(row),
            str(facts_of(row["content"] or "{}").get("reason", "")),
        )
        for row in connection.execute(query).mappings()
    ]


def _waiting(connection: Connection) -> dict[Target, tuple[int, datetime | None]]:
    oldest = func.min(outbox.c.due_at, type_=outbox.c.due_at.type)
    query = (
        select(outbox.c.kind, outbox.c.target, func.count(), oldest)
        .where(outbox.c.state == OutboxState.WAITING)
        .group_by(outbox.c.kind, outbox.c.target)
    )
    found: dict[Target, tuple[int, datetime | None]] = {}
    for kind, name, rows, since in connection.execute(query):
        target = Target(kind_of(OutboxKind(kind)), name)
        before, earlier = found.get(target, (0, since))
        found[target] = (before + rows, min(since, earlier or since))
    return found


def _dead(connection: Connection) -> dict[Target, int]:
    query = (
        select(outbox.c.kind, outbox.c.target, func.count())
        .join(desk, desk.c.outbox == outbox.c.id)
        .where(desk.c.closed_at.is_(None))
        .group_by(outbox.c.kind, outbox.c.target)
    )
    found: dict[Target, int] = {}
    for kind, name, rows in connection.execute(query):
        target = Target(kind_of(OutboxKind(kind)), name)
        found[target] = found.get(target, 0) + rows
    return found
