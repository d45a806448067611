"""Broker, database, evidence disk, axis and mail: each away and back in full flow.

Documents come from an axis and by mail all the time; whoever sends, sends until it is
taken. The hub is one `hub up` that nobody touches: it comes back by itself.
"""

import asyncio
import email
import itertools
import json
import os
import signal
import smtplib
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path
from shutil import rmtree

import asyncpg
import pytest

from hub.errors import SourceUnavailable
from hub.model.ids import digest_of
from hub.rehearsal import mails
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.load import bulk
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.pki import Pki
from hub.rehearsal.running import RunningHub
from hub.rehearsal.samples import Scene
from hub.rehearsal.stage import Stage, Wishes, set_stage
from tests.acceptance.conftest import a_mail_door, need_broker
from tests.acceptance.outsiders import hub, mail_port
from tests.acceptance.test_mail import letter
from tests.chaos.test_kill import Tally, Target, drain, matching
from tests.integration.journal import postgres_node

pytestmark = [pytest.mark.broker, pytest.mark.postgres, pytest.mark.full]

#: Seconds that each is away.
AWAY = 8
#: Seconds by which documents are through again: pauses of breakers, a node's start.
BACK = 120
#: Documents that must come through whole before it counts as back.
THROUGH = 5
BROKER = Target("broker", ("beam.smp",))


@dataclass
class World:
    """A hub on PostgreSQL, its neighbours, and what they sent and heard."""

    stage: Stage
    scene: Scene
    axis: RehearsalAxis
    sink: MailSink
    hub: RunningHub
    database: postgres_node.Node
    #: Door id -> digest of what the axis was told is taken; the same of mails, by id.
    by_axis: dict[str, str] = field(default_factory=dict)
    by_mail: dict[str, str] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def answered_letters(self) -> set[str]:
        """Ids of the mails that were answered by a receipt."""
        told = (
            email.message_from_bytes(one.data, policy=default)
            for one in self.sink.mails
        )
        return {str(one["In-Reply-To"]) for one in told}

    async def axis_sends(self) -> None:
        for sample in bulk(100_000, self.scene):
            while not self.ended.is_set():
                with suppress(SourceUnavailable):
                    handed = await self.axis.send(sample)
                    if handed.taken:
                        self.by_axis[handed.door_id] = digest_of(sample.xml)
                        break
                await asyncio.sleep(0.2)
            if self.ended.is_set():
                return
            await asyncio.sleep(0.2)

    async def mail_comes(self) -> None:
        for number in itertools.count(1):
            data = letter(number, *mails.received())
            while not self.ended.is_set():
                with suppress(smtplib.SMTPException, OSError):
                    await asyncio.to_thread(push, mail_port(self.stage), data)
                    self.by_mail[f"<{number}@mail.example>"] = digest_of(data)
                    break
                await asyncio.sleep(0.5)
            if self.ended.is_set():
                return
            await asyncio.sleep(1)


def push(port: int, data: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.sendmail(mails.ADDRESS, [mails.MAILBOX], data)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    need_broker()
    now = datetime.now(UTC)
    scene = Scene(Pki.make(now), at=now - timedelta(hours=1), day=now.date())
    folder = Path(tempfile.mkdtemp(prefix="lt-"))
    async with AsyncExitStack() as ending:
        ending.callback(rmtree, folder)
        node = ending.enter_context(postgres_node.node())
        connection = await asyncpg.connect(f"{node.url}/postgres")
        await connection.execute("CREATE DATABASE hub")
        await connection.close()
        wishes = Wishes(further=(a_mail_door,), journal_url=f"{node.url}/hub")
        stage = set_stage(folder, scene.pki, at=now, wishes=wishes)
        tokens = stage.token("axis"), stage.token("receipts")
        axis = RehearsalAxis(stage.hub_url, *tokens, port=stage.axis_port)
        await ending.enter_async_context(axis)
        sink = MailSink(port=stage.smtp_port)
        await sink.start()
        ending.push_async_callback(sink.stop)
        running = RunningHub(stage)
        await running.start()
        ending.push_async_callback(running.stop)
        yield World(stage, scene, axis, sink, running, node)


@asynccontextmanager
async def broker_away(world: World) -> AsyncIterator[None]:
    """Killed; `hub up` starts it again."""
    for pid in matching(world.hub.pid, BROKER):
        os.kill(pid, signal.SIGKILL)
    yield


@asynccontextmanager
async def database_away(world: World) -> AsyncIterator[None]:
    await asyncio.to_thread(world.database.stop)
    yield
    await asyncio.to_thread(world.database.start)


@asynccontextmanager
async def disk_away(world: World) -> AsyncIterator[None]:
    """A file stands where the folder was: not even root reads or writes there."""
    folder = world.stage.data / "evidence"
    folder.rename(folder.with_name("unplugged"))
    folder.touch()
    yield
    folder.unlink()
    folder.with_name("unplugged").rename(folder)


@asynccontextmanager
async def axis_away(world: World) -> AsyncIterator[None]:
    await world.axis.down()
    yield
    await world.axis.up()


@asynccontextmanager
async def mail_away(world: World) -> AsyncIterator[None]:
    await world.sink.stop()
    yield
    await world.sink.start()


Count = Callable[[World], int]


def taken(world: World) -> int:
    return len(world.by_axis) + len(world.by_mail)


def answered_to_axis(world: World) -> int:
    return len(world.axis.receipts)


def answered_by_mail(world: World) -> int:
    return len(world.answered_letters)


COUNTS: tuple[Count, ...] = (taken, answered_to_axis, answered_by_mail)


@dataclass(frozen=True)
class Absence:
    """Who is away, what goes on all the same, and what must not."""

    away: Callable[[World], AbstractAsyncContextManager[None]]
    goes_on: Count | None = None
    stands_still: Count | None = None


#: Nothing is acknowledged that cannot be kept, and nobody waits for another.
ABSENCES = {
    "broker": Absence(broker_away, goes_on=taken),
    "database": Absence(database_away, stands_still=taken),
    "evidence disk": Absence(disk_away, stands_still=taken),
    "axis": Absence(axis_away, goes_on=answered_by_mail, stands_still=answered_to_axis),
    "mail": Absence(mail_away, goes_on=answered_to_axis, stands_still=answered_by_mail),
}


async def until(done: Callable[[], bool], seconds: float, what: str) -> float:
    """How long it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not done():
        assert loop.time() < began + seconds, what
        await asyncio.sleep(0.1)
    return loop.time() - began


async def flows_again(world: World, what: str) -> float:
    """Seconds until documents of both sources are through from end to end."""
    receipts = len(world.axis.receipts) + THROUGH
    answered = len(world.answered_letters) + 1
    return await until(
        lambda: (
            len(world.axis.receipts) >= receipts
            and len(world.answered_letters) >= answered
        ),
        BACK,
        f"{what}: no document came through again",
    )


async def test_each_is_away_and_back_while_documents_flow(world):
    flows = [
        asyncio.create_task(world.axis_sends()),
        asyncio.create_task(world.mail_comes()),
    ]
    await flows_again(world, "at first")
    told, pid = {}, world.hub.pid
    for name, absence in ABSENCES.items():
        await it_is_away(world, name, absence)
        told[name] = round(await flows_again(world, name), 1)
    world.ended.set()
    await asyncio.wait_for(asyncio.gather(*flows), 60)
    print("seconds until it flowed again:", told)  # noqa: T201 - for the closing note
    print("documents:", len(world.by_axis), len(world.by_mail))  # noqa: T201 - the same
    await everything_ends_where_it_must(world)
    assert world.hub.pid == pid, "nobody started it again"


async def it_is_away(world: World, name: str, absence: Absence) -> None:
    async with absence.away(world):
        await asyncio.sleep(1)  # what was on its way is through
        before = {count: count(world) for count in COUNTS}
        await asyncio.sleep(AWAY)
        if (count := absence.goes_on) is not None:
            assert count(world) > before[count], f"{name}: {count.__name__}"
        if (count := absence.stands_still) is not None:
            assert count(world) == before[count], f"{name}: {count.__name__}"


async def everything_ends_where_it_must(world: World) -> None:
    for door_id in world.by_axis:
        receipt = await world.axis.receipt_for(door_id, BACK)
        assert receipt["outcome"] == "deliver", receipt
    await until(
        lambda: set(world.by_mail) <= world.answered_letters,
        BACK,
        "a letter that was taken was never answered",
    )
    tally = await on_the_queues(world)
    taken = {*world.by_axis.values(), *world.by_mail.values()}
    assert taken <= tally.originals, "what was acknowledged is there"
    assert len(tally.originals) == len(tally.copies), "one message for one document"
    assert all(len(bodies) == 1 for bodies in tally.bodies.values()), "same bytes"
    for name in ("dead", "held"):
        code, listed = await hub(world.stage, name, "list", "--json")
        assert (code, json.loads(listed)) == (0, []), listed
    code, verified = await hub(world.stage, "journal", "verify")
    assert (code, "problems: ()" in verified) == (0, True), verified


async def on_the_queues(world: World) -> Tally:
    broker = json.loads((world.stage.data / "run.json").read_text())["broker_url"]
    return await asyncio.to_thread(drain, broker)
