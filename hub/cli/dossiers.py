"""`hub dossiers list | show`: citizens' cases, their offices and their clocks."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
import typer

from hub.cli.say import FAILED, AsJson, terminal
from hub.console.timeline import VIETNAM, plain
from hub.console.words import CHANNELS, CLOCKS, DOSSIER_STATUSES, say
from hub.journal.dossiers import Dossiers
from hub.model.clocks import ClockState, Reading, deadline, pick_up
from hub.model.dossiers import DossierRow
from hub.model.procedures import Procedure, procedure_of
from hub.parts import built
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Hồ sơ dịch vụ công và thời hạn. / Citizens' dossiers."
)

Query = Callable[[Dossiers], Coroutine[Any, Any, list[DossierRow]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One dossier with its clocks as they stand now."""

    row: DossierRow
    procedure: Procedure | None
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
    doubtful: Annotated[
        bool,
        typer.Option(
            help="Báo đã xong ngay sau khi báo chờ hoặc dừng. / Told done in doubt."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Hồ sơ đang mở, theo đơn vị. / Open dossiers, by office."""
    settings = terminal.settings()
    wanted = [
        one
        for one in _asked(settings, Dossiers.doubted if doubtful else Dossiers.every)
        if (not office or one.row.office == office)
        and (not late or one.doing.state is ClockState.LATE)
        and (not not_taken or one.taking.state is ClockState.LATE)
    ]
    if as_json:
        terminal.json([_values(one) for one in wanted])
        return
    _print(sorted(wanted, key=lambda one: (one.row.office, one.row.first_at)), settings)


@app.command()
def show(
    number: Annotated[
        str, typer.Argument(help="Mã hồ sơ (một trong hai mã). / Either number.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Một hồ sơ theo mã. / One dossier by either of its numbers."""
    settings = terminal.settings()
    found = _asked(settings, lambda dossiers: dossiers.find(number))
    if not found:
        terminal.console.print(terminal.t("Không có hồ sơ này.", "No such dossier."))
        raise typer.Exit(FAILED)
    if as_json:
        terminal.json([_values(one) for one in found])
        return
    for one in found:
        table = terminal.table(("Hồ sơ", "Dossier"), ("", ""))
        for vietnamese, english, told in _lines(one, settings):
            table.add_row(terminal.t(vietnamese, english), plain(told) or "–")
        terminal.show(table)


def doubts(settings: Settings) -> list[str]:
    """Why clocks may go wrong, for `hub check`; none where no portal is connected."""
    if not any("portal" in str(s.get("doors")) for s in settings.file.sources):
        return []
    year, found = datetime.now(VIETNAM).year, []
    if year not in settings.calendar.certain:
        found.append(
            terminal.t(
                f"calendar: năm {year} chưa được đối chiếu ngày nghỉ, ngày làm bù",
                f"calendar: nobody compared {year} with what was published",
            )
        )
    if not settings.procedures.procedures:
        found.append(
            terminal.t(
                "procedures: không có thủ tục nào khớp với danh bạ",
                "procedures: none fits the registry",
            )
        )
    return found


def _print(shown: list[Shown], settings: Settings) -> None:
    table = terminal.table(
        ("Đơn vị", "Office"),
        ("Mã hồ sơ", "Dossier"),
        ("Trạng thái đã báo", "Status as told"),
        ("Tiếp nhận", "Pick-up"),
        ("Hẹn trả", "Deadline"),
    )
    for one in shown:
        table.add_row(
            _office(one.row, settings),
            _numbers(one.row, "\n"),
            _status(one.row),
            _clock(one.taking, settings),
            _clock(one.doing, settings),
        )
    terminal.show(table)


def _lines(one: Shown, settings: Settings) -> Iterator[tuple[str, str, str]]:
    """What is known of one dossier, by name; its clocks first after its numbers."""
    row, procedure = one.row, one.procedure
    yield "Mã hồ sơ", "Numbers", _numbers(row, ", ")
    yield "Tiếp nhận", "Pick-up", _clock(one.taking, settings)
    yield "Hẹn trả", "Deadline", _clock(one.doing, settings)
    yield "Trạng thái đã báo", "Status as told", _status(row)
    yield "Nói về lúc", "As of", _moment(row.status_at)
    yield "Đơn vị", "Office", f"{_office(row, settings)} ({row.office})"
    name = f" {procedure.name} ({_days(procedure)})" if procedure else ""
    yield "Thủ tục", "Procedure", f"{row.procedure}{name}"
    channel = CHANNELS.get(row.channel or 0)
    yield "Kênh nộp", "Channel", say(channel, terminal.language) if channel else ""
    yield "Nộp", "Handed in", _moment(row.submitted_at)
    yield "Cán bộ tiếp nhận", "Taken up", _moment(row.received_at)
    yield "Ngày hẹn trả", "Promised for", _moment(row.due_at)
    yield "Kết thúc", "Ended", _moment(row.finished_at)
    yield "Nguồn", "Source", row.source
    yield "Lượt đến sau cùng", "Last arrival", row.arrival


def _office(row: DossierRow, settings: Settings) -> str:
    names = {a.code: a.name for a in settings.registry.agencies}
    return (
        names.get(row.office) or plain(row.office) or terminal.t("chưa rõ", "unknown")
    )


def _numbers(row: DossierRow, between: str) -> str:
    return between.join(plain(n) for n in (row.number, row.other_number) if n)


def _days(procedure: Procedure) -> str:
    return terminal.t(f"{procedure.days} ngày làm việc", f"{procedure.days} d")


def _status(row: DossierRow) -> str:
    """What the portal said, and what it had said before an end that proves nothing."""
    told = _status_word(row.status) or "–"
    if not row.doubted:
        return told
    before = _status_word(row.status_before)
    return f"{told} ({terminal.t('trước đó', 'before')}: {before})"


def _status_word(status: str) -> str:
    """11 and more are local and shown as they are."""
    words = DOSSIER_STATUSES.get(status)
    return plain(f"{status} {say(words, terminal.language) if words else ''}")


def _clock(reading: Reading, settings: Settings) -> str:
    if reading.state is ClockState.NONE:
        return "–"
    words = say(CLOCKS[reading.state], terminal.language)
    if reading.until is None or reading.state not in {
        ClockState.RUNNING,
        ClockState.LATE,
    }:
        return words
    return f"{words} {_span(abs(reading.left), settings)}, {_moment(reading.until)}"


def _span(left: timedelta, settings: Settings) -> str:
    """Working days and hours, as offices count."""
    days, rest = divmod(left, settings.calendar.day_length)
    hours = rest // timedelta(hours=1)
    told = terminal.t(f"{days} ngày {hours} giờ", f"{days} d {hours} h")
    return told if left >= timedelta(hours=1) else terminal.t("dưới 1 giờ", "under 1 h")


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if moment else ""


def _values(one: Shown) -> dict[str, Any]:
    return {
        **dict(msgspec.to_builtins(one.row)),
        "doubted": one.row.doubted,
        "pick_up": msgspec.to_builtins(one.taking),
        "deadline": msgspec.to_builtins(one.doing),
    }


def _asked(settings: Settings, query: Query) -> list[Shown]:
    async def work() -> list[Shown]:
        async with built(settings) as parts:
            rows = await query(parts.store.dossiers)
            return list(_read(rows, settings, parts.clock.now()))

    return terminal.run(work())


def _read(rows: list[DossierRow], settings: Settings, now: datetime) -> Iterator[Shown]:
    calendar, hours = settings.calendar, settings.policy.dossiers.pick_up_working_hours
    table = settings.procedures.by_code()
    for row in rows:
        procedure = procedure_of(table, row.procedure)
        yield Shown(
            row,
            procedure,
            pick_up(row, calendar, hours, now),
            deadline(row, procedure, calendar, now),
        )
