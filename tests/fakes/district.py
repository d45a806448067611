"""A district over a real journal: arrivals are carried, rows are relayed, by hand.

Rules, conclusions, journal and settling are the hub's own; only the judging child and
the broker are not there. What leaves is kept in `left`, in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from hub.edxml.identity import identify
from hub.journal.store import Store
from hub.model.arrivals import Arrival, Offer, Source
from hub.model.decisions import Decision
from hub.model.envelopes import Business, Envelope, Kind, ReceiverChange, Replacement
from hub.model.examined import Examined
from hub.model.ids import AgencyCode, ArrivalId, Digest, digest_of
from hub.model.knowledge import Gathered, Knowledge, Needs
from hub.model.records import Later, OutboxKind, OutboxRow, Sent
from hub.model.ways import Ways
from hub.pipeline.carry import Carrier, Ground, Outsides
from hub.pipeline.gather import Gatherer
from hub.pipeline.keeping import Keeper
from hub.registry.agencies import AgencyBook
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.means import means
from tests.fakes.outsides import KnownTrust, MemoryEvidence, SteppingClock
from tests.unit.rules.cases import BOOK, CARRIER, POLICY, SIGNED, envelope

LEASE = timedelta(seconds=20)
LETTER = "000.00.00.G22,2019/11/18,12/BC-UBND"


def letter(*to: AgencyCode, subject: str = "V/v rà soát", **changes: Any) -> Envelope:
    """A document of a body elsewhere."""
    return envelope(to=to, subject=subject, document_id=LETTER, **changes)


def recall(*to: AgencyCode, reason: str = "Nhầm số liệu", **changes: Any) -> Envelope:
    """Its recall, as the VNPT kit writes it: the target is DocumentId."""
    return letter(
        *to, kind=Kind.REVOKE, business=Business(reason=reason, paper=0), **changes
    )


def update(
    *to: AgencyCode,
    add: Sequence[AgencyCode] = (),
    cut: Sequence[AgencyCode] = (),
    info: bool = False,
    **changes: Any,
) -> Envelope:
    """Its update: receivers added and cut."""
    lines = [ReceiverChange(code, added=True) for code in add]
    lines += [ReceiverChange(code, added=False) for code in cut]
    business = Business(
        document_id=LETTER,
        reason="Bổ sung nơi nhận",
        paper=0,
        info_changed=info,
        receivers_changed=True,
        changes=tuple(lines),
    )
    return letter(*to, kind=Kind.UPDATE, business=business, **changes)


def replacement(
    *to: AgencyCode, document_id: str = f"{LETTER} thay", **changes: Any
) -> Envelope:
    """A document that replaces it."""
    business = Business(
        reason="Thay thế", paper=0, replacements=(Replacement(LETTER, to),)
    )
    return envelope(
        to=to,
        kind=Kind.REPLACE,
        document_id=document_id,
        business=business,
        subject="V/v rà soát (thay thế)",
        **changes,
    )


@dataclass
class KnowingJudge:
    """Implements the port Judge: every arrival was read beforehand."""

    folder: Path
    read: dict[Digest, Examined] = field(default_factory=dict)

    async def inspect(self, arrival: Arrival, files: Sequence[Gathered] = ()) -> Needs:
        return Needs()

    async def examine(
        self,
        arrival: Arrival,
        knowledge: Knowledge,
        files: Sequence[Gathered] = (),
        *,
        at: object,
    ) -> Examined:
        return self.read[arrival.digest]

    async def write(self, arrival: Arrival, *_: object, **__: object) -> Path:
        path = self.folder / f"{arrival.id}.edxml"
        path.write_bytes(b"<edXML>" + arrival.digest.encode() + b"</edXML>")
        return path


@dataclass
class District:
    """One journal, one worker, one relay; each step is one call."""

    store: Store
    folder: Path
    clock: SteppingClock = field(default_factory=SteppingClock)
    evidence: MemoryEvidence = field(default_factory=MemoryEvidence)
    #: Rows that left, in order; a row whose confirm was lost may stand there twice.
    left: list[OutboxRow] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=lambda: {CARRIER.name: CARRIER})
    registry: AgencyBook = BOOK
    ways: Ways = Ways()
    comings: int = 0
    #: Arrival -> the how-manieth coming it was.
    came: dict[str, int] = field(default_factory=dict)
    judge: KnowingJudge = field(init=False)

    def __post_init__(self) -> None:
        self.judge = KnowingJudge(self.folder)

    @property
    def carrier(self) -> Carrier:
        """A worker as it starts."""
        gatherer = Gatherer(
            self.store.journal,
            AnsweringFetch(),
            self.evidence,
            self.clock,
            limit=1,
            total=1,
            patience=timedelta(days=1),
        )
        outsides = Outsides(
            self.store.journal,
            self.evidence,
            self.judge,
            KnownTrust(),
            gatherer,
            Keeper(self.evidence, self.clock, means()),
            self.clock,
        )
        ground = Ground(
            POLICY,
            self.registry,
            self.sources,
            "000.90.37.H40",
            "http://hub",
            ways=self.ways,
        )
        return Carrier(outsides, ground)

    async def arrives(
        self, told: Envelope, source: Source = CARRIER, **changes: Any
    ) -> ArrivalId:
        """An envelope comes at a door; every coming is an arrival of its own."""
        self.comings += 1
        body = msgspec.json.encode([self.comings, msgspec.to_builtins(told)])
        digest = digest_of(body)
        fields = {"verdict": SIGNED, "identity": identify(told), **changes}
        self.judge.read[digest] = Examined(digest=digest, envelope=told, **fields)
        offer = Offer(source, f"id-{self.comings}", digest, len(body), "text/xml")
        taken = await self.store.journal.accept(offer, self.clock.now())
        self.came[taken.arrival.id] = self.comings
        return taken.arrival.id

    async def carried(self, arrival: ArrivalId) -> Decision:
        """A worker carries it now."""
        decision = await self.carrier.take(arrival)
        assert decision is not None, "it is done, or another has it"
        return decision

    async def comes(self, told: Envelope, **changes: Any) -> Decision:
        """It arrives and is carried."""
        return await self.carried(await self.arrives(told, **changes))

    async def woken(self) -> list[Decision]:
        """Whatever waits for a worker is carried, until nothing does."""
        done: list[Decision] = []
        while rows := await self.leased(OutboxKind.WAKE):
            for row in rows:
                await self.store.outbox.settle(row, Sent(self.clock.now()))
                assert row.arrival is not None
                decision = await self.carrier.take(row.arrival)
                done += [decision] if decision else []
        return done

    async def leased(self, *kinds: OutboxKind, limit: int = 5_000) -> list[OutboxRow]:
        """Rows as a relay takes them."""
        return await self.store.outbox.due(kinds, self.clock.now(), LEASE, limit)

    async def relayed(self, *kinds: OutboxKind) -> list[OutboxRow]:
        """Everything that is due leaves, and what follows it; in order."""
        began, wanted = len(self.left), kinds or _OUT
        while rows := await self.leased(*wanted):
            for row in rows:
                await self.is_sent(row)
        return self.left[began:]

    async def is_sent(self, row: OutboxRow) -> None:
        """The broker confirmed."""
        self.left.append(row)
        await self.store.outbox.settle(row, Sent(self.clock.now()))

    async def put_off(self, row: OutboxRow, seconds: float = 0) -> None:
        """The broker did not confirm."""
        due = self.clock.now() + timedelta(seconds=seconds)
        await self.store.outbox.settle(row, Later(due, "broker down"))

    def got(self, agency: AgencyCode) -> list[tuple[str, bool]]:
        """What an agency's queue held: kind of envelope, and whether it asks back."""
        return [
            (row.headers["kind"], bool(row.headers.get("recall")))
            for row in self.left
            if row.agency == agency and row.kind is OutboxKind.DELIVER
        ]


#: What leaves but for pointers.
_OUT = (OutboxKind.DELIVER, OutboxKind.NOTICE, OutboxKind.FORWARD, OutboxKind.ANSWER)
