"""The roof: reads settings, builds every part, runs the roles; imports adapters."""

import asyncio
import json
import logging
import ssl
from datetime import timedelta

from aiohttp import web

from hub.access.tls import server_context
from hub.attached import agency_routes, outlets_of, take_from_agencies
from hub.broker.connection import Link, connect
from hub.broker.consumer import Consumer, Incoming
from hub.broker.publisher import BrokerPublisher
from hub.broker.topology import ARRIVALS, ARRIVALS_LARGE, DEAD, declare
from hub.console.window import Window
from hub.edxml.schemas import NAMES
from hub.errors import BrokerUnavailable, SettingsError
from hub.evidence.folder import FolderEvidence
from hub.journal.delivery_list import DeliveryList
from hub.judging.parent import ChildJudge
from hub.judging.protocol import Setup
from hub.keepers import clock_keeper_of, status_keeper_of, unread_keeper_of
from hub.logs import bound
from hub.model.ids import ArrivalId
from hub.model.manifests import Means
from hub.own_key import file_signer
from hub.parts import Parts, built, clock_of, holder
from hub.pipeline.batches import BatchRunner, patience_of
from hub.pipeline.breaker import Breakers
from hub.pipeline.carry import Carrier, Ground, Outsides
from hub.pipeline.gather import Gatherer
from hub.pipeline.keeping import Keeper, software
from hub.pipeline.rejudge import Rejudger, RejudgeTerms
from hub.pipeline.relay import Relay, RelaySettings
from hub.pipeline.reports import canonical
from hub.pipeline.sweep import Housekeeper, Rooms
from hub.pipeline.timer import VerdictTimer
from hub.polling import Lease
from hub.ports import Signer, Trust
from hub.resources import resource
from hub.settings import Settings, why_unread
from hub.sources import (
    grounds_of,
    routes_of,
    sources_of,
    translators,
    ways_of,
    window_token,
)
from hub.trust.bound import BoundTrust
from hub.trust.inventory import problems
from hub.typed_yaml import version_of

log = logging.getLogger(__name__)

#: Uploads may end; shorter than the supervisor's grace, or it kills them all.
_FAREWELL_SECONDS = 6.0
#: How often exchanges and queues are declared again; it changes none that is there.
_TOPOLOGY_SECONDS = 30.0
#: How often it is looked for words that agencies owe.
_STATUS_SECONDS = 120.0
#: A relay that died is missed after so long; longer than the wait between rounds.
_WARM_LEASE = timedelta(minutes=5)


async def run_front(settings: Settings) -> None:
    """HTTP doors, claim check and window, until cancelled."""
    async with built(settings) as parts:
        runner = web.AppRunner(
            web_app(parts), access_log=None, shutdown_timeout=_FAREWELL_SECONDS
        )
        await runner.setup()
        front = settings.file.front
        tls = _tls(settings)
        site = web.TCPSite(runner, front.host, front.port, backlog=512, ssl_context=tls)
        await site.start()
        log.info("front ready", extra={"host": front.host, "port": front.port})
        try:
            async with asyncio.TaskGroup() as tasks:
                for adapter in parts.adapters.values():
                    tasks.create_task(adapter.run())
                if settings.broker_url:
                    tasks.create_task(take_from_agencies(parts))
        finally:
            await runner.cleanup()


def _tls(settings: Settings) -> ssl.SSLContext | None:
    tls = settings.file.front.tls
    if tls is None:
        return None
    ca = settings.resolve(tls.client_ca_file) if tls.client_ca_file else None
    certificate = settings.resolve(tls.certificate_file)
    return server_context(certificate, settings.resolve(tls.key_file), ca)


def web_app(parts: Parts) -> web.Application:
    """All routes of the front."""
    store, kit = parts.store, parts.kit
    where = DeliveryList(store.database)
    window = Window(store.queries, where, window_token(parts.settings))
    app = web.Application(client_max_size=kit.limit)
    app.add_routes([*routes_of(parts.entries, kit), *agency_routes(parts)])
    app.add_routes(window.routes())
    app.add_routes([web.get("/healthz", _alive)])
    app.on_shutdown.append(window.end)
    return app


async def run_worker(settings: Settings, *, large: bool = False) -> None:
    """Take pointers, examine and conclude, until cancelled."""
    async with built(settings) as parts, await connect(settings.broker_url) as link:
        judge = judge_of(settings, parts.evidence)
        await judge.start()
        carrier = carrier_of(parts, judge)
        rejudger = rejudger_of(parts, carrier)
        consumer = Consumer(
            link,
            ARRIVALS_LARGE if large else ARRIVALS,
            1 if large else settings.file.work.prefetch,
            lambda message: _take(carrier, rejudger, message),
            lambda message, story: _bury(parts, message, story),
        )
        log.info("worker ready", extra={"large": large, "child": judge.child_pid})
        try:
            await consumer.run()
        finally:
            await judge.close()


def carrier_of(parts: Parts, judge: ChildJudge) -> Carrier:
    """The path's first half on these parts."""
    settings = parts.settings
    outsides = Outsides(
        journal=parts.store.journal,
        evidence=parts.evidence,
        judge=judge,
        trust=trust_of(parts),
        gatherer=gatherer_of(parts),
        keeper=keeper_of(parts),
        clock=parts.clock,
    )
    ground = Ground(
        policy=settings.policy,
        registry=settings.registry,
        sources=sources_of(parts.entries, settings.registry.agencies),
        hub_code=settings.hub_code,
        public_url=settings.public_url,
        lease=settings.file.work.lease,
        patience=settings.file.rejudge.patience,
        procedures_version=settings.procedures.version,
        ways=ways_of(settings, parts.entries),
    )
    return Carrier(outsides, ground)


def gatherer_of(parts: Parts) -> Gatherer:
    """Who fetches remote files, once."""
    policy = parts.settings.policy
    return Gatherer(
        journal=parts.store.journal,
        fetch=parts.fetch,
        evidence=parts.evidence,
        clock=parts.clock,
        limit=policy.limits.attachment_bytes,
        total=policy.limits.attachments_bytes,
        patience=timedelta(hours=policy.delivery.deadline_hours),
    )


def trust_of(parts: Parts) -> Trust:
    """Where judges of this hub have their knowledge from."""
    return BoundTrust(parts.trust, parts.settings.registry.bindings())


def rejudger_of(parts: Parts, carrier: Carrier) -> Rejudger:
    """What judges open verdicts again, by the carrier's own means."""
    settings = parts.settings
    terms = RejudgeTerms(
        patience=settings.file.rejudge.patience,
        lease=settings.file.work.lease,
        public_url=settings.public_url,
    )
    verdicts = parts.store.rejudging
    return Rejudger(verdicts, carrier.judge_again, parts.evidence, parts.clock, terms)


def keeper_of(parts: Parts) -> Keeper:
    """Who keeps what verdicts are made of; raises SettingsError."""
    return Keeper(parts.evidence, parts.clock, means_of(parts.settings))


def means_of(settings: Settings) -> Means:
    """What judges of this hub are set up with; raises SettingsError."""
    policy, path = settings.policy, settings.resolve(settings.file.policy)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError((f"{path}: {why_unread(error)}",)) from error
    if version_of(data) != policy.version:
        raise SettingsError((f"{path}: changed while the hub was starting",))
    return Means(
        policy_version=policy.version,
        policy_file=data,
        limits=policy.limits,
        verification=policy.verification,
        secrecy=policy.secrecy,
        software=software(),
        grounds=canonical(grounds_of(settings)),
    )


def judging_setup(settings: Settings) -> Setup:
    """What a judging child is told first: limits, policy, schemas, translators."""
    policy = settings.policy
    return Setup(
        translators=translators(settings),
        grounds=grounds_of(settings),
        limits=policy.limits,
        verification=policy.verification,
        secrecy=policy.secrecy,
        policy_version=policy.version,
        policy_edition=policy.edition,
        hub_code=settings.hub_code,
        schemas={n: resource("schemas", n).read_bytes() for n in NAMES},
    )


def judge_of(settings: Settings, evidence: FolderEvidence) -> ChildJudge:
    """The judging child over this hub's evidence."""
    setup = judging_setup(settings)
    spool, signer = settings.data / "spool", signer_of(settings)
    return ChildJudge(setup, evidence.path, spool, signer=signer)


def signer_of(settings: Settings) -> Signer | None:
    """The hub's own key; None: what it writes is not signed. Raises SettingsError."""
    table = settings.file.signing
    return file_signer(table, settings.base) if table else None


async def run_relay(settings: Settings) -> None:
    """Outbox, sealer, sweep and dead letters, until cancelled."""
    async with built(settings) as parts, await connect(settings.broker_url) as link:
        await declare_topology(settings, link)
        table = settings.file.relay
        outlets = outlets_of(parts, BrokerPublisher(link))
        relay = Relay(
            parts.store.outbox,
            outlets,
            parts.clock,
            Breakers(parts.store.targets, parts.clock, settings.policy.delivery),
            RelaySettings(
                window=table.window,
                lease=timedelta(seconds=table.lease_seconds),
                poll_seconds=table.poll_seconds,
            ),
        )
        keeper = housekeeper_of(parts)
        dead = _dead_letters(parts, link)
        log.info("relay ready")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(relay.relay())
            tasks.create_task(keeper.sweep(table.sweep_seconds, table.stray_seconds))
            tasks.create_task(keeper.seal())
            tasks.create_task(keeper.collect())
            tasks.create_task(clock_keeper_of(parts).watch())
            tasks.create_task(status_keeper_of(parts).watch(_STATUS_SECONDS))
            tasks.create_task(unread_keeper_of(parts, link).watch())
            tasks.create_task(batch_runner_of(parts).watch())
            tasks.create_task(_watch_verdicts(parts))
            tasks.create_task(_keep_warm(parts))
            tasks.create_task(dead.run())
            tasks.create_task(_keep_topology(settings, link))


async def declare_topology(settings: Settings, link: Link) -> None:
    """Every exchange and queue of this hub and its agencies."""
    channel = await link.channel()
    try:
        slugs = [a.queue for a in settings.registry.agencies]
        await declare(channel, slugs, settings.policy.delivery.every_lane)
    finally:
        await channel.close()


async def _keep_topology(settings: Settings, link: Link) -> None:
    """A broker that came back empty is given its queues again."""
    while True:
        await asyncio.sleep(_TOPOLOGY_SECONDS)
        try:
            await declare_topology(settings, link)
        except (BrokerUnavailable, SettingsError) as error:
            log.warning("topology not declared", extra={"why": str(error)})


async def _keep_warm(parts: Parts) -> None:
    """Lists are fetched ahead of their end, by one relay of an installation."""
    lease = Lease(parts.kit.marks, parts.clock, "revocations", _WARM_LEASE)
    await parts.trust.keep_warm(lease)


def housekeeper_of(parts: Parts) -> Housekeeper:
    """Sweep and sealer on these parts."""
    store = parts.store
    rooms = Rooms(
        strays=store.sweep,
        sealing=store.sealer,
        duties=store.duties,
        named=store.queries,
        attic=parts.evidence,
    )
    return Housekeeper(rooms, parts.clock, holder())


def batch_runner_of(parts: Parts) -> BatchRunner:
    """Who does what operators asked for on many matters."""
    patience = patience_of(parts.settings.policy.delivery)
    store = parts.store
    return BatchRunner(store.batches, store.duties, parts.clock, holder(), patience)


async def _watch_verdicts(parts: Parts) -> None:
    """Wake open verdicts when they are due, or when trust material changed."""
    settings, store = parts.settings, parts.store
    timer = VerdictTimer(
        store.rejudging, store.duties, parts.kit.marks, parts.clock, holder()
    )
    await timer.watch(parts.trust.state, settings.file.relay.sweep_seconds)


async def trust_problems(settings: Settings) -> list[str]:
    """What is wrong with config/trust; for a person, not for a programmer.

    In a rehearsal nobody confirms certificates that were made a minute ago.
    """
    folder = settings.resolve(settings.file.trust)
    now, real = clock_of(settings).now(), settings.file.rehearsal is None
    return await asyncio.to_thread(problems, folder, now, confirmed=real)


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _take(carrier: Carrier, rejudger: Rejudger, message: Incoming) -> None:
    """A pointer says which arrival; the journal says what is to be done with it."""
    arrival = _arrival_of(message)
    if await carrier.take(arrival) is None:
        await rejudger.take(arrival)


async def _bury(parts: Parts, message: Incoming, story: str) -> None:
    """A bug met one arrival: onto the operators' list with its story."""
    with bound(message=message.message_id):
        arrival = _arrival_of(message)
        await parts.store.operators.bury(arrival, story, parts.clock.now())


def _arrival_of(message: Incoming) -> ArrivalId:
    return ArrivalId(str(json.loads(message.body)["arrival"]))


def _dead_letters(parts: Parts, link: Link) -> Consumer:
    """What an agency's consumer rejects comes back and is listed."""

    async def handle(message: Incoming) -> None:
        facts = {k: v for k, v in message.headers.items() if k.startswith("x-")}
        await parts.store.operators.reject(message.message_id, facts, parts.clock.now())

    async def bury(message: Incoming, _: str) -> None:
        raise BrokerUnavailable(f"dead letter {message.message_id} stays where it is")

    return Consumer(link, DEAD, 20, handle, bury)
