"""`hub agencies unaccepted`: what agencies published and no door could take."""

import getpass
from typing import Annotated

import typer

from hub.agencies.inbound import source_of
from hub.cli.bulk import SHOWN, local, named, require_reason
from hub.cli.say import FAILED, AsJson, terminal
from hub.console.timeline import plain
from hub.console.words import reason_in_words
from hub.journal.inbound import SqlUnaccepted
from hub.model.agencies import Agency
from hub.model.arrivals import Offer
from hub.model.faults import FaultCode
from hub.model.inbound import Unaccepted, UnacceptedItem
from hub.parts import Parts, built
from hub.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Hang the command on `hub agencies`."""
    app.command()(unaccepted)


def unaccepted(
    wanted: Annotated[
        str, typer.Argument(metavar="[ID]", help="Một gói. / One of them.")
    ] = "",
    *,
    take: Annotated[
        bool, typer.Option(help="Nhận vào, như gói cơ quan gửi. / Take it in now.")
    ] = False,
    seen: Annotated[
        bool, typer.Option(help="Đã xem, bỏ khỏi danh sách. / Off the list.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="Lý do, bắt buộc khi xử lý. / Why; due to move one.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Gói cơ quan gửi mà trục không nhận được. / Messages that were not taken in."""
    settings = terminal.settings()
    if take and seen:
        raise typer.BadParameter("--take, --seen")
    if not (take or seen):
        _look(settings, wanted, as_json=as_json)
        return
    require_reason(reason)
    done = terminal.run(_moved(settings, wanted, reason.strip(), take=take))
    words = ("Đã ghi.", "Noted.") if done else ("Không làm được.", "Cannot be done.")
    terminal.say(terminal.t(*words))
    if not done:
        raise typer.Exit(FAILED)


def _look(settings: Settings, wanted: str, *, as_json: bool) -> None:
    items = terminal.run(_listed(settings))
    if wanted:
        (one,) = named([wanted], [item.id for item in items])
        items = [item for item in items if item.id == one]
    if as_json:
        terminal.json(items)
        return
    _show(items)
    if wanted:
        terminal.say(items[0].what.story, indent=True)


def _show(items: list[UnacceptedItem]) -> None:
    table = terminal.table(
        ("Mã", "Id"),
        ("Từ lúc", "Since"),
        ("Cơ quan", "Agency"),
        ("message_id", "message_id"),
        ("Byte", "Bytes"),
        ("Lý do", "Reason"),
    )
    for item in items:
        what = item.what
        sender = what.agency or what.source
        told = (sender, what.message_id, str(what.size))
        why = reason_in_words(what.reason, terminal.language)
        short = (item.id[:SHOWN], local(item.since))
        table.add_row(*short, *map(plain, told), why)
    terminal.show(table)


async def _listed(settings: Settings) -> list[UnacceptedItem]:
    async with built(settings) as parts:
        return await SqlUnaccepted(parts.store.database).listed()


async def _moved(settings: Settings, wanted: str, reason: str, *, take: bool) -> bool:
    """Take one in, or take note of it; False: it may not be taken, or is off."""
    async with built(settings) as parts:
        refusals = SqlUnaccepted(parts.store.database)
        items = await refusals.listed()
        (one,) = named([wanted], [item.id for item in items])
        item = next(item for item in items if item.id == one)
        if take and not await _taken(parts, item.what):
            return False
        actor, now = getpass.getuser(), parts.clock.now()
        return await refusals.settled(item.id, actor, reason, now)


async def _taken(parts: Parts, what: Unaccepted) -> bool:
    """An arrival as if the door had taken it; what came another way is nobody's."""
    agency = _sender(parts, what)
    if agency is None or what.reason == FaultCode.NOT_PERMITTED:
        return False
    offer = Offer(
        source=source_of(agency),
        door_id=what.message_id or what.digest,
        digest=what.digest,
        size=what.size,
        content_type=what.content_type,
        user_id=what.user_id,
    )
    await parts.kit.intake.accept(offer)
    return True


def _sender(parts: Parts, what: Unaccepted) -> Agency | None:
    agencies = parts.settings.registry.agencies
    return next((a for a in agencies if source_of(a).name == what.source), None)
