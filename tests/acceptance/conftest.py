"""One real `hub up` for the session, entered and left only by its doors."""

import os
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest
import pytest_asyncio

from hub.broker.private_node import installed
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.cast import AGRICULTURE, DISTRICT
from hub.rehearsal.catalogue import every
from hub.rehearsal.mails import MAILBOX, SENDERS, SERVER
from hub.rehearsal.pki import Pki
from hub.rehearsal.running import RunningHub
from hub.rehearsal.samples import Sample, Scene, revoked_in
from hub.rehearsal.stage import Stage, Wishes, code_to_queue, free_port, set_stage
from tests.acceptance.outsiders import Mailroom, mail_port


@dataclass(frozen=True)
class World:
    """A running hub and its neighbours."""

    stage: Stage
    axis: RehearsalAxis
    broker: str
    samples: dict[str, Sample]
    scene: Scene
    mailroom: Mailroom

    @property
    def mail_port(self) -> int:
        """Where its mail door listens."""
        return mail_port(self.stage)


def need_broker() -> None:
    """RabbitMQ is Debian's package; CI must have it."""
    if not installed():
        assert not os.environ.get("CI"), "rabbitmq-server is missing on CI"
        pytest.skip("Debian's rabbitmq-server is not installed")


@pytest.fixture(scope="session")
def short_folder():
    """A short path outside the checkout; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lt-"))
    yield folder
    rmtree(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(short_folder) -> AsyncIterator[World]:
    need_broker()
    now = datetime.now(UTC)
    pki = Pki.make(now)
    scene = Scene(pki, at=now - timedelta(hours=1), day=now.date())
    samples = every(scene)
    wishes = Wishes(
        further=(a_folder, a_mail_door),
        adapters=("tests.fakes.folder_source:PACKAGE",),
        attached=WITHOUT_AMQP,
    )
    revoked = revoked_in(samples)
    stage = set_stage(short_folder, pki, at=now, revoked=revoked, wishes=wishes)
    named = {sample.name: sample for sample in samples}
    async with running(stage, samples) as (axis, broker, mailroom):
        yield World(stage, axis, broker, named, scene, mailroom)


@asynccontextmanager
async def running(
    stage: Stage, samples: Collection[Sample]
) -> AsyncIterator[tuple[RehearsalAxis, str, Mailroom]]:
    """`hub up` on a stage: its axis, its broker, and everybody's queues."""
    hub = RunningHub(stage)
    token, heard = stage.token("axis"), stage.token("receipts")
    async with RehearsalAxis(stage.hub_url, token, heard, port=stage.axis_port) as axis:
        try:
            broker = await hub.start()
            with Mailroom(broker, _queues(samples)) as mailroom:
                yield axis, broker, mailroom
        finally:
            await hub.stop()


def a_folder(stage: Stage) -> dict[str, object]:
    """The fourth source of docs/adapter.md, by an adapter the hub does not have."""
    folder = stage.folder / "may-quet"
    folder.mkdir()
    return {
        "name": "may-quet",
        "doors": ["folder"],
        "folder": str(folder),
        "codes": [AGRICULTURE.code],
        "poll_seconds": 0.2,
    }


#: Two bodies that are no receivers of the samples have no AMQP.
WITHOUT_AMQP: dict[str, dict[str, object]] = {
    "huyen-uy": {"takes": "pull"},
    "hdnd-huyen": {"takes": "mail", "mailboxes": ["hdnd.gt@namdinh.gov.vn"]},
}
OUR_ADDRESS = "truc@lienthong.namdinh.gov.vn"


def a_mail_door(stage: Stage) -> dict[str, object]:
    """Mail servers that push, and one that receipts leave by."""
    sending = {"host": "127.0.0.1", "port": stage.smtp_port, "tls": "none"}
    return {
        "name": "thu-day",
        "doors": ["mail-smtp"],
        "listen": {"port": free_port(), "peers": ["127.0.0.1/32"]},
        "sending": {**sending, "address": OUR_ADDRESS},
        "senders": {address: str(body.code) for address, body in SENDERS.items()},
        "receivers": {MAILBOX: str(DISTRICT.code)},
        "trusted_servers": [SERVER],
    }


def _queues(samples: Collection[Sample]) -> list[str]:
    """Both lanes of everybody a sample is meant for."""
    slugs = code_to_queue()
    named = {slugs[code] for s in samples for code in s.expected.receivers}
    return [
        f"agency.{slug}.{lane}" for slug in named for lane in ("urgent", "ordinary")
    ]
