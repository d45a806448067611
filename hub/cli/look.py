"""Commands that look: check, trace, log, queues. None of them changes anything."""

import asyncio
from typing import Annotated

import typer

from hub.app import trust_problems
from hub.broker.connection import connect
from hub.broker.depths import Depth, depths
from hub.broker.topology import (
    ARRIVALS,
    ARRIVALS_LARGE,
    DEAD,
    PARKING,
    agency_queues,
)
from hub.cli.dossiers import doubts
from hub.cli.roles import running_broker
from hub.cli.say import FAILED, PERSON, terminal
from hub.cli.targets import strangers
from hub.console.timeline import line_of
from hub.console.words import DESKS, say
from hub.errors import BrokerUnavailable, HubError
from hub.journal.counts import Counts
from hub.model.agencies import Takes
from hub.model.ids import normal_code
from hub.parts import Parts, built
from hub.settings import Settings

_FOLLOW_SECONDS = 0.5
_NO_BROKER = (
    "chưa cấu hình và `hub up` chưa chạy",
    "none in the settings and `hub up` is not running",
)


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the main one."""
    app.command()(check)
    app.command(name="log")(log)
    app.command()(queues)


def check(
    *,
    live: Annotated[
        bool, typer.Option(help="Chỉ hỏi: còn chạy không? / Only: is it up?")
    ] = False,
) -> None:
    """Kiểm tra cấu hình và kết nối. / Check settings and connections."""
    settings = terminal.settings()
    down, person = terminal.run(_problems(settings, live=live))
    for problem in (*down, *person):
        terminal.console.print(f"  - {problem}", markup=False)
    if down:
        terminal.console.print(terminal.t("CHƯA SẴN SÀNG", "NOT READY"))
        raise typer.Exit(FAILED)
    if person:
        terminal.console.print(terminal.t("CẦN NGƯỜI XỬ LÝ", "NEEDS A PERSON"))
        raise typer.Exit(PERSON)
    terminal.console.print(terminal.t("SẴN SÀNG", "READY"))


async def _problems(settings: Settings, *, live: bool) -> tuple[list[str], list[str]]:
    """What is down (it may come back) and what only a person can put right."""
    person = [*await trust_problems(settings), *_unsafe(settings)]
    down = await _broker_down(settings)
    try:
        async with built(settings) as parts:
            await parts.store.queries.counts()
            for adapter in () if live else parts.adapters.values():
                person += await adapter.check()
            person += [] if live else [*await _missing(parts), *strangers(parts)]
    except HubError as error:
        down.insert(0, _named(str(error)))
    return down, [] if live else person


def _named(error: str) -> str:
    """Some errors say themselves what they are about; else it is the journal."""
    if error.startswith(("journal: ", "trust: ")):
        return error
    return terminal.t(f"nhật ký: {error}", f"journal: {error}")


async def _missing(parts: Parts) -> list[str]:
    """Revocation lists that were asked for in vain, no earlier one in force."""
    now = parts.clock.now()
    return [
        terminal.t(
            f"{row.wanted.url}: không tải được danh sách thu hồi ({row.why})",
            f"{row.wanted.url}: revocation list not to be had ({row.why})",
        )
        for row in await parts.trust.lists()
        if row.why and not row.in_force(now)
    ]


def _unsafe(settings: Settings) -> list[str]:
    """What works and still wants a person before real documents come."""
    file, found = settings.file, []
    if not file.alerts.webhook:
        found.append(
            terminal.t(
                "alerts.webhook: trống, báo động chỉ nằm trong nhật ký máy",
                "alerts.webhook: empty, an alarm is only a line in the log",
            )
        )
    if file.rehearsal:
        found.append(
            terminal.t(
                "rehearsal: chế độ diễn tập, không dùng cho văn bản thật",
                "rehearsal: not for real documents",
            )
        )
    return [*found, *_tokenless(settings), *doubts(settings)]


def _tokenless(settings: Settings) -> list[str]:
    """Agencies that cannot ask; to those that only ask, nothing comes at all."""
    known = {normal_code(access.code) for access in settings.file.agency_access}
    without = [
        a
        for a in settings.registry.agencies
        if known.isdisjoint(map(normal_code, (a.code, *a.aliases)))
    ]
    number, pulls = len(without), [a.code for a in without if a.takes is Takes.PULL]
    found = [
        terminal.t(
            f"agency_access: {number} cơ quan chưa có mã để tải bản gốc",
            f"agency_access: {number} agencies have no token to download",
        )
    ]
    asking = terminal.t(
        "nhận bằng REST mà chưa có mã", "takes by REST and has no token"
    )
    found += [f"agency_access: {code}: {asking}" for code in pulls]
    return found if without else []


async def _broker_down(settings: Settings) -> list[str]:
    url = running_broker(settings)
    if not url:
        return [f"RabbitMQ: {terminal.t(*_NO_BROKER)}"]
    try:
        link = await connect(url, "hub check", seconds=3)
    except HubError as error:
        return [f"RabbitMQ: {error}"]
    await link.close()
    return []


def log(
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f")] = False,
    count: Annotated[int, typer.Option("--count", "-n")] = 50,
) -> None:
    """Nhật ký định tuyến. / The routing log."""
    terminal.run(_log(terminal.settings(), count, follow=follow))


async def _log(settings: Settings, count: int, *, follow: bool) -> None:
    async with built(settings) as parts:
        after: int | None = None
        while True:
            for entry in await parts.store.queries.log(after, count):
                line = line_of(entry, terminal.language)
                text = f"{line.local}  {line.title:<28}  {line.detail}"
                terminal.show(text)
                after = entry.id
            if not follow:
                return
            after = after or 0
            await asyncio.sleep(_FOLLOW_SECONDS)


def queues(
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Cả hàng đợi trống. / Empty ones too.")
    ] = False,
) -> None:
    """Hàng đợi và việc chờ chuyển. / Queues and what waits to leave."""
    settings = terminal.settings()
    found, counts = terminal.run(_queues(settings))
    table = terminal.table(
        ("Hàng đợi", "Queue"), ("Chờ lấy", "Ready"), ("Người nhận", "Consumers")
    )
    for depth in found:
        if every or depth.ready or not depth.queue.startswith("agency."):
            ready = "–" if depth.ready is None else str(depth.ready)
            table.add_row(depth.queue, ready, str(depth.consumers))
    terminal.console.print(table, markup=False)
    for line in _waiting(counts):
        terminal.show(line)


def _waiting(counts: Counts) -> list[str]:
    """What waits, a line each."""
    out = terminal.t("Chờ chuyển", "Waiting to leave")
    desk = terminal.t("Danh sách", "List")
    return [
        *(f"{out}: {b.kind} → {b.target}: {b.rows}" for b in counts.outbox),
        *(
            f"{desk} {say(DESKS[d.desk], terminal.language)}: {d.items}"
            for d in counts.desks
        ),
        f"{terminal.t('Chưa quyết định', 'Undecided')}: {counts.undecided}",
        f"{terminal.t('Chữ ký chờ kiểm tra lại', 'To be judged again')}: "
        f"{counts.open_verdicts}",
    ]


async def _queues(settings: Settings) -> tuple[tuple[Depth, ...], Counts]:
    names = [ARRIVALS, ARRIVALS_LARGE, DEAD, PARKING]
    slugs = [a.queue for a in settings.registry.agencies]
    names += agency_queues(slugs, settings.policy.delivery.every_lane)
    async with built(settings) as parts:
        if not (url := running_broker(settings)):
            raise BrokerUnavailable(_NO_BROKER[terminal.language == "en"])
        link = await connect(url, "hub queues", seconds=3)
        async with link:
            return await depths(link, names), await parts.store.queries.counts()
