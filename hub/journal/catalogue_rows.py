"""Rows of the axis' catalogue to columns and back, and what differs between two."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec
from sqlalchemy import RowMapping

from hub.journal.entries import canonical
from hub.model.catalogue import CatalogueRow, ChangeKind, ListedBody, RowChange
from hub.model.codes import names_somebody
from hub.model.ids import AgencyCode, Digest, digest_of, normal_code

#: What of a row is compared, one by one.
FIELDS = tuple(CatalogueRow.__slots__)
#: No name of an office is longer; what the axis writes is somebody else's text.
_LONGEST = 1_000
_STROKE = str.maketrans({"đ": "d", "ð": "d"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One row of a file with its key and its digest."""

    row: CatalogueRow
    normal: AgencyCode
    digest: Digest


def incoming(row: CatalogueRow) -> Incoming:
    """A row made ready to be compared; texts beyond any name are cut."""
    if len(row.name) > _LONGEST:
        row = replace(row, name=row.name[:_LONGEST])
    digest = digest_of(canonical(row).encode())
    return Incoming(row, normal_code(row.code), digest)


def values(one: Incoming) -> dict[str, object]:
    """The columns that the axis tells, with the key's `normal`."""
    row = one.row
    return {
        "normal": one.normal,
        "code": row.code,
        "old_code": row.old_code,
        "name": row.name,
        "parent": row.parent,
        "aliases": canonical(row.aliases),
        "state": row.state,
        "valid_from": _day(row.valid_from),
        "valid_until": _day(row.valid_until),
        "folded": folded(row.name),
        "digest": one.digest,
    }


def row_of(columns: RowMapping) -> CatalogueRow:
    """The row as the axis wrote it."""
    return CatalogueRow(
        code=columns["code"],
        old_code=columns["old_code"],
        name=columns["name"],
        parent=columns["parent"],
        aliases=msgspec.json.decode(columns["aliases"], type=tuple[AgencyCode, ...]),
        state=columns["state"],
        valid_from=_read_day(columns["valid_from"]),
        valid_until=_read_day(columns["valid_until"]),
    )


def body_of(columns: RowMapping) -> ListedBody:
    """One body with its moments."""
    return ListedBody(
        row=row_of(columns),
        source=columns["source"],
        first_seen=columns["first_seen"],
        last_seen=columns["last_seen"],
        gone_at=columns["gone_at"],
    )


def further_codes(row: CatalogueRow) -> Iterator[AgencyCode]:
    """Its other codes, normalised, each once."""
    own = normal_code(row.code)
    others = (normal_code(c) for c in (row.old_code, *row.aliases) if names_somebody(c))
    return (code for code in dict.fromkeys(others) if code != own)


def same_codes(one: CatalogueRow, other: CatalogueRow) -> bool:
    """Whether both have the same further codes."""
    return {*further_codes(one)} == {*further_codes(other)}


def differences(old: CatalogueRow, new: CatalogueRow) -> Iterator[RowChange]:
    """Every field that changed."""
    for name in FIELDS:
        was, is_now = _shown(getattr(old, name)), _shown(getattr(new, name))
        if was != is_now:
            yield RowChange(ChangeKind.CHANGED, new.code, new.name, name, was, is_now)


def change_values(change: RowChange, source: str, at: datetime) -> dict[str, object]:
    """The columns of the table of changes."""
    return {
        "source": source,
        "moment": at,
        "kind": change.kind,
        "normal": normal_code(change.code),
        "name": change.name,
        "field": change.field,
        "old": change.old,
        "new": change.new,
    }


def folded(text: str) -> str:
    """Lower case without marks: what people type when they search."""
    lower = unicodedata.normalize("NFKD", text.casefold().translate(_STROKE))
    return " ".join("".join(c for c in lower if not unicodedata.combining(c)).split())


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return _day(value) if isinstance(value, date) or value is None else str(value)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _read_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
