"""What watches clocks, built of the parts; beside the roof, which runs it."""

from hub.broker.connection import Link
from hub.broker.depths import depths
from hub.broker.topology import agency_queues
from hub.journal.clocked import Clocked
from hub.journal.projecting import QUEUE_CLOCKED
from hub.model.agencies import Takes
from hub.parts import Parts, holder
from hub.pipeline.clocks import ClockKeeper, Terms
from hub.pipeline.listing import ListTerms
from hub.pipeline.statuses import StatusKeeper, StatusTerms
from hub.pipeline.unread import UnreadKeeper, UnreadTerms


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


def unread_keeper_of(parts: Parts, link: Link) -> UnreadKeeper:
    """The watch over the queues of those who read queues."""
    settings, store = parts.settings, parts.store
    agencies = [a for a in settings.registry.agencies if a.takes is Takes.AMQP]
    delivery = settings.policy.delivery
    readers = {
        queue: agency.code
        for agency in agencies
        for queue in agency_queues((agency.queue,), delivery.every_lane)
    }
    names = {agency.code: agency.name for agency in agencies}
    versions = {"policy": settings.policy.version}
    lists = ListTerms(settings.calendar, names, versions)
    return UnreadKeeper(
        Clocked(store.database, QUEUE_CLOCKED),
        store.duties,
        UnreadTerms(lists, delivery, readers),
        parts.clock,
        lambda: depths(link, readers),
        holder=holder(),
    )
