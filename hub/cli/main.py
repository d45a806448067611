"""The command line: `hub up | front | work | relay | check | send | trace | ...`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from hub.cli import (
    agencies,
    agencies_provision,
    agencies_unaccepted,
    backup,
    dead,
    deliveries,
    dossiers,
    forwards,
    held,
    journal,
    look,
    paper,
    policy,
    procedures,
    rehearse,
    rejudge,
    retention,
    roles,
    status,
    targets,
    tools,
    tracing,
    trust,
    unsigned,
    verify,
)
from hub.cli.say import terminal

app = typer.Typer(
    name="hub",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Liên thông: trục liên thông văn bản edXML. / The edXML exchange hub.",
)
roles.add_to(app)
look.add_to(app)
tracing.add_to(app)
tools.add_to(app)
verify.add_to(app)
rejudge.add_to(app)
backup.add_to(app)
procedures.add_to(dossiers.app)
unsigned.add_to(agencies.app)
app.add_typer(journal.app, name="journal")
app.add_typer(held.app, name="held")
app.add_typer(dead.app, name="dead")
app.add_typer(targets.app, name="targets")
agencies_provision.add_to(agencies.app)
agencies_unaccepted.add_to(agencies.app)
app.add_typer(agencies.app, name="agencies")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(dossiers.app, name="dossiers")
app.add_typer(forwards.app, name="forwards")
app.add_typer(status.app, name="status")
app.add_typer(paper.app, name="paper")
app.add_typer(policy.app, name="policy")
app.add_typer(trust.app, name="trust")
app.add_typer(rehearse.app, name="rehearse")
app.add_typer(retention.app, name="retention")


@app.callback()
def options(
    config: Annotated[
        Path | None,
        typer.Option(help="Tệp cấu hình (mặc định HUB_CONFIG, hub.yaml). / Settings."),
    ] = None,
    lang: Annotated[Literal["vi", "en"], typer.Option(help="vi | en")] = "vi",
) -> None:
    """Keep what every command needs."""
    terminal.config = config
    terminal.language = lang


def run() -> None:
    """The console script."""
    app()
