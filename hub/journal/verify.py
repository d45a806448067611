"""Proves that nothing recorded was changed: chain, particulars, kept bytes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest
from hmac import compare_digest
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, Table, exists, func, select

from hub.journal.entries import (
    BEGINNING,
    AnyRow,
    chained,
    facts_of,
    fingerprint,
)
from hub.journal.store import Store
from hub.journal.tables import (
    arrivals,
    deliveries,
    entries,
    outbox,
    particulars,
    seals,
    unsealed,
)
from hub.model.ids import Digest
from hub.model.records import Tag
from hub.ports import Evidence

_NOTHING: Mapping[Digest, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what was wrong, in words."""

    entries: int
    sealed: int
    #: Particulars that are there and match / that were erased.
    particulars: int
    erased: int
    evidence: int
    #: Arrivals whose bytes retention erased.
    let_go: int
    #: The last digest of the chain, to compare with one kept elsewhere.
    head: Digest
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong."""
        return not self.problems


class _Walk:
    """Goes once over entries, seals and particulars and remembers what it saw."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.problems: list[str] = []
        self.entries = self.sealed = self.kept = self.erased = 0
        self.head = BEGINNING
        self.told_erased = _told_erased(connection)

    def chain(self) -> None:
        """Numbers without gaps, each digest made of the one before and its entry."""
        query = (
            select(seals.c.number, seals.c.digest, *entries.columns)
            .outerjoin(entries, entries.c.id == seals.c.entry)
            .order_by(seals.c.number)
        )
        for row in self.connection.execute(query):
            self.sealed += 1
            if row.number != self.sealed:
                self.problems.append(f"seal {self.sealed} is missing")
                self.sealed = row.number
            self._link(row)

    def _link(self, row: AnyRow) -> None:
        if row.id is None:
            self.problems.append(f"the entry of seal {row.number} is missing")
        elif not compare_digest(chained(self.head, row), row.digest):
            self.problems.append(f"entry {row.id} is not what seal {row.number} says")
        # Each link is tried on its own: one change is one problem, not thousands.
        self.head = Digest(row.digest)

    def loose(self) -> None:
        """Every entry is sealed or waits for the sealer."""
        query = (
            select(entries.c.id)
            .outerjoin(seals, seals.c.entry == entries.c.id)
            .outerjoin(unsealed, unsealed.c.entry == entries.c.id)
            .where(seals.c.number.is_(None), unsealed.c.entry.is_(None))
        )
        for entry in self.connection.execute(query).scalars():
            self.problems.append(f"entry {entry} is outside the chain")

    def personal(self) -> None:
        """Particulars are what the entry's HMAC says, or erased."""
        query = (
            select(
                entries.c.id,
                entries.c.particulars,
                entries.c.hmac,
                particulars.c.key,
                particulars.c.content,
            )
            .outerjoin(particulars, particulars.c.id == entries.c.particulars)
            .order_by(entries.c.id)
        )
        for row in self.connection.execute(query):
            self.entries += 1
            if row.particulars is not None:
                self._fingerprint(row)

    def _fingerprint(self, row: AnyRow) -> None:
        if row.key is None:
            self.erased += 1
            if row.id not in self.told_erased:
                self.problems.append(
                    f"the particulars of entry {row.id} are gone and no entry says so"
                )
        elif compare_digest(fingerprint(row.key, row.content), row.hmac):
            self.kept += 1
        else:
            self.problems.append(f"the particulars of entry {row.id} were changed")


def _told_erased(connection: Connection) -> frozenset[int]:
    """Entries whose particulars an erasing entry names."""
    tag = entries.c.tag == Tag.PARTICULARS_ERASED
    facts = connection.execute(select(entries.c.facts).where(tag)).scalars()
    return frozenset(int(e) for text in facts for e in facts_of(text)["entries"])


def _walk(connection: Connection) -> _Walk:
    walk = _Walk(connection)
    walk.chain()
    walk.loose()
    walk.personal()
    return walk


#: Condition: retention let the bytes of an arrival go.
_let_go = arrivals.c.erased_at.is_not(None)


def _kept_for(table: Table) -> ColumnElement[bool]:
    """Condition: a row belongs to no arrival whose bytes were let go."""
    return ~exists().where(arrivals.c.id == table.c.arrival, _let_go)


def _gone(connection: Connection) -> int:
    query = select(func.count()).select_from(arrivals).where(_let_go)
    return connection.execute(query).scalar_one()


def named(connection: Connection) -> dict[Digest, str]:
    """Digest -> who needs the bytes."""
    came = select(arrivals.c.digest, arrivals.c.id).where(~_let_go)
    went = select(deliveries.c.body, deliveries.c.id).where(_kept_for(deliveries))
    left = select(outbox.c.body, outbox.c.id).where(_kept_for(outbox))
    owners = {d: f"delivery {i}" for d, i in connection.execute(went) if d}
    owners |= {d: f"outbox row {i}" for d, i in connection.execute(left) if d}
    return owners | {d: f"arrival {i}" for d, i in connection.execute(came)}


def _digest_at(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


async def _bytes_problems(evidence: Evidence, owners: dict[Digest, str]) -> list[str]:
    problems = []
    for digest, owner in owners.items():
        try:
            found = await asyncio.to_thread(_digest_at, evidence.path(digest))
        except (OSError, KeyError):
            problems.append(f"the bytes of {owner} are not in the evidence")
            continue
        if found != digest:
            problems.append(f"the bytes of {owner} were changed")
    return problems


async def verify(
    store: Store, evidence: Evidence, further: Mapping[Digest, str] = _NOTHING
) -> Report:
    """Look at everything; what is wrong stands in the report, in words.

    `further`: digest -> who else needs the bytes (what verdicts were made of). Who can
    rewrite the whole chain is seen only by comparing `head` with one kept elsewhere.
    """
    walk = await store.database.read(_walk)
    gone = await store.database.read(_gone)
    owners = {**further, **await store.database.read(named)}
    missing = await _bytes_problems(evidence, owners)
    return Report(
        entries=walk.entries,
        sealed=walk.sealed,
        particulars=walk.kept,
        erased=walk.erased,
        evidence=len(owners),
        let_go=gone,
        head=walk.head,
        problems=(*walk.problems, *missing),
    )
