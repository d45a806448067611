"""Commands for one file: send it to a hub's door, verify its signatures."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from hub.app import judging_setup
from hub.cli.say import FAILED, PERSON, terminal
from hub.console.words import HEADLINES, say
from hub.edxml import hoist
from hub.errors import HubError
from hub.fetch.client import Allowed, FetchClient
from hub.judging import examine
from hub.judging.child import craft_of
from hub.judging.examine import Matter
from hub.model.arrivals import Door
from hub.model.faults import SENTENCES
from hub.model.findings import Headline, Verdict
from hub.signatures import judge
from hub.trust.folder import load

#: Exit status by headline; 1 is left for what could not be read.
_EXIT = {
    Headline.PASSED: 0,
    Headline.FAILED: 4,
    Headline.INDETERMINATE: PERSON,
    Headline.UNSIGNED: 5,
}
_ACCEPTED = 202


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
    terminal.console.print(body.decode(errors="replace"), markup=False)
    raise typer.Exit(0 if status == _ACCEPTED else FAILED)


async def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    fetch = FetchClient([Allowed.of(url, private=True)])
    try:
        return await fetch.post(url, body, headers)
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
    data = file.read_bytes()
    moment = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    try:
        verdict = _verdict(data, moment)
    except HubError as error:
        terminal.console.print(str(error), markup=False)
        raise typer.Exit(FAILED) from error
    if as_json:
        terminal.console.print_json(json.dumps(_plain(verdict), default=str))
    else:
        _report(verdict)
    raise typer.Exit(_EXIT[verdict.headline])


def _verdict(data: bytes, at: datetime) -> Verdict:
    settings = terminal.settings()
    craft = craft_of(judging_setup(settings))
    knowledge = load(settings.resolve(settings.file.trust))
    if data.startswith(b"%PDF-"):
        ground = judge.Ground(knowledge, craft.verification, craft.limits, at)
        empty = hoist.plain(b"<file/>")
        findings = judge.judge(empty, [(1, data)], ground)
        in_pdf = tuple(f for f in findings if f.attachment == 1)
        return Verdict(in_pdf, craft.policy_version, knowledge.version, main_pdf=1)
    matter = Matter(data, Door.AXIS_REST, "application/xml", at)
    examined = examine.examine(matter, craft, knowledge)
    if examined.fault:
        sentence = say(SENTENCES[examined.fault.code], terminal.language)
        terminal.console.print(
            f"[{examined.fault.code}] {sentence} {examined.fault.place}", markup=False
        )
        if examined.envelope is None:
            raise typer.Exit(FAILED)
    return examined.verdict


def _plain(verdict: Verdict) -> dict[str, Any]:
    built = dict(msgspec.to_builtins(verdict))
    built["headline"] = verdict.headline
    built["signed"] = verdict.signed
    built["all_valid"] = verdict.all_valid
    built["organization_signed"] = verdict.organization_signed
    for fact, finding in zip(built["findings"], verdict.findings, strict=True):
        fact["indication"] = finding.indication
    return built


def _report(verdict: Verdict) -> None:
    table = terminal.table(
        ("Chỗ ký", "Place"),
        ("Kết luận", "Conclusion"),
        ("Lý do", "Reasons"),
        ("Người ký", "Signer"),
    )
    for finding in verdict.findings:
        table.add_row(
            finding.place,
            str(finding.indication or finding.slot),
            ", ".join(finding.reasons),
            finding.signer.common_name if finding.signer else "",
        )
    terminal.console.print(table, markup=False)
    terminal.console.print(
        say(HEADLINES[verdict.headline], terminal.language), markup=False
    )
