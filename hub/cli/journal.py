"""`hub journal verify | rebuild`: the memory proves itself."""

from dataclasses import asdict

import typer

from hub.cli.say import FAILED, terminal
from hub.journal.rebuild import rebuild as rebuild_journal
from hub.journal.verify import Report
from hub.journal.verify import verify as verify_journal
from hub.parts import Parts, built
from hub.pipeline.keeping import owners_of
from hub.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Nhật ký: kiểm chứng, dựng lại. / The journal."
)


@app.command()
def verify() -> None:
    """Kiểm chứng số, chuỗi băm, chứng cứ. / Verify numbers, chain and evidence."""
    problems = terminal.run(_verify(terminal.settings()))
    if problems:
        raise typer.Exit(FAILED)


async def _verify(settings: Settings) -> int:
    async with built(settings) as parts:
        report = await report_of(parts)
    _print(asdict(report))
    return len(report.problems)


async def report_of(parts: Parts) -> Report:
    """What `hub journal verify` finds, what verdicts were made of among it."""
    manifests = await parts.store.queries.manifests()
    made_of = await owners_of(parts.evidence, manifests)
    return await verify_journal(parts.store, parts.evidence, made_of)


@app.command()
def rebuild() -> None:
    """Dựng lại các bảng suy ra từ mục nhật ký. / Make the projections again."""
    terminal.run(_rebuild(terminal.settings()))


async def _rebuild(settings: Settings) -> None:
    async with built(settings) as parts:
        _print(asdict(await rebuild_journal(parts.store)))


def _print(values: dict[str, object]) -> None:
    for name, value in values.items():
        terminal.show(f"{name}: {value}")
