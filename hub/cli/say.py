"""The terminal: two languages, tables, and how an error ends a command."""

import asyncio
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from hub.console.timeline import plain
from hub.errors import HubError, SettingsError
from hub.settings import Settings
from hub.sources import load

T = TypeVar("T")

#: Exit codes: 1 it did not work, 2 the settings are wrong, 3 a person must act.
FAILED, UNFIT, PERSON = 1, 2, 3

AsJson = Annotated[bool, typer.Option("--json", help="JSON.")]


@dataclass(slots=True)
class Terminal:
    """What every command was called with."""

    config: Path | None = None
    language: str = "vi"
    console: Console = field(default_factory=lambda: Console(soft_wrap=True))

    def t(self, vietnamese: str, english: str) -> str:
        """The sentence in the language asked for."""
        return english if self.language == "en" else vietnamese

    def table(self, *titles: tuple[str, str]) -> Table:
        """A quiet table; each title in both languages."""
        table = Table(box=None, pad_edge=False)
        for title in titles:
            table.add_column(self.t(*title), overflow="fold")
        return table

    def say(self, text: str, *, indent: bool = False) -> None:
        """One line; a stranger's words cannot move the cursor or colour the page."""
        self.show(f"   {plain(text)}" if indent else plain(text))

    def show(self, what: Table | str) -> None:
        """A table, or lines as they are: nothing in them is markup."""
        self.console.print(what, markup=False, highlight=False)

    def json(self, value: object) -> None:
        """One JSON value; moments stand in ISO 8601, dataclasses as objects."""
        text = msgspec.json.format(msgspec.json.encode(value), indent=2)
        self.show(text.decode())

    def fail(self, vietnamese: str, english: str) -> NoReturn:
        """One sentence in the language asked for, and exit 1."""
        self.say(self.t(vietnamese, english))
        raise typer.Exit(FAILED)

    def settings(self) -> Settings:
        """The settings, or every problem of them and exit 2."""
        try:
            return load(self.config)
        except SettingsError as error:
            self.unfit(error)

    def unfit(self, error: SettingsError) -> NoReturn:
        """Print every problem and end with 2."""
        title = self.t("Cấu hình chưa đạt:", "The settings are not fit:")
        told = [title, *(f"  - {plain(problem)}" for problem in error.problems), ""]
        sys.stderr.write("\n".join(told))
        raise typer.Exit(UNFIT)

    def run(self, work: Coroutine[None, None, T]) -> T:
        """Run a coroutine; what the hub knows how to answer ends in a sentence."""
        try:
            return asyncio.run(work)
        except SettingsError as error:
            self.unfit(error)
        except HubError as error:
            sys.stderr.write(f"{type(error).__doc__} {error}\n")
            raise typer.Exit(FAILED) from error


terminal = Terminal()
