"""What agencies attached here come in and are reached by; the roof's fourth file."""

from aiohttp import web

from hub.agencies.claims import ClaimDoor
from hub.agencies.inbound import AgencyInbox
from hub.agencies.inbound import Room as Desk
from hub.agencies.rest import RestDoor, Room
from hub.agency_mail import post_of
from hub.broker.connection import Link
from hub.journal.inbound import SqlUnaccepted
from hub.journal.leasing import Leasing
from hub.parts import Parts
from hub.pipeline.alarm import OperatorAlarm
from hub.pipeline.outlet import by_queue
from hub.pipeline.relay import Outlets
from hub.ports import Publisher


def agency_routes(parts: Parts) -> list[web.RouteDef]:
    """Claim check and REST, each behind the agency's own token."""
    store, kit, settings = parts.store, parts.kit, parts.settings
    claims = ClaimDoor(
        kit.access,
        parts.evidence,
        store.queries,
        store.operators,
        kit.clock,
        settings.registry.agencies,
    )
    room = Room(
        access=kit.access,
        shelf=Leasing(store.database),
        intake=kit.intake,
        evidence=parts.evidence,
        clock=kit.clock,
        public_url=settings.public_url,
        limit=kit.limit,
    )
    rest = RestDoor(room, settings.registry.agencies)
    return [*claims.routes(), *rest.routes()]


async def take_from_agencies(parts: Parts) -> None:
    """The AMQP door, until cancelled; a broker that is away shuts no other door."""
    settings = parts.settings
    desk = Desk(
        intake=parts.kit.intake,
        evidence=parts.evidence,
        refusals=SqlUnaccepted(parts.store.database),
        clock=parts.clock,
        limit=settings.policy.delivery.inbound_bytes,
    )
    inbox = AgencyInbox(desk, by_queue(settings.registry.agencies))
    async with Link(settings.broker_url, "agencies") as link:
        await inbox.run(link)


def outlets_of(parts: Parts, publisher: Publisher) -> Outlets:
    """Where the relay's rows leave by."""
    settings = parts.settings
    return Outlets(
        publisher=publisher,
        adapters=parts.adapters,
        evidence=parts.evidence,
        alarm=OperatorAlarm(parts.fetch, settings.file.alerts.webhook),
        agencies=by_queue(settings.registry.agencies),
        post=post_of(settings, parts.adapters),
    )
