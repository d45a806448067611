"""500 documents through the three doors, every neighbour with all its faults on.

Every one arrives, receipts return, and the ledgers of both sides agree.
"""

import asyncio
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hub.journal.store import Store, open_journal
from hub.journal.tables import arrivals, deliveries, outbox
from hub.model.records import Tag
from hub.rehearsal.axis_wire import System
from hub.rehearsal.bringers import ByMail
from hub.rehearsal.called_axis import AxisSimulator
from hub.rehearsal.dovecot import Dovecot
from hub.rehearsal.faults import Faults
from hub.rehearsal.ledger import DONE
from hub.rehearsal.load import bulk
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.mails import SERVER, Posted, mailbox_of
from hub.rehearsal.pki import Pki
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account
from hub.rehearsal.portal_push import Door
from hub.rehearsal.running import RunningHub
from hub.rehearsal.samples import Scene
from hub.rehearsal.stage import (
    CLOCK_OFFSET,
    MAIL_USER,
    Stage,
    Wishes,
    free_port,
    mail_source,
    portal_source,
    set_stage,
)

pytestmark = [
    pytest.mark.full,
    pytest.mark.broker,
    pytest.mark.mail,
    # aiohttp closes a form's file when its answer is through; the simulator cuts lines.
    pytest.mark.filterwarnings(
        "ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"
    ),
]

BY_AXIS, BY_PORTAL, BY_MAIL = 200, 150, 150
SYSTEM, SECRET = "H40-GT", "the-secret-of-system-H40-GT"
PULL = "truc-quoc-gia"
PATIENCE = 300.0
#: What the hub's clock is moved on by while something waits: back-off takes hours.
LEAP = 600


@dataclass
class World:
    """A hub and its careless neighbours."""

    stage: Stage
    axis: AxisSimulator
    portal: PortalSimulator
    sink: MailSink
    mails: tuple[Posted, ...]


def faults(seed: int) -> Faults:
    return Faults.all(seed=seed, slow_seconds=0.2, half_open_seconds=2.0)


def pull_source(port: int) -> Callable[[Stage], dict[str, object]]:
    def make(stage: Stage) -> dict[str, object]:
        (stage.folder / "tokens" / "system").write_text(SECRET)
        return {
            "name": PULL,
            "doors": ["axis-pull"],
            "connector": "vxp",
            "base_url": f"http://127.0.0.1:{port}/XrdAdapter/adapter",
            "system_id": SYSTEM,
            "secret_file": "tokens/system",
            "carrier": True,
            "inner_network": True,
            "poll_seconds": 1,
            "page_size": 20,
        }

    return make


def trusting_mail(stage: Stage) -> dict[str, object]:
    return mail_source(stage) | {"trusted_servers": [SERVER]}


@asynccontextmanager
async def a_world():
    now = datetime.now(UTC)
    scene = Scene(Pki.make(now), at=now - timedelta(hours=1), day=now.date())
    folder, home = (Path(tempfile.mkdtemp(prefix="lt-")) for _ in range(2))
    axis = AxisSimulator(
        [System(SYSTEM, SECRET)], faults(1), port=free_port(), skew_minutes=1e6
    )
    further = (pull_source(axis.port), portal_source, trusting_mail)
    stage = set_stage(folder, scene.pki, at=now, wishes=Wishes(further=further))
    portal = PortalSimulator(
        Account("truc", stage.token("portal-calls")),
        door=Door(stage.hub_url, stage.token("portal")),
        faults=faults(2),
        port=stage.portal_port,
        day=now.date(),
    )
    sink = MailSink(port=stage.smtp_port)
    dovecot = Dovecot(
        home,
        {MAIL_USER: stage.token("mail")},
        imap_port=stage.imap_port,
        lmtp_port=stage.lmtp_port,
    )
    mails = tuple(mailbox_of(BY_MAIL))
    async with AsyncExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        ending.callback(shutil.rmtree, home, ignore_errors=True)
        await ending.enter_async_context(axis)
        await ending.enter_async_context(portal)
        for server in (sink, dovecot):
            await server.start()
            ending.push_async_callback(server.stop)
        for number, sample in enumerate(bulk(BY_AXIS, scene)):
            axis.put(SYSTEM, f"doc-{number:04}", sample.xml)
        post = ByMail(stage.lmtp_port, MAIL_USER, sink)
        for mail in mails:
            await asyncio.to_thread(post.hand_over, mail.data)
        portal.make(BY_PORTAL)
        hub = RunningHub(stage)
        await hub.start()
        ending.push_async_callback(hub.stop)
        yield World(stage, axis, portal, sink, mails)


async def by_source(store: Store) -> Counter[str]:
    query = select(arrivals.c.source, func.count()).group_by(arrivals.c.source)
    rows = await store.database.read(lambda c: c.execute(query).all())
    return Counter({row[0]: row[1] for row in rows})


async def waiting(store: Store) -> int:
    """Undecided arrivals, and what has not left."""
    undecided = select(func.count()).where(arrivals.c.state == "accepted")
    leaving = select(func.count()).where(outbox.c.state == "waiting")
    read = store.database.read
    return await read(
        lambda c: c.execute(undecided).scalar_one() + c.execute(leaving).scalar_one()
    )


async def until_all_is_done(world: World, store: Store) -> None:
    wanted = {PULL: BY_AXIS, "cong-dvc": BY_PORTAL, "thu-dien-tu": BY_MAIL}
    loop = asyncio.get_running_loop()
    end, leaps = loop.time() + PATIENCE, 0
    while True:
        left = await world.portal.push()
        told, open_ = await by_source(store), await waiting(store)
        states = world.axis.ledger.states(SYSTEM)
        if (left, open_, told, states) == (0, 0, wanted, {DONE: BY_AXIS}):
            return
        still = f"portal {left}, waiting {open_}, arrivals {told}, axis {states}"
        assert loop.time() < end, still
        leaps += LEAP
        (world.stage.folder / CLOCK_OFFSET).write_text(str(leaps))
        await asyncio.sleep(2)


async def test_every_document_arrives_and_both_sides_agree():
    async with a_world() as world:
        url = f"sqlite:///{world.stage.data}/journal.db"
        async with open_journal(url, migrate=False) as store:
            await until_all_is_done(world, store)
            await both_sides_agree(world, store)
    struck = world.axis.faults.struck + world.portal.faults.struck
    assert len(struck) >= 8, "the neighbours were as careless as they were told to be"


async def both_sides_agree(world: World, store: Store) -> None:
    read = store.database.read
    pulled = select(arrivals.c.door_id).where(arrivals.c.source == PULL)
    ours = await read(lambda c: c.execute(pulled).scalars().all())
    lines = world.axis.ledger.of(SYSTEM, "edoc")
    assert sorted(ours) == sorted(line.doc_id for line in lines)
    assert {line.state for line in lines} == {DONE}
    assert all([s["code"] for s in line.statuses] == ["01"] for line in lines), (
        "each document's sender heard once that it arrived"
    )

    cases = world.portal.ledger.cases.values()
    assert all(case.is_taken() for case in cases)
    assert all(len(case.progress) == 1 for case in cases), "each is told of once"
    assert not world.portal.ledger.astray
    assert max(world.portal.ledger.lots) <= 10

    clear = sum(mail.clear for mail in world.mails)
    # At least once, under the same id: who remembers ids sees each once. Moving the
    # clock on ends leases, so some are sent twice.
    answers = {message_id(mail.data): mail.data for mail in world.sink.mails}
    told = Counter(outcome_in(data) for data in answers.values())
    assert told["deliver"] == clear, (told, clear, await rules(store, "thu-dien-tu"))

    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    states: Counter[str] = Counter(dict(await read(lambda c: c.execute(query).all())))
    # A page of words in a file's place is seen and waits for a clerk, never delivered.
    chosen = await rules(store, "cong-dvc")
    assert set(chosen) <= {"deliver/deliver", "hold/doubtful"}
    held = chosen["hold/doubtful"]
    assert held < BY_PORTAL / 4
    assert states == {"queued": BY_AXIS + BY_PORTAL - held + clear}


async def rules(store: Store, source: str) -> Counter[str]:
    """What was done with what a source brought, and by which rules."""
    told = await store.queries.log(0, 100_000)
    mine = {e.arrival for e in told if e.actor == source}
    decided = [e for e in told if e.tag == Tag.DOCUMENT_DECIDED and e.arrival in mine]
    return Counter(f"{e.facts['disposition']}/{e.facts['rule']}" for e in decided)


def message_id(mail: bytes) -> str:
    return str(message_from_bytes(mail)["Message-ID"])


def outcome_in(mail: bytes) -> str:
    found = re.search(rb'"outcome": "([a-z]+)"', unfolded(mail))
    return found[1].decode() if found else ""


def unfolded(mail: bytes) -> bytes:
    """Every part of a mail, its encoding undone."""
    parts = message_from_bytes(mail).walk()
    bodies = (p.get_payload(decode=True) for p in parts if not p.is_multipart())
    return b"\n".join(b for b in bodies if isinstance(b, bytes))
