"""One message about a dossier into its row."""

from sqlalchemy import Connection, RowMapping, insert, or_, select, update

from hub.journal.rows import value
from hub.journal.tables import arrivals, dossiers
from hub.model.dossiers import Dossier, DossierRow, first, merged
from hub.model.ids import ArrivalId


def dossier_of(row: RowMapping) -> DossierRow:
    """A row as the words have it."""
    return value(DossierRow, row)


def record_dossier(connection: Connection, arrival: ArrivalId, told: Dossier) -> None:
    """A new row, or what the message changes in the one that is there."""
    query = select(arrivals.c.source, arrivals.c.accepted_at)
    came = connection.execute(query.where(arrivals.c.id == arrival)).one()
    row = _known(connection, came.source, told)
    if row is None:
        new = first(came.source, told, arrival, came.accepted_at)
        connection.execute(insert(dossiers), _values(new))
        return
    now = merged(row, told, arrival, came.accepted_at)
    here = dossiers.c.key == row.key
    connection.execute(update(dossiers).where(here).values(_values(now)))


def _known(connection: Connection, source: str, told: Dossier) -> DossierRow | None:
    """By either of its numbers: portals mint a second one (EDXML.md 4.4)."""
    numbers = [n for n in (told.number, told.other_number) if n]
    named = or_(dossiers.c.number.in_(numbers), dossiers.c.other_number.in_(numbers))
    query = (
        select(dossiers)
        .where(dossiers.c.source == source, named)
        .order_by((dossiers.c.number == told.number).desc(), dossiers.c.key)
        .limit(1)
        .with_for_update()
    )
    row = connection.execute(query).mappings().one_or_none()
    return dossier_of(row) if row else None


def _values(row: DossierRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in DossierRow.__slots__}
