"""Who looks at the timers of open verdicts, and when all are due at once."""

import asyncio
from datetime import datetime

from hub.errors import JournalUnavailable, TrustUnavailable
from hub.pipeline.timer import VerdictTimer
from tests.fakes.outsides import NOON, SteppingClock


class Timed:
    """The journal's part."""

    def __init__(self, due: int = 0) -> None:
        self.due = due
        self.woken: list[int] = []
        self.hastened = 0

    async def wake(self, at: datetime, limit: int) -> int:
        woken = min(self.due, limit)
        self.due -= woken
        self.woken.append(woken)
        return woken

    async def hasten(self, at) -> int:
        self.hastened += 1
        return 1


class Duties:
    """Gives the duty, or not, or is away first."""

    def __init__(self, *, mine: bool = True, away: int = 0) -> None:
        self.mine, self.away, self.asked = mine, away, 0

    async def hold(self, name, holder, until, at) -> bool:
        self.asked += 1
        if self.asked <= self.away:
            raise JournalUnavailable
        return self.mine


class Marks:
    """The port Marks over a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def hold(self, name, until, at) -> bool:
        return True

    async def read(self, name) -> str:
        return self.kept.get(name, "")

    async def swap(self, name, old, new) -> bool:
        if self.kept.get(name, "") != old:
            return False
        self.kept[name] = new
        return True


def timer_of(timed, duties=None, marks=None) -> VerdictTimer:
    clock = SteppingClock()
    return VerdictTimer(timed, duties or Duties(), marks or Marks(), clock, "me")


async def version_1() -> str:
    return "trust-1"


async def watched(timer: VerdictTimer, until, version=version_1) -> None:
    task = asyncio.create_task(timer.watch(version, every=0))
    async with asyncio.timeout(5):
        while not until():
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_never_so_many_at_once_that_new_documents_wait():
    timed = Timed(due=120)
    await watched(timer_of(timed), lambda: timed.due == 0)
    assert timed.woken[:3] == [50, 50, 20]


async def test_who_has_not_the_duty_wakes_nobody():
    timed, duties = Timed(due=1), Duties(mine=False)
    await watched(timer_of(timed, duties), lambda: duties.asked > 3)
    assert timed.woken == []


async def test_trouble_that_passes_ends_nothing():
    timed, duties = Timed(due=1), Duties(away=2)
    await watched(timer_of(timed, duties), lambda: timed.due == 0)

    troubles = [TrustUnavailable("being copied")]

    async def version() -> str:
        if troubles:
            raise troubles.pop()
        return "trust-1"

    timed.due = 1
    await watched(timer_of(timed), lambda: timed.due == 0, version)


async def test_other_trust_material_makes_all_that_waits_due_once():
    timed, marks = Timed(), Marks()
    for version in ("trust-1", "trust-1", "trust-2", "trust-2"):

        async def told(word: str = version) -> str:
            return word

        await timer_of(timed, marks=marks).look(told, NOON)
    assert timed.hastened == 2
