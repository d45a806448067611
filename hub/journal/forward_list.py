"""Forwards listed by source, body and state; never the name of a secret document."""

from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, case, select, true

from hub.journal.databases import Database
from hub.journal.rows import value
from hub.journal.tables import documents, forwards, outbox
from hub.model.forwarded import ForwardLine, ForwardWish


def _unless_secret(column: ColumnElement[str]) -> ColumnElement[str]:
    return case((documents.c.secret, ""), else_=column).label(column.name)


_LINES = (
    select(
        forwards.c.outbox.label("id"),
        forwards.c.document,
        _unless_secret(documents.c.document_id),
        _unless_secret(documents.c.notation),
        documents.c.sender,
        forwards.c.agency,
        forwards.c.source,
        forwards.c.state,
        forwards.c.planned_at,
        forwards.c.sent_at,
        forwards.c.remote,
        outbox.c.attempts,
    )
    .join(documents, documents.c.key == forwards.c.document)
    .join(outbox, outbox.c.id == forwards.c.outbox)
)


class ForwardList:
    """What leaves for bodies elsewhere, as an operator asks for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(self, wish: ForwardWish) -> list[ForwardLine]:
        """The latest first."""
        return await self._database.read(partial(_lines, wish=wish))


def _lines(connection: Connection, wish: ForwardWish) -> list[ForwardLine]:
    latest = (forwards.c.planned_at.desc(), forwards.c.id)
    query = _LINES.where(_asked(wish)).order_by(*latest).limit(wish.limit)
    return [value(ForwardLine, row) for row in connection.execute(query).mappings()]


def _asked(wish: ForwardWish) -> ColumnElement[bool]:
    columns = forwards.c
    return and_(
        columns.source == wish.source if wish.source else true(),
        columns.agency == wish.agency if wish.agency else true(),
        columns.state.in_(wish.states) if wish.states else true(),
        columns.document.in_(wish.documents) if wish.documents else true(),
    )
