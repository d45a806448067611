"""Commands that run something: up, front, work, relay, migrate."""

import asyncio
import json
import logging
import os
import secrets
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Annotated, Any

import typer

from hub import logs
from hub.app import run_front, run_relay, run_worker, trust_problems
from hub.broker.admins import NodeAdmin
from hub.broker.private_node import PrivateNode
from hub.broker.provision import queue_limit, vhost_of
from hub.cli.say import terminal
from hub.errors import BrokerUnavailable
from hub.parts import built
from hub.settings import Settings
from hub.supervisor import ChildSpec, Supervisor

log = logging.getLogger(__name__)

#: Seconds after the start.
_LIMIT_SECONDS = 30.0
#: What a running `hub up` leaves for other commands of the same settings.
RUN_FILE = "run.json"


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the main one."""
    for command in (up, front, work, relay, migrate):
        app.command()(command)


def front() -> None:
    """Cửa nhận HTTP và trang theo dõi. / HTTP doors and the window."""
    _role(run_front)


def work(
    *,
    large: Annotated[
        bool, typer.Option(help="Chỉ gói tin lớn. / Large arrivals only.")
    ] = False,
) -> None:
    """Đọc, kiểm tra chữ ký, quyết định. / Examine and decide."""
    _role(partial(run_worker, large=large))


def relay() -> None:
    """Chuyển đi, báo nhận, niêm phong nhật ký. / Send, answer, seal."""
    _role(run_relay)


def migrate() -> None:
    """Tạo hoặc nâng cấp bảng của nhật ký. / Make or upgrade the journal's tables."""
    terminal.run(_migrate(terminal.settings()))


async def _migrate(settings: Settings) -> None:
    async with built(settings, migrate=True):
        pass


def up(
    broker: Annotated[
        str,
        typer.Option(help="amqp://… có sẵn; trống: nút RabbitMQ riêng. / A broker."),
    ] = "",
) -> None:
    """Chạy tất cả trên một máy. / Everything on one machine."""
    settings = terminal.settings()
    _prepare(settings)
    codes: list[int] = []
    terminal.run(_until_stopped(_up(settings, broker or settings.broker_url, codes)))
    raise typer.Exit(max(codes, default=0))


async def _up(settings: Settings, broker: str, codes: list[int]) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    token = _window_token(settings)
    await _migrate(settings)
    node = None if broker else PrivateNode(settings.data / "rabbitmq")
    if node:
        await node.start()
    try:
        url = broker or (node.url if node else "")
        _leave_run_file(settings, url)
        await _greet(settings, token)
        codes.append(await _supervised(settings, url, node))
    finally:
        (settings.data / RUN_FILE).unlink(missing_ok=True)
        if node:
            await node.stop()


async def _supervised(settings: Settings, broker: str, node: PrivateNode | None) -> int:
    """Keep the children, and our node, until told to stop; the exit code."""
    supervisor = Supervisor(children(settings, broker), settings.data)
    work = (node.keep(), _limit_queues(settings, broker)) if node else ()
    keeping = [asyncio.create_task(each) for each in work]
    try:
        return await supervisor.run()
    finally:
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)


async def _limit_queues(settings: Settings, broker: str) -> None:
    """Our own node limits agencies' queues; `hub agencies provision` does elsewhere.

    Queues have a while to fill, and the tool that says so takes a second of its own:
    not while everything starts.
    """
    await asyncio.sleep(_LIMIT_SECONDS)
    length = settings.policy.delivery.queue_length
    admin = NodeAdmin(settings.data / "rabbitmq")
    try:
        await admin.load(queue_limit(vhost_of(broker), length))
    except BrokerUnavailable as error:
        log.warning("queues not limited", extra={"why": str(error)})


def children(settings: Settings, broker: str) -> list[ChildSpec]:
    """The processes of `hub up`, in starting order."""
    hub = [sys.executable, "-m", "hub", "--config", str(settings.path)]
    environment = {**os.environ, "HUB_BROKER__URL": broker, "PYTHONUNBUFFERED": "1"}
    commands = {
        "relay": ["relay"],
        "front": ["front"],
        "work-large": ["work", "--large"],
    }
    for number in range(settings.file.work.workers):
        commands[f"work-{number + 1}"] = ["work"]
    return [
        ChildSpec(name=name, argv=(*hub, *command), env=environment)
        for name, command in commands.items()
    ]


def running_broker(settings: Settings) -> str:
    """The broker of the settings, or of the `hub up` that runs on them."""
    if settings.broker_url:
        return settings.broker_url
    with suppress(OSError, ValueError, KeyError):
        values = json.loads((settings.data / RUN_FILE).read_text())
        return str(values["broker_url"])
    return ""


def _leave_run_file(settings: Settings, broker: str) -> None:
    """Pid and broker URL for `hub queues` and rehearsals; it holds a password."""
    path = settings.data / RUN_FILE
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"pid": os.getpid(), "broker_url": broker}))


def _window_token(settings: Settings) -> str:
    """The token of the window; made at the first start."""
    path = settings.resolve(settings.file.front.window_token_file)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text().strip()


async def _greet(settings: Settings, token: str) -> None:
    where = settings.file.front
    say = terminal.console.print
    say(
        terminal.t("Trang theo dõi (chỉ xem): ", "Window (read only): ")
        + f"http://{where.host}:{where.port}/window?token={token}",
        markup=False,
        highlight=False,
    )
    if settings.file.rehearsal:
        say(
            terminal.t(
                "CHẾ ĐỘ DIỄN TẬP: không dùng cho văn bản thật.",
                "REHEARSAL: not for real documents.",
            )
        )
    for problem in await trust_problems(settings):
        say(f"! {problem}", markup=False)


def _role(work_: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    settings = terminal.settings()
    _prepare(settings)
    terminal.run(_until_stopped(work_(settings)))


def _prepare(settings: Settings) -> None:
    """What every role does first: lines, and files that only we may read."""
    logs.configure()
    os.umask(0o077)
    if settings.file.rehearsal:
        log.warning("rehearsal settings: not for real documents")


async def _until_stopped(work_: Coroutine[Any, Any, None]) -> None:
    """Run until SIGTERM or SIGINT; then cancel, and let it put things in order."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work_)
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not stopped:
            raise
