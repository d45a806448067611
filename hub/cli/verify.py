"""`hub verify`: one file's signatures, by itself; no broker, journal or settings."""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from hub.cli.at_hand import policy_in, settings_at_hand
from hub.cli.say import FAILED, PERSON, terminal
from hub.console.report import Row, rows
from hub.console.timeline import VIETNAM, plain
from hub.errors import SettingsError
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.knowledge import Knowledge
from hub.model.policy import Policy
from hub.model.reports import Report
from hub.model.verdicts import Headline
from hub.pipeline.reports import canonical, report
from hub.resources import resource
from hub.settings import Settings
from hub.trust.bound import bound
from hub.trust.folder import load as load_trust

#: Exit status by headline; 1 is left for what could not be read.
EXIT = {
    Headline.PASSED: 0,
    Headline.FAILED: 4,
    Headline.INDETERMINATE: PERSON,
    Headline.UNSIGNED: 5,
}
#: X.509 writes dates from 1950 on; far dates leave what can be counted with.
_FIRST_YEAR, _LAST_YEAR = 1950, 2500
#: What a file of another kind is called.
_OTHER_FILES = frozenset({FaultCode.NOT_XML, FaultCode.NOT_EDXML})

_File = Annotated[
    Path | None, typer.Argument(exists=True, dir_okay=False, metavar="TỆP|FILE")
]
_Policy = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Tệp chính sách. / Policy file."),
]
_Trust = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        file_okay=False,
        help="Thư mục tin cậy: anchors/, intermediates/, crls/, ocsps/. / Trust.",
    ),
]
_At = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Xét tại thời điểm (ISO 8601; không ghi múi giờ là giờ Việt Nam)."
        " / Judge as of; without a zone: Vietnam time.",
    ),
]
_Sender = Annotated[
    str,
    typer.Option(
        metavar="MÃ|CODE",
        help="Tệp PDF được cho là của cơ quan nào (mã trong danh bạ)."
        " / Whose a PDF is said to be, by its code in the registry.",
    ),
]
_Again = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        help="Xét lại văn bản trục đã nhận: như lúc đó và hôm nay."
        " / Judge again what the hub has: as of then and as of today.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Hang the command on the main one."""
    app.command()(verify)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a file is judged by, besides the moment."""

    policy: Policy
    knowledge: Knowledge
    #: Whose a PDF is said to be.
    sender: AgencyCode


def moment_of(text: str | None) -> datetime | None:
    """ISO 8601; without a zone it is Vietnam time, without a time midnight."""
    if text is None:
        return None
    try:
        return _utc(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError) as error:
        told = terminal.t(
            "không phải thời điểm ISO 8601; viết như",
            "is no ISO 8601 moment; write it as",
        )
        raise typer.BadParameter(
            f"{text!r} {told} 2026-11-24, 2026-11-24T13:00, 2026-11-24T06:00Z",
            param_hint="--at",
        ) from error


def _utc(moment: datetime) -> datetime:
    """Raises ValueError, OverflowError where no certificate can have been in force."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    known = aware.astimezone(UTC)
    if not _FIRST_YEAR <= known.year <= _LAST_YEAR:
        raise ValueError("out of reach")
    return known


def verify(  # noqa: PLR0913 - each option of a command is a parameter
    file: _File = None,
    policy: _Policy = None,
    trust: _Trust = None,
    at: _At = None,
    source: Annotated[
        str, typer.Option(help="Theo chính sách của nguồn nào. / Whose policy.")
    ] = "default",
    sender: _Sender = "",
    *,
    again: _Again = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Cho máy đọc. / For machines.")
    ] = False,
) -> None:
    """Kiểm tra chữ ký của một tệp edXML hoặc PDF. / Verify an edXML or PDF file.

    Mã kết thúc / exit status: 0 hợp lệ / passed, 3 chưa kết luận / indeterminate,
    4 không hợp lệ / failed, 5 không có chữ ký / unsigned, 1 không đọc được / not read.
    --again: 0 đúng như đã ghi và hôm nay vẫn thế / as recorded and still so, 6 hôm nay
    kết luận khác / today says otherwise, 7 không ra như đã ghi / not as recorded.
    """
    if again is not None and not any((file, policy, trust, at, sender)):
        _again(again, as_json=as_json)
    if file is None or again is not None:
        raise typer.BadParameter(_one_of_two())
    moment = moment_of(at) or datetime.now(UTC)
    ground = _ground(policy, trust, AgencyCode(sender))
    _say_unknown_names(ground, source)
    made = _judged(file.read_bytes(), moment, ground, source)
    if as_json:
        print_json(made)
    else:
        terminal.say(f"{file.name} · SHA-256 {made.sha256}")
        for row in rows(made, terminal.language):
            print_row(row)
        _say_what_is_read(made)
    raise typer.Exit(FAILED if made.headline is None else EXIT[made.headline])


def _one_of_two() -> str:
    return terminal.t(
        "cần đúng một trong hai: TỆP (kèm --policy, --trust, --at, --source,"
        " --sender), hoặc --again MÃ (không kèm gì, trừ --json)",
        "one of the two is needed: FILE (with --policy, --trust, --at, --source,"
        " --sender), or --again ID (with nothing but --json)",
    )


def _again(wanted: str, *, as_json: bool) -> NoReturn:
    # No other command needs the judging child's side of things.
    from hub.cli import again  # noqa: PLC0415 - 0.3 s

    found = again.again(wanted)
    if as_json:
        print_json(found)
    else:
        again.tell(found)
    raise typer.Exit(again.status(found))


def print_json(value: object) -> None:
    """The canonical JSON, set out in lines; nothing in it moves a cursor."""
    text = msgspec.json.format(canonical(value), indent=2).decode()
    sys.stdout.write("".join(map(_escaped, text)) + "\n")


def _escaped(letter: str) -> str:
    harmless = letter == "\n" or letter.isprintable()
    return letter if harmless else json.dumps(letter)[1:-1]


def print_row(row: Row) -> None:
    """One line of a report."""
    label, text = row
    terminal.say(f"{label}: {text}" if label else text, indent=bool(label))


def _judged(data: bytes, at: datetime, ground: Ground, source: str) -> Report:
    # No other command needs pyHanko and its kin, and each role is a command.
    from hub.judging.alone import examined, setup_of  # noqa: PLC0415 - 0.5 s and 40 MB

    policy = ground.policy
    found = examined(data, at, setup_of(policy), ground.knowledge, ground.sender)
    return report(found, policy, source)


def _ground(policy: Path | None, trust: Path | None, sender: AgencyCode) -> Ground:
    """What was given; else what the settings name, where there are any; else ours."""
    try:
        known = None if policy and trust else settings_at_hand()
        folder = trust or _trust_of(known)
        knowledge = load_trust(folder)
        if known:
            knowledge = bound(knowledge, known.registry.bindings())
        chosen = policy_in(policy) if policy else _policy_of(known)
    except SettingsError as error:
        terminal.unfit(error)
    if not knowledge.anchors:
        _say_no_anchors(folder)
    return Ground(chosen, knowledge, sender)


def _trust_of(known: Settings | None) -> Path:
    return known.resolve(known.file.trust) if known else resource("config", "trust")


def _policy_of(known: Settings | None) -> Policy:
    return known.policy if known else policy_in(resource("config", "policy.yaml"))


def _say_what_is_read(made: Report) -> None:
    """A .docx, a picture, a mail: whoever hands it in learns what can be read."""
    if made.fault is None or made.fault.code not in _OTHER_FILES:
        return
    terminal.say(
        terminal.t(
            "Lệnh này chỉ đọc edXML trần và PDF. Bản gốc nhiều phần (thư, SOAP, form)"
            " mà trục đã nhận: hub verify --again MÃ.",
            "Only bare edXML and PDF are read here. For a multipart original (mail,"
            " SOAP, form) that the hub has: hub verify --again ID.",
        ),
        indent=True,
    )


def _say_unknown_names(ground: Ground, source: str) -> None:
    """A name mistyped would else be judged as if it were nobody's."""
    if source not in ground.policy.signatures:
        told = terminal.t(
            f"Chính sách không có mục riêng cho nguồn «{source}»: dùng default.",
            f"The policy has no entry for the source «{source}»: default is taken.",
        )
        sys.stderr.write(plain(told) + "\n")
    bound_to = {code for one in ground.knowledge.bindings for code in one.codes}
    if ground.sender and ground.sender not in bound_to:
        told = terminal.t(
            f"Danh bạ không gắn chứng thư nào cho mã «{ground.sender}».",
            f"The registry binds no certificate to the code «{ground.sender}».",
        )
        sys.stderr.write(plain(told) + "\n")


def _say_no_anchors(folder: Path) -> None:
    told = terminal.t(
        f"Chưa có gốc tin cậy nào trong {folder}/anchors: không chữ ký nào có thể hợp"
        " lệ. Chỉ thư mục khác bằng --trust.",
        f"No anchor in {folder}/anchors: no signature can pass. Name another folder"
        " with --trust.",
    )
    sys.stderr.write(told + "\n")
