"""`hub paper ...`: the paper that must still go out or come in, step by step."""

import getpass
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Any

import msgspec
import typer

from hub.cli.say import AsJson, terminal
from hub.console.paper_words import STATES, WAYS, type_name
from hub.console.timeline import VIETNAM, plain
from hub.console.words import say
from hub.model.ids import normal_code
from hub.model.paper import (
    STEPS,
    UNDER_WAY,
    WANT_A_REASON,
    PaperRow,
    PaperState,
    PaperStep,
    PaperWay,
)
from hub.parts import built
from hub.pipeline.paper import KeptOnPaper, due, kept_on_paper, overdue, week_of
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="Bản giấy còn phải gửi, phải nhận. / Paper that must still go or come.",
)

Which = Annotated[
    str,
    typer.Argument(
        help="Mã việc (6 ký tự đầu là đủ), hoặc số ký hiệu, mã văn bản."
        " / A task's id, or the number on the document."
    ),
]
Office = Annotated[
    str, typer.Option(help="Chỉ nơi nhận này (mã). / This receiver's only.")
]
Every = Annotated[
    bool, typer.Option("--every", help="Mọi việc khớp. / All tasks that fit.")
]
Note = Annotated[str, typer.Option(help="Ghi chú. / A note.")]
Reason = Annotated[str, typer.Option(help="Lý do. / Why.", prompt="Lý do / reason")]

_POST_NUMBER = re.compile("[A-Z0-9][A-Z0-9./-]{0,39}")
_ID = 8


@app.command(name="list")
def list_(
    office: Office = "",
    *,
    late: Annotated[
        bool, typer.Option("--overdue", help="Chỉ quá hạn. / Overdue only.")
    ] = False,
    way: Annotated[
        PaperWay | None,
        typer.Option(help="out: giấy đi, in: giấy đến. / Which way it goes."),
    ] = None,
    ended: Annotated[
        bool, typer.Option("--all", help="Cả việc đã xong. / Ended ones, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Việc bản giấy, cũ nhất trước. / Paper tasks, oldest first."""
    settings = terminal.settings()
    rows, now = terminal.run(_tasks(settings, under_way=not ended))
    desk, calendar = settings.policy.paper_desk, settings.calendar
    shown = [
        row
        for row in _of(rows, office)
        if (way is None or row.way is way)
        and (not late or overdue(row, calendar, desk, now))
    ]
    if as_json:
        terminal.json([_values(row, settings, now) for row in shown])
        return
    _print(shown, settings, now)


@app.command()
def printed(which: Which, office: Office = "", every: Every = False) -> None:  # noqa: FBT002 - an option of the command line
    """Đã in. / Printed."""
    _step(which, office, PaperState.PRINTED, every=every)


@app.command()
def sent(
    which: Which,
    post_number: Annotated[
        str, typer.Option("--post", help="Số bưu gửi. / The post's number.")
    ] = "",
    office: Office = "",
    note: Note = "",
    every: Every = False,  # noqa: FBT002 - an option of the command line
) -> None:
    """Đã gửi đi, với số bưu gửi nếu có. / Sent, with the post's number."""
    number = post_number.strip().upper()
    if number and not _POST_NUMBER.fullmatch(number):
        terminal.fail(
            "Số bưu gửi chỉ gồm chữ, số, . / -", "Letters, digits, . / - only"
        )
    told = {"post_number": number, "note": note}
    _step(which, office, PaperState.SENT, every=every, told=told)


@app.command()
def received(
    which: Which,
    office: Office = "",
    note: Note = "",
    every: Every = False,  # noqa: FBT002 - an option of the command line
) -> None:
    """Bản giấy đã đến và đúng bản điện tử. / It came and is what it should be."""
    _step(which, office, PaperState.RECEIVED, every=every, told={"note": note})


@app.command()
def done(
    which: Which,
    office: Office = "",
    note: Note = "",
    every: Every = False,  # noqa: FBT002 - an option of the command line
) -> None:
    """Xong trong một bước, như `received`. / Finished in one step."""
    _step(which, office, PaperState.RECEIVED, every=every, told={"note": note})


@app.command()
def differs(which: Which, reason: Reason, office: Office = "") -> None:
    """Bản giấy khác bản điện tử. / The paper is not what the copy says."""
    _step(which, office, PaperState.DIFFERS, told={"note": reason})


@app.command(name="not-needed")
def not_needed(
    which: Which,
    reason: Reason,
    office: Office = "",
    every: Every = False,  # noqa: FBT002 - an option of the command line
) -> None:
    """Không cần bản giấy. / No paper is needed."""
    _step(which, office, PaperState.NOT_NEEDED, every=every, told={"note": reason})


@app.command()
def reopen(which: Which, reason: Reason, office: Office = "") -> None:
    """Sửa một bước ghi nhầm: mở lại từ đầu. / Put a mistake right."""
    _step(which, office, PaperState.OPEN, told={"note": reason})


@app.command()
def weekly(
    day: Annotated[
        str, typer.Option(help="Một ngày trong tuần, 2019-11-20. / A day of the week.")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Ký số và thuộc loại không giấy mà vẫn gửi giấy, theo tuần. / Kept on paper."""
    settings = terminal.settings()
    wanted = _moment(day) if day else None
    kept, since, until = terminal.run(_week(settings, wanted))
    if as_json:
        terminal.json(kept)
        return
    table = terminal.table(
        ("Nơi gửi", "Sender"),
        ("Số ký hiệu", "Number"),
        ("Loại", "Type"),
        ("Ngày", "Day"),
        ("Nơi nhận giấy", "Paper to"),
    )
    for one in kept:
        table.add_row(
            plain(one.sender),
            plain(one.notation or one.document_id),
            type_name(one.type),
            _day(one.opened_at),
            ", ".join(_name(code, settings) for code in one.receivers),
        )
    last = _day(until - datetime.resolution)
    terminal.say(f"{_day(since)} – {last}: {len(kept)}")
    terminal.show(table)


def _moment(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(12), VIETNAM)
    except ValueError:
        terminal.fail("Ngày viết như 2019-11-20.", "A day is written 2019-11-20.")


async def _tasks(
    settings: Settings, *, under_way: bool
) -> tuple[list[PaperRow], datetime]:
    async with built(settings) as parts:
        return await parts.store.paper.tasks(under_way=under_way), parts.clock.now()


async def _week(
    settings: Settings, day: datetime | None
) -> tuple[list[KeptOnPaper], datetime, datetime]:
    """What stayed on paper in a week (None: this one), with its beginning and end."""
    async with built(settings) as parts:
        since, until = week_of(day or parts.clock.now())
        rows = await parts.store.paper.tasks(under_way=False, since=since)
        return kept_on_paper(rows, since, until), since, until


def _of(rows: Sequence[PaperRow], office: str) -> list[PaperRow]:
    wanted = normal_code(office)
    return [row for row in rows if not wanted or normal_code(row.agency) == wanted]


def _step(
    which: str,
    office: str,
    state: PaperState,
    *,
    every: bool = False,
    told: dict[str, str] | None = None,
) -> None:
    words = told or {}
    if state in WANT_A_REASON and not words.get("note", "").strip():
        terminal.fail("Phải có lý do.", "A reason is needed.")
    settings = terminal.settings()
    terminal.run(_taken(settings, (which, office, every), state, words))


async def _taken(
    settings: Settings,
    asked: tuple[str, str, bool],
    state: PaperState,
    told: dict[str, str],
) -> None:
    which, office, every = asked
    async with built(settings) as parts:
        found = _of(await parts.store.paper.find(which.strip()), office)
        fit = [row for row in found if row.state in STEPS[state]]
        now = parts.clock.now()
        if not fit or (len(fit) > 1 and not every):
            _none_or_too_many(found, fit, settings, now)
        for row in fit:
            step = PaperStep(row.id, state, now, getpass.getuser(), **told)
            before = await parts.store.paper.step(step)
            if before is None or before not in STEPS[state]:
                terminal.fail(
                    "Vừa có người ghi bước khác, xem lại.", "Somebody was quicker."
                )
            _say_step(row, before, state, settings)


def _none_or_too_many(
    found: Sequence[PaperRow],
    fit: Sequence[PaperRow],
    settings: Settings,
    now: datetime,
) -> None:
    if found:
        _print(fit or found, settings, now)
    if len(fit) > 1:
        terminal.fail(
            "Nhiều việc khớp: thêm --office MÃ, hoặc --every cho tất cả.",
            "Several fit: add --office CODE, or --every for all.",
        )
    if found:
        terminal.fail(
            "Trạng thái này không đi tiếp bước đó.", "Not a step from that state."
        )
    terminal.fail("Không có việc bản giấy nào như vậy.", "No such paper task.")


def _say_step(
    row: PaperRow, before: PaperState, state: PaperState, settings: Settings
) -> None:
    one, other = (say(STATES[s], terminal.language) for s in (before, state))
    name = _name(row.agency, settings)
    terminal.say(f"{row.id[:_ID]} {row.notation} → {name}: {one} → {other}")


def _print(rows: Sequence[PaperRow], settings: Settings, now: datetime) -> None:
    table = terminal.table(
        ("Việc", "Task"),
        ("Ngày", "Day"),
        ("Số ký hiệu", "Number"),
        ("Nơi gửi", "From"),
        ("Nơi nhận", "To"),
        ("Chiều", "Way"),
        ("Trạng thái", "State"),
        ("Hạn", "Due"),
    )
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(
            row.id[:_ID],
            _day(row.opened_at),
            plain(row.notation or row.document_id),
            _name(row.sender, settings),
            _name(row.agency, settings),
            say(WAYS[row.way], terminal.language),
            _state(row),
            _due(row, settings, now),
        )
    terminal.show(table)


def _state(row: PaperRow) -> str:
    told = say(STATES[row.state], terminal.language)
    shows_number = row.state is PaperState.SENT and row.post_number
    return f"{told} {row.post_number}" if shows_number else told


def _due(row: PaperRow, settings: Settings, now: datetime) -> str:
    desk, calendar = settings.policy.paper_desk, settings.calendar
    if row.state not in UNDER_WAY:
        return "–"
    day = _day(due(row, calendar, desk))
    late = overdue(row, calendar, desk, now)
    return f"{day} {terminal.t('(quá hạn)', '(overdue)')}" if late else day


def _name(code: str, settings: Settings) -> str:
    names = {str(a.code): a.name for a in settings.registry.agencies}
    return plain(names.get(code, code))


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"


def _values(row: PaperRow, settings: Settings, now: datetime) -> dict[str, Any]:
    desk, calendar = settings.policy.paper_desk, settings.calendar
    waits = row.state in UNDER_WAY
    return {
        **dict(msgspec.to_builtins(row)),
        "due": due(row, calendar, desk).isoformat() if waits else None,
        "overdue": overdue(row, calendar, desk, now),
    }
