"""`hub dossiers list | show`: citizens' cases, their offices and their clocks."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
import typer

from hub.cli.say import FAILED, terminal
from hub.console.timeline import VIETNAM, plain
from hub.console.words import CLOCKS, DOSSIER_STATUSES, say
from hub.model.clocks import ClockState, Reading, deadline, pick_up
from hub.model.dossiers import DossierRow
from hub.parts import built
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Hồ sơ dịch vụ công và thời hạn. / Citizens' dossiers."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One dossier with its clocks as they stand now."""

    row: DossierRow
    taking: Reading
    doing: Reading


@app.command(name="list")
def list_(
    office: Annotated[
        str, typer.Option(help="Chỉ của một đơn vị (mã). / One office's only.")
    ] = "",
    *,
    late: Annotated[bool, typer.Option(help="Chỉ quá hạn trả. / Late ones.")] = False,
    not_taken: Annotated[
        bool, typer.Option(help="Chỉ quá giờ tiếp nhận. / Not taken up in time.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Hồ sơ đang mở, theo đơn vị. / Open dossiers, by office."""
    settings = terminal.settings()
    shown = terminal.run(_open(settings))
    wanted = [
        one
        for one in shown
        if (not office or one.row.office == office)
        and (not late or one.doing.state is ClockState.LATE)
        and (not not_taken or one.taking.state is ClockState.LATE)
    ]
    if as_json:
        terminal.console.print_json(json.dumps([_values(one) for one in wanted]))
        return
    _print(sorted(wanted, key=lambda one: (one.row.office, one.row.first_at)), settings)


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="Mã hồ sơ (một trong hai mã).")],
) -> None:
    """Một hồ sơ theo mã. / One dossier by either of its numbers."""
    settings = terminal.settings()
    found = terminal.run(_found(settings, number))
    if not found:
        terminal.console.print(terminal.t("Không có hồ sơ này.", "No such dossier."))
        raise typer.Exit(FAILED)
    for one in found:
        terminal.console.print_json(json.dumps(_values(one)))


def _print(shown: list[Shown], settings: Settings) -> None:
    names = {a.code: a.name for a in settings.registry.agencies}
    table = terminal.table(
        ("Đơn vị", "Office"),
        ("Mã hồ sơ", "Dossier"),
        ("Trạng thái đã báo", "Status as told"),
        ("Tiếp nhận", "Pick-up"),
        ("Hẹn trả", "Deadline"),
    )
    for one in shown:
        row = one.row
        numbers = "\n".join(n for n in (row.number, row.other_number) if n)
        table.add_row(
            names.get(row.office, row.office),
            plain(numbers) if "\n" not in numbers else numbers,
            _status(row.status),
            _clock(one.taking, settings),
            _clock(one.doing, settings),
        )
    terminal.console.print(table, markup=False, highlight=False)


def _status(status: str) -> str:
    """What the portal said; 11 and more are local and shown as they are."""
    words = DOSSIER_STATUSES.get(status)
    return plain(f"{status} {say(words, terminal.language) if words else ''}".strip())


def _clock(reading: Reading, settings: Settings) -> str:
    if reading.state is ClockState.NONE:
        return "–"
    words = say(CLOCKS[reading.state], terminal.language)
    if reading.state not in {ClockState.RUNNING, ClockState.LATE}:
        return words
    until = reading.until.astimezone(VIETNAM) if reading.until else None
    return f"{words} {_span(abs(reading.left), settings)}, {until:%d/%m %H:%M}"


def _span(left: timedelta, settings: Settings) -> str:
    """Working days and hours, as offices count."""
    days, rest = divmod(left, settings.calendar.day_length)
    hours = rest // timedelta(hours=1)
    told = terminal.t(f"{days} ngày {hours} giờ", f"{days} d {hours} h")
    return told if left >= timedelta(hours=1) else terminal.t("dưới 1 giờ", "under 1 h")


def _values(one: Shown) -> dict[str, Any]:
    return {
        **dict(msgspec.to_builtins(one.row)),
        "pick_up": msgspec.to_builtins(one.taking),
        "deadline": msgspec.to_builtins(one.doing),
    }


async def _open(settings: Settings) -> list[Shown]:
    async with built(settings) as parts:
        rows = await parts.store.dossiers.every()
        return list(_read(rows, settings, parts.clock.now()))


async def _found(settings: Settings, number: str) -> list[Shown]:
    async with built(settings) as parts:
        rows = await parts.store.dossiers.find(number)
        return list(_read(rows, settings, parts.clock.now()))


def _read(rows: list[DossierRow], settings: Settings, now: datetime) -> Iterator[Shown]:
    calendar, hours = settings.calendar, settings.policy.dossiers.pick_up_working_hours
    for row in rows:
        procedure = settings.procedures.find(row.procedure)
        yield Shown(
            row,
            pick_up(row, calendar, hours, now),
            deadline(row, procedure, calendar, now),
        )
