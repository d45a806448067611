"""Outsides of the path as real classes that keep what they were told in lists."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.errors import (
    ClaimLost,
    JournalUnavailable,
    PermanentFailure,
    TemporaryFailure,
)
from hub.model.arrivals import Arrival, Door, Offer, Taken
from hub.model.decisions import History
from hub.model.documents import Identity
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, ArrivalId, Digest, digest_of
from hub.model.knowledge import Gathered, Knowledge, Needs
from hub.model.receipts import Receipt, Untold
from hub.model.records import Conclusion, OutboxKind, OutboxRow, Outcome
from hub.model.rejudging import OpenCase, Rejudgement
from hub.model.sending import Sending
from hub.model.targets import BreakerRow, BreakerState, Target

NOON = datetime(2019, 12, 2, 5, 0, tzinfo=UTC)


@dataclass
class SteppingClock:
    """Shows a moment that only the test moves."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment

    def step(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def arrival(number: int = 1, **changes: object) -> Arrival:
    """An arrival that a worker has claimed."""
    values = {
        "id": ArrivalId(f"{number:032x}"),
        "source": "truc-tinh",
        "door": Door("axis-rest"),
        "door_id": f"key-{number}",
        "digest": Digest(f"{number:064x}"),
        "size": 100,
        "content_type": "application/xml",
        "accepted_at": NOON,
        "claim": "token",
    }
    return Arrival(**{**values, **changes})  # type: ignore[arg-type]


@dataclass
class MemoryJournal:
    """Implements the port Journal; `moves` makes conclude lose the race so often."""

    arrivals: dict[str, Arrival] = field(default_factory=dict)
    history: History = History()
    moves: int = 0
    lost: bool = False
    offers: list[Offer] = field(default_factory=list)
    concluded: list[Conclusion] = field(default_factory=list)
    renewals: list[datetime] = field(default_factory=list)
    postponed: list[datetime] = field(default_factory=list)
    files: list[Gathered] = field(default_factory=list)

    async def gathered(self, arrival: ArrivalId) -> list[Gathered]:
        return [replace(f, url=digest_of(f.url.encode())) for f in self.files]

    async def gather(
        self, arrival: Arrival, files: Sequence[Gathered], at: datetime
    ) -> None:
        self.files += files

    async def accept(self, offer: Offer, at: datetime) -> Taken:
        self.offers.append(offer)
        taken = arrival(len(self.offers), door_id=offer.door_id, accepted_at=at)
        return Taken(taken, repeated=False)

    async def claim(
        self, arrival: ArrivalId, at: datetime, lease: timedelta
    ) -> Arrival | None:
        return self.arrivals.pop(arrival, None)

    async def renew(self, arrival: Arrival, until: datetime) -> None:
        self.renewals.append(until)

    async def background(
        self, arrival: ArrivalId, identity: Identity | None
    ) -> History:
        return self.history

    async def conclude(self, conclusion: Conclusion, *, unless_changed: int) -> bool:
        if self.lost:
            raise ClaimLost
        if self.moves:
            self.moves -= 1
            return False
        self.concluded.append(conclusion)
        return True

    async def postpone(self, arrival: Arrival, due_at: datetime) -> None:
        self.postponed.append(due_at)


@dataclass
class MemoryVerdicts:
    """Implements the port Verdicts; `lost`: another worker has it meanwhile."""

    cases: dict[str, OpenCase] = field(default_factory=dict)
    concluded: list[Rejudgement] = field(default_factory=list)
    postponed: list[tuple[datetime, int]] = field(default_factory=list)
    renewals: list[datetime] = field(default_factory=list)
    lost: bool = False

    async def claim(
        self, arrival: ArrivalId, at: datetime, lease: timedelta
    ) -> OpenCase | None:
        return self.cases.pop(arrival, None)

    async def renew(self, case: OpenCase, until: datetime) -> None:
        self.renewals.append(until)

    async def postpone(self, case: OpenCase, due_at: datetime, tries: int) -> None:
        if self.lost:
            raise ClaimLost
        self.postponed.append((due_at, tries))

    async def conclude(self, done: Rejudgement) -> None:
        if self.lost:
            raise ClaimLost
        self.concluded.append(done)


@dataclass
class MemoryOutbox:
    """Implements the port Outbox over a list of rows."""

    rows: list[OutboxRow] = field(default_factory=list)
    settled: list[tuple[OutboxRow, Outcome]] = field(default_factory=list)
    hastened: list[tuple[OutboxKind, str]] = field(default_factory=list)
    down: int = 0

    async def due(
        self,
        kinds: Sequence[OutboxKind],
        at: datetime,
        lease: timedelta,
        limit: int,
        skip: Sequence[str] = (),
    ) -> list[OutboxRow]:
        if self.down:
            self.down -= 1
            raise TemporaryFailure("the journal is away")
        asked = [r for r in self.rows if r.kind in kinds and r.target not in skip]
        taken = asked[:limit]
        self.rows = [row for row in self.rows if row not in taken]
        return taken

    async def hasten(self, kind: OutboxKind, target: str, at: datetime) -> None:
        self.hastened.append((kind, target))

    async def settle(self, row: OutboxRow, outcome: Outcome) -> None:
        self.settled.append((row, outcome))

    async def next_due(self, kinds: Sequence[OutboxKind]) -> datetime | None:
        return None


@dataclass
class MemoryEvidence:
    """Implements what the path needs of the port Evidence."""

    kept: dict[str, bytes] = field(default_factory=dict)

    async def keep(self, chunks, limit: int) -> tuple[Digest, int]:
        data = b""
        async for chunk in chunks:
            data += chunk
            if len(data) > limit:
                raise PermanentFailure(Fault(FaultCode.TOO_LARGE))
        return await self.keep_bytes(data), len(data)

    async def keep_bytes(self, data: bytes) -> Digest:
        digest = digest_of(data)
        self.kept[digest] = data
        return digest

    async def keep_file(self, path: Path) -> tuple[Digest, int]:
        data = path.read_bytes()
        path.unlink()
        return await self.keep_bytes(data), len(data)

    async def read(self, digest: Digest) -> bytes:
        return self.kept[digest]

    async def head(self, digest: Digest, most: int) -> bytes:
        return self.kept[digest][:most]

    def path(self, digest: Digest) -> Path:
        return Path("/nowhere") / digest


@dataclass
class ReadyJudge:
    """Implements the port Judge with an answer made beforehand."""

    answer: Examined
    folder: Path
    body: bytes = b"<edXML/>"
    flags: list[int] = field(default_factory=list)
    #: URLs that must be gathered before it examines.
    wants: tuple[str, ...] = ()
    seen: list[tuple[Gathered, ...]] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)

    async def inspect(self, arrival: Arrival, files: Sequence[Gathered] = ()) -> Needs:
        return Needs(issuers=("CN=somebody",), files=self.wants)

    async def examine(
        self,
        arrival: Arrival,
        knowledge: Knowledge,
        files: Sequence[Gathered] = (),
        *,
        at: datetime,
    ) -> Examined:
        self.seen.append(tuple(files))
        self.moments.append(at)
        return self.answer

    async def write(
        self,
        arrival: Arrival,
        paper: int,
        files: Sequence[Gathered] = (),
        to: Sequence[AgencyCode] = (),
    ) -> Path:
        self.flags.append(paper)
        path = self.folder / f"{arrival.id}.edxml"
        path.write_bytes(self.body + ";".join(to).encode())
        return path


@dataclass
class KnownTrust:
    """Implements the port Trust."""

    asked: list[Needs] = field(default_factory=list)
    trouble: Exception | None = None
    gate: asyncio.Event | None = None

    async def gather(self, needs: Needs) -> Knowledge:
        self.asked.append(needs)
        if self.trouble:
            raise self.trouble
        if self.gate:
            await self.gate.wait()
        return Knowledge(version="trust-1")


@dataclass
class ListeningPublisher:
    """Implements the port Publisher; raises what a test put into `troubles`."""

    troubles: list[Exception] = field(default_factory=list)
    delivered: list[tuple[OutboxRow, bytes]] = field(default_factory=list)
    woken: list[OutboxRow] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def deliver(self, row: OutboxRow, body: bytes) -> None:
        if self.gate:
            await self.gate.wait()
        self._stumble()
        self.delivered.append((row, body))

    async def wake(self, row: OutboxRow) -> None:
        self._stumble()
        self.woken.append(row)

    def _stumble(self) -> None:
        if self.troubles:
            raise self.troubles.pop(0)


@dataclass
class ListeningAdapter:
    """Implements the port Adapter."""

    name: str = "truc-tinh"
    answers: list[Receipt] = field(default_factory=list)
    gate: asyncio.Event | None = None
    troubles: list[Exception] = field(default_factory=list)
    untold: Untold | None = None
    forwarded: list[tuple[Sending, bytes]] = field(default_factory=list)

    async def run(self) -> None:
        return

    async def forward(self, sending: Sending, data: bytes) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        self.forwarded.append((sending, data))
        return f"remote-{len(self.forwarded)}"

    async def answer(self, receipt: Receipt) -> Untold | None:
        if self.gate:
            await self.gate.wait()
        if self.troubles:
            raise self.troubles.pop(0)
        self.answers.append(receipt)
        return self.untold

    async def check(self) -> list[str]:
        return []


@dataclass
class ListeningAlarm:
    """Implements the port Alarm."""

    calls: list[OutboxRow] = field(default_factory=list)

    async def call(self, row: OutboxRow) -> None:
        self.calls.append(row)


@dataclass
class MemoryTargets:
    """Breakers that relays of one test share."""

    rows: dict[Target, BreakerRow] = field(default_factory=dict)
    #: Calls that fail because the journal is away.
    down: int = 0

    def _knock(self) -> None:
        if self.down:
            self.down -= 1
            raise JournalUnavailable("away")

    async def stopped(self) -> list[BreakerRow]:
        self._knock()
        return list(self.rows.values())

    async def open(
        self, target: Target, why: str, at: datetime, until: datetime
    ) -> None:
        self._knock()
        row = BreakerRow(target, BreakerState.OPEN, at, "hub", why, until)
        self.rows.setdefault(target, row)

    async def probe(self, target: Target, at: datetime, until: datetime) -> bool:
        self._knock()
        row = self.rows.get(target)
        if row is None:
            return True
        held = row.state is BreakerState.HELD
        if held or (row.open_until is not None and row.open_until > at):
            return False
        self.rows[target] = replace(row, open_until=until)
        return True

    async def close(self, target: Target, at: datetime) -> None:
        self._knock()
        if target in self.rows and self.rows[target].state is BreakerState.OPEN:
            del self.rows[target]
