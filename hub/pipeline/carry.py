"""What is to happen with one arrival: examined, decided, recorded once."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from hub.errors import ClaimLost, JournalRefused, TemporaryFailure
from hub.logs import bound
from hub.model.agencies import queue_of
from hub.model.arrivals import Arrival, Source
from hub.model.decisions import Decision
from hub.model.envelopes import Kind
from hub.model.examined import Examined
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.knowledge import Gathered
from hub.model.policy import Policy
from hub.model.rejudging import Patience
from hub.model.statuses import Subject
from hub.model.ways import Ways
from hub.pipeline.conclusion import conclusion
from hub.pipeline.draft import Draft, Outgoing, Writer
from hub.pipeline.examining import examined_now
from hub.pipeline.forwards import by_source
from hub.pipeline.gather import Gather, Gatherer
from hub.pipeline.keeping import Keeper
from hub.pipeline.leases import renewing
from hub.pipeline.receipts import bodies
from hub.pipeline.statuses_told import body_of, completed
from hub.ports import Clock, Evidence, Journal, Judge, Registry, Trust
from hub.rules.case import Case
from hub.rules.decide import decide
from hub.rules.statuses import said, subject

log = logging.getLogger(__name__)

#: Documents in hand: one in the child, one being concluded.
_HANDS = 2
#: Claims after which an arrival is buried: crashes and troubles are fewer.
_MOST_CLAIMS = 20
#: How long an arrival waits when something it needs is away: half its age, within
#: these. Trouble that passes has no deadline.
_SOON, _LATE = timedelta(seconds=5), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Outsides:
    """What carrying one document needs from outside."""

    journal: Journal
    evidence: Evidence
    judge: Judge
    trust: Trust
    gatherer: Gatherer
    keeper: Keeper
    clock: Clock


@dataclass(frozen=True, slots=True)
class Ground:
    """What a decision rests on; versions of all of it stand in the decision."""

    policy: Policy
    registry: Registry
    sources: dict[str, Source]
    hub_code: str
    #: Where agencies reach this hub, without a slash at the end.
    public_url: str
    lease: timedelta = timedelta(seconds=20)
    #: How often an open verdict is judged again.
    patience: Patience = Patience()
    #: Of the table by which the translator found a dossier's office.
    procedures_version: str = ""
    #: How documents of agencies attached here reach bodies elsewhere.
    ways: Ways = Ways()


@dataclass(frozen=True, slots=True)
class Judged:
    """What the pure half said, and the remote files it said it of."""

    examined: Examined
    files: tuple[Gathered, ...] = ()
    #: The manifest of what it was judged by, kept as evidence.
    knowledge: Digest | None = None


class CarriedTooOften(RuntimeError):
    """It was begun again and again and never concluded: a bug, for a person."""


class NeverTaken(RuntimeError):
    """The journal will never take what was made of it: a bug, for a person."""


class Carrier:
    """Carries arrivals, one call each; many may run at once."""

    def __init__(self, outsides: Outsides, ground: Ground) -> None:
        self._outsides = outsides
        self.journal = outsides.journal
        self._ground = ground
        self._hands = asyncio.Semaphore(_HANDS)

    async def take(self, arrival_id: ArrivalId) -> Decision | None:
        """Follow a pointer: claim the arrival and carry it.

        None when there is nothing to do now: it is done, another has it, or it was
        put off. Raises CarriedTooOften, NeverTaken, and TemporaryFailure when even
        putting it off failed.
        """
        async with self._hands:  # claimed when its turn comes, not at prefetch
            now = self._outsides.clock.now()
            arrival = await self.journal.claim(arrival_id, now, self._ground.lease)
            if arrival is None:
                return None
            if arrival.claims > _MOST_CLAIMS:
                raise CarriedTooOften(f"{arrival.claims} claims and no conclusion")
            with bound(arrival=arrival.id, source=arrival.source):
                return await self._carry_or_put_off(arrival)

    async def _carry_or_put_off(self, arrival: Arrival) -> Decision | None:
        clock, lease = self._outsides.clock, self._ground.lease
        renew = partial(self.journal.renew, arrival)
        try:
            async with renewing(renew, clock, lease):
                decision = await self.carry(arrival)
        except ClaimLost:
            log.info("claim lost")
            return None
        except JournalRefused as error:
            # Another try is the same: it is buried, and a person looks.
            raise NeverTaken(str(error)) from error
        except TemporaryFailure as error:
            log.warning("put off", extra={"why": str(error)})
            now = clock.now()
            wait = min(max((now - arrival.accepted_at) / 2, _SOON), _LATE)
            await self.journal.postpone(arrival, now + wait)
            return None
        log.info(
            "document decided",
            extra={"disposition": decision.disposition, "rule": decision.rule},
        )
        return decision

    async def carry(self, arrival: Arrival) -> Decision:
        """Examine one arrival and record, once, what is to happen with it."""
        judged = await self.judge(arrival)
        while True:
            case = await self._case(arrival, judged.examined)
            decision = decide(case)
            told = replace(judged, examined=completed(case))
            outgoing = await self._outgoing(arrival, told, decision, case)
            await self._keep_receipt(arrival, told.examined, decision, outgoing)
            done = conclusion(arrival, told.examined, decision, outgoing)
            version = case.history.version
            if await self.journal.conclude(done, unless_changed=version):
                return decision

    async def _case(self, arrival: Arrival, examined: Examined) -> Case:
        """Everything the decision depends on, as it stands now."""
        return Case(
            examined=examined,
            history=await self.journal.background(arrival.id, examined.identity),
            registry=self._ground.registry,
            policy=self._ground.policy,
            source=self._source_of(arrival),
            accepted_at=arrival.accepted_at,
            ways=self._ground.ways,
        )

    async def judge(self, arrival: Arrival, gather: Gather | None = None) -> Judged:
        """Gather files and what the signatures need; run the pure half in the child.

        `gather`: how files come here, where not as for an arrival just come.
        """
        outsides = self._outsides
        done = await examined_now(
            arrival,
            judge=outsides.judge,
            gather=gather or outsides.gatherer.gather,
            trust=outsides.trust,
            clock=outsides.clock,
        )
        kept = await outsides.keeper.keep(done.knowledge)
        return Judged(done.examined, done.files, kept)

    async def judge_again(self, arrival: Arrival) -> Judged:
        """The same with the files as they were when it was decided."""
        return await self.judge(arrival, self._outsides.gatherer.recall)

    def _source_of(self, arrival: Arrival) -> Source:
        """A source taken out of the settings may speak for nobody any more."""
        known = self._ground.sources.get(arrival.source)
        return known or Source(arrival.source, arrival.door)

    async def _outgoing(
        self,
        arrival: Arrival,
        judged: Judged,
        decision: Decision,
        case: Case,
    ) -> Outgoing:
        """Keep the body that will leave before the transaction that names it."""
        write = partial(self._written, arrival, judged, decision)
        if case.history.subjects and is_status(judged.examined):
            write = partial(self._status, judged.examined, subject(case))
        earlier = case.history.earlier
        here, legs = decision.routing.receivers, by_source(decision.routing)
        body, size = await write() if here else (None, 0)
        outward = {way: (await write(codes))[0] for way, codes in legs.items()}
        return Outgoing(
            at=self._outsides.clock.now(),
            hub=self._ground.hub_code,
            public_url=self._ground.public_url,
            policy=self._ground.policy.delivery,
            body=body,
            size=size,
            outward=outward,
            writer=_writer(self._source_of(arrival)),
            had=earlier.delivered_to if earlier else (),
            procedures_version=self._ground.procedures_version,
            knowledge=judged.knowledge,
            patience=self._ground.patience,
            said=said(case) if judged.examined.envelope else (),
            originals=case.history.originals,
            superseded_by=case.history.superseded_by,
        )

    async def _status(
        self, examined: Examined, about: Subject | None, to: Sequence[AgencyCode] = ()
    ) -> tuple[Digest, int]:
        """A status as who it is for will know its document; `to`: bodies elsewhere."""
        data = body_of(examined, about, outside=bool(to))
        return await self._outsides.evidence.keep_bytes(data), len(data)

    async def _keep_receipt(
        self,
        arrival: Arrival,
        examined: Examined,
        decision: Decision,
        outgoing: Outgoing,
    ) -> None:
        """What an agency will be told is kept before the row that names it."""
        for body in bodies(Draft(arrival, examined, decision, outgoing)):
            await self._outsides.evidence.keep_bytes(body)

    async def _written(
        self,
        arrival: Arrival,
        judged: Judged,
        decision: Decision,
        to: Sequence[AgencyCode] = (),
    ) -> tuple[Digest, int]:
        """The normalised envelope in the evidence store, and its size."""
        flag = decision.paper.flag if decision.paper else _said(judged.examined)
        path = await self._outsides.judge.write(arrival, flag, judged.files, to)
        return await self._outsides.evidence.keep_file(path)


def is_status(examined: Examined) -> bool:
    """Whether it is a word on a document, and none itself."""
    return examined.envelope is not None and examined.envelope.kind is Kind.STATUS


def _writer(source: Source) -> Writer | None:
    """The agency behind a source, where it is one attached here."""
    queue = queue_of(source.name)
    return Writer(source.codes[0], queue) if queue and source.codes else None


def _said(examined: Examined) -> int:
    """The sender's own flag where our rule raises no duty (updates)."""
    envelope = examined.envelope
    if envelope is None or envelope.business is None:
        return 0
    return 1 if envelope.business.paper == 1 else 0
