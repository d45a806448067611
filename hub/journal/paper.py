"""The paper desk's part of the journal: tasks as lists show them, and their steps."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    func,
    or_,
    select,
    true,
)

from hub.journal.databases import Database
from hub.journal.entries import append
from hub.journal.paper_rows import PAPER_TAGS, paper_told
from hub.journal.rows import value
from hub.journal.tables import documents, paper_tasks
from hub.model.ids import AgencyCode, ArrivalId, DocumentKey
from hub.model.paper import (
    STEPS,
    UNDER_WAY,
    PaperRow,
    PaperState,
    PaperStep,
)
from hub.model.records import Facts, NewEntry

_HUB = "hub"
_ROWS = select(
    *paper_tasks.columns,
    *(
        func.coalesce(documents.c[name], "").label(name)
        for name in ("sender", "document_id", "notation", "type", "headline")
    ),
).outerjoin(documents, documents.c.key == paper_tasks.c.document)


class Paper:
    """Tasks and steps; each step is one entry in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tasks(
        self, *, under_way: bool = True, since: datetime | None = None
    ) -> list[PaperRow]:
        """Tasks, oldest first; `since`: opened then or later."""
        wanted: list[ColumnElement[bool]] = [true()]
        if under_way:
            wanted.append(paper_tasks.c.state.in_(sorted(UNDER_WAY)))
        if since is not None:
            wanted.append(paper_tasks.c.opened_at >= since)
        return await self._rows(_ROWS.where(and_(*wanted)))

    async def find(self, text: str) -> list[PaperRow]:
        """By its id, or the beginning of one (six characters at least).

        Or by what its document is called: the number on it, DocumentId, key.
        """
        named = or_(
            documents.c.notation == text,
            documents.c.document_id == text,
            documents.c.key == text,
        )
        if len(text) >= _SHORTEST:
            named |= paper_tasks.c.id.startswith(text, autoescape=True)
        return await self._rows(_ROWS.where(named)) if text else []

    async def step(self, step: PaperStep) -> PaperState | None:
        """Take a step; the state the task was in, or None: there is no such task.

        A step that the task's state does not allow (`STEPS`) changes nothing: it is
        told by the state that is answered.
        """
        return await self._database.write(partial(_step, step=step))

    async def _rows(self, query: Select[*tuple[object, ...]]) -> list[PaperRow]:
        ordered = query.order_by(paper_tasks.c.opened_at, paper_tasks.c.id)
        return await self._database.read(
            lambda c: [value(PaperRow, row) for row in c.execute(ordered).mappings()]
        )


#: Characters of an id that name it.
_SHORTEST = 6


def _step(connection: Connection, step: PaperStep) -> PaperState | None:
    query = select(paper_tasks).where(paper_tasks.c.id == step.task)
    row = connection.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        return None
    before = PaperState(row["state"])
    if before in STEPS[step.state]:
        _write(connection, row, step, row["arrival"])
    return before


def recall_paper(
    connection: Connection,
    keys: Collection[DocumentKey],
    by: ArrivalId,
    at: datetime,
    agencies: Collection[AgencyCode] | None = None,
) -> int:
    """Close what is under way for recalled documents; how many tasks that is.

    `by`: the arrival that recalls; `agencies`: only theirs (an update takes receivers
    off), None: everybody's. Part of the transaction that concludes the recall.
    """
    wanted = and_(
        paper_tasks.c.document.in_(sorted(keys)),
        paper_tasks.c.state.in_(sorted(UNDER_WAY)),
        true() if agencies is None else paper_tasks.c.agency.in_(sorted(agencies)),
    )
    query = select(paper_tasks).where(wanted).order_by(paper_tasks.c.id)
    rows = connection.execute(query.with_for_update()).mappings().all()
    for row in rows:
        step = PaperStep(row["id"], PaperState.RECALLED, at, _HUB)
        _write(connection, row, step, by)
    return len(rows)


def _write(
    connection: Connection, row: RowMapping, step: PaperStep, arrival: ArrivalId | None
) -> None:
    facts: Facts = {"task": row["id"], "before": row["state"]}
    if step.state is PaperState.SENT:
        facts["post_number"] = step.post_number
    entry = NewEntry(
        PAPER_TAGS[step.state],
        step.at,
        arrival,
        row["document"],
        row["agency"],
        actor=step.actor,
        facts=facts,
        particulars={"note": step.note} if step.note else None,
    )
    append(connection, [entry])
    paper_told(connection, entry.tag, step.at, facts)
