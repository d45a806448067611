"""Commands for one file: send it to a hub's door, verify its signatures."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from hub.app import judging_setup
from hub.cli.say import FAILED, PERSON, terminal
from hub.console.timeline import plain
from hub.console.words import HEADLINES, say
from hub.errors import SettingsError
from hub.fetch.client import Allowed, FetchClient
from hub.model.calls import Call
from hub.model.examined import Examined
from hub.model.faults import SENTENCES
from hub.model.verdicts import Headline, Verdict
from hub.trust.folder import load

#: Exit status by headline; 1 is left for what could not be read.
_EXIT = {
    Headline.PASSED: 0,
    Headline.FAILED: 4,
    Headline.INDETERMINATE: PERSON,
    Headline.UNSIGNED: 5,
}
_ACCEPTED = 202
_ANSWER_BYTES = 65_536


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the main one."""
    app.command()(send)
    app.command()(verify)


def send(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    to: Annotated[str, typer.Option(help="http://máy:cổng của trục. / The hub.")],
    token_file: Annotated[Path, typer.Option(exists=True, dir_okay=False)],
    content_type: str = "application/xml",
    key: Annotated[str, typer.Option(help="Khóa chống trùng. / Idempotency key.")] = "",
) -> None:
    """Gửi một gói tin vào cửa REST như trục liên thông. / Send a file as an axis."""
    headers = {
        "Authorization": f"Bearer {token_file.read_text().strip()}",
        "Content-Type": content_type,
    }
    if key:
        headers["Idempotency-Key"] = key
    url = f"{to}/axis/v1/documents"
    status, body = terminal.run(_post(url, file.read_bytes(), headers))
    _say(body.decode(errors="replace"))
    raise typer.Exit(0 if status == _ACCEPTED else FAILED)


async def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    fetch = FetchClient([Allowed.of(url, private=True)])
    try:
        reply = await fetch.ask(Call("POST", url, headers, body), _ANSWER_BYTES)
        return reply.status, reply.body
    finally:
        await fetch.close()


def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    at: Annotated[
        datetime | None, typer.Option(help="Thời điểm xét (UTC). / Judge as of.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Kiểm tra chữ ký của một tệp edXML hoặc PDF. / Verify an edXML or PDF file."""
    moment = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    examined = _examined(file.read_bytes(), moment)
    if as_json:
        terminal.console.print_json(json.dumps(_values(examined), default=str))
    else:
        _report(examined)
    raise typer.Exit(FAILED if _unread(examined) else _EXIT[examined.verdict.headline])


def _examined(data: bytes, at: datetime) -> Examined:
    # No other command needs pyHanko and its kin, and each role is a command.
    from hub.judging.alone import examined  # noqa: PLC0415 - 0.5 s and 40 MB

    settings = terminal.settings()
    try:
        knowledge = load(settings.resolve(settings.file.trust))
    except SettingsError as error:
        terminal.unfit(error)
    return examined(data, at, judging_setup(settings), knowledge)


def _unread(examined: Examined) -> bool:
    return examined.fault is not None and examined.envelope is None


def _values(examined: Examined) -> dict[str, Any]:
    """What `--json` prints: the fault, and the verdict where it was read."""
    fault = msgspec.to_builtins(examined.fault)
    if _unread(examined):
        return {"fault": fault}
    verdict = examined.verdict
    built = dict(msgspec.to_builtins(verdict))
    built["fault"] = fault
    built["headline"] = verdict.headline
    built["signed"] = verdict.signed
    built["all_valid"] = verdict.all_valid
    built["organization_signed"] = verdict.organization_signed
    for fact, finding in zip(built["findings"], verdict.findings, strict=True):
        fact["indication"] = finding.indication
    return built


def _report(examined: Examined) -> None:
    if fault := examined.fault:
        sentence = say(SENTENCES[fault.code], terminal.language)
        _say(f"[{fault.code}] {sentence} {fault.place}")
    if not _unread(examined):
        _report_verdict(examined.verdict)


def _report_verdict(verdict: Verdict) -> None:
    table = terminal.table(
        ("Chỗ ký", "Place"),
        ("Kết luận", "Conclusion"),
        ("Lý do", "Reasons"),
        ("Người ký", "Signer"),
    )
    for finding in verdict.findings:
        table.add_row(
            plain(finding.place),
            str(finding.indication or finding.slot),
            ", ".join(finding.reasons),
            plain(finding.signer.common_name) if finding.signer else "",
        )
    terminal.console.print(table, markup=False)
    _say(say(HEADLINES[verdict.headline], terminal.language))


def _say(text: str) -> None:
    """One line; what a stranger wrote cannot move the cursor or colour the page."""
    terminal.console.print(plain(text), markup=False, highlight=False)
