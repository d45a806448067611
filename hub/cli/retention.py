"""`hub retention plan | apply`: what was kept long enough, and why the rest stays."""

import getpass
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any

import msgspec
import typer

from hub.cli.say import AsJson, terminal
from hub.console.retention_words import BLOCKS, MATTERS
from hub.console.timeline import VIETNAM, plain
from hub.console.words import Pair, say
from hub.journal.retention import Retention
from hub.model.retention import Fate
from hub.parts import Parts, built, holder
from hub.pipeline import retention
from hub.pipeline.retention import Applied, Law, Turn
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Thời hạn lưu: xem, xóa. / Retention: plan, apply."
)
_STAYS = "giữ mãi", "kept for ever"


@app.command()
def plan(
    *,
    every: Annotated[
        bool, typer.Option("--every", help="Từng văn bản. / Each document.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Cái gì sẽ xóa bây giờ, vì sao cái khác còn giữ. / What would go, and why."""
    fates, words = terminal.run(_fates(terminal.settings()))
    if as_json:
        terminal.json([_values(fate) for fate in fates])
        return
    _summary(fates)
    terminal.say(
        terminal.t(
            f"Lời người vận hành không gắn văn bản nào, hết hạn: {words}",
            f"Operators' words about no document, due: {words}",
        )
    )
    if every:
        _each(fates)


@app.command(name="apply")
def apply_() -> None:
    """Xóa những gì hết hạn; dừng rồi chạy lại được. / Erase what is due."""
    done, files = terminal.run(_applied(terminal.settings()))
    terminal.say(
        terminal.t(
            f"Đã xóa của {done.documents} văn bản, {files} tệp, {done.words} lời người "
            f"vận hành; {done.skipped} văn bản vừa có việc mới, để lần sau.",
            f"Erased of {done.documents} documents, {files} files, {done.words} words "
            f"of operators; {done.skipped} documents moved, the next time.",
        )
    )


async def _fates(settings: Settings) -> tuple[list[Fate], int]:
    async with built(settings) as parts:
        holdings, law = Retention(parts.store.database), _law(parts)
        fates = [fate async for fate in retention.plan(holdings, law)]
        return fates, await retention.words_due(holdings, law)


async def _applied(settings: Settings) -> tuple[Applied, int]:
    async with built(settings) as parts:
        store = parts.store
        turn = Turn(store.duties, parts.clock, holder())
        actor = getpass.getuser()
        try:
            done = await retention.apply(
                Retention(store.database), _law(parts), turn, actor
            )
            files = await retention.sweep_bytes(
                store.queries, parts.evidence, parts.clock
            )
        finally:
            await turn.end()
        return done, files


def _law(parts: Parts) -> Law:
    policy = parts.settings.policy
    return Law(policy.retention, policy.version, parts.clock)


def _summary(fates: Iterable[Fate]) -> None:
    """A row for each class and what becomes of its documents."""
    table = terminal.table(
        ("Lớp", "Class"),
        ("Số lượng", "Documents"),
        ("Xóa bây giờ", "Goes now"),
        ("Còn hạn", "Not yet"),
        ("Đã xóa hết", "All erased"),
        ("Giữ vì", "Stays because"),
    )
    classes: dict[str, list[Fate]] = {}
    for fate in fates:
        classes.setdefault(_class(fate), []).append(fate)
    for name, some in classes.items():
        table.add_row(
            name,
            str(len(some)),
            _count(some, lambda f: f.goes),
            _count(some, _is_young),
            _count(some, _is_gone),
            _reasons(some),
        )
    terminal.show(table)


def _count(fates: list[Fate], test: Callable[[Fate], bool]) -> str:
    return str(sum(map(test, fates)))


def _is_young(fate: Fate) -> bool:
    return not fate.goes and not fate.kept.blocks and fate.due_at is not None


def _is_gone(fate: Fate) -> bool:
    return not fate.kept.particulars and not fate.kept.bodies


def _reasons(fates: list[Fate]) -> str:
    counts = Counter(block for fate in fates for block in fate.kept.blocks)
    return ", ".join(f"{_t(BLOCKS[b])}: {n}" for b, n in counts.most_common()) or "–"


def _each(fates: Iterable[Fate]) -> None:
    table = terminal.table(
        ("Văn bản", "Document"),
        ("Là", "Is"),
        ("Lớp", "Class"),
        ("Việc cuối", "Last"),
        ("Xử lý", "Fate"),
    )
    for fate in fates:
        kept = fate.kept
        table.add_row(
            plain(kept.notation or (kept.document or kept.arrivals[0])[:12]),
            _t(MATTERS[kept.matter]),
            _class(fate),
            _day(kept.last_at),
            _told(fate),
        )
    terminal.show(table)


def _class(fate: Fate) -> str:
    return fate.retention_class.name if fate.retention_class else _t(_STAYS)


def _told(fate: Fate) -> str:
    """What becomes of one document, in words."""
    if fate.kept.blocks:
        return ", ".join(_t(BLOCKS[block]) for block in fate.kept.blocks)
    if fate.goes:
        parts = [
            _t(("chi tiết cá nhân", "particulars")) if fate.particulars else "",
            _t(("tệp", "bodies")) if fate.bodies else "",
        ]
        erases = _t(("xóa", "erases"))
        return f"{erases} {', '.join(part for part in parts if part)}"
    if _is_gone(fate):
        return _t(("đã xóa", "erased"))
    if fate.due_at is None:
        return _t(_STAYS)
    return f"{_t(('đến', 'until'))} {_day(fate.due_at)}"


def _values(fate: Fate) -> dict[str, Any]:
    """The class by its name: the rest of it stands in the policy."""
    kept = dict(msgspec.to_builtins(fate.kept))
    return {
        **kept,
        "class": fate.retention_class.name if fate.retention_class else None,
        "erases": {"particulars": fate.particulars, "bodies": fate.bodies},
        "due_at": fate.due_at.isoformat() if fate.due_at else None,
    }


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"


def _t(pair: Pair) -> str:
    return say(pair, terminal.language)
