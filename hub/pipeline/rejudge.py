"""Judging again what was left open: a verdict beside the first, never a decision."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from hub.errors import ClaimLost, TemporaryFailure
from hub.logs import bound
from hub.model.arrivals import Arrival
from hub.model.examined import Examined
from hub.model.faults import FaultCode
from hub.model.findings import SubIndication
from hub.model.ids import ArrivalId
from hub.model.rejudging import OpenCase, Patience, Turn
from hub.pipeline.carry import Judged
from hub.pipeline.leases import renewing
from hub.pipeline.notices import Again, given_up
from hub.ports import Clock, Evidence, Verdicts

log = logging.getLogger(__name__)

#: Claims after which judging again is a bug, for a person.
_MOST_CLAIMS = 20

#: Gathers what the signatures need now and examines, with the files of then.
JudgeAgain = Callable[[Arrival], Awaitable[Judged]]


@dataclass(frozen=True, slots=True)
class RejudgeTerms:
    """How it is done; operating values, they change no verdict."""

    patience: Patience = Patience()
    lease: timedelta = timedelta(seconds=20)
    #: See `Ground.public_url`.
    public_url: str = ""


class RejudgedTooOften(RuntimeError):
    """It was begun again and again and never came to an end: a bug, for a person."""


class Rejudger:
    """Follows pointers to open verdicts, one call each; many may run at once."""

    def __init__(
        self,
        verdicts: Verdicts,
        judge: JudgeAgain,
        evidence: Evidence,
        clock: Clock,
        terms: RejudgeTerms = RejudgeTerms(),
    ) -> None:
        self._verdicts = verdicts
        self._judge = judge
        self._evidence = evidence
        self._clock = clock
        self._terms = terms
        #: New documents share the child: one at a time here is enough.
        self._hand = asyncio.Lock()

    async def take(self, arrival: ArrivalId) -> Turn | None:
        """Claim an open verdict and judge again.

        None when there was nothing to do, or it waits further. Raises
        RejudgedTooOften, and TemporaryFailure when even putting it off failed.
        """
        terms = self._terms
        async with self._hand:
            now = self._clock.now()
            case = await self._verdicts.claim(arrival, now, terms.lease)
            if case is None:
                return None
            if case.claims > _MOST_CLAIMS:
                raise RejudgedTooOften(f"{case.claims} claims and no end")
            with bound(arrival=case.arrival.id, source=case.arrival.source):
                return await self._judge_or_put_off(case)

    async def _judge_or_put_off(self, case: OpenCase) -> Turn | None:
        renew = partial(self._verdicts.renew, case)
        try:
            async with renewing(renew, self._clock, self._terms.lease):
                return await self._judge_again(case)
        except ClaimLost:
            log.info("claim lost")
        except TemporaryFailure as error:
            log.warning("judging again put off", extra={"why": str(error)})
            first = self._terms.patience.first  # not in vain: it was not judged
            await self._later(case, str(error), first, tries=case.tries)
        return None

    async def _judge_again(self, case: OpenCase) -> Turn | None:
        judged = await self._judge(case.arrival)
        wait = self._terms.patience.wait(case.tries + 1)
        if trouble := _not_judged(case, judged.examined):
            await self._later(case, trouble, wait, tries=case.tries + 1)
            return None
        now = self._clock.now()
        again = Again(case, judged, now, now + wait, self._terms.public_url)
        if again.turn is Turn.SAME and judged.examined.verdict.try_later:
            why = "revocation data not to be had"
            await self._later(case, why, wait, tries=case.tries + 1)
            return None
        return await self._conclude(again)

    async def _conclude(self, again: Again) -> Turn:
        """Keep the body that will leave before the transaction that names it."""
        if again.turn is not Turn.SAME and again.case.holders:
            await self._evidence.keep_bytes(again.body())
        await self._verdicts.conclude(again.rejudgement())
        headline = again.judged.examined.verdict.headline
        said = {"turn": again.turn, "headline": headline}
        log.info("judged again", extra=said | {"agencies": len(again.case.holders)})
        return again.turn

    async def _later(
        self, case: OpenCase, why: str, wait: timedelta, *, tries: int
    ) -> None:
        """Another time; once patience is over, a person is told."""
        now = self._clock.now()
        try:
            if now >= case.until:
                await self._verdicts.conclude(given_up(case, why, now))
                log.warning("judging again given up", extra={"why": why})
            else:
                await self._verdicts.postpone(case, now + wait, tries)
                log.info("judged again later", extra={"why": why, "tries": tries})
        except ClaimLost:
            log.info("claim lost")


def _not_judged(case: OpenCase, examined: Examined) -> str:
    """Why an answer is no verdict on the document of then; "": it is one.

    A child killed past its budget says nothing about signatures.
    """
    fault, identity = examined.fault, examined.identity
    if fault is not None and fault.code is FaultCode.RESOURCE_LIMIT:
        return "resource limit"
    if examined.envelope is None or identity is None:
        return "not readable any more"
    if identity.key != case.document:
        return "read as another document"
    return "resource limit" if _limited(case, examined) else ""


def _limited(case: OpenCase, examined: Examined) -> bool:
    """Whether a limit stands against a signature that was judged before."""
    told = [r for f in case.before.get("findings", ()) for r in f.get("reasons", ())]
    now = [r for f in examined.verdict.findings for r in f.reasons]
    limit = SubIndication.RESOURCE_LIMIT
    return limit in now and limit not in told
