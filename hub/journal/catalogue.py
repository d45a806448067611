"""The catalogues of the axes: imports that say what changed, and look-ups."""

from collections.abc import AsyncIterable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, RowMapping, and_, or_, select

from hub.journal.catalogue_import import File, plan, take
from hub.journal.catalogue_rows import Incoming, body_of, folded, incoming
from hub.journal.catalogue_tables import catalogue, catalogue_codes
from hub.journal.databases import Database
from hub.model.catalogue import CatalogueChange, CatalogueRow, ListedBody
from hub.model.codes import names_somebody
from hub.model.ids import AgencyCode, Digest, normal_code

#: Codes of one query.
_ASKED = 500


@dataclass(frozen=True, slots=True)
class Word:
    """On whose word an import is done."""

    actor: str = "hub"
    #: Take it although it lacks much of what was listed. An empty one never is.
    force: bool = False
    #: The file's bytes in the evidence store; "" where there are none.
    file: Digest = Digest("")


@dataclass(slots=True)
class _Rows:
    """Rows as they come, the first of each code."""

    by_code: dict[AgencyCode, Incoming] = field(default_factory=dict)
    repeated: int = 0

    def add(self, row: CatalogueRow) -> None:
        one = incoming(row)
        if not names_somebody(one.normal):
            return
        if one.normal in self.by_code:
            self.repeated += 1
        else:
            self.by_code[one.normal] = one


class SqlCatalogue:
    """All bodies of each axis, as its catalogue has them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def import_rows(
        self,
        source: str,
        rows: AsyncIterable[CatalogueRow] | Iterable[CatalogueRow],
        at: datetime,
        word: Word = Word(),
    ) -> CatalogueChange:
        """Take a whole catalogue, in one transaction, and say what changed.

        What is no longer listed is marked gone, never deleted. Where more than 30 % of
        what was listed would go, nothing is written unless forced: a download that was
        cut off must not empty the catalogue. `CatalogueChange.applied` tells.
        """
        taken = _Rows()
        if isinstance(rows, AsyncIterable):
            async for row in rows:
                taken.add(row)
        else:
            for row in rows:
                taken.add(row)
        file = File(
            source=source,
            rows=taken.by_code,
            repeated=taken.repeated,
            at=at,
            forced=word.force,
            actor=word.actor,
            facts={"file": word.file},
        )
        while True:
            made = await self._database.read(partial(plan, file=file))
            work = partial(take, file=file, made=made)
            if change := await self._database.write(work):
                return change

    async def find(
        self, codes: Sequence[AgencyCode]
    ) -> Mapping[AgencyCode, ListedBody]:
        """The bodies behind codes as written, by own code, older one or alias.

        A listed body comes before one that is gone, then an own code before another
        body's alias, a fresher catalogue before an older one. A code that then still
        names two bodies is left out, as are those nobody has.
        """
        wanted = {code: normal_code(code) for code in codes if names_somebody(code)}
        asked = [*dict.fromkeys(wanted.values())]
        found = await self._database.read(partial(_find, asked=asked))
        return {code: found[n] for code, n in wanted.items() if n in found}

    async def search(self, text: str, limit: int = 50) -> list[ListedBody]:
        """Bodies whose code begins so or whose name has all these words, listed first.

        Marks and capitals do not count.
        """
        return await self._database.read(partial(_search, text=text, limit=limit))


def _find(
    connection: Connection, asked: Sequence[AgencyCode]
) -> dict[AgencyCode, ListedBody]:
    candidates: dict[AgencyCode, list[tuple[int, ListedBody]]] = {}
    for start in range(0, len(asked), _ASKED):
        for form, is_alias, row in _named(connection, asked[start : start + _ASKED]):
            candidates.setdefault(form, []).append((is_alias, body_of(row)))
    best = {form: _best(bodies) for form, bodies in candidates.items()}
    return {form: body for form, body in best.items() if body is not None}


def _named(
    connection: Connection, codes: Sequence[AgencyCode]
) -> Iterator[tuple[AgencyCode, int, RowMapping]]:
    own = select(catalogue).where(catalogue.c.normal.in_(codes))
    for row in connection.execute(own).mappings():
        yield row["normal"], 0, row
    same = and_(
        catalogue_codes.c.source == catalogue.c.source,
        catalogue_codes.c.normal == catalogue.c.normal,
    )
    other = select(catalogue, catalogue_codes.c.form).join(catalogue_codes, same)
    for row in connection.execute(
        other.where(catalogue_codes.c.form.in_(codes))
    ).mappings():
        yield row["form"], 1, row


def _best(bodies: Sequence[tuple[int, ListedBody]]) -> ListedBody | None:
    def rank(candidate: tuple[int, ListedBody]) -> tuple[bool, int, float]:
        is_alias, body = candidate
        return body.gone_at is not None, is_alias, -body.last_seen.timestamp()

    ordered = sorted(bodies, key=rank)
    first = ordered[0]
    ties = [body for body in ordered if rank(body) == rank(first)]
    codes = {normal_code(body.row.code) for _, body in ties}
    return first[1] if len(codes) == 1 else None


def _search(connection: Connection, text: str, limit: int) -> list[ListedBody]:
    code = catalogue.c.normal.startswith(normal_code(text), autoescape=True)
    words = folded(text).split()
    named = and_(*(catalogue.c.folded.contains(w, autoescape=True) for w in words))
    query = (
        select(catalogue)
        .where(or_(code, named) if words else code)
        .order_by(catalogue.c.gone_at.is_not(None), catalogue.c.normal)
        .limit(limit)
    )
    return [body_of(row) for row in connection.execute(query).mappings()]
