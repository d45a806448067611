"""What leaves to an agency, by the way it takes what it gets (registry, `takes`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hub.errors import PermanentFailure, Unroutable
from hub.mail_ports import Post
from hub.model.agencies import Agency, Takes, in_turn
from hub.model.faults import Fault, FaultCode
from hub.model.records import Facts, OutboxRow
from hub.ports import Evidence, Publisher


def by_queue(agencies: Iterable[Agency]) -> dict[str, Agency]:
    """Agencies by their queue; of those that had it in turn, the last."""
    return {agency.queue: agency for agency in in_turn(agencies)}


@dataclass(frozen=True, slots=True)
class AgencyOutlet:
    """Sends deliveries and notices; what it returns stands in the entry."""

    publisher: Publisher
    evidence: Evidence
    #: Queue slug -> the agency; a slug nobody has goes to the broker, which says so.
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    #: None: no source of the settings sends mail.
    post: Post | None = None

    def way(self, row: OutboxRow) -> Takes:
        """How a row leaves: as the registry says now, whatever it said when planned."""
        agency = self.agencies.get(row.target)
        return agency.takes if agency else Takes.AMQP

    async def send(self, row: OutboxRow) -> Facts:
        """Returns when it is there; raises what the publisher and the post raise."""
        match way := self.way(row):
            case Takes.AMQP:
                await self.publisher.deliver(row, await self._inline(row))
            case Takes.PULL:
                pass  # it stands on the agency's shelf once this row is settled
            case Takes.MAIL:
                await self._mail(row)
        return {"queue": f"{row.target}.{row.lane}", "way": way}

    async def _inline(self, row: OutboxRow) -> bytes:
        """The frozen body; empty where the agency takes it by claim check."""
        if row.body is None or row.headers.get("body") == "claim":
            return b""
        return await self.evidence.read(row.body)

    async def _mail(self, row: OutboxRow) -> None:
        boxes = self.agencies[row.target].mailboxes
        if self.post is None or not boxes:
            raise Unroutable("mail: no source sends mail, or the agency has no mailbox")
        if row.body is None:
            raise PermanentFailure(Fault(FaultCode.EMPTY, "body"))
        await self.post.deliver(row, boxes[0], await self.evidence.read(row.body))
