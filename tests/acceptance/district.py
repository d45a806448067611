"""The district's hub in one process, on a day of 2019: real doors, journal and child.

What `hub up` runs in several processes, without the broker: what is decided here is
what would leave. The clock is set by the offset file of rehearsals.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import aiosmtplib
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.mail.adapter import MailAdapter
from hub.agencies.inbound import AgencyInbox, Room
from hub.app import carrier_of, judge_of, web_app
from hub.broker.consumer import Incoming
from hub.broker.topology import inbound_exchange, inbound_queue
from hub.journal.inbound import SqlUnaccepted
from hub.model.decisions import Decision
from hub.model.ids import ArrivalId
from hub.model.records import Entry, Tag
from hub.parts import Parts, built
from hub.pipeline.carry import Carrier
from hub.rehearsal.dossiers import Dossier
from hub.rehearsal.mails import ADDRESS, MAILBOX
from hub.rehearsal.pki import Pki
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account
from hub.rehearsal.portal_push import Door
from hub.rehearsal.stage import (
    CLOCK_OFFSET,
    Stage,
    Wishes,
    portal_source,
    set_stage,
)
from hub.sources import load
from tests.acceptance.conftest import a_mail_door
from tests.acceptance.outsiders import mail_port

#: Before and after each date of the district.
BEFORE_AUGUST, AUGUST = date(2019, 7, 31), date(2019, 8, 1)
BEFORE_NOVEMBER, NOVEMBER = date(2019, 11, 14), date(2019, 11, 15)
_NEIGHBOURS = 4
T = TypeVar("T")
VIETNAM_MORNING = time(1, 0, tzinfo=UTC)


def morning(day: date) -> datetime:
    """Eight o'clock in Vietnam."""
    return datetime.combine(day, VIETNAM_MORNING)


async def a_few_at_once(work: Iterable[Awaitable[T]]) -> list[T]:
    """The results in order; as many at once as neighbours are."""
    places = asyncio.Semaphore(_NEIGHBOURS)

    async def one(some: Awaitable[T]) -> T:
        async with places:
            return await some

    return await asyncio.gather(*map(one, work))


@dataclass(frozen=True)
class Became:
    """What one arrival came to."""

    arrival: ArrivalId
    decision: Decision
    #: Headline of its signatures; "" where nothing was read.
    headline: str

    @property
    def queues(self) -> list[str]:
        """Slugs of the queues it goes to."""
        return [one.queue for one in self.decision.routing.receivers]

    @property
    def paper(self) -> int | None:
        """The paper flag, where it is delivered."""
        ruling = self.decision.paper
        return ruling.flag if ruling and self.queues else None


@dataclass(frozen=True)
class District:
    """One hub, entered by its doors alone."""

    stage: Stage
    parts: Parts
    carrier: Carrier
    client: TestClient[web.Request, web.Application]
    portal: PortalSimulator

    def set_clock(self, moment: datetime) -> None:
        """From now on it is this moment, and time goes on."""
        offset = moment - datetime.now(UTC)
        (self.stage.folder / CLOCK_OFFSET).write_text(str(offset.total_seconds()))

    async def by_axis(self, xml: bytes) -> Became:
        """The provincial axis brings an envelope."""
        headers = {
            "Authorization": f"Bearer {self.stage.token('axis')}",
            "Content-Type": "application/xml",
        }
        reply = await self.client.post("/axis/v1/documents", data=xml, headers=headers)
        told = await reply.json()
        assert reply.status == 202, told
        return await self.carried(told["arrival"])

    async def by_mail(self, mail: bytes, sender: str = ADDRESS) -> Became:
        """A mail server pushes a mail."""
        server = aiosmtplib.SMTP(
            hostname="127.0.0.1", port=mail_port(self.stage), start_tls=False
        )
        async with server:
            _, said = await server.sendmail(sender, [MAILBOX], mail)
        return await self.carried(said.split()[1])

    async def by_unit(
        self, queue: str, xml: bytes, content_type: str = "application/xml"
    ) -> Became:
        """An office or a commune publishes to its own exchange."""
        registry, kit = self.parts.settings.registry, self.parts.kit
        refusals = SqlUnaccepted(self.parts.store.database)
        room = Room(kit.intake, kit.evidence, refusals, kit.clock, kit.limit)
        message = Incoming(
            message_id=uuid4().hex,
            body=xml,
            headers={},
            redelivered=False,
            queue=inbound_queue(queue),
            content_type=content_type,
            exchange=inbound_exchange(queue),
        )
        await AgencyInbox(room, {a.queue: a for a in registry.agencies}).take(message)
        found = await self.parts.store.queries.find(message.message_id)
        (arrival,) = found.arrivals
        return await self.carried(arrival)

    async def by_portal(self, dossier: Dossier) -> Became:
        """The portal pushes a dossier."""
        case = self.portal.ledger.put(dossier.number, dossier)
        before = await self.newest()
        await self.portal.push()
        assert case.is_taken(), case.tries
        return await self.carried(await self.newest(before))

    async def newest(self, but: str = "") -> str:
        """The arrival that came last."""
        entries = await self.parts.store.queries.log(None, 1000)
        came = [e.arrival for e in entries if e.tag is Tag.ARRIVAL_ACCEPTED]
        assert not but or came[-1] != but, "nothing new came"
        return str(came[-1]) if came else ""

    async def carried(self, arrival: str) -> Became:
        """As a worker does whom a pointer woke."""
        decision = await self.carrier.take(ArrivalId(arrival))
        assert decision is not None, arrival
        entries = await self.entries(arrival)
        judged = (e.facts for e in entries if e.tag is Tag.ENVELOPE_JUDGED)
        headline = next(judged, {}).get("headline", "")
        return Became(ArrivalId(arrival), decision, str(headline))

    async def entries(self, arrival: str) -> list[Entry]:
        """The journal of one arrival."""
        return await self.parts.store.queries.entries_of(arrival=ArrivalId(arrival))


@asynccontextmanager
async def district(folder: Path, pki: Pki, day: date) -> AsyncIterator[District]:
    """The hub on the morning of a day; its lists are of that day."""
    wishes = Wishes(further=(portal_source, a_mail_door))
    stage = set_stage(folder, pki, at=morning(day), wishes=wishes)
    async with AsyncExitStack() as ending:
        settings = load(stage.settings)
        parts = await ending.enter_async_context(built(settings, migrate=True))
        judge = judge_of(settings, parts.evidence)
        await judge.start()
        ending.push_async_callback(judge.close)
        client = TestClient(TestServer(web_app(parts), port=stage.hub_port))
        await ending.enter_async_context(client)
        portal = PortalSimulator(
            Account("truc", stage.token("portal-calls")),
            door=Door(stage.hub_url, stage.token("portal")),
            port=stage.portal_port,
            day=day,
        )
        await ending.enter_async_context(portal)
        mail = parts.adapters["thu-day"]
        assert isinstance(mail, MailAdapter)
        ending.enter_context(closing(await mail.door().start()))
        hub = District(stage, parts, carrier_of(parts, judge), client, portal)
        hub.set_clock(morning(day) + timedelta(hours=1))
        yield hub
