"""Tables of the settings on what leaves for bodies elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from hub.model.ways import Way, Ways


class OutwardTable(BaseModel):
    """An entry of `outward:`: codes, and the source that brings documents to them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: `*` stands for any letters: "000.00.12.*", "*.H40", "*".
    codes: tuple[str, ...] = Field(min_length=1)
    by: str


def ways(
    tables: Sequence[OutwardTable],
    reach: Mapping[str, tuple[str, ...]],
    carriers: Sequence[str],
) -> Ways:
    """As the settings say; where they say nothing, the only carrier there is.

    `reach`: source -> the codes it can bring documents to.
    """
    if tables:
        known = (table for table in tables if reach.get(table.by))
        return Ways(tuple(Way(t.by, t.codes, reach[t.by]) for t in known))
    able = [name for name in carriers if reach.get(name)]
    if len(able) != 1:
        return Ways()
    return Ways((Way(able[0], within=reach[able[0]]),))


def problems(
    tables: Sequence[OutwardTable], reach: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """One sentence a problem."""
    for place, table in enumerate(tables):
        if table.by not in reach:
            yield f"outward.{place}.by: no source {table.by}"
        elif not reach[table.by]:
            yield f"outward.{place}.by: {table.by} brings nothing out of this hub"
