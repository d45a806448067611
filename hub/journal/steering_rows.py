"""What entries on breakers change in their table: when written, and by rebuild."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from hub.journal.databases import insert_if_new
from hub.journal.steering_tables import targets
from hub.model.records import Facts, Tag
from hub.model.targets import BreakerRow, BreakerState, Target, TargetKind

#: What says that a breaker was opened or closed.
BREAKER_TAGS = (Tag.TARGET_OPENED, Tag.TARGET_CLOSED)
#: Who opens and closes breakers where no operator does.
HUB = "hub"


def state_of(tag: Tag, actor: str) -> BreakerState:
    """What a breaker is by an entry: what an operator opened, only one closes."""
    if tag is Tag.TARGET_CLOSED:
        return BreakerState.CLOSED
    return BreakerState.OPEN if actor == HUB else BreakerState.HELD


def target_facts(target: Target, why: str = "") -> Facts:
    """What an entry on a breaker says."""
    return {"kind": target.kind, "target": target.name, "why": why}


def breaker_moved(
    connection: Connection,
    entry: int,
    told: tuple[Tag, datetime, str],
    facts: Facts,
    until: datetime | None = None,
) -> None:
    """A breaker was opened or closed; `told`: tag, moment and actor of the entry."""
    tag, moment, actor = told
    target = Target(TargetKind(facts["kind"]), facts["target"])
    values = {
        "id": target.id,
        "kind": target.kind,
        "name": target.name,
        "state": state_of(tag, actor),
        "since": moment,
        "actor": actor,
        "why": facts["why"],
        "open_until": until,
        "entry": entry,
    }
    here = update(targets).where(targets.c.id == target.id)
    if not connection.execute(here.values(values)).rowcount:
        connection.execute(insert(targets), values)


def breaker_of(row: RowMapping) -> BreakerRow:
    """A row of the table as a value."""
    return BreakerRow(
        target=Target(TargetKind(row["kind"]), row["name"]),
        state=BreakerState(row["state"]),
        since=row["since"],
        actor=row["actor"],
        why=row["why"],
        open_until=row["open_until"],
    )


def locked(connection: Connection, target: Target) -> RowMapping | None:
    """The row of a target, held until the transaction ends."""
    here = select(targets).where(targets.c.id == target.id).with_for_update()
    return connection.execute(here).mappings().one_or_none()


def locked_or_new(connection: Connection, target: Target, at: datetime) -> RowMapping:
    """The same; a target that was never down gets its row, closed.

    Of two that meet here at once, the second waits for the first.
    """
    values: dict[str, object] = {
        "id": target.id,
        "kind": target.kind,
        "name": target.name,
        "state": BreakerState.CLOSED,
        "since": at,
        "actor": HUB,
        "why": "",
        "open_until": None,
        "entry": 0,
    }
    insert_if_new(connection, targets, values)
    here = select(targets).where(targets.c.id == target.id).with_for_update()
    return connection.execute(here).mappings().one()
