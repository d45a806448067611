"""`hub agencies unsigned`: who has a certificate and sends without a signature."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import typer

from hub.cli.say import AsJson, terminal
from hub.console.timeline import VIETNAM, plain
from hub.model.agencies import Agency, Correspondent
from hub.model.ids import AgencyCode
from hub.model.records import DocumentRow
from hub.parts import built
from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class SentUnsigned:
    """One body with a certificate, and what it sent without using it."""

    code: AgencyCode
    name: str
    documents: int
    #: The newest of them.
    latest: str
    decided_at: datetime | None


def add_to(app: typer.Typer) -> None:
    """Hang the command on the group `agencies`."""
    app.command()(unsigned)


def unsigned(
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Từ ngày. / From this day on."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Đơn vị có chứng thư mà gửi không ký. / Who has a certificate and did not sign."""
    begin = since.replace(tzinfo=VIETNAM) if since else None
    found = terminal.run(_found(terminal.settings(), begin))
    if as_json:
        terminal.json([_values(one) for one in found])
        return
    table = terminal.table(
        ("Mã", "Code"),
        ("Đơn vị", "Unit"),
        ("Văn bản không ký", "Unsigned documents"),
        ("Gần nhất", "The latest"),
        ("Lúc", "At"),
    )
    for one in found:
        at = f"{one.decided_at.astimezone(VIETNAM):%d/%m/%Y}" if one.decided_at else "–"
        texts = (one.code, one.name, str(one.documents), plain(one.latest), at)
        table.add_row(*texts)
    terminal.show(table)


def _values(one: SentUnsigned) -> dict[str, object]:
    at = str(one.decided_at) if one.decided_at else None
    return asdict(one) | {"decided_at": at}


async def _found(settings: Settings, begin: datetime | None) -> list[SentUnsigned]:
    registry = settings.registry
    bodies: list[Agency | Correspondent] = [
        *(body for body in registry.agencies if body.certificates),
        *(body for body in registry.senders if body.certificates),
    ]
    codes = [code for body in bodies for code in (body.code, *body.aliases)]
    async with built(settings) as parts:
        rows = await parts.store.queries.unsigned(codes)
    late = [r for r in rows if begin is None or (r.decided_at or begin) >= begin]
    return sorted(_counted(bodies, late), key=lambda one: -one.documents)


def _counted(
    bodies: Sequence[Agency | Correspondent], rows: Sequence[DocumentRow]
) -> Iterator[SentUnsigned]:
    """The bodies that sent any; `rows` come newest first."""
    for body in bodies:
        codes = (body.code, *body.aliases)
        own = [row for row in rows if row.sender in codes]
        if own:
            latest = own[0].notation or own[0].document_id
            yield SentUnsigned(
                body.code, body.name, len(own), latest, own[0].decided_at
            )
