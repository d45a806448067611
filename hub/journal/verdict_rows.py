"""Rows of open verdicts: how conclusions, operators and releases change them."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, update

from hub.journal.databases import insert_if_new
from hub.journal.rows import value
from hub.journal.tables import verdicts
from hub.model.ids import ArrivalId
from hub.model.records import OpenVerdict
from hub.model.rejudging import VerdictRow, VerdictState


def verdict_of(row: RowMapping) -> VerdictRow:
    """A row as the words have it."""
    return value(VerdictRow, row)


def left_open(
    connection: Connection, arrival: ArrivalId, told: OpenVerdict | None
) -> None:
    """A decision leaves its verdict open, or says all there is to say.

    Decided anew, an arrival begins anew: what was awaited for the verdict before is
    of no more interest.
    """
    forget(connection, arrival)
    if told is not None:
        insert_if_new(connection, verdicts, _values(arrival, told))


def forget(connection: Connection, arrival: ArrivalId) -> None:
    """Judged again no more: its particulars were erased, a verdict would name anew."""
    connection.execute(delete(verdicts).where(verdicts.c.arrival == arrival))


def asked(connection: Connection, arrival: ArrivalId, told: OpenVerdict) -> None:
    """An operator would have it judged again: due at once, whatever it was."""
    if insert_if_new(connection, verdicts, _values(arrival, told)):
        return
    again = {"state": VerdictState.OPEN, "due_at": told.due_at, "until": told.until}
    here = update(verdicts).where(verdicts.c.arrival == arrival)
    connection.execute(here.values(again))


def let_go(connection: Connection, arrival: ArrivalId) -> None:
    """Whoever is judging it again may not conclude: it is being decided anew."""
    here = update(verdicts).where(verdicts.c.arrival == arrival)
    connection.execute(here.values(claim="", lease_until=None))


def judged(
    connection: Connection,
    arrival: ArrivalId,
    columns: dict[str, object],
    due_at: datetime,
) -> None:
    """What a judgement changed; in nobody's hands afterwards."""
    free = {"claim": "", "claims": 0, "lease_until": None, "woken": False}
    here = update(verdicts).where(verdicts.c.arrival == arrival)
    connection.execute(here.values(**columns, **free, due_at=due_at))


def _values(arrival: ArrivalId, told: OpenVerdict) -> dict[str, object]:
    return {
        "arrival": arrival,
        "document": told.document,
        "decided": told.headline,
        "headline": told.headline,
        "state": VerdictState.OPEN,
        "since": told.since,
        "until": told.until,
        "waits_for": told.waits_for,
        "judged_at": None,
        "due_at": told.due_at,
        "tries": 0,
        "woken": False,
        "claim": "",
        "claims": 0,
        "lease_until": None,
    }
