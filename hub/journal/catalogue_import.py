"""One import of an axis' catalogue, in one transaction: compared, written, told."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import (
    Connection,
    Executable,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from hub.journal import catalogue_rows as rows
from hub.journal.catalogue_rows import Incoming
from hub.journal.databases import insert_if_new
from hub.journal.entries import append
from hub.journal.tables import catalogue, catalogue_changes, catalogue_codes, marks
from hub.model.catalogue import CatalogueChange, CatalogueRow, ChangeKind, RowChange
from hub.model.ids import AgencyCode
from hub.model.records import Facts, NewEntry, Tag

T = TypeVar("T")

#: Rows of one statement: bounds what a driver holds at a time.
_AT_ONCE = 5_000
#: Codes of one query: SQLite takes 32,766 parameters, older ones 999.
_ASKED = 500
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
class _Plan:
    """What of a file is new, and what is no longer there."""

    before: int
    added: Sequence[Incoming]
    #: Listed with another digest; those that were gone are in `back`, too.
    changed: Sequence[Incoming]
    back: Sequence[Incoming]
    gone: Sequence[AgencyCode]
    told: list[RowChange] = field(default_factory=list)


def take(connection: Connection, file: File) -> CatalogueChange:
    """Import a file, or refuse it where too much is missing; an entry says which."""
    _wait_for_others(connection, file.source)
    plan = _plan(connection, file)
    is_whole = len(plan.gone) * 100 <= plan.before * (100 - LEAST_KEPT)
    applied = bool(file.rows) and (is_whole or file.forced)
    plan.told.extend(_changes(connection, file, plan))
    if applied:
        _write(connection, file, plan)
    result = _result(file, plan, applied=applied)
    append(connection, [_entry(file, result)])
    return result


def _wait_for_others(connection: Connection, source: str) -> None:
    """Lock a row of this source, so that two imports come one after the other."""
    name = f"catalogue:{source}"
    insert_if_new(connection, marks, {"name": name, "value": ""})
    connection.execute(update(marks).where(marks.c.name == name).values(value=""))


def _plan(connection: Connection, file: File) -> _Plan:
    columns = (catalogue.c.normal, catalogue.c.digest, catalogue.c.gone_at)
    query = select(*columns).where(catalogue.c.source == file.source)
    known = {row.normal: row for row in connection.execute(query)}
    present = [n for n, row in known.items() if row.gone_at is None]
    here = {n: one for n, one in file.rows.items() if n in known}
    return _Plan(
        before=len(present),
        added=[one for n, one in file.rows.items() if n not in known],
        changed=[one for n, one in here.items() if one.digest != known[n].digest],
        back=[one for n, one in here.items() if known[n].gone_at is not None],
        gone=[n for n in present if n not in file.rows],
    )


def _changes(connection: Connection, file: File, plan: _Plan) -> Iterator[RowChange]:
    """Every change; a first import is no news of each of its 111,000 bodies."""
    if plan.before or plan.back:
        yield from (_told(ChangeKind.ADDED, one.row) for one in plan.added)
    yield from (_told(ChangeKind.BACK, one.row) for one in plan.back)
    for batch in _batches(plan.gone, _ASKED):
        for old in _rows(connection, file.source, batch).values():
            yield _told(ChangeKind.GONE, old)
    for ones in _batches(plan.changed, _ASKED):
        before = _rows(connection, file.source, [one.normal for one in ones])
        for one in ones:
            yield from rows.differences(before[one.normal], one.row)


def _told(kind: ChangeKind, row: CatalogueRow) -> RowChange:
    return RowChange(kind, row.code, row.name)


def _rows(
    connection: Connection, source: str, codes: Sequence[AgencyCode]
) -> dict[AgencyCode, CatalogueRow]:
    here = (catalogue.c.source == source) & catalogue.c.normal.in_(codes)
    query = select(catalogue).where(here).order_by(catalogue.c.normal)
    found = connection.execute(query).mappings()
    return {row["normal"]: rows.row_of(row) for row in found}


def _write(connection: Connection, file: File, plan: _Plan) -> None:
    at, source = file.at, file.source
    own = {"source": source, "first_seen": at, "last_seen": at, "gone_at": None}
    added = (rows.values(one) | own for one in plan.added)
    _run(connection, insert(catalogue), added)
    _rewrite(connection, source, plan.changed)
    _run(connection, insert(catalogue_codes), _codes(source, plan.added))
    _mark(connection, source, plan.gone, at)
    _mark(connection, source, [one.normal for one in plan.back], None)
    told = (rows.change_values(change, source, at) for change in plan.told)
    _run(connection, insert(catalogue_changes), told)
    listed = (catalogue.c.source == source) & catalogue.c.gone_at.is_(None)
    connection.execute(update(catalogue).where(listed).values(last_seen=at))


def _rewrite(connection: Connection, source: str, changed: Sequence[Incoming]) -> None:
    told = update(catalogue).where(_HERE)
    new = (_key(source, one.normal) | rows.values(one) for one in changed)
    _run(connection, told, new)
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


def _result(file: File, plan: _Plan, *, applied: bool) -> CatalogueChange:
    back = {one.normal for one in plan.back}
    changed = sum(one.normal not in back for one in plan.changed)
    touched = len(plan.added) + changed + len(back)
    return CatalogueChange(
        source=file.source,
        at=file.at,
        applied=applied,
        before=plan.before,
        rows=len(file.rows),
        added=len(plan.added),
        changed=changed,
        gone=len(plan.gone),
        back=len(back),
        unchanged=len(file.rows) - touched,
        repeated=file.repeated,
        listed=tuple(_first(plan.told)),
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
