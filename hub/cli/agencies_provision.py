"""`hub agencies provision | unread`: users at the broker, queues nobody reads."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from hub.broker.admins import HttpAdmin, NodeAdmin, bare
from hub.broker.provision import (
    Admin,
    Credentials,
    Provisioned,
    login_of,
    provision,
    remove,
    rights_of,
    user_of,
    vhost_of,
)
from hub.broker.topology import agency_queues, inbound_exchange
from hub.cli.roles import running_broker
from hub.cli.say import PERSON, AsJson, terminal
from hub.errors import SettingsError
from hub.fetch.client import Allowed, FetchClient
from hub.journal.clocked import Clocked
from hub.journal.projecting import QUEUE_CLOCKED
from hub.model.agencies import Agency, Takes
from hub.model.calendar import VIETNAM
from hub.model.ids import AgencyCode
from hub.model.records import DeskItem
from hub.parts import built, clock_of
from hub.settings import Settings, why_unread


def add_to(app: typer.Typer) -> None:
    """Hang the command on `hub agencies`."""
    app.command(name="provision")(provision_)
    app.command()(unread)


def provision_(
    agencies: Annotated[
        list[str] | None,
        typer.Argument(
            help="Tên hàng đợi hoặc mã cơ quan; trống: mọi cơ quan nhận qua AMQP. / "
            "Queues or codes; none: all that take by AMQP."
        ),
    ] = None,
    *,
    rotate: Annotated[
        bool, typer.Option(help="Cấp mật khẩu mới. / New passwords.")
    ] = False,
    remove_: Annotated[
        bool,
        typer.Option("--remove", help="Xóa tài khoản, ngắt kết nối. / Delete users."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Cấp tài khoản RabbitMQ cho cơ quan, in mật khẩu một lần. / Users for agencies."""
    settings = terminal.settings()
    if (rotate or remove_) and not agencies:
        terminal.fail("Nêu rõ cơ quan nào.", "Name the agencies.")
    if remove_:
        _remove(settings, agencies or [], as_json=as_json)
        return
    wanted = _wanted(settings, agencies or [])
    done = terminal.run(_provisioned(settings, wanted, rotate=rotate))
    if as_json:
        terminal.json(_values(settings, wanted, done))
    else:
        _print(wanted, done)


def unread(
    *,
    as_json: AsJson = False,
) -> None:
    """Hàng đợi mà cơ quan không đọc, hoặc sắp đầy. / Queues that are not read."""
    settings = terminal.settings()
    items = terminal.run(_unread(settings))
    names = {agency.code: agency.name for agency in settings.registry.agencies}
    if as_json:
        rows = [
            {"queue": i.reason, "agency": i.agency, "since": i.since.isoformat()}
            for i in items
        ]
        terminal.json(rows)
        return
    table = terminal.table(
        ("Từ lúc", "Since"), ("Cơ quan", "Agency"), ("Hàng đợi", "Queue")
    )
    for item in items:
        since = f"{item.since.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
        table.add_row(since, names.get(item.agency or AgencyCode(""), ""), item.reason)
    terminal.show(table)


async def _unread(settings: Settings) -> list[DeskItem]:
    async with built(settings) as parts:
        return await Clocked(parts.store.database, QUEUE_CLOCKED).listed()


async def _provisioned(
    settings: Settings, wanted: Sequence[Agency], *, rotate: bool
) -> Provisioned:
    async with _way(settings) as admin:
        return await provision(
            admin,
            vhost_of(running_broker(settings)),
            [agency.queue for agency in wanted],
            known=[agency.queue for agency in settings.registry.agencies],
            rotate=rotate,
            queue_length=settings.policy.delivery.queue_length,
        )


def _remove(settings: Settings, named: Sequence[str], *, as_json: bool) -> None:
    """Users of agencies that left the registry go by the name of their queue."""
    slugs = [_slug(settings, name) for name in named]
    gone = terminal.run(_removed(settings, slugs))
    if as_json:
        terminal.json({"removed": gone})
        return
    for slug in slugs:
        done = slug in gone
        words = ("đã xóa", "deleted") if done else ("không có", "there is none")
        terminal.say(f"{user_of(slug)}: {terminal.t(*words)}")
    if len(gone) < len(slugs):
        raise typer.Exit(PERSON)


async def _removed(settings: Settings, slugs: Sequence[str]) -> tuple[str, ...]:
    async with _way(settings) as admin:
        return await remove(admin, slugs)


@asynccontextmanager
async def _way(settings: Settings) -> AsyncIterator[Admin]:
    """The way to the broker's users; raises SettingsError where there is none."""
    try:
        url = settings.file.broker_admin.read(settings.base)
    except (OSError, UnicodeDecodeError) as error:
        problem = f"broker_admin.url_file: {why_unread(error)}"
        raise SettingsError((problem,)) from error
    if not url:
        yield _own_node(settings)
        return
    fetch = FetchClient([Allowed.of(bare(url), private=True, files=False)])
    try:
        yield HttpAdmin(fetch, url)
    finally:
        await fetch.close()


def _own_node(settings: Settings) -> NodeAdmin:
    if settings.broker_url or not running_broker(settings):
        raise SettingsError(
            (
                "broker_admin: nêu địa chỉ quản trị RabbitMQ, hoặc chạy `hub up` trước"
                " / name RabbitMQ's management API, or start `hub up` first",
            )
        )
    return NodeAdmin(settings.data / "rabbitmq")


def _wanted(settings: Settings, named: Sequence[str]) -> list[Agency]:
    """Those named, or all of today that read queues; ends where one is unknown."""
    agencies, today = settings.registry.agencies, clock_of(settings).now().date()
    if not named:
        return [
            agency
            for agency in agencies
            if agency.takes is Takes.AMQP
            and (agency.valid_until is None or agency.valid_until >= today)
        ]
    by_queue = {agency.queue: agency for agency in agencies}
    found = [
        by_queue.get(name) or settings.registry.find(AgencyCode(name), today)
        for name in named
    ]
    unknown = [n for n, agency in zip(named, found, strict=True) if agency is None]
    if unknown:
        terminal.fail(
            f"Không có cơ quan: {', '.join(unknown)}",
            f"No such agency: {', '.join(unknown)}",
        )
    return [agency for agency in found if agency is not None]


def _slug(settings: Settings, name: str) -> str:
    today = clock_of(settings).now().date()
    agency = settings.registry.find(AgencyCode(name), today)
    return agency.queue if agency else name


def _print(wanted: Sequence[Agency], done: Provisioned) -> None:
    t = terminal.t
    if done.made:
        _print_made(wanted, done)
    if done.kept:
        terminal.say(
            f"{len(done.kept)} "
            + t("tài khoản đã có, đặt lại quyền", "users were there, rights set again")
        )
    for slug in done.connected:
        line = t(
            f"! {user_of(slug)}: chưa ngắt được kết nối đang mở bằng mật khẩu cũ; "
            f"chạy lại, hoặc --remove rồi cấp lại",
            f"! {user_of(slug)}: connections by the old password are still open; "
            f"again, or --remove and provision",
        )
        terminal.say(line)
    for slug in done.strangers:
        line = t(
            f"! {user_of(slug)}: không còn cơ quan nào; xóa: "
            f"hub agencies provision --remove {slug}",
            f"! {user_of(slug)}: of no agency; delete: "
            f"hub agencies provision --remove {slug}",
        )
        terminal.say(line)


def _print_made(wanted: Sequence[Agency], done: Provisioned) -> None:
    names = {agency.queue: agency.name for agency in wanted}
    table = terminal.table(
        ("Cơ quan", "Agency"),
        ("Tài khoản", "User"),
        ("Mật khẩu", "Password"),
        ("Gửi vào", "Sends to"),
    )
    table.columns[2].no_wrap = True  # a password in two lines is copied wrong
    for one in done.made:
        exchange = inbound_exchange(one.slug)
        table.add_row(names[one.slug], one.user, one.password, exchange)
    terminal.show(table)
    terminal.say(
        terminal.t(
            "Mật khẩu chỉ hiện lần này: giao tận tay từng cơ quan.",
            "Passwords are shown this once: hand each to its agency.",
        )
    )


def _values(
    settings: Settings, wanted: Sequence[Agency], done: Provisioned
) -> dict[str, object]:
    lanes = settings.policy.delivery.every_lane
    by_slug = {agency.queue: agency for agency in wanted}
    broker = running_broker(settings)

    def told(one: Credentials) -> dict[str, object]:
        return {
            "agency": by_slug[one.slug].code,
            "name": by_slug[one.slug].name,
            "user": one.user,
            "password": one.password,
            "url": login_of(broker, one),
            "vhost": vhost_of(broker),
            "queues": agency_queues((one.slug,), lanes),
            "exchange": inbound_exchange(one.slug),
            "read": rights_of(one.slug).read,
        }

    return {
        "made": [told(one) for one in done.made],
        "kept": done.kept,
        "strangers": done.strangers,
        "connected": done.connected,
    }
