"""The kit an adapter is handed, of fakes with visible lists."""

from dataclasses import dataclass, field
from datetime import date, datetime

from hub.errors import NotAllowed
from hub.kit import Kit
from hub.model.agencies import Agency
from hub.model.arrivals import Door, Offer, Shown, Source, Taken
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode
from hub.model.shelf import Trace, Waiting
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.outsides import MemoryEvidence, SteppingClock, arrival


@dataclass
class OpenAccess:
    """Implements the port Access: every source comes in by its name as a token."""

    sources: tuple[Source, ...] = ()
    agencies: dict[str, AgencyCode] = field(default_factory=dict)

    def source(self, door: Door, shown: Shown) -> Source:
        name = shown.headers.get("authorization", "").removeprefix("Bearer ")
        for source in self.sources:
            if (source.name, source.door) == (name, door):
                return source
        raise NotAllowed(Fault(FaultCode.CREDENTIALS))

    def agency(self, authorization: str) -> AgencyCode:
        code = self.agencies.get(authorization.removeprefix("Bearer "))
        if code is None:
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        return code


@dataclass
class ListeningIntake:
    """Implements the port Intake: recognises what came before, by identity and bytes.

    Raises its troubles first.
    """

    offers: list[Offer] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)

    async def accept(self, offer: Offer) -> Taken:
        if self.troubles:
            raise self.troubles.pop(0)
        for number, one in enumerate(self.offers, 1):
            same = (one.source.name, one.door_id, one.digest, one.content_type)
            if same == (
                offer.source.name,
                offer.door_id,
                offer.digest,
                offer.content_type,
            ):
                return Taken(arrival(number, digest=offer.digest), repeated=True)
        self.offers.append(offer)
        number = len(self.offers)
        taken = arrival(number, digest=offer.digest, size=offer.size)
        return Taken(taken, repeated=False)


@dataclass
class MemoryMarks:
    """Implements the port Marks; several may share `marks` and `leases`."""

    holder: str = "one"
    marks: dict[str, str] = field(default_factory=dict)
    leases: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    async def hold(self, name: str, until: datetime, at: datetime) -> bool:
        holder, end = self.leases.get(name, (self.holder, until))
        if holder != self.holder and end > at:
            return False
        self.leases[name] = (self.holder, until)
        return True

    async def read(self, name: str) -> str:
        return self.marks.get(name, "")

    async def swap(self, name: str, old: str, new: str) -> bool:
        if self.marks.get(name, "") != old:
            return False
        self.marks[name] = new
        return True


@dataclass
class MemoryShelf:
    """Implements the port Shelf over a dict agency -> deliveries."""

    waiting: dict[str, list[Waiting]] = field(default_factory=dict)
    confirmed: list[tuple[str, str]] = field(default_factory=list)
    told: dict[str, list[Trace]] = field(default_factory=dict)

    async def pending(self, agency: AgencyCode, limit: int) -> list[Waiting]:
        mine = self.waiting.get(agency, [])
        return [w for w in mine if (agency, w.id) not in self.confirmed][:limit]

    async def find(self, agency: AgencyCode, delivery: str) -> Waiting | None:
        mine = self.waiting.get(agency, [])
        return next((w for w in mine if w.id == delivery), None)

    async def confirm(self, agency: AgencyCode, delivery: str, at: datetime) -> bool:
        if await self.find(agency, delivery) is None:
            return False
        if (agency, delivery) not in self.confirmed:
            self.confirmed.append((agency, delivery))
        return True

    async def fetched(self, agency: AgencyCode, delivery: str, at: datetime) -> None:
        """Nobody asks here."""

    async def traces(
        self, source: str, since: datetime | None, limit: int
    ) -> list[Trace]:
        return self.told.get(source, [])[:limit]


@dataclass
class MemoryBounces:
    """Implements the port Bounces: knows some receipts, lists what came back."""

    planned: set[str] = field(default_factory=set)
    listed: list[tuple[str, str]] = field(default_factory=list)

    async def bounced(self, receipt: str, status: str, at: datetime) -> bool:
        if receipt not in self.planned:
            return False
        self.listed.append((receipt, status))
        return True


@dataclass
class FewOrganizations:
    """Implements the port Organizations over a tuple."""

    agencies: tuple[Agency, ...] = ()

    def find(self, code: AgencyCode, on: date) -> Agency | None:
        return next((a for a in self.agencies if a.code == code), None)


def kit_of(**changes: object) -> Kit:
    """A kit of fakes; each part may be another."""
    parts: dict[str, object] = {
        "access": OpenAccess(),
        "evidence": MemoryEvidence(),
        "intake": ListeningIntake(),
        "fetch": AnsweringFetch(),
        "clock": SteppingClock(),
        "marks": MemoryMarks(),
        "shelf": MemoryShelf(),
        "bounces": MemoryBounces(),
        "organizations": FewOrganizations(),
        "limit": 50_000_000,
    }
    return Kit(**{**parts, **changes})  # type: ignore[arg-type] # each part is one of its kind
