"""Whatever stands still is found and woken by whoever has the duty."""

import asyncio
from datetime import timedelta

from hub.errors import JournalUnavailable
from hub.model.ids import ArrivalId
from hub.pipeline.sweep import Housekeeper
from tests.fakes.outsides import SteppingClock


class Strays:
    def __init__(self, *found: str) -> None:
        self.found = [ArrivalId(f) for f in found]
        self.woken: list[ArrivalId] = []
        self.down = 0

    async def stranded(self, at, older_than: timedelta):
        if self.down:
            self.down -= 1
            raise JournalUnavailable("away")
        return self.found

    async def wake(self, ids, at):
        self.woken += ids
        self.found = []
        return ids


class Sealing:
    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.batches: list[int] = []

    async def seal(self, limit: int) -> int:
        done = min(limit, self.waiting)
        self.waiting -= done
        self.batches.append(done)
        return done


class Duties:
    def __init__(self, *, granted: bool = True) -> None:
        self.granted = granted
        self.asked: list[str] = []

    async def hold(self, name, holder, until, at) -> bool:
        self.asked.append(name)
        return self.granted


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def run(work, condition) -> None:
    task = asyncio.create_task(work)
    await until(condition)
    task.cancel()


async def test_strays_are_woken():
    strays = Strays("a", "b")
    keeper = Housekeeper(strays, Sealing(0), Duties(), SteppingClock(), "me")
    await run(keeper.sweep(every=0), lambda: len(strays.woken) == 2)
    assert strays.woken == ["a", "b"]


async def test_a_journal_away_for_a_moment_does_not_end_the_sweep():
    strays = Strays("a")
    strays.down = 1
    keeper = Housekeeper(strays, Sealing(0), Duties(), SteppingClock(), "me")
    await run(keeper.sweep(every=0), lambda: strays.woken == ["a"])


async def test_without_the_duty_nothing_is_touched():
    strays, sealing, duties = Strays("a"), Sealing(3), Duties(granted=False)
    keeper = Housekeeper(strays, sealing, duties, SteppingClock(), "me")
    await run(keeper.sweep(every=0), lambda: len(duties.asked) > 3)
    await run(keeper.seal(every=0), lambda: len(duties.asked) > 8)
    assert not strays.woken
    assert not sealing.batches


async def test_the_sealer_works_off_what_was_committed_batch_by_batch():
    sealing = Sealing(25)
    keeper = Housekeeper(Strays(), sealing, Duties(), SteppingClock(), "me")
    await run(keeper.seal(every=0, batch=10), lambda: sealing.waiting == 0)
    assert sealing.batches[:3] == [10, 10, 5]
