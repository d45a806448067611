"""`hub rehearse axis | portal`: neighbours to rehearse with, faults on demand."""

import sys
from collections.abc import Callable, Coroutine
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.say import UNFIT, terminal

if TYPE_CHECKING:
    from hub.rehearsal.faults import Faults

app = typer.Typer(
    no_args_is_help=True,
    help="Trục và cổng giả để diễn tập, bật được lỗi. / A simulated axis and portal.",
)


def _option(help_text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(help=help_text)
    return option


_Host = Annotated[str, _option("Nơi lắng nghe. / Where to listen.")]
_Port = Annotated[int, typer.Option(min=0, max=65_535, help="0: cổng trống. / Free.")]
_Keys = Annotated[Path, _option("Thư mục khóa; chưa có thì tạo. / Keys.")]
_Faults = Annotated[str, _option("all; hoặc tên=tỷ lệ, cách bằng dấu phẩy. / Faults.")]
_Seed = Annotated[int, _option("Lặp lại y như cũ. / The same again.")]
_Ledger = Annotated[Path | None, _option("Ghi sổ khi dừng. / Ledger at the end.")]
_Seconds = Annotated[float, _option("Tự dừng sau bấy nhiêu giây. / 0: no end.")]
_System = Annotated[str, _option("systemid được cấp. / The id given to the hub.")]
_Codes = Annotated[str, _option("Mã hệ thống ấy được dùng. / Codes it may use.")]
_Load = Annotated[str, _option("Tên mẫu, all, hoặc số văn bản. / Samples, all, or N.")]
_Trust = Annotated[Path | None, _option("Ghi chứng thư của mẫu. / Their trust.")]
_Unknown = Annotated[str, _option("Nơi nhận lạ, lỗi 18. / Unknown receivers.")]
_Locked = Annotated[str, _option("Nơi nhận bị khóa, lỗi 23. / Locked receivers.")]
_Beside = Annotated[bool, _option("Tệp để cạnh edXML. / LGSP: files beside.")]
_TokenSeconds = Annotated[float, _option("Hạn của bearer. / Life of a bearer.")]
_Hub = Annotated[str, _option("http://… của trục, để đẩy vào. / Empty: it polls.")]
_Token = Annotated[Path | None, _option("Mã trình ở trục. / Token shown at the hub.")]
_User = Annotated[str, _option("Tài khoản ở trục. / Account at the hub.")]
_Password = Annotated[Path | None, _option("Mật khẩu ở trục. / Password there.")]
_Account = Annotated[str, _option("Tài khoản của trục ở đây. / The hub's name here.")]
_Unit = Annotated[str, _option("madonvi.")]
_Dossiers = Annotated[int, _option("Số hồ sơ. / How many.")]
_Odd = Annotated[str, _option("Thêm hồ sơ lạ, theo tên. / Odd ones beside them.")]
_Day = Annotated[str, _option("yyyy-MM-dd; trống: hôm nay. / Empty: today.")]
_Pause = Annotated[float, _option("Giây giữa hai lượt đẩy. / Between rounds.")]
_KEYS = Path("run/dien-tap")
#: What the extra `rehearsal` of the package brings.
_EXTRA = ("reportlab",)


@app.callback()
def ready() -> None:
    """Say what is not installed, rather than fail at an import."""
    if lacking := missing(_EXTRA):
        names = ", ".join(lacking)
        why = terminal.t("Chưa cài", "Not installed")
        sys.stderr.write(f"{why}: {names}; pip install 'lienthong[rehearsal]'\n")
        raise typer.Exit(UNFIT)


def missing(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some packages that are not installed."""
    return tuple(name for name in names if find_spec(name) is None)


@app.command()
def axis(  # noqa: PLR0913 - each is an option of the command line
    *,
    port: _Port = 9081,
    host: _Host = "127.0.0.1",
    keys: _Keys = _KEYS,
    system: _System = "HUB",
    codes: _Codes = "",
    load: _Load = "",
    trust: _Trust = None,
    unknown: _Unknown = "",
    locked: _Locked = "",
    token_seconds: _TokenSeconds = 1800,
    beside: _Beside = False,
    faults: _Faults = "",
    seed: _Seed = 1,
    ledger: _Ledger = None,
    seconds: _Seconds = 0,
) -> None:
    """Trục giả: VXP và LGSP trên cùng một sổ. / An axis: VXP and LGSPs, one ledger."""
    # The rehearsal draws and signs PDFs: a second, and packages no other command needs.
    from hub.rehearsal.run_axis import AxisOptions, run_axis  # noqa: PLC0415 - see above

    options = AxisOptions(
        keys,
        system,
        host,
        port,
        _words(codes),
        _words(load),
        trust,
        _words(unknown),
        _words(locked),
        token_seconds,
        ledger,
        seconds,
        beside,
    )
    _run(lambda made: run_axis(options, made), faults, seed)


@app.command()
def portal(  # noqa: PLR0913 - each is an option of the command line
    *,
    port: _Port = 9082,
    host: _Host = "127.0.0.1",
    keys: _Keys = _KEYS,
    dossiers: _Dossiers = 10,
    odd: _Odd = "",
    day: _Day = "",
    hub: _Hub = "",
    token_file: _Token = None,
    username: _User = "",
    password_file: _Password = None,
    account: _Account = "truc",
    unit: _Unit = "",
    pause: _Pause = 5,
    faults: _Faults = "",
    seed: _Seed = 1,
    ledger: _Ledger = None,
    seconds: _Seconds = 0,
) -> None:
    """Cổng giả: đẩy hồ sơ vào trục, hoặc đợi hỏi. / A portal: pushes or is asked."""
    # As above.
    from hub.rehearsal.run_portal import PortalOptions, run_portal  # noqa: PLC0415 - see above

    door = (hub, token_file, username, password_file, account, unit, pause)
    options = PortalOptions(
        keys, host, port, dossiers, _words(odd), day, *door, ledger, seconds
    )
    _run(lambda made: run_portal(options, made), faults, seed)


def _run(
    work: "Callable[[Faults], Coroutine[None, None, None]]", words: str, seed: int
) -> None:
    """Run a simulator; what cannot be is told in a line, exit 2."""
    from hub.rehearsal.faults import Faults  # noqa: PLC0415 - see axis

    try:
        terminal.run(work(Faults.named(list(_words(words)), seed)))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(UNFIT) from error


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
