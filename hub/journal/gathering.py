"""Remote files of an arrival, recorded once each when they are in the store."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from hub.journal.entries import append
from hub.journal.tables import gathered
from hub.model.arrivals import Arrival
from hub.model.ids import ArrivalId, Digest, digest_of
from hub.model.knowledge import Gathered
from hub.model.records import Facts, NewEntry, Tag


def recorded(connection: Connection, arrival: ArrivalId) -> list[Gathered]:
    """See `Journal.gathered`."""
    rows = connection.execute(select(gathered).where(gathered.c.arrival == arrival))
    return [Gathered(row.url, Digest(row.digest), row.size) for row in rows]


def record(
    connection: Connection, arrival: Arrival, files: Sequence[Gathered], at: datetime
) -> None:
    """See `Journal.gather`; two workers may both have fetched: the first counts."""
    known = {file.url for file in recorded(connection, arrival.id)}
    new = [f for f in files if f.digest and digest_of(f.url.encode()) not in known]
    if not new:
        return
    facts: Facts = {
        "files": [
            {"url": digest_of(f.url.encode()), "digest": f.digest, "size": f.size}
            for f in new
        ]
    }
    texts: Facts = {"urls": [f.url for f in new]}
    entry = NewEntry(Tag.FILES_GATHERED, at, arrival.id, facts=facts, particulars=texts)
    append(connection, [entry])
    connection.execute(insert(gathered), rows_of(arrival.id, facts))


def rows_of(arrival: ArrivalId, facts: Facts) -> list[dict[str, object]]:
    """Rows of the table from the facts of an entry."""
    return [{"arrival": arrival, **file} for file in facts["files"]]
