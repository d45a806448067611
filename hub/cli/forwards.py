"""`hub forwards list`: documents for bodies elsewhere, by which source, since when."""

from typing import Annotated

import typer

from hub.cli.say import AsJson, terminal
from hub.console.delivery_words import local
from hub.console.forward_words import TITLES, row
from hub.console.timeline import plain
from hub.journal.forward_list import ForwardList
from hub.model.forwarded import ForwardLine, ForwardState, ForwardWish
from hub.parts import built
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="Văn bản gửi ra ngoài huyện. / Documents to bodies elsewhere.",
)


@app.command(name="list")
def list_(
    source: Annotated[str, typer.Option(help="Tên nguồn. / Name of a source.")] = "",
    agency: Annotated[str, typer.Option(help="Mã nơi nhận. / Receiver's code.")] = "",
    state: Annotated[
        list[ForwardState] | None,
        typer.Option(help="Trạng thái; lặp lại được. / State; may be repeated."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
    *,
    as_json: AsJson = False,
) -> None:
    """Văn bản gửi ra ngoài, mới nhất trước. / The latest first."""
    wish = ForwardWish(source, agency, tuple(state or ()), limit=limit)
    found = terminal.run(_lines(terminal.settings(), wish))
    if as_json:
        terminal.json(found)
        return
    table = terminal.table(("Văn bản", "Document"), *TITLES, ("Mã gửi", "Id"))
    for line in found:
        named = plain(line.notation or line.document_id) or line.document[:12]
        moment = local(line.sent_at or line.planned_at)
        table.add_row(named, *row(line, moment, terminal.language), line.id)
    terminal.show(table)


async def _lines(settings: Settings, wish: ForwardWish) -> list[ForwardLine]:
    async with built(settings) as parts:
        return await ForwardList(parts.store.database).lines(wish)
