"""`make bench`: our times as multiples of a floor's, both measured in one run.

    python -m tests.bench [--quick] [--only verify,memory,journal,publish,path,beside]

Ratios can be trusted within one run; milliseconds cannot be compared across runs.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import beside, memory, path, publishing, recording, verifying
from tests.bench.documents import Room, room
from tests.bench.rows import FULL, QUICK, Rounds, Row

RESULT = Path("build/bench.json")

Part = Callable[[Room, Path, Rounds], Iterable[Row]]
PARTS: dict[str, Part] = {
    "verify": verifying.rows,
    "memory": lambda room, folder, _: memory.rows(room, folder),
    "journal": recording.rows,
    "publish": lambda _, folder, rounds: publishing.rows(folder / "node", rounds),
    "path": path.rows,
    "beside": beside.rows,
}


def main() -> int:
    """Run the parts asked for, print and write what they found."""
    asked = _arguments()
    rounds = QUICK if asked.quick else FULL
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="lt-") as name:
        folder = Path(name)
        place = room(folder)
        for part in asked.only.split(","):
            sys.stderr.write(f"{part} … (load {os.getloadavg()[0]:.1f})\n")
            rows += PARTS[part](place, folder, rounds)
    _show(rows)
    _keep(rows)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--quick", action="store_true", help="few rounds, to try it")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, by commas")
    return parser.parse_args()


def _show(rows: Iterable[Row]) -> None:
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    table = Table(title=f"{os.cpu_count()} CPU, load {load}", title_justify="left")
    for title in ("what", "ratio", "must", "good", "", "ours ms", "floor ms"):
        numeric = title not in {"what", ""}
        table.add_column(title, justify="right" if numeric else "left")
    for row in rows:
        times = (_number(row.ours_ms), _number(row.floor_ms))
        goals = (_number(row.must), _number(row.good), row.met)
        table.add_row(f"{row.name}\n  {row.goal}", _number(row.ratio), *goals, *times)
    Console(width=150).print(table)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def _keep(rows: Iterable[Row]) -> None:
    RESULT.parent.mkdir(exist_ok=True)
    found = [{**asdict(row), "met": row.met} for row in rows]
    RESULT.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
