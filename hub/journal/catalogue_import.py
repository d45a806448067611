"""One import of an axis' catalogue: compared, then written in one transaction.

On SQLite whoever writes holds off all others, so everything that only reads is done
before; a mark tells whether another import came in between.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from secrets import token_hex
from typing import TypeVar

from sqlalchemy import (
    Connection,
    Executable,
    Select,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from hub.journal import catalogue_rows as rows
from hub.journal.catalogue_rows import Incoming
from hub.journal.catalogue_tables import (
    catalogue,
    catalogue_changes,
    catalogue_codes,
)
from hub.journal.databases import insert_if_new
from hub.journal.entries import append
from hub.journal.tables import marks
from hub.model.catalogue import CatalogueChange, CatalogueRow, ChangeKind, RowChange
from hub.model.ids import AgencyCode
from hub.model.records import Facts, NewEntry, Tag

T = TypeVar("T")

#: Rows of one statement: bounds what a driver holds at a time.
_AT_ONCE = 5_000
#: Codes of one query: SQLite takes 32,766 parameters, older ones 999.
_ASKED = 500
_MANY = 5_000
#: Of what was listed, so many percent must be in the file, or it was cut off.
LEAST_KEPT = 70
#: Changes of each kind that are told; the table has them all.
_TOLD = 50
_HERE = (catalogue.c.source == bindparam("_source")) & (
    catalogue.c.normal == bindparam("_normal")
)


@dataclass(frozen=True, slots=True)
class File:
    """What is to be imported, and on whose word."""

    source: str
    #: By normal code, in the order of the file.
    rows: Mapping[AgencyCode, Incoming]
    repeated: int
    at: datetime
    forced: bool
    actor: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a file is new, and what is no longer there."""

    #: The mark of the import before.
    mark: str
    before: int
    added: Sequence[Incoming]
    #: Listed with another digest; those that were gone are in `back`, too.
    changed: Sequence[Incoming]
    back: Sequence[Incoming]
    gone: Sequence[AgencyCode]
    #: Those of `changed` that have other further codes now.
    recoded: list[Incoming] = field(default_factory=list)
    told: list[RowChange] = field(default_factory=list)


def plan(connection: Connection, file: File) -> Plan:
    """Compare a file with what is listed; reads only, nobody waits for it."""
    columns = (catalogue.c.normal, catalogue.c.digest, catalogue.c.gone_at)
    query = select(*columns).where(catalogue.c.source == file.source)
    known = {row.normal: row for row in connection.execute(query)}
    present = [n for n, row in known.items() if row.gone_at is None]
    here = {n: one for n, one in file.rows.items() if n in known}
    mark = select(marks.c.value).where(marks.c.name == _mark_of(file.source))
    made = Plan(
        mark=connection.execute(mark).scalar_one_or_none() or "",
        before=len(present),
        added=[one for n, one in file.rows.items() if n not in known],
        changed=[one for n, one in here.items() if one.digest != known[n].digest],
        back=[one for n, one in here.items() if known[n].gone_at is not None],
        gone=[n for n in present if n not in file.rows],
    )
    made.told.extend(_changes(connection, file, made))
    return made


def take(connection: Connection, file: File, made: Plan) -> CatalogueChange | None:
    """Import a file, or refuse it where too much is missing; an entry says which.

    None: another import came in between, compare again.
    """
    is_whole = len(made.gone) * 100 <= made.before * (100 - LEAST_KEPT)
    applied = bool(file.rows) and (is_whole or file.forced)
    if applied:
        if not _is_next(connection, file, made):
            return None
        _write(connection, file, made)
    result = _result(file, made, applied=applied)
    append(connection, [_entry(file, result)])
    return result


def _is_next(connection: Connection, file: File, made: Plan) -> bool:
    """Whether nothing was imported since the plan; holds others off until the end."""
    name = _mark_of(file.source)
    insert_if_new(connection, marks, {"name": name, "value": ""})
    unchanged = (marks.c.name == name) & (marks.c.value == made.mark)
    mine = update(marks).where(unchanged).values(value=token_hex(16))
    return connection.execute(mine).rowcount == 1


def _mark_of(source: str) -> str:
    return f"catalogue:{source}"


def _changes(connection: Connection, file: File, made: Plan) -> Iterator[RowChange]:
    """Every change; a first import is no news of each of its 111,000 bodies."""
    if made.before or made.back:
        yield from (_told(ChangeKind.ADDED, one.row) for one in made.added)
    yield from (_told(ChangeKind.BACK, one.row) for one in made.back)
    before = _rows(connection, file.source, made)
    yield from (_told(ChangeKind.GONE, before[code]) for code in made.gone)
    for one in made.changed:
        yield from rows.differences(before[one.normal], one.row)
        if not rows.same_codes(before[one.normal], one.row):
            made.recoded.append(one)


def _told(kind: ChangeKind, row: CatalogueRow) -> RowChange:
    return RowChange(kind, row.code, row.name)


def _rows(
    connection: Connection, source: str, made: Plan
) -> dict[AgencyCode, CatalogueRow]:
    """The rows as they were of all that changed or went."""
    wanted = {*made.gone, *(one.normal for one in made.changed)}
    query = select(catalogue).where(catalogue.c.source == source)
    if len(wanted) > _MANY:  # reading all of them is quicker than asking for each
        batches: Iterable[Select[*tuple[object, ...]]] = [query]
    else:
        named = _batches(sorted(wanted), _ASKED)
        batches = (query.where(catalogue.c.normal.in_(codes)) for codes in named)
    return {
        row["normal"]: rows.row_of(row)
        for each in batches
        for row in connection.execute(each).mappings()
        if row["normal"] in wanted
    }


def _write(connection: Connection, file: File, made: Plan) -> None:
    at, source = file.at, file.source
    own = {"source": source, "first_seen": at, "last_seen": at, "gone_at": None}
    added = (rows.values(one) | own for one in made.added)
    _run(connection, insert(catalogue), added)
    new = (_key(source, one.normal) | rows.values(one) for one in made.changed)
    _run(connection, update(catalogue).where(_HERE), new)
    _recode(connection, source, made.recoded)
    _run(connection, insert(catalogue_codes), _codes(source, made.added))
    _mark(connection, source, made.gone, at)
    _mark(connection, source, [one.normal for one in made.back], None)
    told = (rows.change_values(change, source, at) for change in made.told)
    _run(connection, insert(catalogue_changes), told)
    listed = (catalogue.c.source == source) & catalogue.c.gone_at.is_(None)
    connection.execute(update(catalogue).where(listed).values(last_seen=at))


def _recode(connection: Connection, source: str, changed: Sequence[Incoming]) -> None:
    ours = catalogue_codes.c.source == source
    for batch in _batches([one.normal for one in changed], _ASKED):
        named = catalogue_codes.c.normal.in_(batch)
        connection.execute(delete(catalogue_codes).where(ours, named))
    _run(connection, insert(catalogue_codes), _codes(source, changed))


def _mark(
    connection: Connection,
    source: str,
    codes: Iterable[AgencyCode],
    gone_at: datetime | None,
) -> None:
    keys = (_key(source, code) | {"gone_at": gone_at} for code in codes)
    _run(connection, update(catalogue).where(_HERE), keys)


def _key(source: str, code: AgencyCode) -> dict[str, object]:
    return {"_source": source, "_normal": code}


def _codes(source: str, ones: Iterable[Incoming]) -> Iterator[dict[str, object]]:
    for one in ones:
        for code in rows.further_codes(one.row):
            yield {"form": code, "source": source, "normal": one.normal}


def _run(
    connection: Connection,
    statement: Executable,
    parameters: Iterable[dict[str, object]],
) -> None:
    for batch in _batches(parameters, _AT_ONCE):
        connection.execute(statement, batch)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def _result(file: File, made: Plan, *, applied: bool) -> CatalogueChange:
    back = {one.normal for one in made.back}
    changed = sum(one.normal not in back for one in made.changed)
    touched = len(made.added) + changed + len(back)
    return CatalogueChange(
        source=file.source,
        at=file.at,
        applied=applied,
        before=made.before,
        rows=len(file.rows),
        added=len(made.added),
        changed=changed,
        gone=len(made.gone),
        back=len(back),
        unchanged=len(file.rows) - touched,
        repeated=file.repeated,
        listed=tuple(_first(made.told)),
    )


def _first(changes: Iterable[RowChange]) -> Iterator[RowChange]:
    """The first of each kind."""
    met: Counter[ChangeKind] = Counter()
    for change in changes:
        met[change.kind] += 1
        if met[change.kind] <= _TOLD:
            yield change


def _entry(file: File, result: CatalogueChange) -> NewEntry:
    counts = ("before", "rows", "added", "changed", "gone", "back", "unchanged")
    facts: Facts = {
        **file.facts,
        **{name: getattr(result, name) for name in counts},
        "source": file.source,
        "repeated": file.repeated,
        "forced": file.forced,
    }
    tag = Tag.CATALOGUE_IMPORTED if result.applied else Tag.CATALOGUE_REFUSED
    return NewEntry(tag, file.at, actor=file.actor, facts=facts)
