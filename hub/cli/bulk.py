"""One matter or many: a batch is begun, small ones are done at once."""

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from hub.cli.say import FAILED, terminal
from hub.console.timeline import VIETNAM
from hub.console.words import BATCH_ACTIONS, BATCH_STATES, say
from hub.model.batches import Asked, BatchAction, BatchRow
from hub.parts import Parts
from hub.pipeline.batches import AT_ONCE, patience_of

#: Digits of an id that name it, and that lists show.
SHORTEST, SHOWN = 6, 8

Ids = Annotated[
    list[str] | None,
    typer.Argument(help="Mã (6 ký tự đầu là đủ). / Ids; six characters do."),
]
Reason = Annotated[
    str,
    typer.Option(help="Lý do, bắt buộc. / Why; it is due.", prompt="Lý do / reason"),
]


@dataclass(frozen=True, slots=True)
class Work:
    """What an operator asks for."""

    action: BatchAction
    reason: str
    code: str = ""


def local(moment: datetime) -> str:
    """A moment as lists show it."""
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"


def named(ids: Sequence[str], known: Sequence[str]) -> list[str]:
    """Those of `known` that begin as written; what names none or several is told.

    Raises typer.BadParameter.
    """
    found = []
    for wanted in ids:
        begun = [k for k in known if len(wanted) >= SHORTEST and k.startswith(wanted)]
        whole = [k for k in known if k == wanted]
        if len(whole or begun) != 1:
            raise typer.BadParameter(
                terminal.t(
                    f"{wanted}: không có, hoặc có nhiều mã như vậy",
                    f"{wanted}: names none, or several",
                )
            )
        found += whole or begun
    return found


def require_reason(reason: str) -> None:
    """Nothing is moved without a reason."""
    if not reason.strip():
        raise typer.BadParameter(
            terminal.t("cần một lý do", "a reason is due"), param_hint="--reason"
        )


async def carry_out(parts: Parts, work: Work, items: Sequence[str]) -> BatchRow:
    """Freeze the list; a short one is done here and now, else a relay does it."""
    batches = parts.store.batches
    asked = Asked(getpass.getuser(), parts.clock.now(), work.reason.strip())
    begun = await batches.begin(work.action, items, asked, work.code)
    if begun.total <= AT_ONCE:
        patience = patience_of(parts.settings.policy.delivery)
        await batches.advance(begun.id, asked.at, patience, AT_ONCE)
    return await batches.one(begun.id)


def tell(row: BatchRow) -> None:
    """What came of it; exit 1 where nothing could be moved."""
    action, state = _words(row)
    moved = row.done - row.skipped
    terminal.say(
        terminal.t(
            f"{action}: {moved}/{row.total} việc, {state}. Đợt {row.id[:SHOWN]}.",
            f"{action}: {moved} of {row.total}, {state}. Batch {row.id[:SHOWN]}.",
        )
    )
    if row.skipped:
        terminal.say(
            terminal.t(
                f"{row.skipped} việc đã ra khỏi danh sách trước đó.",
                f"{row.skipped} had left the list before.",
            )
        )
    if row.done == row.total and not moved:
        raise typer.Exit(FAILED)


def show_batches(rows: Sequence[BatchRow], *, as_json: bool) -> None:
    """Batches as a table, or as they are."""
    if as_json:
        terminal.json(rows)
        return
    table = terminal.table(
        ("Đợt", "Batch"),
        ("Bắt đầu", "Begun"),
        ("Việc", "What"),
        ("Trạng thái", "State"),
        ("Tiến độ", "Progress"),
        ("Người", "Who"),
        ("Lý do", "Why"),
    )
    for row in rows:
        progress = f"{row.done}/{row.total}"
        table.add_row(
            *(row.id[:SHOWN], local(row.begun_at), *_words(row), progress),
            *(row.actor, row.reason or "–"),
        )
    terminal.show(table)


def _words(row: BatchRow) -> tuple[str, str]:
    language = terminal.language
    return say(BATCH_ACTIONS[row.action], language), say(
        BATCH_STATES[row.state], language
    )
