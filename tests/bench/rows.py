"""Rows of the table, and rounds in which rivals take turns."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was compared, and whether the goal is met."""

    name: str
    #: What the number is: a ratio, or a figure without a goal.
    ratio: float
    goal: str = ""
    ours_ms: float | None = None
    floor_ms: float | None = None
    must: float | None = None
    good: float | None = None

    @property
    def met(self) -> str:
        """`good`, `must` or `missed`; empty for a figure without a goal."""
        if self.must is None:
            return ""
        if self.ratio > self.must:
            return "missed"
        return "must" if self.good is not None and self.ratio > self.good else "good"


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often; a quick run is for trying the programs, not for numbers."""

    count: int
    #: Seconds that one rival's turn of repeated calls should take.
    turn: float
    #: Documents, messages or rows of one turn where they are counted instead.
    documents: int
    messages: int


QUICK = Rounds(3, 0.1, 30, 1_000)
FULL = Rounds(9, 0.4, 200, 5_000)

Work = Callable[[], object]


def interleaved(
    works: Mapping[str, Work],
    rounds: Rounds,
    *,
    seldom: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """Median milliseconds of one call of each; they take turns in every round.

    Those named `seldom` take many seconds and part in every third round.
    """
    repeats = {name: _repeats(work, rounds.turn) for name, work in works.items()}
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds.count):
        for name, work in works.items():
            if name in seldom and turn % 3:
                continue
            times[name].append(_turn(work, repeats[name]))
    return {name: statistics.median(found) for name, found in times.items()}


def _repeats(work: Work, seconds: float) -> int:
    work()  # warm
    return max(1, round(seconds * 1000 / max(_turn(work, 1), 0.001)))


def _turn(work: Work, repeats: int) -> float:
    gc.collect()
    began = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - began) * 1000 / repeats
