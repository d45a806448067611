"""What is handed in: the seams between the path and its outsides.

Contracts are written here; implementations do not repeat them. Every method may
raise TemporaryFailure when its outside does not answer.
"""

from collections.abc import AsyncIterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from hub.model.agencies import Agency
from hub.model.arrivals import Arrival, Door, Offer, Shown, Source, Taken
from hub.model.calls import Call, OpenReply, Reply
from hub.model.decisions import History
from hub.model.documents import Identity
from hub.model.examined import Examined
from hub.model.frames import Entity, Frame
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.knowledge import Gathered, Knowledge, Needs
from hub.model.limits import Limits
from hub.model.receipts import Receipt, Untold
from hub.model.records import Conclusion, OutboxKind, OutboxRow, Outcome
from hub.model.rejudging import OpenCase, Rejudgement
from hub.model.sending import Sending
from hub.model.shelf import Trace, Waiting


class Clock(Protocol):
    """The only way to know the time."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""


class Evidence(Protocol):
    """Kept bytes, named by their SHA-256; writing the same bytes twice is one file."""

    async def keep(
        self, chunks: AsyncIterable[bytes], limit: int
    ) -> tuple[Digest, int]:
        """Write, fsync, rename, fsync the folder; returns digest and size in bytes.

        Raises PermanentFailure(TOO_LARGE) once more than `limit` bytes came.
        """

    async def keep_bytes(self, data: bytes) -> Digest:
        """The same for bytes at hand."""

    async def keep_file(self, path: Path) -> tuple[Digest, int]:
        """The same for a file, which is moved or copied; `path` is gone after."""

    async def read(self, digest: Digest) -> bytes:
        """The bytes; raises KeyError where they are not (erased or never kept)."""

    async def head(self, digest: Digest, most: int) -> bytes:
        """The first `most` bytes; raises KeyError as `read` does."""

    def path(self, digest: Digest) -> Path:
        """Where a reader on this host finds the bytes."""


class Intake(Protocol):
    """What doors call; returns only after the journal's commit."""

    async def accept(self, offer: Offer) -> Taken:
        """Record an arrival and its wake; the same id and bytes give the same again.

        Raises KeyReused when `offer.strict_id` and the bytes differ.
        """


class Access(Protocol):
    """Who asks; the doors and the window use nothing else."""

    def source(self, door: Door, shown: Shown) -> Source:
        """The source that a request's headers and certificate prove.

        A bearer token, headers signed by HMAC (`hub.access.signed`), or a client
        certificate. Raises NotAllowed: CREDENTIALS, TIMESTAMP (signed too long ago
        or ahead), RATE when it comes too fast.
        """

    def agency(self, authorization: str) -> AgencyCode:
        """The agency behind an Authorization header; raises NotAllowed."""


class Fetch(Protocol):
    """The one HTTP client that may leave: allow-list, no redirect out of it."""

    async def ask(self, call: Call, most: int) -> Reply:
        """The whole answer; redirects are not followed.

        Raises SourceUnavailable when there is no answer in time or one over `most`
        bytes, and NotAllowed(ADDRESS) when the address is not on the allow-list.
        """

    def open(self, call: Call) -> AbstractAsyncContextManager[OpenReply]:
        """The same with a body to be streamed; chunks raise SourceUnavailable."""

    async def download(self, url: str, into: Evidence, limit: int) -> Gathered:
        """GET a file into the evidence store; redirects only within the allow-list.

        A file that will not come by trying again (404, 410, too large, an address
        not allowed) is told by `fault`; SourceUnavailable says: later.
        """


class Translate(Protocol):
    """The pure function of an adapter that takes the transport frame off.

    Where files must be gathered first, `Frame.wants` names them and the frame is made
    again when they are there; the same entity gives the same frame at any time.
    """

    def __call__(self, entity: Entity, limits: Limits) -> Frame:
        """The XML and its parts; raises MalformedEnvelope."""


class Adapter(Protocol):
    """Our code for one source."""

    @property
    def name(self) -> str:
        """The source's name in the settings."""

    async def run(self) -> None:
        """Serve or poll until cancelled."""

    async def answer(self, receipt: Receipt) -> Untold | None:
        """Tell the source; returns when it has it, or why nothing was to be sent.

        Raises SourceUnavailable (try later) or PermanentFailure (it will not).
        """

    async def forward(self, sending: Sending, data: bytes) -> str | Untold:
        """Hand on an envelope for bodies elsewhere; the other side's id for it, or "".

        Untold: nothing was to be sent, for it asks for statuses by itself.

        Called again with the same sending and bytes when nobody knows whether a try
        went through: what the other side has already it is not handed again, as far as
        it can be asked. Raises SourceUnavailable (try later) or PermanentFailure; a
        source that brings nothing out refuses with NO_WAY_OUT.
        """

    async def check(self) -> list[str]:
        """Problems a person must see, in words; empty when ready."""


class Trust(Protocol):
    """The parent's side of trust: gathers what a judgement needs."""

    async def gather(self, needs: Needs) -> Knowledge:
        """Anchors, intermediates and revocation data at hand, as DER bytes."""


class Judge(Protocol):
    """The parent's side of the judging child."""

    async def inspect(self, arrival: Arrival, files: Sequence[Gathered] = ()) -> Needs:
        """What must be gathered before `examine`; files first, then trust material."""

    async def examine(
        self,
        arrival: Arrival,
        knowledge: Knowledge,
        files: Sequence[Gathered] = (),
        *,
        at: datetime,
    ) -> Examined:
        """The whole pure half on one arrival; a resource limit is a finding.

        `at` is the moment signatures are judged as of; it stands in the verdict.
        """

    async def write(
        self,
        arrival: Arrival,
        paper: int,
        files: Sequence[Gathered] = (),
        to: Sequence[AgencyCode] = (),
    ) -> Path:
        """The normalised envelope of an arrival already examined, as a file.

        `to`: its receivers, where not all of them (a source brings it to these only).
        The same arrival, files, flag and receivers give the same bytes at any time.
        """


class Signer(Protocol):
    """The hub's own key: in a file, or in a device behind PKCS#11."""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """DER, the signer's own first, then those above it."""

    @property
    def value_bytes(self) -> int:
        """How long its signatures are: 256 for RSA 2048."""

    async def sign(self, data: bytes) -> bytes:
        """RSA PKCS#1 v1.5 over SHA-256: the same data gives the same value.

        Raises SignerUnavailable.
        """


class Journal(Protocol):
    """The append-only memory; each method is one transaction."""

    async def accept(self, offer: Offer, at: datetime) -> Taken:
        """See `Intake.accept`: entry, arrival and wake row, or the earlier arrival."""

    async def claim(
        self, arrival: ArrivalId, at: datetime, lease: timedelta
    ) -> Arrival | None:
        """Take an undecided arrival under a new token; None: done, or claimed."""

    async def renew(self, arrival: Arrival, until: datetime) -> None:
        """Prolong a claim in force; raises ClaimLost."""

    async def background(
        self, arrival: ArrivalId, identity: Identity | None
    ) -> History:
        """What was there before, with the version to compare at `conclude`."""

    async def conclude(self, conclusion: Conclusion, *, unless_changed: int) -> bool:
        """Write all of it or nothing; False: the history moved on, decide again.

        Raises ClaimLost when the claim's token no longer holds.
        """

    async def gathered(self, arrival: ArrivalId) -> list[Gathered]:
        """The remote files recorded for an arrival; addresses as SHA-256 only."""

    async def gather(
        self, arrival: Arrival, files: Sequence[Gathered], at: datetime
    ) -> None:
        """Record files that are in the evidence store; each address once."""

    async def postpone(self, arrival: Arrival, due_at: datetime) -> None:
        """Give the claim back and wake the arrival again at `due_at`."""


class Verdicts(Protocol):
    """Verdicts that were left open; each method is one transaction.

    Their claims are their own: the decision of an arrival stands, whoever judges its
    signatures again.
    """

    async def claim(
        self, arrival: ArrivalId, at: datetime, lease: timedelta
    ) -> OpenCase | None:
        """Take an open verdict that was woken; None: it is done, or claimed."""

    async def renew(self, case: OpenCase, until: datetime) -> None:
        """Prolong a claim in force; raises ClaimLost."""

    async def postpone(self, case: OpenCase, due_at: datetime, tries: int) -> None:
        """Give the claim back, to be woken again at `due_at`; raises ClaimLost."""

    async def conclude(self, done: Rejudgement) -> None:
        """Write all of it, or nothing and ClaimLost.

        Where it is settled, whatever waits for the same authority is due at once.
        """


class Marks(Protocol):
    """What pollers and doors must remember beyond a process: leases, cursors, once."""

    async def hold(self, name: str, until: datetime, at: datetime) -> bool:
        """Take or prolong this process' lease on a duty; False: another holds it."""

    async def read(self, name: str) -> str:
        """A mark; "" where there is none."""

    async def swap(self, name: str, old: str, new: str) -> bool:
        """Set a mark if it still reads `old` ("": none yet); False: it does not."""


class Outbox(Protocol):
    """Rows that must leave, leased to one relay at a time."""

    async def due(
        self,
        kinds: Sequence[OutboxKind],
        at: datetime,
        lease: timedelta,
        limit: int,
        skip: Sequence[str] = (),
    ) -> list[OutboxRow]:
        """Lease rows that are due, urgent first, then the oldest.

        `attempts` counts this try; rows of the targets in `skip` stay where they are.
        """

    async def hasten(self, kind: OutboxKind, target: str, at: datetime) -> None:
        """Make rows of a target that were tried in vain due at once."""

    async def settle(self, row: OutboxRow, outcome: Outcome) -> None:
        """Record what became of a leased row, entries and desks with it, once.

        A row whose lease was lost and settled by another is left as it is.
        """

    async def next_due(self, kinds: Sequence[OutboxKind]) -> datetime | None:
        """When the next waiting row falls due; None: nothing waits."""


class Publisher(Protocol):
    """The way to the broker; persistent, mandatory, confirmed."""

    async def deliver(self, row: OutboxRow, body: bytes) -> None:
        """Publish a delivery to its agency's lane; returns when confirmed.

        Raises BrokerUnavailable, or Unroutable when no queue takes it.
        """

    async def wake(self, row: OutboxRow) -> None:
        """Publish a pointer to the arrivals queue named by `row.target`."""


class Alarm(Protocol):
    """The way to call an operator."""

    async def call(self, row: OutboxRow) -> None:
        """Tell the operators of the matter in `row.headers`; names no content.

        Raises SourceUnavailable when the call does not get through.
        """


class Registry(Protocol):
    """Look-ups over the agencies attached to this hub; pure."""

    @property
    def version(self) -> str:
        """Hash of the registry file; stands in every decision."""

    def find(self, code: AgencyCode, on: date) -> Agency | None:
        """The agency valid that day under a code, an alias, or as the only heir."""

    def heirs(self, code: AgencyCode, on: date) -> tuple[Agency, ...]:
        """Everybody valid that day under a code, or after it through all successors.

        Several: the body was split, and no table says whose a document is now.
        """

    def is_ours(self, code: AgencyCode) -> bool:
        """Whether a code or alias belongs to an agency attached here, valid or not."""

    def is_local(self, code: AgencyCode) -> bool:
        """Whether a code is ours or lies in this hub's territory, known or not."""


class Shelf(Protocol):
    """What waits here for those who come and ask; each reaches only its own."""

    async def pending(self, agency: AgencyCode, limit: int) -> list[Waiting]:
        """Deliveries of an agency it has not confirmed, urgent first, then oldest."""

    async def find(self, agency: AgencyCode, delivery: str) -> Waiting | None:
        """One delivery of this agency, confirmed or not; None: it has no such."""

    async def confirm(self, agency: AgencyCode, delivery: str, at: datetime) -> bool:
        """The agency has it; False: it has no such delivery. Twice changes nothing."""

    async def fetched(self, agency: AgencyCode, delivery: str, at: datetime) -> None:
        """All of it was sent to this agency; noted once, and only of its own."""

    async def traces(
        self, source: str, since: datetime | None, limit: int
    ) -> list[Trace]:
        """What became of the documents of a source, oldest first."""


class Organizations(Protocol):
    """The agencies attached here, as those may know who ask at a door."""

    @property
    def agencies(self) -> tuple[Agency, ...]:
        """All of them, those too that have ended."""

    def find(self, code: AgencyCode, on: date) -> Agency | None:
        """See `Registry.find`."""
