"""`hub dead ...`: what only a person can move: shown, sent again, discarded."""

import getpass
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from hub.cli.bulk import (
    SHOWN,
    Ids,
    Reason,
    Work,
    carry_out,
    local,
    named,
    require_reason,
    show_batches,
    tell,
)
from hub.cli.say import FAILED, AsJson, terminal
from hub.console.timeline import lines, plain
from hub.console.words import DESKS, OUTBOX_KINDS, reason_in_words, say
from hub.journal.store import Store
from hub.model.batches import Asked, BatchAction, BatchRow, DeadLetter
from hub.model.records import Entry
from hub.parts import built
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="Gói tin chết: xem, gửi lại, bỏ. / Dead letters: look, send again, discard.",
)

Cause = Annotated[
    str, typer.Option(help="Chỉ nguyên nhân này. / This cause only (`--by cause`).")
]
ToTarget = Annotated[
    str, typer.Option("--target", help="Chỉ nơi nhận này. / This target only.")
]
Certificate = Annotated[
    str,
    typer.Option(help="Chỉ chứng thư này (SHA-256). / Signed with this one only."),
]
All = Annotated[bool, typer.Option("--all", help="Tất cả. / All of them.")]


class Group(StrEnum):
    """By what dead letters are counted."""

    CAUSE = "cause"
    TARGET = "target"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them; "" stands for any."""

    cause: str = ""
    target: str = ""
    certificate: str = ""

    @property
    def any(self) -> bool:
        """Whether nothing is said."""
        return not (self.cause or self.target or self.certificate)

    def fits(self, letter: DeadLetter) -> bool:
        """Whether a dead letter is among them."""
        signed = [c for c in letter.certificates if c.startswith(self.certificate)]
        return (
            self.cause in {"", letter.cause}
            and self.target in {"", letter.target}
            and (not self.certificate or bool(signed))
        )


@app.command(name="list")
def list_(
    by: Annotated[Group | None, typer.Option(help="Gộp theo. / Counted by.")] = None,
    cause: Cause = "",
    target: ToTarget = "",
    certificate: Certificate = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Gói tin chết, cũ nhất trước. / Dead letters, oldest first."""
    wanted = Wanted(cause, target, certificate)
    found = [
        one for one in terminal.run(_dead(terminal.settings())) if wanted.fits(one)
    ]
    if by is not None:
        _show_groups(_counted(found, by), by, as_json=as_json)
    elif as_json:
        terminal.json([_values(one) for one in found])
    else:
        _show(found)


@app.command()
def show(
    wanted: Annotated[str, typer.Argument(metavar="ID", help="Mã. / Its id.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Một gói tin chết và diễn biến của nó. / One of them, and its timeline."""
    letter, entries = terminal.run(_one(terminal.settings(), wanted))
    if as_json:
        terminal.json(_values(letter))
        return
    for name, text in _told(letter):
        terminal.say(f"{name}: {text}")
    terminal.say("")
    for line in lines(entries, terminal.language):
        terminal.say(f"{line.local}  {line.title}  {line.detail}")


@app.command()
def replay(
    ids: Ids = None,
    cause: Cause = "",
    target: ToTarget = "",
    certificate: Certificate = "",
    *,
    reason: Reason,
    every: All = False,
) -> None:
    """Gửi lại: cùng mã, cùng nội dung. / Send again: the same id, the same bytes."""
    chosen = _chooser(ids, Wanted(cause, target, certificate), every=every)
    _move(Work(BatchAction.REPLAY, reason), chosen)


@app.command()
def discard(
    ids: Ids = None,
    cause: Cause = "",
    target: ToTarget = "",
    certificate: Certificate = "",
    *,
    reason: Reason,
    every: All = False,
) -> None:
    """Bỏ hẳn, không gửi nữa; báo nhận nói rõ. / Never send; receipts say so."""
    chosen = _chooser(ids, Wanted(cause, target, certificate), every=every)
    _move(Work(BatchAction.DISCARD, reason), chosen)


@app.command()
def batches(*, as_json: AsJson = False) -> None:
    """Các đợt xử lý hàng loạt và tiến độ. / Work on many, and how far it is."""
    show_batches(terminal.run(_batches(terminal.settings())), as_json=as_json)


@app.command()
def cancel(
    batch: Annotated[str, typer.Argument(help="Mã đợt. / The batch's id.")],
    reason: Reason,
) -> None:
    """Dừng một đợt; việc đã làm giữ nguyên. / Do no more; what is done stays."""
    require_reason(reason)
    stopped = terminal.run(_cancelled(terminal.settings(), batch, reason))
    yes, no = ("Đã dừng đợt này.", "Cancelled."), ("Đợt này đã xong.", "It is over.")
    terminal.say(terminal.t(*(yes if stopped else no)))
    if not stopped:
        raise typer.Exit(FAILED)


#: Which matters, of all there are.
Chooser = Callable[[Sequence[DeadLetter]], list[str]]


def _chooser(ids: list[str] | None, wanted: Wanted, *, every: bool) -> Chooser:
    """By ids, by what is said of them, or all; to say nothing is no choice."""
    if not ids and wanted.any and not every:
        raise typer.BadParameter(
            terminal.t(
                "nêu mã, --cause, --target, --certificate, hoặc --all",
                "name ids, --cause, --target, --certificate, or --all",
            )
        )

    def choose(found: Sequence[DeadLetter]) -> list[str]:
        fit = [one.item.id for one in found if wanted.fits(one)]
        return named(ids, fit) if ids else fit

    return choose


def _move(work: Work, choose: Chooser) -> None:
    require_reason(work.reason)
    settings = terminal.settings()
    items = choose(terminal.run(_dead(settings)))
    if not items:
        terminal.say(terminal.t("Không có gói tin nào như vậy.", "There is none such."))
        raise typer.Exit(FAILED)
    tell(terminal.run(_carried_out(settings, work, items)))


def _counted(found: Sequence[DeadLetter], by: Group) -> dict[str, int]:
    """How many stand under each; one signed by several stands under each of them."""
    counts: dict[str, int] = {}
    for one in found:
        for key in _keys(one, by):
            counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _keys(letter: DeadLetter, by: Group) -> Sequence[str]:
    match by:
        case Group.CAUSE:
            return (letter.cause,)
        case Group.TARGET:
            return (letter.target,)
        case Group.CERTIFICATE:
            return letter.certificates or ("–",)


def _show_groups(counts: dict[str, int], by: Group, *, as_json: bool) -> None:
    if as_json:
        terminal.json(counts)
        return
    titles = {
        Group.CAUSE: ("Nguyên nhân", "Cause"),
        Group.TARGET: ("Nơi nhận", "Target"),
        Group.CERTIFICATE: ("Chứng thư", "Certificate"),
    }
    table = terminal.table(titles[by], ("Số việc", "Matters"))
    for key, count in counts.items():
        shown = reason_in_words(key, terminal.language)
        table.add_row(plain(shown), str(count))
    terminal.show(table)


def _show(found: Sequence[DeadLetter]) -> None:
    table = terminal.table(
        ("Mã", "Id"),
        ("Từ lúc", "Since"),
        ("Loại", "Kind"),
        ("Nơi nhận", "Target"),
        ("Văn bản", "Document"),
        ("Lần thử", "Tries"),
        ("Lý do", "Reason"),
    )
    table.columns[0].no_wrap = True
    for one in found:
        kind = say(OUTBOX_KINDS[one.kind], terminal.language)
        reason = reason_in_words(one.item.reason, terminal.language)
        about = one.notation or one.document_id or "–"
        tries = str(one.attempts)
        cells = (local(one.item.since), kind, one.target, about, tries, reason)
        table.add_row(one.item.id[:SHOWN], *map(plain, cells))
    terminal.show(table)


def _told(letter: DeadLetter) -> list[tuple[str, str]]:
    item, language = letter.item, terminal.language
    return [
        (terminal.t("Mã", "Id"), item.id),
        (terminal.t("Danh sách", "List"), say(DESKS[item.desk], language)),
        (terminal.t("Từ lúc", "Since"), local(item.since)),
        (terminal.t("Lý do", "Reason"), reason_in_words(item.reason, language)),
        (terminal.t("Nơi nhận", "Target"), letter.target),
        (terminal.t("Lần thử", "Tries"), str(letter.attempts)),
        ("message_id", item.outbox),
        (terminal.t("Chứng thư", "Certificates"), ", ".join(letter.certificates)),
    ]


def _values(letter: DeadLetter) -> dict[str, object]:
    built_in: dict[str, object] = msgspec.to_builtins(letter)
    return built_in | {"cause": letter.cause}


async def _dead(settings: Settings) -> list[DeadLetter]:
    async with built(settings) as parts:
        return await parts.store.batches.dead()


async def _one(settings: Settings, wanted: str) -> tuple[DeadLetter, list[Entry]]:
    async with built(settings) as parts:
        found = {one.item.id: one for one in await parts.store.batches.dead()}
        letter = found[named([wanted], list(found))[0]]
        return letter, await _about(parts.store, letter)


async def _about(store: Store, letter: DeadLetter) -> list[Entry]:
    """Entries on what arrived, as far as they concern this row."""
    entries = await store.queries.entries_of(arrival=letter.item.arrival)
    mine = letter.item.outbox
    return [e for e in entries if e.facts.get("message_id", mine) == mine]


async def _carried_out(
    settings: Settings, work: Work, items: Sequence[str]
) -> BatchRow:
    async with built(settings) as parts:
        return await carry_out(parts, work, items)


async def _batches(settings: Settings) -> list[BatchRow]:
    async with built(settings) as parts:
        return await parts.store.batches.listed()


async def _cancelled(settings: Settings, wanted: str, reason: str) -> bool:
    async with built(settings) as parts:
        batches, now = parts.store.batches, parts.clock.now()
        known = [row.id for row in await batches.listed()]
        asked = Asked(getpass.getuser(), now, reason.strip())
        return await batches.cancel(named([wanted], known)[0], asked)
