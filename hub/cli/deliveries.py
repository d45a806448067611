"""`hub deliveries list | agencies`: where each delivery is, and since when."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

import typer

from hub.cli.say import AsJson, terminal
from hub.console.delivery_words import STATES, TITLES, cells, local, values
from hub.console.timeline import plain
from hub.console.words import say
from hub.journal.delivery_list import DeliveryList
from hub.model.agencies import Takes
from hub.model.deliveries import (
    AgencyCount,
    DeliveryLine,
    DeliveryState,
    DeliveryWish,
)
from hub.parts import built
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="Lượt chuyển: đã đến, đã lấy, đã xác nhận. / Where deliveries are.",
)

_AGE = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@app.command(name="list")
def list_(
    agency: Annotated[
        str, typer.Option(help="Mã hoặc tên hàng đợi của cơ quan. / Code or queue.")
    ] = "",
    state: Annotated[
        list[DeliveryState] | None,
        typer.Option(help="Trạng thái; lặp lại được. / State; may be repeated."),
    ] = None,
    older: Annotated[
        str,
        typer.Option(
            help="Ở trạng thái đó từ 30m, 24h, 3d trở lên. / At least so long."
        ),
    ] = "",
    way: Annotated[
        Takes | None, typer.Option(help="Cách nhận. / How it goes there.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
    *,
    as_json: AsJson = False,
) -> None:
    """Lượt chuyển, lâu nhất trước. / Deliveries, the longest in their state first."""
    settings, age = terminal.settings(), _age(older)
    wish = DeliveryWish(
        agency=agency, states=tuple(state or ()), way=way or "", limit=limit
    )
    found, now = terminal.run(_lines(settings, wish, age))
    if as_json:
        terminal.json([values(line, now) for line in found])
        return
    _print(found)


@app.command()
def agencies(*, as_json: AsJson = False) -> None:
    """Mỗi cơ quan còn bao nhiêu, cũ nhất từ lúc nào. / How many of each agency."""
    settings = terminal.settings()
    found = terminal.run(_counts(settings))
    if as_json:
        terminal.json(found)
        return
    known = {a.code: a for a in settings.registry.agencies}
    table = terminal.table(
        ("Cơ quan", "Agency"),
        ("Tên", "Name"),
        ("Trạng thái", "State"),
        ("Số lượt", "Count"),
        ("Cũ nhất", "Oldest"),
    )
    for one in found:
        name = known[one.agency].name if one.agency in known else "?"
        state = say(STATES[one.state], terminal.language)
        table.add_row(one.agency, name, state, str(one.count), local(one.oldest))
    terminal.show(table)


def _age(text: str) -> timedelta | None:
    """30m, 24h, 3d; ends the command where it is none of them."""
    if not text:
        return None
    match = _AGE.fullmatch(text)
    if match is None:
        terminal.fail("Viết 30m, 24h hoặc 3d.", "Written as 30m, 24h or 3d.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _print(found: Sequence[DeliveryLine]) -> None:
    table = terminal.table(
        ("Văn bản", "Document"), *TITLES, ("Mã gói tin", "message_id")
    )
    shown = cells(found, terminal.language)
    for line, told in zip(found, shown, strict=True):
        named = plain(line.notation or line.document_id) or line.document[:12]
        table.add_row(named, *told.row(), line.id)
    terminal.show(table)


async def _lines(
    settings: Settings, wish: DeliveryWish, age: timedelta | None
) -> tuple[list[DeliveryLine], datetime]:
    async with built(settings) as parts:
        now = parts.clock.now()
        asked = replace(wish, before=now - age) if age else wish
        return await DeliveryList(parts.store.database).lines(asked), now


async def _counts(settings: Settings) -> list[AgencyCount]:
    async with built(settings) as parts:
        return await DeliveryList(parts.store.database).counts()
