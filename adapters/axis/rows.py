"""Lines of an axis' lists into our words; a line that cannot be read is counted."""

from datetime import date, datetime, time

from adapters.axis.catalogue import body_of
from adapters.axis.connector import Listed, MessageType, Page
from adapters.axis.replies import Told, is_id, spoken
from hub.edxml.dates import VIETNAM, read_moment
from hub.errors import SourceUnavailable
from hub.model.catalogue import CatalogueRow

_LISTS = ("data", "result", "items", "rows")


def page_of(told: Told, kind: MessageType, day: date | None = None) -> tuple[Page, int]:
    """A page without its `next`, and how many lines it had.

    Lines without a moment are of `day`, where the list was of one day. Raises
    SourceUnavailable where there is no list at all.
    """
    lines = _lines(told)
    noon = datetime.combine(day, time(12), VIETNAM) if day else None
    found = [_listed(line, kind, noon) for line in lines]
    rows = tuple(row for row in found if row is not None)
    mine = tuple(row for row in rows if row.kind is kind)
    return Page(mine, unread=len(found) - len(rows)), len(lines)


def catalogue_rows(told: Told) -> tuple[tuple[CatalogueRow, ...], int]:
    """The bodies of one page that have a code, and how many lines it had."""
    lines = _lines(told)
    found = (each for line in lines for each in body_of(line.fields))
    return tuple(r for r in found if isinstance(r, CatalogueRow)), len(lines)


def _lines(told: Told) -> list[Told]:
    rows = told.rows(*_LISTS)
    if rows is None and (told.has("count", "total") or told.text("errorCode") == "0"):
        return []  # `data: null` where there is nothing
    if rows is None:
        raise SourceUnavailable("a reply without a list")
    return rows


def _listed(line: Told, kind: MessageType, otherwise: datetime | None) -> Listed | None:
    doc_id = line.text("docId", "id")
    if not is_id(doc_id):
        return None
    moment, _ = read_moment(line.text("created_time", "createdTime", "createdAt"))
    return Listed(
        doc_id=doc_id,
        kind=_kind(line.text("messageType"), kind),
        state=spoken(line.text("status"), 40).lower(),
        sender=spoken(line.text("from")),
        receiver=spoken(line.text("to")),
        created_at=moment or otherwise,
    )


def _kind(text: str, asked: MessageType) -> MessageType:
    """Lines of the other kind are left to the list that asks for them."""
    low = text.lower()
    return MessageType(low) if low in set(MessageType) else asked
