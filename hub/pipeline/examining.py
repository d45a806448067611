"""One arrival examined by what can be had now: for a decision, and again later."""

from dataclasses import dataclass

from hub.model.arrivals import Arrival
from hub.model.examined import Examined
from hub.model.knowledge import Gathered, Knowledge
from hub.pipeline.gather import Gather
from hub.ports import Clock, Judge, Trust


@dataclass(frozen=True, slots=True)
class Examination:
    """One examination, and what it was made with."""

    examined: Examined
    files: tuple[Gathered, ...]
    knowledge: Knowledge


async def examined_now(
    arrival: Arrival, *, judge: Judge, gather: Gather, trust: Trust, clock: Clock
) -> Examination:
    """Gather files and what the signatures need today; run the pure half."""
    files: tuple[Gathered, ...] = ()
    needs = await judge.inspect(arrival)
    if needs.files:
        files = await gather(arrival, needs.files)
        needs = await judge.inspect(arrival, files)
    knowledge = await trust.gather(needs)
    # After gathering: an OCSP answer made for this document is not of the future.
    at = clock.now()
    examined = await judge.examine(arrival, knowledge, files, at=at)
    return Examination(examined, files, knowledge)
