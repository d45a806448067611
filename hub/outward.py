"""Tables of the settings on what leaves for bodies elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from hub.model.ways import Way, Ways


class OutwardTable(BaseModel):
    """An entry of `outward:`: codes, and the source that brings documents to them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: `*` stands for any letters: "000.00.12.*", "*.H40", "*".
    codes: tuple[str, ...] = Field(min_length=1)
    by: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What one source can bring out of this hub."""

    #: The codes it brings documents to (`Way.within`); (): to nobody.
    codes: tuple[str, ...] = ()
    carrier: bool = False
    alone: bool = False


def ways(tables: Sequence[OutwardTable], reach: Mapping[str, Reach]) -> Ways:
    """As the settings say; where they say nothing, the only carrier there is.

    `reach`: by name of the source.
    """
    able = {name: one for name, one in reach.items() if one.codes}
    if tables:
        found = [_way(t.by, t.codes, able[t.by]) for t in tables if t.by in able]
        return Ways(tuple(found))
    carriers = [name for name, one in able.items() if one.carrier]
    if len(carriers) != 1:
        return Ways()
    return Ways((_way(carriers[0], ("*",), able[carriers[0]]),))


def _way(source: str, codes: tuple[str, ...], reach: Reach) -> Way:
    return Way(source, codes, reach.codes, reach.alone)


def problems(
    tables: Sequence[OutwardTable], reach: Mapping[str, Reach]
) -> Iterator[str]:
    """One sentence a problem."""
    for place, table in enumerate(tables):
        if table.by not in reach:
            yield f"outward.{place}.by: no source {table.by}"
        elif not reach[table.by].codes:
            yield f"outward.{place}.by: {table.by} brings nothing out of this hub"
