"""`hub rejudge`: verdicts that wait to be judged again, and a person's word on them."""

import getpass
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from hub.cli.say import FAILED, terminal
from hub.console.timeline import VIETNAM
from hub.console.words import HEADLINES, VERDICT_STATES, say
from hub.journal.store import Store
from hub.model.ids import ArrivalId
from hub.model.rejudging import VerdictRow
from hub.parts import built
from hub.settings import Settings

#: Arrivals a transaction: others write too.
_AT_ONCE = 200


def add_to(app: typer.Typer) -> None:
    """Hang the command on the main one."""
    app.command()(rejudge)


def rejudge(
    wanted: Annotated[
        str,
        typer.Argument(metavar="[ID]", help="Mã lượt đến, DocumentId… / Any id of it."),
    ] = "",
    *,
    all_open: Annotated[
        bool, typer.Option("--all-open", help="Mọi văn bản còn chờ. / All that wait.")
    ] = False,
    seen: Annotated[
        bool,
        typer.Option("--seen", help="Đã xem: ra khỏi danh sách. / Off the list."),
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Cả việc đã xong. / Settled ones too.")
    ] = False,
) -> None:
    """Kiểm tra lại chữ ký: xem, yêu cầu ngay. / Verdicts judged again.

    Không có ID: liệt kê văn bản còn chờ dữ liệu thu hồi. Có ID: kiểm tra lại ngay;
    quyết định giữ nguyên. / Without an id: what waits. With one: judge it again now;
    the decision stands.
    """
    if seen and not wanted:
        told = terminal.t("cần MÃ văn bản đã xem", "the ID of what was seen is needed")
        raise typer.BadParameter(told, param_hint="--seen")
    settings = terminal.settings()
    if not wanted and not all_open:
        _show(terminal.run(_listed(settings, open_only=not every)))
        return
    work = _seen(settings, wanted) if seen else _asked(settings, wanted)
    done = terminal.run(work)
    terminal.show(_told(done, seen=seen))
    if not done and not all_open:
        raise typer.Exit(FAILED)


def _told(done: int, *, seen: bool) -> str:
    if not done and seen:
        return terminal.t("Mã này không có trên danh sách.", "Not on the list.")
    if not done:
        return terminal.t(
            "Không có lượt đến nào để kiểm tra lại (không tìm thấy, chưa quyết định,"
            " không đọc được, văn bản mật).",
            "Nothing to judge again (not found, not decided, not readable, secret).",
        )
    if seen:
        return terminal.t(f"Đã ra khỏi danh sách: {done}.", f"Off the list: {done}.")
    return terminal.t(
        f"Sẽ kiểm tra lại ngay: {done} lượt đến.", f"Judged again now: {done}."
    )


def _show(rows: Sequence[VerdictRow]) -> None:
    table = terminal.table(
        ("Lượt đến", "Arrival"),
        ("Trạng thái", "State"),
        ("Khi quyết định", "When decided"),
        ("Mới nhất", "Latest"),
        ("Chờ từ", "Since"),
        ("Lần tới", "Next"),
        ("Đã thử", "Tries"),
    )
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(*_cells(row))
    terminal.show(table)


def _cells(row: VerdictRow) -> tuple[str, ...]:
    language = terminal.language
    waits = row.state == "open"
    return (
        row.arrival,
        say(VERDICT_STATES[row.state], language),
        say(HEADLINES.get(row.decided, ("?", "?")), language),
        say(HEADLINES.get(row.headline, ("?", "?")), language),
        _local(row.since),
        _local(row.due_at) if waits else "–",
        str(row.tries),
    )


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


async def _listed(settings: Settings, *, open_only: bool) -> list[VerdictRow]:
    async with built(settings) as parts:
        return await parts.store.rejudging.listed(open_only=open_only)


async def _asked(settings: Settings, wanted: str) -> int:
    """One operator's entry for each, and due at once; "": all that wait."""
    async with built(settings) as parts:
        rejudging, now = parts.store.rejudging, parts.clock.now()
        until = now + settings.file.rejudge.patience.whole
        found = await _arrivals(parts.store, wanted)
        done = 0
        for first in range(0, len(found), _AT_ONCE):
            some = found[first : first + _AT_ONCE]
            done += len(await rejudging.ask(some, getpass.getuser(), now, until))
        return done


async def _seen(settings: Settings, wanted: str) -> int:
    async with built(settings) as parts:
        actor, now = getpass.getuser(), parts.clock.now()
        found = await _arrivals(parts.store, wanted)
        return sum([await parts.store.rejudging.seen(a, actor, now) for a in found])


async def _arrivals(store: Store, wanted: str) -> list[ArrivalId]:
    if not wanted:
        return [row.arrival for row in await store.rejudging.listed()]
    return await store.queries.comings(await store.queries.find(wanted))
