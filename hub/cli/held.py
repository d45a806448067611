"""`hub held list | release | retry`: what waits for a person, and a person's word."""

import getpass
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

import typer

from hub.cli.say import FAILED, terminal
from hub.console.timeline import VIETNAM, plain
from hub.console.words import DESKS, Pair, reason_in_words, say
from hub.journal.operators import Operators
from hub.journal.store import Store
from hub.model.ids import ArrivalId
from hub.model.records import DeskItem
from hub.parts import built
from hub.settings import Settings

#: Which of the operators' ways off a list.
Move = Callable[[ArrivalId, str, str, datetime], Awaitable[bool]]
Way = Callable[[Operators], Move]

#: Digits of an id that name it.
_SHORTEST = 6

app = typer.Typer(
    no_args_is_help=True, help="Văn bản chờ người xử lý. / What waits for a person."
)


@app.command(name="list")
def list_() -> None:
    """Mọi việc đang chờ, cũ nhất trước. / Everything that waits, oldest first."""
    table = terminal.table(
        ("Từ lúc", "Since"),
        ("Danh sách", "List"),
        ("Lý do", "Reason"),
        ("Lượt đến", "Arrival"),
    )
    table.columns[3].no_wrap = True
    for item in terminal.run(_desk(terminal.settings())):
        since = f"{item.since.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
        reason = plain(reason_in_words(item.reason, terminal.language))
        desk = say(DESKS[item.desk], terminal.language)
        table.add_row(since, desk, reason, item.arrival or "")
    terminal.show(table)


@app.command()
def release(
    arrival: Annotated[str, typer.Argument(help="Mã lượt đến. / The arrival's id.")],
    reason: Annotated[
        str, typer.Option(help="Vì sao cho qua. / Why.", prompt="Lý do / reason")
    ],
) -> None:
    """Cho qua một văn bản đang tạm giữ. / Let a held document pass."""
    # The rule `secrecy` still stands before a release.
    moved = _move(lambda operators: operators.release, arrival, reason)
    _tell(
        moved=moved,
        yes=("Đã cho qua; sẽ được kiểm tra lại.", "Released; examined again."),
        no=(
            "Không có văn bản tạm giữ nào mang mã này (văn bản mật không cho qua).",
            "Nothing is held under this id (a secret one is never released).",
        ),
    )


@app.command()
def retry(
    arrival: Annotated[str, typer.Argument(help="Mã lượt đến. / The arrival's id.")],
    reason: Annotated[
        str, typer.Option(help="Vì sao thử lại. / Why.", prompt="Lý do / reason")
    ],
) -> None:
    """Kiểm tra lại văn bản vướng lỗi phần mềm. / Examine a buried one again."""
    _tell(
        moved=_move(lambda operators: operators.retry, arrival, reason),
        yes=("Sẽ được kiểm tra lại từ đầu.", "It is examined anew."),
        no=(
            "Không có văn bản vướng lỗi nào mang mã này.",
            "Nothing was buried under this id.",
        ),
    )


def _tell(*, moved: bool, yes: Pair, no: Pair) -> None:
    terminal.console.print(terminal.t(*(yes if moved else no)))
    if not moved:
        raise typer.Exit(FAILED)


def _move(way: Way, wanted: str, reason: str) -> bool:
    return terminal.run(_moved(terminal.settings(), way, wanted, reason))


async def _desk(settings: Settings) -> list[DeskItem]:
    async with built(settings) as parts:
        return await parts.store.queries.desk()


async def _moved(settings: Settings, way: Way, wanted: str, reason: str) -> bool:
    """One operator's entry with its reason, and a wake row."""
    async with built(settings) as parts:
        move = way(parts.store.operators)
        arrival = await _whole(parts.store, wanted)
        return await move(arrival, getpass.getuser(), reason, parts.clock.now())


async def _whole(store: Store, wanted: str) -> ArrivalId:
    """The one arrival on a list whose id begins so; what was written where not one."""
    waiting = {i.arrival for i in await store.queries.desk() if i.arrival}
    begun = [a for a in waiting if len(wanted) >= _SHORTEST and a.startswith(wanted)]
    return begun[0] if len(begun) == 1 else ArrivalId(wanted)
