"""`hub held ...`: what waits for a person, and a person's word on it."""

import getpass
from collections.abc import Sequence
from typing import Annotated

import typer

from hub.cli.bulk import (
    SHORTEST,
    Ids,
    Reason,
    Work,
    carry_out,
    local,
    named,
    require_reason,
    tell,
)
from hub.cli.say import FAILED, AsJson, terminal
from hub.console.kin_words import reasons
from hub.console.timeline import lines, plain
from hub.console.words import DESKS, Pair, reason_in_words, say
from hub.journal.store import Store
from hub.model.batches import BatchAction, BatchRow
from hub.model.faults import FaultCode
from hub.model.ids import ArrivalId, DocumentKey
from hub.model.recalls import Lineage
from hub.model.records import DeskItem, DeskName, Entry
from hub.parts import built
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Văn bản chờ người xử lý. / What waits for a person."
)

For = Annotated[
    str,
    typer.Option("--for", help="Mọi văn bản giữ vì mã này. / All held for this code."),
]
All = Annotated[bool, typer.Option("--all", help="Tất cả. / All of them.")]


@app.command(name="list")
def list_(*, as_json: AsJson = False) -> None:
    """Mọi việc đang chờ, cũ nhất trước. / Everything that waits, oldest first."""
    found, kin = terminal.run(_desk(terminal.settings()))
    if as_json:
        terminal.json(found)
        return
    table = terminal.table(
        ("Từ lúc", "Since"),
        ("Danh sách", "List"),
        ("Lý do", "Reason"),
        ("Lượt đến", "Arrival"),
    )
    table.columns[3].no_wrap = True
    for item in found:
        reason = plain(" · ".join(reasons(item, kin, terminal.language)))
        desk = say(DESKS[item.desk], terminal.language)
        table.add_row(local(item.since), desk, reason, item.arrival or "")
    terminal.show(table)


@app.command()
def show(
    arrival: Annotated[str, typer.Argument(help="Mã lượt đến. / The arrival's id.")],
) -> None:
    """Vì sao đang chờ, và diễn biến. / Why it waits, and its timeline."""
    items, entries = terminal.run(_one(terminal.settings(), arrival))
    for item in items:
        reason = reason_in_words(item.reason, terminal.language)
        desk = say(DESKS[item.desk], terminal.language)
        terminal.say(f"{local(item.since)}  {desk}: {reason} [{item.reason}]")
    terminal.say("")
    for line in lines(entries, terminal.language):
        terminal.say(f"{line.local}  {line.title}  {line.detail}")


@app.command()
def release(
    ids: Ids = None,
    held_for: For = "",
    *,
    reason: Reason,
    every: All = False,
) -> None:
    """Cho qua văn bản đang tạm giữ. / Let what is held pass."""
    # The rule `secrecy` still stands before a release.
    row = _move(Work(BatchAction.RELEASE, reason), ids, held_for, every=every)
    _told(
        row,
        yes=("Đã cho qua; sẽ được kiểm tra lại.", "Released; examined again."),
        no=(
            "Không có văn bản tạm giữ nào như vậy (văn bản mật không cho qua).",
            "Nothing such is held (a secret one is never released).",
        ),
    )


@app.command()
def refuse(
    ids: Ids = None,
    held_for: For = "",
    *,
    reason: Reason,
    code: Annotated[
        FaultCode | None,
        typer.Option(
            help="Mã báo cho nơi gửi; bỏ trống: mã đã giữ. / What its source is told.",
            show_choices=False,
        ),
    ] = None,
    every: All = False,
) -> None:
    """Từ chối văn bản đang tạm giữ; nơi gửi được báo. / Refuse; its source hears."""
    work = Work(BatchAction.REFUSE, reason, code or "")
    row = _move(work, ids, held_for, every=every)
    _told(
        row,
        yes=("Đã từ chối; nơi gửi sẽ được báo.", "Refused; its source is told."),
        no=("Không có văn bản tạm giữ nào như vậy.", "Nothing such is held."),
    )


@app.command()
def retry(
    arrival: Annotated[str, typer.Argument(help="Mã lượt đến. / The arrival's id.")],
    reason: Reason,
) -> None:
    """Kiểm tra lại văn bản vướng lỗi phần mềm. / Examine a buried one again."""
    require_reason(reason)
    moved = terminal.run(_retried(terminal.settings(), arrival, reason))
    yes = ("Sẽ được kiểm tra lại từ đầu.", "It is examined anew.")
    no = (
        "Không có văn bản vướng lỗi nào mang mã này.",
        "Nothing was buried under this id.",
    )
    terminal.say(terminal.t(*(yes if moved else no)))
    if not moved:
        raise typer.Exit(FAILED)


def _move(
    work: Work, ids: list[str] | None, held_for: str, *, every: bool
) -> BatchRow | None:
    """By ids, by the code they are held for, or all; None: there is none such."""
    require_reason(work.reason)
    if not (ids or held_for or every):
        raise typer.BadParameter(
            terminal.t("nêu mã, --for, hoặc --all", "name ids, --for, or --all")
        )
    return terminal.run(_moved(terminal.settings(), work, ids or [], held_for))


def _told(row: BatchRow | None, *, yes: Pair, no: Pair) -> None:
    if row is None:
        terminal.say(terminal.t(*no))
        raise typer.Exit(FAILED)
    tell(row)
    terminal.say(terminal.t(*yes))


async def _desk(
    settings: Settings,
) -> tuple[list[DeskItem], dict[DocumentKey, Lineage]]:
    async with built(settings) as parts:
        items = await parts.store.queries.desk()
        documents = {item.document for item in items if item.document}
        return items, await parts.store.queries.lineages(documents)


async def _one(settings: Settings, wanted: str) -> tuple[list[DeskItem], list[Entry]]:
    async with built(settings) as parts:
        queries = parts.store.queries
        waiting = await queries.desk()
        [arrival] = named([wanted], sorted({i.arrival for i in waiting if i.arrival}))
        entries = await queries.entries_of(arrival=ArrivalId(arrival))
        return [i for i in waiting if i.arrival == arrival], entries


async def _moved(
    settings: Settings, work: Work, ids: Sequence[str], held_for: str
) -> BatchRow | None:
    """A batch of what is held and fits; None: nothing does."""
    async with built(settings) as parts:
        held = await parts.store.queries.desk(DeskName.HELD)
        fit = [i for i in held if held_for in {"", i.reason}]
        if ids:
            fit = [i for i in fit if any(_is(i, wanted) for wanted in ids)]
        if not fit or any(not any(_is(i, w) for i in fit) for w in ids):
            return None
        return await carry_out(parts, work, [i.id for i in fit])


def _is(item: DeskItem, wanted: str) -> bool:
    """Whether an id, or the beginning of one, is of this matter's arrival."""
    known = item.arrival or ""
    return known == wanted or (len(wanted) >= SHORTEST and known.startswith(wanted))


async def _retried(settings: Settings, wanted: str, reason: str) -> bool:
    """One operator's entry with its reason, and a wake row."""
    async with built(settings) as parts:
        arrival = await _whole(parts.store, wanted)
        who, now = getpass.getuser(), parts.clock.now()
        return await parts.store.operators.retry(arrival, who, reason.strip(), now)


async def _whole(store: Store, wanted: str) -> ArrivalId:
    """The one arrival on a list whose id begins so; what was written where not one."""
    waiting = {i.arrival for i in await store.queries.desk() if i.arrival}
    begun = [a for a in waiting if len(wanted) >= SHORTEST and a.startswith(wanted)]
    return begun[0] if len(begun) == 1 else ArrivalId(wanted)
