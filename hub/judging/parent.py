"""The parent's side of judging: a warm child for all, another for what ends it."""

import asyncio
import contextlib
import logging
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from pathlib import Path

from hub.errors import EvidenceUnavailable, TemporaryFailure
from hub.judging.handover import pack
from hub.judging.process import Child, ChildGone
from hub.judging.protocol import Answer, FileAt, Operation, Request, Seal, Setup
from hub.judging.seals import sign_file
from hub.model.arrivals import Arrival
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.findings import Finding, SignatureKind, Slot, SubIndication
from hub.model.ids import AgencyCode, Digest
from hub.model.knowledge import Gathered, Knowledge, Needs
from hub.model.verdicts import Verdict
from hub.ports import Signer

log = logging.getLogger(__name__)

#: Documents after which a child is replaced: libraries leak a little.
_DOCUMENTS_PER_CHILD = 500
#: A file in the spool is moved on within seconds.
_SPOOL_SECONDS = 3600.0
#: Names of errors by which a child that writes says: the disk.
_DISK_TROUBLES = frozenset({"OSError", "FileNotFoundError", "PermissionError"})
#: How the child is started: it finds its own way, nothing of the document in argv.
_COMMAND = (sys.executable, "-m", "hub.judging.child")
#: Documents remembered for having ended a child.
_MOST_REMEMBERED = 100

#: Bytes, and what else reading them depends on.
_Key = tuple[Digest, str, str, str]


class NoChild(TemporaryFailure):
    """A judging child cannot be started; no document is to blame for it."""


class Crowded(TemporaryFailure):
    """Another document has the second child; this one, which needs it, waits."""


class _Past(Enum):
    """What is remembered of a document that ended a child."""

    #: It goes to a child of its own at once.
    HEAVY = "heavy"
    #: That one did not get through it either.
    LOST = "lost"


class ChildJudge:
    """Implements the port Judge with one warm child, replaced when it must be.

    What ends the warm child is tried once more in another with twice the budget,
    while a fresh warm one serves the others. There is at most one such other child;
    who needs it while it is taken is put off (Crowded).
    """

    def __init__(
        self,
        setup: Setup,
        path_of: Callable[[Digest], Path],
        spool: Path,
        command: Sequence[str] = _COMMAND,
        lifetime: int = _DOCUMENTS_PER_CHILD,
        signer: Signer | None = None,
    ) -> None:
        self._setup = setup
        self._lifetime = lifetime
        self._command = command
        self._path_of = path_of
        self._spool = spool
        self._signer = signer
        self._child: Child | None = None
        self._turn = asyncio.Lock()
        self._other: Child | None = None
        self._other_turn = asyncio.Lock()
        self._past: dict[_Key, _Past] = {}

    async def start(self) -> None:
        """Warm the child before the first document; sweep out what a crash left."""
        await asyncio.to_thread(tidy_spool, self._spool)
        async with self._turn:
            await self._ready()

    async def close(self) -> None:
        """End the children."""
        await self._end_warm()
        if self._other:
            await self._other.stop()

    @property
    def child_pid(self) -> int | None:
        """Process id of the child, for supervision and for the crash test."""
        return self._child.pid if self._child else None

    async def inspect(self, arrival: Arrival, files: Sequence[Gathered] = ()) -> Needs:
        """See the port."""
        asked = self._request(Operation.INSPECT, arrival, files)
        try:
            return (await self._ask(asked)).needs or Needs()
        except ChildGone:
            return Needs()  # `examine` will say so

    async def examine(
        self,
        arrival: Arrival,
        knowledge: Knowledge,
        files: Sequence[Gathered] = (),
        *,
        at: datetime,
    ) -> Examined:
        """See the port; past the doubled budget the answer is a resource limit."""
        asked = replace(self._request(Operation.EXAMINE, arrival, files), at=at)
        with contextlib.suppress(ChildGone):
            answer = await self._ask(asked, knowledge)
            if answer.examined:
                return answer.examined
        return Examined(
            digest=arrival.digest,
            fault=Fault(FaultCode.RESOURCE_LIMIT),
            verdict=self._given_up(knowledge, at),
        )

    def _given_up(self, knowledge: Knowledge, at: datetime) -> Verdict:
        """Nobody knows what is signed in it: that, too, is a finding."""
        finding = Finding(
            SignatureKind.XML,
            "",
            Slot.SIGNATURE,
            reasons=(SubIndication.RESOURCE_LIMIT,),
            remark="judging child ended",
        )
        return Verdict(
            (finding,),
            policy_version=self._setup.policy_version,
            policy_edition=self._setup.policy_edition,
            trust_version=knowledge.version,
            at=at,
        )

    async def write(
        self,
        arrival: Arrival,
        paper: int,
        files: Sequence[Gathered] = (),
        to: Sequence[AgencyCode] = (),
    ) -> Path:
        """See the port; raises ChildGone when even the second child fails."""
        with _disk():
            await asyncio.to_thread(self._spool.mkdir, parents=True, exist_ok=True)
        out = self._spool / f"{arrival.id}-{secrets.token_hex(4)}.edxml"
        asked = self._request(Operation.WRITE, arrival, files)
        request = replace(asked, paper=paper, out=str(out), to=tuple(to))
        if signer := self._signer:
            seal = Seal(signer.certificates, signer.value_bytes)
            request = replace(request, seal=seal)
        try:
            answer = await self._ask(request)
        except ChildGone as gone:
            out.unlink(missing_ok=True)
            if gone.last_words in _DISK_TROUBLES:
                raise EvidenceUnavailable(f"spool: {gone.last_words}") from gone
            raise
        if answer.written != request.out:
            out.unlink(missing_ok=True)
            raise ChildGone("write")
        if self._signer and answer.to_sign:
            try:
                await sign_file(out, self._signer, answer.to_sign)
            except (TemporaryFailure, ValueError):
                out.unlink(missing_ok=True)
                raise
        return out

    def _request(
        self, operation: Operation, arrival: Arrival, files: Sequence[Gathered]
    ) -> Request:
        return Request(
            operation=operation,
            path=str(self._path_of(arrival.digest)),
            digest=arrival.digest,
            door=arrival.door,
            source=arrival.source,
            content_type=arrival.content_type,
            at=arrival.accepted_at,
            files=tuple(self._at(file) for file in files),
        )

    def _at(self, file: Gathered) -> FileAt:
        path = str(self._path_of(file.digest)) if file.digest else ""
        return FileAt(file.url, path, file.digest or "", file.fault)

    async def _ask(
        self, request: Request, knowledge: Knowledge | None = None
    ) -> Answer:
        """Ask the warm child, then another with twice the budget; raises ChildGone."""
        with _disk():  # trouble of ours, and no fault of the document
            await asyncio.to_thread(_readable, Path(request.path))
        past = self._past.pop(_key(request), None)
        if past is _Past.LOST and request.operation is Operation.EXAMINE:
            raise ChildGone("inspected in vain")
        if past is not _Past.HEAVY:
            with contextlib.suppress(ChildGone):
                return await self._ask_warm(request, knowledge)
        self._remember(_key(request))
        if self._other_turn.locked():
            raise Crowded("the second judging child is taken")
        async with self._other_turn:
            return await self._ask_other(request, knowledge)

    async def _ask_warm(self, request: Request, knowledge: Knowledge | None) -> Answer:
        async with self._turn:
            child = await self._ready(request.operation)
            try:
                budget = self._setup.limits.judging_seconds
                return await child.ask(_tell(request, child, knowledge), budget)
            except ChildGone as gone:
                await self._end_warm()
                raise _buried(request, child, gone) from gone
            except asyncio.CancelledError:
                await self._end_warm()  # its next answer would be out of step
                raise

    async def _ask_other(self, request: Request, knowledge: Knowledge | None) -> Answer:
        child = self._other = Child(self._setup, self._command)
        try:
            await _begin(child)
            return await self._ask_alone(request, child, knowledge)
        except ChildGone as gone:
            self._past.pop(_key(request), None)
            if request.operation is Operation.INSPECT:
                self._past[_key(request)] = _Past.LOST
            await child.stop()
            raise _buried(request, child, gone) from gone
        finally:
            self._other = None
            if child is not self._child:
                await child.stop()

    async def _ask_alone(
        self, request: Request, child: Child, knowledge: Knowledge | None
    ) -> Answer:
        budget, began = self._setup.limits.judging_seconds, time.monotonic()
        answer = await child.ask(_tell(request, child, knowledge), budget * 2)
        if time.monotonic() - began <= budget:  # the document was not to blame
            self._past.pop(_key(request), None)
        child.served += request.operation is Operation.EXAMINE
        if self._child is None and not self._turn.locked():
            self._child = child  # it is warm now, and has the document in hand
        return answer

    def _remember(self, key: _Key) -> None:
        self._past[key] = _Past.HEAVY
        if len(self._past) > _MOST_REMEMBERED:
            del self._past[next(iter(self._past))]

    async def _ready(self, asked: Operation | None = None) -> Child:
        """The warm child, started where there is none; the caller has the turn."""
        old = self._child and self._child.served >= self._lifetime
        # What is written was just examined; another child would read it again.
        if old and asked is not Operation.WRITE:
            await self._end_warm()
        if self._child is None:
            child = Child(self._setup, self._command)
            await _begin(child)
            self._child = child
        if asked is Operation.EXAMINE:  # once for every document
            self._child.served += 1
        return self._child

    async def _end_warm(self) -> None:
        child, self._child = self._child, None
        if child:
            await child.stop()


def _key(request: Request) -> _Key:
    return request.digest, request.door, request.source, request.content_type


async def _begin(child: Child) -> None:
    """Start a child; raises NoChild, and leaves none where it does not come to be."""
    try:
        await child.start()
    except ChildGone as gone:
        await child.stop()
        raise NoChild(f"judging child: {gone} {child.last_words}") from gone
    except asyncio.CancelledError:
        await child.stop()
        raise


def _buried(request: Request, child: Child, gone: ChildGone) -> ChildGone:
    """The same with the child's last words, once it is stopped; noted in the log."""
    log.warning(
        "judging child gone",
        extra={
            "operation": request.operation,
            "sha256": request.digest,
            "why": str(gone),
            "last_words": child.last_words,
        },
    )
    return ChildGone(str(gone), child.last_words)


def _tell(request: Request, child: Child, knowledge: Knowledge | None) -> Request:
    """Add the knowledge; of its items only those the child does not have yet."""
    if knowledge is None:
        return request
    return replace(request, knowledge=pack(knowledge, child.knows))


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """A full or lost disk passes; the document waits."""
    try:
        yield
    except OSError as error:
        raise EvidenceUnavailable(f"disk: {error.strerror or error}") from error


def _readable(path: Path) -> None:
    with path.open("rb"):
        pass


def tidy_spool(spool: Path) -> None:
    """Remove files that lay there for an hour: their worker died before it was done."""
    for path in spool.glob("*.edxml"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _SPOOL_SECONDS:
                path.unlink()
