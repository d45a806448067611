"""What was said of documents: into its rows, and out of them."""

from hashlib import sha256

from sqlalchemy import Connection, case, literal, select, update

from hub.journal.databases import insert_if_new
from hub.journal.recall_rows import answered
from hub.journal.status_tables import statuses
from hub.model.ids import AgencyCode, DocumentKey
from hub.model.statuses import Said, Told


def statuses_of(connection: Connection, document: DocumentKey) -> list[Told]:
    """All that was said of a document, the first moment first.

    A row for each receiver and code; codes are StatusCode values, or ANSWERED.
    """
    order = (statuses.c.first_at, statuses.c.agency, statuses.c.code)
    query = select(statuses).where(statuses.c.document == document).order_by(*order)
    return [
        Told(
            agency=AgencyCode(row.agency),
            code=row.code,
            first_at=row.first_at,
            last_at=row.last_at,
            times=row.times,
            by=row.said_by,
            arrival=row.arrival,
        )
        for row in connection.execute(query)
    ]


def record_said(connection: Connection, told: Said) -> None:
    """A new row, or the same code once more; an older moment never takes over."""
    answered(connection, told.document, told.agency, told.code, told.heard_at)
    key = _key(told)
    values = {
        "id": key,
        "document": told.document,
        "agency": told.agency,
        "code": told.code,
        "first_at": told.at,
        "last_at": told.at,
        "heard_at": told.heard_at,
        "times": 1,
        "said_by": told.by,
        "arrival": told.arrival,
    }
    if insert_if_new(connection, statuses, values):
        return
    at = literal(told.at, statuses.c.first_at.type)
    first, last = statuses.c.first_at, statuses.c.last_at
    connection.execute(
        update(statuses)
        .where(statuses.c.id == key)
        .values(
            first_at=case((first > at, at), else_=first),
            last_at=case((last < at, at), else_=last),
            times=statuses.c.times + 1,
            said_by=told.by,
            arrival=told.arrival,
        )
    )


def _key(told: Said) -> str:
    parts = f"{told.document}\x1f{told.agency}\x1f{told.code}"
    return sha256(parts.encode()).hexdigest()
