"""The AMQP door of agencies: what each publishes to its own exchange is an arrival.

The sender is the exchange a message came by, for only that agency may write to it
(`hub agencies provision`). A message is acknowledged after its bytes are in the
evidence store and its arrival in the journal; what can be no arrival stands on a
person's list, with its bytes and its story. Nothing is parsed here.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hub.broker.connection import Link
from hub.broker.consumer import Consumer, Incoming
from hub.broker.topology import INBOUND_DEAD, inbound_exchange, inbound_queue
from hub.errors import NotAllowed, PermanentFailure
from hub.logs import bound
from hub.model.agencies import Agency, agency_source, in_turn
from hub.model.arrivals import AGENCY_AMQP, Offer, Source
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, digest_of, normal_code
from hub.model.inbound import Unaccepted
from hub.ports import Clock, Evidence, Intake

log = logging.getLogger(__name__)

#: Messages of one agency in hand: enough to share an fsync, not a hundred of 60 MB.
_PREFETCH = 4
#: Encodings that change no byte; clients of some languages name them unasked.
_PLAIN = frozenset({"", "identity", "binary", "8bit", "utf-8", "us-ascii"})
_BURIED = "buried"


class Refusals(Protocol):
    """The journal's part: what this door could not take."""

    async def unaccepted(self, what: Unaccepted, at: datetime) -> bool:
        """Put it on a person's list, once; False: it is there already."""


@dataclass(frozen=True, slots=True)
class Room:
    """What the door works with."""

    intake: Intake
    evidence: Evidence
    refusals: Refusals
    clock: Clock
    #: The most bytes of one message.
    limit: int


class AgencyInbox:
    """Takes messages of agencies in; implements both fates of a consumer."""

    def __init__(self, room: Room, agencies: Mapping[str, Agency]) -> None:
        """`agencies`: slug -> agency."""
        self._room = room
        self._agencies = agencies

    def consumers(self, link: Link) -> Iterator[Consumer]:
        """One for every agency, and one for what died on the way."""
        for queue in (*map(inbound_queue, self._agencies), INBOUND_DEAD):
            yield Consumer(link, queue, _PREFETCH, self.take, self.bury)

    async def run(self, link: Link) -> None:
        """Take until cancelled; a broker that is away is waited for."""
        async with asyncio.TaskGroup() as tasks:
            for consumer in self.consumers(link):
                tasks.create_task(consumer.run())

    async def take(self, message: Incoming) -> None:
        """Keep and record one message; TemporaryFailure says: it stays where it is."""
        source = agency_source(_slug(message))
        with bound(source=source, message=message.message_id):
            try:
                await self._accept(message, self._sender(message))
            except PermanentFailure as error:
                await self._list(message, error.fault.code, str(error))

    async def bury(self, message: Incoming, story: str) -> None:
        """A bug met it: its bytes and the story go to a person."""
        await self._list(message, _BURIED, story)

    def _sender(self, message: Incoming) -> Agency:
        """Whose exchange it came by; the broker says so, not the message.

        Raises NotAllowed: it came another way, or its agency is no longer here.
        """
        slug = _slug(message)
        agency = self._agencies.get(slug)
        way = (inbound_exchange(slug), INBOUND_DEAD)
        if agency is None or message.exchange not in way:
            raise NotAllowed(Fault(FaultCode.NOT_PERMITTED, message.exchange))
        return agency

    async def _accept(self, message: Incoming, agency: Agency) -> None:
        self._check(message)
        digest = await self._room.evidence.keep_bytes(message.body)
        kind = message.content_type
        unnamed = f"{digest}/{digest_of(kind.encode())[:16]}"
        offer = Offer(
            source=source_of(agency),
            door_id=message.message_id or unnamed,
            digest=digest,
            size=len(message.body),
            content_type=kind,
            user_id=message.user_id,
        )
        await self._room.intake.accept(offer)

    def _check(self, message: Incoming) -> None:
        """Raises PermanentFailure: TOO_LARGE, CONTENT_TYPE."""
        if len(message.body) > self._room.limit:
            detail = f"{len(message.body)} > {self._room.limit} bytes"
            raise PermanentFailure(Fault(FaultCode.TOO_LARGE, detail=detail))
        if message.content_encoding.lower() not in _PLAIN:
            place = "content_encoding"
            raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, place))
        if not message.content_type.isascii():
            raise PermanentFailure(Fault(FaultCode.CONTENT_TYPE, "content_type"))

    async def _list(self, message: Incoming, reason: str, story: str) -> None:
        digest = await self._room.evidence.keep_bytes(message.body)
        slug = _slug(message)
        agency = self._agencies.get(slug)
        what = Unaccepted(
            agency=agency.code if agency else None,
            source=agency_source(slug),
            message_id=message.message_id,
            reason=reason,
            digest=digest,
            size=len(message.body),
            user_id=message.user_id,
            content_type=message.content_type,
            story=story,
        )
        if await self._room.refusals.unaccepted(what, self._room.clock.now()):
            log.warning("message not accepted", extra={"reason": reason})


def _slug(message: Incoming) -> str:
    """Whose queue it stood in, or died in; both are the broker's word."""
    if message.queue == INBOUND_DEAD:
        return message.routing_key
    return message.queue.removeprefix(inbound_queue(""))


def source_of(agency: Agency) -> Source:
    """An agency as the source of what it publishes: it speaks for itself alone."""
    return Source(
        name=agency_source(agency.queue),
        door=AGENCY_AMQP,
        codes=(agency.code, *agency.aliases),
    )


def by_code(agencies: Iterable[Agency]) -> dict[AgencyCode, Agency]:
    """By each of their codes; of those that had one in turn, the last."""
    each = in_turn(agencies)
    return {normal_code(c): a for a in each for c in (a.code, *a.aliases)}
