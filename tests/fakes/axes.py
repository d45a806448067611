"""An axis that is called, with a ledger; a line to it; a process that dies."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from adapters.axis.connector import (
    Ack,
    Listed,
    MessageType,
    Page,
    Parcel,
    Window,
)
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.arrivals import Offer, Taken
from hub.model.calls import Call, OpenReply, Reply
from hub.model.catalogue import CatalogueRow
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, Digest
from hub.model.knowledge import Gathered
from hub.ports import Evidence
from tests.fakes.kits import ListeningIntake, MemoryMarks
from tests.fakes.outsides import MemoryEvidence

TODAY = date(2019, 12, 2)
FORM = "application/json; form=vxp-getedoc"


class Killed(BaseException):
    """The process ends here; no code of ours may catch it."""


@dataclass
class Tripwire:
    """Counts the steps at every port; kills the process at one of them."""

    kill_at: int = 0
    steps: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        self.steps.append(name)
        if len(self.steps) == self.kill_at:
            raise Killed(name)


def _nothing(name: str) -> None:
    """Nobody dies."""


@dataclass
class Message:
    """One line of the axis' ledger."""

    doc_id: str
    kind: MessageType = MessageType.EDOC
    day: date = TODAY
    data: bytes = b""
    state: str = "initial"
    reason: str = ""
    fetched: int = 0

    @property
    def created_at(self) -> datetime:
        return datetime.combine(self.day, time(5), UTC)

    @property
    def bytes(self) -> bytes:
        return self.data or f'{{"data":"{self.doc_id}"}}'.encode()


@dataclass
class MemoryAxis:
    """Implements AxisConnector over a ledger; every trouble is put in by the test."""

    messages: list[Message] = field(default_factory=list)
    page_size: int = 50
    away: bool = False
    #: Whether it can be asked what was handed in.
    lists_sent: bool = True
    #: Lists only what is not settled, as some axes do.
    hides_settled: bool = False
    #: Has no lists of statuses.
    knows_statuses: bool = True
    #: docId -> what fetching it raises, each time.
    poison: dict[str, Exception] = field(default_factory=dict)
    #: docId -> what acknowledging it raises, once each.
    deaf: dict[str, list[Exception]] = field(default_factory=dict)
    wire: Callable[[str], None] = _nothing
    calls: list[str] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    sent: list[tuple[MessageType, Parcel]] = field(default_factory=list)
    #: Called before each list, so that a test can move things meanwhile.
    meanwhile: Callable[[], None] | None = None
    form: str = FORM

    async def list(self, kind: MessageType, window: Window, mark: str = "") -> Page:
        self._called("list")
        if self.meanwhile:
            self.meanwhile()
        self.windows.append(window)
        if kind is MessageType.STATUS and not self.knows_statuses:
            raise PermanentFailure(Fault(FaultCode.FRAME, "axis", "no such list"))
        found = [
            m
            for m in self.messages
            if m.kind is kind and window.since <= m.day <= window.until
            if not (self.hides_settled and m.state in set(Ack))
        ]
        start = int(mark or 0)
        end = start + self.page_size
        rows = tuple(
            Listed(m.doc_id, m.kind, m.state, created_at=m.created_at)
            for m in found[start:end]
        )
        self.wire("listed")
        return Page(rows, str(end) if end < len(found) else "")

    @asynccontextmanager
    async def fetch(self, listed: Listed) -> AsyncIterator[AsyncIterator[bytes]]:
        self._called(f"fetch {listed.doc_id}")
        if listed.doc_id in self.poison:
            raise self.poison[listed.doc_id]
        message = self.find(listed)
        message.fetched += 1
        yield self._chunks(message.bytes)

    async def _chunks(self, data: bytes) -> AsyncIterator[bytes]:
        yield data[:5]
        self.wire("half")
        yield data[5:]

    async def acknowledge(self, listed: Listed, ack: Ack, reason: str = "") -> None:
        self._called(f"{ack} {listed.doc_id}")
        if self.deaf.get(listed.doc_id):
            raise self.deaf[listed.doc_id].pop(0)
        message = self.find(listed)
        message.state, message.reason = ack, reason
        self.wire("acknowledged")

    async def send(self, parcel: Parcel) -> str:
        self.sent.append((MessageType.EDOC, parcel))
        return f"doc-{len(self.sent)}"

    async def send_status(self, parcel: Parcel) -> str:
        self.sent.append((MessageType.STATUS, parcel))
        return f"doc-{len(self.sent)}"

    async def find_sent(
        self, kind: MessageType, parcel: Parcel, since: datetime
    ) -> str | None:
        if not self.lists_sent:
            return None
        known = [(k, p.data) for k, p in self.sent]
        wanted = (kind, parcel.data)
        return f"doc-{known.index(wanted) + 1}" if wanted in known else ""

    async def catalogue(self) -> AsyncIterator[CatalogueRow]:
        yield CatalogueRow(AgencyCode("H40"))

    def find(self, listed: Listed) -> Message:
        key = (listed.doc_id, listed.kind)
        [message] = [m for m in self.messages if (m.doc_id, m.kind) == key]
        return message

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.away:
            raise SourceUnavailable("no answer")
        self.wire(name)


@dataclass
class WiredIntake(ListeningIntake):
    """Also refuses what is not kept; dies before or after the commit."""

    evidence: MemoryEvidence = field(default_factory=MemoryEvidence)
    wire: Callable[[str], None] = _nothing

    async def accept(self, offer: Offer) -> Taken:
        self.wire("accept")
        assert offer.digest in self.evidence.kept, "journaled before it is kept"
        taken = await super().accept(offer)
        self.wire("accepted")
        return taken


@dataclass
class WiredEvidence(MemoryEvidence):
    """Dies before or after the bytes are durable."""

    wire: Callable[[str], None] = _nothing

    async def keep(self, chunks, limit: int) -> tuple[Digest, int]:
        self.wire("keep")
        kept = await super().keep(chunks, limit)
        self.wire("kept")
        return kept


@dataclass
class WiredMarks(MemoryMarks):
    """Dies before or after each of its three."""

    wire: Callable[[str], None] = _nothing

    async def hold(self, name: str, until: datetime, at: datetime) -> bool:
        self.wire("hold")
        return await super().hold(name, until, at)

    async def swap(self, name: str, old: str, new: str) -> bool:
        self.wire("swap")
        done = await super().swap(name, old, new)
        self.wire("swapped")
        return done


@dataclass
class ScriptedFetch:
    """Implements the port Fetch: answers by the last part of a path, in turn.

    The last answer of a path is given for ever; an exception is raised.
    """

    answers: dict[str, list[Reply | Exception]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    chunk: int = 1_000

    async def ask(self, call: Call, most: int) -> Reply:
        self.calls.append(call)
        answer = self._next(call)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @asynccontextmanager
    async def open(self, call: Call) -> AsyncIterator[OpenReply]:
        reply = await self.ask(call, 0)
        yield OpenReply(reply.status, reply.headers, self._chunks(reply.body))

    async def download(self, url: str, into: Evidence, limit: int) -> Gathered:
        raise NotImplementedError

    def to(self, path: str) -> "list[Call]":
        return [c for c in self.calls if urlsplit(c.url).path.endswith("/" + path)]

    def _next(self, call: Call) -> Reply | Exception:
        path = urlsplit(call.url).path.rpartition("/")[2]
        waiting = self.answers[path]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    async def _chunks(self, data: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(data), self.chunk):
            yield data[start : start + self.chunk]


@dataclass
class Pauses:
    """A timer whose waiting moves the clock; ends the poller at an hour of its own."""

    clock: "object"
    until: datetime
    waits: "list[float]" = field(default_factory=list)

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.moment += timedelta(seconds=seconds)  # type: ignore[attr-defined] # a SteppingClock
        if self.clock.moment >= self.until:  # type: ignore[attr-defined] # likewise
            raise Killed("the test is over")


def noon(day: int) -> datetime:
    return datetime(2019, 12, day, 5, tzinfo=UTC)
