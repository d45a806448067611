"""Rows of what leaves for bodies elsewhere: one for each receiver of a forward."""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from hub.journal.tables import forwards
from hub.model.ids import AgencyCode, Digest
from hub.model.records import OutboxRow

PLANNED = "planned"
SENT = "sent"
GIVEN_UP = "given-up"
CANCELLED = "cancelled"
#: Its source asks by itself.
LEFT = "left"


def forward_planned(
    connection: Connection, row: OutboxRow, at: datetime, content: Digest | None
) -> None:
    """A forward is on its way to each of its receivers."""
    values = [_values(row, AgencyCode(code), at, content) for code in _receivers(row)]
    if values:
        connection.execute(insert(forwards), values)


def forward_sent(
    connection: Connection, outbox: str, remote: str, at: datetime
) -> None:
    """The source has it; `remote` is its own id for it."""
    here = update(forwards).where(forwards.c.outbox == outbox)
    connection.execute(here.values(state=SENT, sent_at=at, remote=remote))


def forward_state(connection: Connection, outbox: str, state: str) -> None:
    """PLANNED again, GIVEN_UP or CANCELLED: what has left stays so."""
    waits = forwards.c.state != SENT
    here = update(forwards).where(forwards.c.outbox == outbox, waits)
    connection.execute(here.values(state=state))


def forward_lost(connection: Connection, outbox: str) -> None:
    """It left and came back."""
    here = update(forwards).where(forwards.c.outbox == outbox)
    connection.execute(here.values(state=GIVEN_UP))


def _receivers(row: OutboxRow) -> list[str]:
    return list(dict.fromkeys(row.headers.get("receivers", ())))


def _values(
    row: OutboxRow, code: AgencyCode, at: datetime, content: Digest | None
) -> dict[str, object]:
    return {
        "id": f"{row.id} {code}",
        "outbox": row.id,
        "document": row.document,
        "agency": code,
        "content": content,
        "source": row.target,
        "state": PLANNED,
        "planned_at": at,
        "sent_at": None,
        "remote": "",
    }
