"""`hub dossiers procedures`: how many go online, by office, against the target."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from hub.cli.say import AsJson, terminal
from hub.console.timeline import plain
from hub.model.ids import AgencyCode
from hub.registry.procedures import ProcedureBook
from hub.settings import Settings

#: The level at which a citizen applies online and pays or fetches at the counter
#: (NĐ 43/2011/NĐ-CP, article 3), and the district's target for it in percent.
_ONLINE, _TARGET = 3, 70
_LEVELS = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Share:
    """The procedures of one office, or of all of them."""

    office: AgencyCode
    name: str
    procedures: int
    #: How many at levels 2, 3, 4.
    levels: tuple[int, ...]

    @property
    def percent(self) -> float:
        """The share at level 3."""
        return 100 * self.levels[_LEVELS.index(_ONLINE)] / max(self.procedures, 1)


def add_to(app: typer.Typer) -> None:
    """Hang the command on the group `dossiers`."""
    app.command()(procedures)


def procedures(
    *,
    target: Annotated[
        int, typer.Option(help="Chỉ tiêu mức độ 3, phần trăm. / Target, percent.")
    ] = _TARGET,
    as_json: AsJson = False,
) -> None:
    """Thủ tục theo mức độ, so với chỉ tiêu. / Procedures by level, and the target."""
    shares = shares_of(terminal.settings())
    if as_json:
        told = [{**asdict(one), "percent": round(one.percent, 1)} for one in shares]
        terminal.json(told)
        return
    levels = ((f"Mức độ {level}", f"Level {level}") for level in _LEVELS)
    table = terminal.table(
        ("Đơn vị", "Office"),
        ("Thủ tục", "Procedures"),
        *levels,
        ("Tỷ lệ mức độ 3", "Share at level 3"),
    )
    for one in shares:
        table.add_row(plain(one.name), *_numbers(one))
    terminal.show(table)
    terminal.show(_against(shares[-1], target))


def shares_of(settings: Settings) -> list[Share]:
    """One for each office that owns any, in the registry's order; all come last."""
    book: ProcedureBook = settings.procedures
    counts = Counter((p.office, p.level) for p in book.procedures)
    found = [
        _share(agency.code, agency.name, [counts[agency.code, n] for n in _LEVELS])
        for agency in settings.registry.agencies
    ]
    every = [sum(p.level == n for p in book.procedures) for n in _LEVELS]
    whole = _share(AgencyCode(""), terminal.t("Toàn huyện", "The district"), every)
    return [*(one for one in found if one.procedures), whole]


def _share(office: AgencyCode, name: str, levels: list[int]) -> Share:
    return Share(office, name, sum(levels), tuple(levels))


def _numbers(one: Share) -> tuple[str, ...]:
    counts = (str(count) for count in one.levels)
    return str(one.procedures), *counts, f"{one.percent:.1f} %"


def _against(whole: Share, target: int) -> str:
    """The target in procedures, and how many are missing."""
    wanted = -(-whole.procedures * target // 100)
    online = whole.levels[_LEVELS.index(_ONLINE)]
    return terminal.t(
        f"Mức độ 3: {online} trên {whole.procedures} ({whole.percent:.1f} %); "
        f"chỉ tiêu {target} % là {wanted} thủ tục, còn thiếu {max(wanted - online, 0)}",
        f"Level 3: {online} of {whole.procedures} ({whole.percent:.1f} %); "
        f"the target of {target} % is {wanted}, {max(wanted - online, 0)} to go",
    )
