"""The command that sends one file to a hub's door, as an axis would."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.say import FAILED, terminal
from hub.fetch.client import Allowed, FetchClient
from hub.model.calls import Call

_ACCEPTED = 202
_ANSWER_BYTES = 65_536


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the main one."""
    app.command()(send)


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
    terminal.say(body.decode(errors="replace"))
    raise typer.Exit(0 if status == _ACCEPTED else FAILED)


async def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    fetch = FetchClient([Allowed.of(url, private=True)])
    try:
        reply = await fetch.ask(Call("POST", url, headers, body), _ANSWER_BYTES)
        return reply.status, reply.body
    finally:
        await fetch.close()
