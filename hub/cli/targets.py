"""`hub targets ...`: whom rows go to, their breakers, and how errors are taken."""

import getpass
from collections.abc import Mapping
from typing import Annotated

import typer

from hub.broker.topology import ARRIVALS, ARRIVALS_LARGE
from hub.cli.bulk import Reason, local, require_reason
from hub.cli.say import FAILED, AsJson, terminal
from hub.console.timeline import plain
from hub.console.words import BREAKER_STATES, FATES, TARGET_KINDS, WHOSE, Pair, say
from hub.journal.steering import Said, TargetRow
from hub.model.answers import ANSWERS
from hub.model.targets import BreakerState, Target, TargetKind
from hub.parts import Parts, built
from hub.pipeline.naming import OPERATORS
from hub.pipeline.troubles import TROUBLES
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="Nơi nhận và cầu dao của chúng. / Targets and their breakers.",
)

Name = Annotated[
    str,
    typer.Argument(
        help="Tên hàng đợi của cơ quan, tên nguồn, hoặc loại/tên. / Its name."
    ),
]


@app.command(name="list")
def list_(
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Cả nơi đang thông. / Quiet ones, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Nơi đang ngắt, có việc chờ hoặc gói tin chết. / Who is down or has a backlog."""
    rows = terminal.run(_listed(terminal.settings(), every=every))
    if as_json:
        terminal.json(rows)
        return
    table = terminal.table(
        ("Loại", "Kind"),
        ("Nơi nhận", "Target"),
        ("Cầu dao", "Breaker"),
        ("Từ lúc", "Since"),
        ("Vì sao", "Why"),
        ("Ai", "Who"),
        ("Chờ", "Waiting"),
        ("Cũ nhất", "Oldest due"),
        ("Chết", "Dead"),
    )
    for row in rows:
        table.add_row(*map(plain, _cells(row)))
    terminal.show(table)


@app.command(name="open")
def open_(name: Name, reason: Reason) -> None:
    """Ngắt: không gửi gì tới đó nữa, việc nằm chờ. / Stop sending; rows wait."""
    _steer(
        name,
        reason,
        opening=True,
        yes=("Đã ngắt.", "Opened."),
        no=("Đã ngắt từ trước.", "It was open by hand already."),
    )


@app.command()
def close(name: Name, reason: Reason) -> None:
    """Nối lại: việc đang chờ được thử ngay. / Send again; what waits is tried now."""
    _steer(
        name,
        reason,
        opening=False,
        yes=("Đã nối lại; việc chờ được thử ngay.", "Closed; what waits is tried."),
        no=("Nơi này không bị ngắt.", "It is not open."),
    )


@app.command()
def errors(*, as_json: AsJson = False) -> None:
    """Lỗi nào tạm thời, lỗi nào vĩnh viễn. / Which errors pass and which do not."""
    if as_json:
        told = [(t.error.__name__, t.fate, t.fault) for t in TROUBLES]
        terminal.json({"errors": told, "answers": ANSWERS})
        return
    language = terminal.language
    table = terminal.table(
        ("Lỗi", "Error"), ("Rồi sao", "Then"), ("Của ai", "Whose"), ("Nghĩa", "Meaning")
    )
    for one in TROUBLES:
        fate, whose = say(FATES[one.fate], language), say(WHOSE[one.fault], language)
        meaning = say((one.vi, one.en), language)
        table.add_row(one.error.__name__, fate, whose, meaning)
    terminal.show(table)
    terminal.say("")
    spoken = terminal.table(
        ("Nơi nhận", "Target"), ("Trả lời", "It says"), ("Nghĩa", "Meaning")
    )
    for answer in ANSWERS:
        spoken.add_row(answer.wire, answer.said, answer.trouble)
    terminal.show(spoken)


def _steer(name: str, reason: str, *, opening: bool, yes: Pair, no: Pair) -> None:
    require_reason(reason)
    settings = terminal.settings()
    moved = terminal.run(_steered(settings, name, reason.strip(), opening=opening))
    terminal.say(terminal.t(*(yes if moved else no)))
    if not moved:
        raise typer.Exit(FAILED)


def _cells(row: TargetRow) -> tuple[str, ...]:
    breaker, language = row.breaker, terminal.language
    state = breaker.state if breaker else BreakerState.CLOSED
    shut = state is BreakerState.CLOSED
    why = row.reason or (breaker.why if breaker else "")
    return (
        say(TARGET_KINDS[row.target.kind], language),
        row.target.name,
        say(BREAKER_STATES[state], language),
        local(breaker.since) if breaker and not shut else "–",
        "–" if shut else why or "–",
        breaker.actor if breaker and not shut else "–",
        str(row.waiting),
        local(row.oldest) if row.oldest else "–",
        str(row.dead),
    )


async def _listed(settings: Settings, *, every: bool) -> list[TargetRow]:
    async with built(settings) as parts:
        rows = {row.target: row for row in await parts.store.targets.listed()}
        if every:
            rows = {t: TargetRow(t, None) for t in _known(parts)} | rows
        return [
            rows[target] for target in sorted(rows) if every or _shown(rows[target])
        ]


def _shown(row: TargetRow) -> bool:
    """Whether a person may want to see it: down, or something waits or is dead."""
    down = row.breaker is not None and row.breaker.state is not BreakerState.CLOSED
    return down or bool(row.waiting or row.dead)


async def _steered(
    settings: Settings, name: str, reason: str, *, opening: bool
) -> bool:
    async with built(settings) as parts:
        target = _named(name, parts)
        said = Said(parts.clock.now(), getpass.getuser(), reason=reason)
        targets = parts.store.targets
        return await (targets.hold_open if opening else targets.close_by_hand)(
            target, said
        )


def _named(name: str, parts: Parts) -> Target:
    """The one target that is called so; raises typer.BadParameter."""
    fit = [t for t in _known(parts) if name in {t.name, t.id}]
    if len(fit) == 1:
        return fit[0]
    several = ", ".join(t.id for t in fit)
    raise typer.BadParameter(
        terminal.t(
            f"{name}: có nhiều nơi như vậy: {several}" if fit else f"không có {name}",
            f"{name}: several: {several}" if fit else f"there is no {name}",
        )
    )


def strangers(parts: Parts) -> list[str]:
    """Targets that the policy plans for and nobody knows: a name mistyped."""
    known = {target.name for target in _known(parts)}
    return [
        terminal.t(
            f"delivery.targets.{name}: không có nơi nhận nào tên này",
            f"delivery.targets.{name}: there is no such target",
        )
        for name in parts.settings.policy.delivery.targets
        if name not in known
    ]


def _known(parts: Parts) -> list[Target]:
    """Every target that the settings and the registry know."""
    names: Mapping[TargetKind, tuple[str, ...]] = {
        TargetKind.AGENCIES: tuple(a.queue for a in parts.settings.registry.agencies),
        TargetKind.SOURCES: tuple(parts.adapters),
        TargetKind.OPERATORS: (OPERATORS,),
        TargetKind.ARRIVALS: (ARRIVALS, ARRIVALS_LARGE),
    }
    every = {Target(kind, name) for kind in names for name in names[kind]}
    return sorted(every)
