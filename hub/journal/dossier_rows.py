"""One message about a dossier into its row."""

from collections.abc import Sequence
from functools import reduce

from sqlalchemy import Connection, RowMapping, delete, or_, select, update

from hub.journal.databases import insert_if_new
from hub.journal.rows import value
from hub.journal.tables import arrivals, dossiers
from hub.model.dossiers import Dossier, DossierRow, first, joined, merged, same_case
from hub.model.ids import ArrivalId


def dossier_of(row: RowMapping) -> DossierRow:
    """A row as the words have it."""
    return value(DossierRow, row)


def record_dossier(connection: Connection, arrival: ArrivalId, told: Dossier) -> None:
    """A new row, or what the message changes in the one that is there."""
    query = select(arrivals.c.source, arrivals.c.accepted_at)
    came = connection.execute(query.where(arrivals.c.id == arrival)).one()
    source = told.source or came.source
    known = _known(connection, source, told)
    if not known:
        new = first(source, told, arrival, came.accepted_at)
        if insert_if_new(connection, dossiers, _values(new)):
            return
        known = _known(connection, source, told)  # another worker was quicker
    row = merged(reduce(joined, known), told, arrival, came.accepted_at)
    here = dossiers.c.key == row.key
    connection.execute(update(dossiers).where(here).values(_values(row)))
    others = [one.key for one in known if one.key != row.key]
    connection.execute(delete(dossiers).where(dossiers.c.key.in_(others)))


def _known(connection: Connection, source: str, told: Dossier) -> Sequence[DossierRow]:
    """By either of its numbers: portals mint a second one (EDXML.md 4.4).

    Never by the second number alone: two dossiers may have been given the same.
    """
    mine = dossiers.c.number == told.number
    crossed = or_(
        dossiers.c.number == told.other_number, dossiers.c.other_number == told.number
    )
    query = (
        select(dossiers)
        .where(dossiers.c.source == source, or_(mine, crossed))
        .order_by(mine.desc(), dossiers.c.first_at, dossiers.c.key)
        .with_for_update()
    )
    rows = [dossier_of(row) for row in connection.execute(query).mappings()]
    return [r for r in rows if r.number == told.number or same_case(r, told)]


def _values(row: DossierRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in DossierRow.__slots__}
