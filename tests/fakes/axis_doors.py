"""Outsides of the axis' doors as real classes: a gate, an intake, a shelf, a list."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

from aiohttp import web

from adapters.axis.doors import RestDoor
from adapters.axis.soap import SoapDoor
from hub.access.gate import Gate
from hub.access.rates import Rates
from hub.access.tokens import token_hash
from hub.evidence.folder import FolderEvidence
from hub.kit import Kit
from hub.model.agencies import Agency, AgencyKind
from hub.model.arrivals import Credential, Door, Offer, Source, Taken
from hub.model.ids import AgencyCode, Digest
from hub.model.shelf import Trace, Waiting
from hub.ports import Fetch, Marks
from tests.fakes.kits import MemoryBounces
from tests.fakes.outsides import NOON, SteppingClock, arrival

REST, SOAP = Door("axis-rest"), Door("axis-soap")
OFFICE, OTHER = AgencyCode("000.01.37.H40"), AgencyCode("000.02.37.H40")
AXIS_TOKEN, ROOM_TOKEN = "axis-token-axis-token-axis", "room-token-room-token-room"
OFFICE_TOKEN, OTHER_TOKEN = "office-token-office-token", "other-token-other-token-"
SYSTEM, SECRET = "HSN-01", "hmac-secret-hmac-secret-hmac"
AXIS = tuple(Source("truc-tinh", door, carrier=True) for door in (REST, SOAP))
ROOM = tuple(Source("phan-mem", door, (OFFICE,)) for door in (REST, SOAP))
AGENCIES = (
    Agency(
        OFFICE,
        "Văn phòng HĐND-UBND",
        AgencyKind.OFFICE,
        "vp",
        aliases=(AgencyCode("H40.37.1"),),
    ),
    Agency(
        OTHER,
        "Phòng Nội vụ",
        AgencyKind.OFFICE,
        "nv",
        valid_until=date(2025, 6, 30),
        successors=(OFFICE,),
    ),
)


class ListeningIntake:
    """Implements the port Intake."""

    def __init__(self) -> None:
        self.offers: list[Offer] = []
        self.trouble: Exception | None = None
        self.repeated = False

    async def accept(self, offer: Offer) -> Taken:
        if self.trouble:
            raise self.trouble
        self.offers.append(offer)
        taken = arrival(1, digest=offer.digest, size=offer.size)
        return Taken(taken, repeated=self.repeated)


@dataclass
class MemoryShelf:
    """Implements the port Shelf."""

    waiting: dict[AgencyCode, list[Waiting]] = field(default_factory=dict)
    confirmed: list[tuple[AgencyCode, str]] = field(default_factory=list)
    fetched_ids: list[str] = field(default_factory=list)
    told: list[Trace] = field(default_factory=list)
    asked: list[tuple[str, datetime | None]] = field(default_factory=list)

    async def pending(self, agency: AgencyCode, limit: int) -> list[Waiting]:
        return self.waiting.get(agency, [])[:limit]

    async def find(self, agency: AgencyCode, delivery: str) -> Waiting | None:
        own = self.waiting.get(agency, [])
        return next((w for w in own if w.id == delivery), None)

    async def confirm(self, agency: AgencyCode, delivery: str, at: datetime) -> bool:
        if await self.find(agency, delivery) is None:
            return False
        self.confirmed.append((agency, delivery))
        return True

    async def fetched(self, agency: AgencyCode, delivery: str, at: datetime) -> None:
        self.fetched_ids.append(delivery)

    async def traces(
        self, source: str, since: datetime | None, limit: int
    ) -> list[Trace]:
        self.asked.append((source, since))
        return self.told[:limit]


class Book:
    """Implements the port Organizations."""

    agencies = AGENCIES

    def find(self, code: AgencyCode, on: date) -> Agency | None:
        known = (a for a in AGENCIES if code in (a.code, *a.aliases))
        return next(known, None)


@dataclass
class Front:
    """Both doors of the axis over a folder, with everything behind them."""

    folder: Path
    limit: int = 1_000_000
    patience: float = 30.0
    intake: ListeningIntake = field(default_factory=ListeningIntake)
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    clock: SteppingClock = field(default_factory=SteppingClock)
    credentials: tuple[tuple[Credential, tuple[Source, ...]], ...] = ()

    def __post_init__(self) -> None:
        self.evidence = FolderEvidence(self.folder)

    def kit(self) -> Kit:
        known = [
            (Credential(token=AXIS_TOKEN), AXIS),
            (Credential(token=ROOM_TOKEN), ROOM),
            (Credential(system_id=SYSTEM, secret=SECRET), AXIS),
            *self.credentials,
        ]
        agencies = {
            token_hash(OFFICE_TOKEN): OFFICE,
            token_hash(OTHER_TOKEN): OTHER,
        }
        rates = Rates(per_second=1e6, burst=1e6, monotonic=lambda: 0.0)
        return Kit(
            access=Gate(known, agencies, rates, self.clock),
            evidence=self.evidence,
            intake=self.intake,
            fetch=cast("Fetch", None),
            clock=self.clock,
            marks=cast("Marks", None),
            shelf=self.shelf,
            bounces=MemoryBounces(),
            organizations=Book(),
            limit=self.limit,
        )

    def app(self) -> web.Application:
        kit = self.kit()
        rest = RestDoor(kit.access, kit.evidence, kit.intake, kit.limit)
        app = web.Application(client_max_size=self.limit)
        app.add_routes([*rest.routes(), *SoapDoor(kit, self.patience).routes()])
        return app

    async def put_on_shelf(self, agency: AgencyCode, name: str, body: bytes) -> Waiting:
        digest: Digest = await self.evidence.keep_bytes(body)
        sender = AgencyCode("000.00.00.G22")
        waiting = Waiting(name, f"doc of {name}", sender, NOON, digest)
        self.shelf.waiting.setdefault(agency, []).append(waiting)
        return waiting


MOMENT = datetime(2019, 12, 1, tzinfo=UTC)
