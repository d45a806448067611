"""`hub trace`: one document's timeline, and where each of its deliveries is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from hub.cli.say import FAILED, terminal
from hub.console.delivery_words import TITLES, cells
from hub.console.kin_words import marks
from hub.console.timeline import Line, lines, plain
from hub.journal.delivery_list import DeliveryList
from hub.journal.store import Store
from hub.model.deliveries import DeliveryLine, DeliveryWish
from hub.model.recalls import Lineage
from hub.model.records import Entry
from hub.parts import built
from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class Traced:
    """All that is known under one id."""

    entries: tuple[Entry, ...]
    deliveries: tuple[DeliveryLine, ...]
    #: What recalled, updated or replaced the documents, and what they did.
    kin: tuple[Lineage, ...] = ()


def add_to(app: typer.Typer) -> None:
    """Hang the command on the main one."""
    app.command()(trace)


def trace(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Mã lượt đến, DocumentId, khóa chống trùng… / Any id of it.",
        ),
    ],
) -> None:
    """Diễn biến của một văn bản. / One document's timeline."""
    found = terminal.run(_traced(terminal.settings(), wanted))
    if not found.entries:
        terminal.console.print(
            terminal.t("Không tìm thấy.", "Nothing found."), markup=False
        )
        raise typer.Exit(FAILED)
    _timeline(found.entries)
    for told in found.kin:
        for mark in marks(told, terminal.language):
            terminal.say(plain(mark))
    if found.deliveries:
        _deliveries(found.deliveries)


def _timeline(entries: Sequence[Entry]) -> None:
    table = terminal.table(
        ("#", "#"),
        ("Thời điểm", "Moment"),
        ("+ms", "+ms"),
        ("Việc", "Step"),
        ("Nội dung", "Detail"),
    )
    for column in table.columns[:3]:
        column.no_wrap = True
    for line in lines(entries, terminal.language):
        table.add_row(*_cells(line))
    terminal.show(table)


def _cells(line: Line) -> tuple[str, ...]:
    number = str(line.number or "…")
    return number, line.local, str(line.after_ms), line.title, line.detail


def _deliveries(found: Sequence[DeliveryLine]) -> None:
    table = terminal.table(*TITLES)
    for told in cells(found, terminal.language):
        table.add_row(*told.row())
    terminal.show("")
    terminal.show(table)


async def _traced(settings: Settings, wanted: str) -> Traced:
    async with built(settings) as parts:
        entries = await _entries_of(parts.store, wanted)
        where = DeliveryList(parts.store.database)
        documents = dict.fromkeys(e.document for e in entries if e.document)
        wishes = [DeliveryWish(document=key, limit=10_000) for key in documents]
        found = [line for wish in wishes for line in await where.lines(wish)]
        kin = await parts.store.queries.lineages(documents)
        return Traced(tuple(entries), tuple(found), tuple(kin.values()))


async def _entries_of(store: Store, wanted: str) -> Sequence[Entry]:
    """All entries about the arrivals and documents an id leads to."""
    queries = store.queries
    found = await queries.find(wanted)
    came = await queries.comings(found)
    lists = [await queries.entries_of(document=d) for d in found.documents]
    lists += [await queries.entries_of(arrival=a) for a in came]
    return list({entry.id: entry for entries in lists for entry in entries}.values())
