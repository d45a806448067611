"""`hub policy show`: the policy as tables an official can read, with its hash."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from hub.cli.at_hand import policy_in, settings_at_hand
from hub.cli.say import terminal
from hub.console.finding_words import FIELDS
from hub.console.policy_words import COLUMNS, DEMANDS, ROWS, TROUBLES
from hub.console.words import DISPOSITIONS, PAPER, Pair, say
from hub.errors import SettingsError
from hub.model.policy import GridRow, PaperPeriod, Policy, SignaturePolicy, SignedColumn
from hub.resources import resource

app = typer.Typer(
    no_args_is_help=True,
    help="Chính sách: chữ ký, bản giấy. / The policy: signatures, paper.",
)


@app.callback()
def policy() -> None:
    """Chính sách: chữ ký, bản giấy. / The policy: signatures, paper."""


@app.command()
def show(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Tệp chính sách; bỏ trống: của trục, không có thì bản kèm theo."
            " / A file; else this hub's, else as shipped.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """In chính sách dạng bảng, kèm ấn bản và mã băm. / Print it as tables."""
    try:
        path = file or _of_the_hub() or resource("config", "policy.yaml")
        shown = policy_in(path)
    except SettingsError as error:
        terminal.unfit(error)
    terminal.say(f"{terminal.t('Tệp', 'File')}: {path}")
    terminal.say(f"{terminal.t('Ấn bản', 'Edition')}: {shown.edition}")
    terminal.say(f"SHA-256: {shown.version}")
    _print(("Chữ ký, theo nguồn", "Signatures, by source"), _signatures(shown))
    for period in shown.paper.periods:
        _print(_begin(period), _paper(period))
    _weak(shown)


def _of_the_hub() -> Path | None:
    """The policy of the settings that were named or lie here; None: there are none."""
    known = settings_at_hand()
    return known.resolve(known.file.policy) if known else None


def _begin(period: PaperPeriod) -> Pair:
    first = period.first_day
    if first is None:
        return "Bản giấy, kỳ đầu", "Paper, first period"
    return f"Bản giấy, từ {first:%d/%m/%Y}", f"Paper, from {first}"


def _print(title: Pair, table: Table) -> None:
    terminal.say("")
    terminal.say(_t(title))
    terminal.show(table)


def _signatures(shown: Policy) -> Table:
    """A row for each finding, a column for each source."""
    sources = [(name, name) for name in shown.signatures]
    table = terminal.table(("Khi", "Where"), *sources, ("Khóa", "Key"))
    for key, meaning in TROUBLES.items():
        cells = [_remedy(key, one) for one in shown.signatures.values()]
        table.add_row(_t(meaning), *cells, key)
    fields = [_fields(one) for one in shown.signatures.values()]
    due = ("Trường phải ký trong XML", "Fields an XML signature must cover")
    table.add_row(_t(due), *fields, "signed_fields")
    return table


def _remedy(key: str, one: SignaturePolicy) -> str:
    if key == "timestamp":
        return _t(DEMANDS[one.timestamp])
    return _t(DISPOSITIONS[getattr(one, key)])


def _fields(one: SignaturePolicy) -> str:
    return ", ".join(_t(FIELDS[field]) for field in one.signed_fields) or "–"


def _paper(period: PaperPeriod) -> Table:
    """The grid of one period as policy.yaml has it."""
    columns = [COLUMNS[column] for column in SignedColumn]
    table = terminal.table(("Loại văn bản", "Type"), *columns)
    for row in GridRow:
        duties = [PAPER[period.cells[row][column]] for column in SignedColumn]
        table.add_row(_t(ROWS[row]), *map(_t, duties))
    return table


def _weak(shown: Policy) -> None:
    """From when on a weak signature takes paper with it."""
    until = shown.paper.weak_until
    terminal.say("")
    if until is None:
        told = terminal.t(
            "Chữ ký chỉ yếu (SHA-1): luôn gửi kèm bản giấy.",
            "What is only weakly signed (SHA-1) always takes paper with it.",
        )
    else:
        told = terminal.t(
            f"Chữ ký chỉ yếu (SHA-1) tính là đã ký đến hết {until:%d/%m/%Y}.",
            f"What is only weakly signed (SHA-1) counts as signed up to {until}.",
        )
    terminal.say(told)


def _t(pair: Pair) -> str:
    return say(pair, terminal.language)
