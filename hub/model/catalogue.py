"""The catalogue of all bodies on one axis, some 111,000, and what an import changed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.model.ids import AgencyCode


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One body of an axis' catalogue, as the axis writes it; claimed by the axis."""

    code: AgencyCode
    #: The code in the older form (code102, oldCode); "" if none is told.
    old_code: AgencyCode = AgencyCode("")
    name: str = ""
    #: Code of the body above it, in whatever form.
    parent: AgencyCode = AgencyCode("")
    #: Further codes of the same body.
    aliases: tuple[AgencyCode, ...] = ()
    #: The axis' own word for its state ("active", "1"); "" if none is told.
    state: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row of a catalogue's file."""

    #: Counted from 1 without a header, as a person counts.
    number: int
    #: The code where there is one.
    code: str
    #: A word of a closed list: see `adapters.axis.catalogue`.
    reason: str
    #: The row was taken all the same, without what is wrong.
    taken: bool = False


@dataclass(frozen=True, slots=True)
class ListedBody:
    """One body as the journal knows it from an axis' catalogue."""

    row: CatalogueRow
    source: str
    first_seen: datetime
    last_seen: datetime
    #: When an import first came without it; None while it is listed.
    gone_at: datetime | None = None


class ChangeKind(StrEnum):
    """What an import did to one body."""

    ADDED = "added"
    CHANGED = "changed"
    GONE = "gone"
    #: Gone before, listed again.
    BACK = "back"


@dataclass(frozen=True, slots=True)
class RowChange:
    """One body that changed; `field`, `old` and `new` where a field did."""

    kind: ChangeKind
    code: AgencyCode
    name: str = ""
    field: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """What an import changed, or would have changed where it was not applied."""

    source: str
    at: datetime
    #: False: too much of what was listed is missing; nothing was written.
    applied: bool
    #: Bodies listed before, and bodies in the file.
    before: int
    rows: int
    added: int = 0
    #: Bodies, not fields: one with three new fields counts once.
    changed: int = 0
    gone: int = 0
    back: int = 0
    unchanged: int = 0
    #: Rows whose code an earlier row of the same file had already; not taken.
    repeated: int = 0
    #: The first of each kind; the journal's table has them all.
    listed: tuple[RowChange, ...] = ()
