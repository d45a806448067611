"""What watches clocks, built of the parts; beside the roof, which runs it."""

from datetime import timedelta

from hub.broker.connection import Link
from hub.broker.depths import Depth, depths
from hub.broker.topology import agency_queues
from hub.journal.clocked import Clocked
from hub.journal.leasing import Leasing
from hub.journal.projecting import QUEUE_CLOCKED
from hub.model.agencies import Takes
from hub.parts import Parts, holder
from hub.pipeline.clocks import ClockKeeper, Terms
from hub.pipeline.listing import ListTerms
from hub.pipeline.outlet import by_queue
from hub.pipeline.statuses import StatusKeeper, StatusTerms
from hub.pipeline.unread import Look, UnreadKeeper, UnreadTerms


def clock_keeper_of(parts: Parts) -> ClockKeeper:
    """The watch over dossiers on these parts."""
    settings, store = parts.settings, parts.store
    terms = Terms(
        calendar=settings.calendar,
        policy=settings.policy.dossiers,
        procedures=settings.procedures.by_code(),
        names={a.code: a.name for a in settings.registry.agencies},
        versions={
            "policy": settings.policy.version,
            "calendar": settings.calendar.version,
            "procedures": settings.procedures.version,
        },
    )
    return ClockKeeper(store.dossiers, store.duties, terms, parts.clock, holder())


def status_keeper_of(parts: Parts) -> StatusKeeper:
    """The watch over what agencies say, on these parts."""
    store, terms = parts.store, status_terms(parts)
    return StatusKeeper(store.statuses, store.duties, terms, parts.clock, holder())


def status_terms(parts: Parts) -> StatusTerms:
    """What words of agencies are missed by, and said by."""
    settings = parts.settings
    agencies = settings.registry.agencies
    versions = {
        "policy": settings.policy.version,
        "calendar": settings.calendar.version,
    }
    return StatusTerms(
        lists=ListTerms(
            settings.calendar, {a.code: a.name for a in agencies}, versions
        ),
        policy=settings.policy.statuses,
        registry=settings.registry,
        agencies=agencies,
        public_url=settings.public_url,
        evidence=parts.evidence,
    )


def queues_and_shelves(parts: Parts, queues: Look) -> Look:
    """How deep both are; of a shelf only what has stood there for long counts."""
    shelf = Leasing(parts.store.database)
    patience = timedelta(minutes=parts.settings.policy.delivery.unread_minutes)

    async def look() -> list[Depth]:
        now = parts.clock.now()
        found = await shelf.depths(now - patience, now)
        stand = [Depth(shelf_name(s.queue), s.waiting, s.leased) for s in found]
        return [*await queues(), *stand]

    return look


def shelf_name(queue: str) -> str:
    """How the shelf of an agency that comes and asks is called on lists."""
    return f"{queue} (REST)"


def unread_keeper_of(parts: Parts, link: Link) -> UnreadKeeper:
    """The watch over queues and shelves: who does not take what is there."""
    settings, store = parts.settings, parts.store
    agencies = by_queue(settings.registry.agencies).values()
    delivery = settings.policy.delivery
    queues = {
        queue: agency.code
        for agency in agencies
        if agency.takes is Takes.AMQP
        for queue in agency_queues((agency.queue,), delivery.every_lane)
    }
    shelves = {shelf_name(a.queue): a.code for a in agencies if a.takes is Takes.PULL}
    names = {agency.code: agency.name for agency in settings.registry.agencies}
    versions = {"policy": settings.policy.version}
    lists = ListTerms(settings.calendar, names, versions)
    return UnreadKeeper(
        Clocked(store.database, QUEUE_CLOCKED),
        store.duties,
        UnreadTerms(lists, delivery, queues | shelves),
        parts.clock,
        queues_and_shelves(parts, lambda: depths(link, queues)),
        holder=holder(),
    )
