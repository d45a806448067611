"""A poller's turn among fronts, its memory and its waits."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from hub.polling import Lease, Marked, Memory, Overtaken, Timer
from tests.fakes.kits import MemoryMarks

NOW = datetime(2019, 12, 2, tzinfo=UTC)
LENGTH = timedelta(seconds=60)


@dataclass
class Hands:
    """A clock that stands until it is moved."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


class BusyMarks(MemoryMarks):
    """Notes each lease that is asked for; another may have it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[datetime] = []
        self.is_taken = False

    async def hold(self, name: str, until: datetime, at: datetime) -> bool:
        self.asked.append(until)
        return not self.is_taken and await super().hold(name, until, at)


@dataclass(frozen=True, slots=True)
class Count(Marked):
    number: int = 0


async def test_a_lease_is_prolonged_only_where_half_of_it_is_over():
    marks, clock = BusyMarks(), Hands()
    lease = Lease(marks, clock, "duty", LENGTH)

    for _ in range(3):
        await lease.hold()
        clock.at += timedelta(seconds=20)

    assert marks.asked == [NOW + LENGTH, NOW + timedelta(seconds=40) + LENGTH]


async def test_what_another_front_holds_is_its_matter():
    marks = BusyMarks()
    marks.is_taken = True

    with pytest.raises(Overtaken):
        await Lease(marks, Hands(), "duty", LENGTH).hold()


async def test_a_lease_let_go_is_over_at_once():
    marks = BusyMarks()
    lease = Lease(marks, Hands(), "duty", LENGTH)
    await lease.hold()

    await lease.let_go()
    await lease.let_go()

    assert marks.asked == [NOW + LENGTH, NOW]


async def test_a_forgotten_lease_is_asked_for_anew():
    marks = BusyMarks()
    lease = Lease(marks, Hands(), "duty", LENGTH)
    await lease.hold()

    lease.forget()
    await lease.hold()

    assert len(marks.asked) == 2


async def test_a_memory_is_found_again():
    marks = MemoryMarks()
    await Memory(marks, "mark", Count).save(Count(7))

    again = Memory(marks, "mark", Count)

    assert await again.load()
    assert again.state == Count(7)


async def test_an_unreadable_mark_is_begun_anew():
    marks = MemoryMarks()
    await marks.swap("mark", "", "{")
    memory = Memory(marks, "mark", Count)

    assert not await memory.load()
    assert memory.state == Count()
    await memory.save(Count(1))
    assert Count.read(await marks.read("mark")) == Count(1)


async def test_who_was_overtaken_writes_nothing():
    marks = MemoryMarks()
    late = Memory(marks, "mark", Count)
    await late.load()
    await Memory(marks, "mark", Count).save(Count(7))

    with pytest.raises(Overtaken):
        await late.save(Count(1))
    assert Count.read(await marks.read("mark")) == Count(7)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 60), (1, 120), (3, 480), (4, 900), (99, 900)]
)
def test_who_is_away_is_asked_ever_less_often(failures, seconds):
    assert Timer(jitter=lambda: 0.0).wait(60, failures) == seconds


def test_a_wait_has_its_own_longest():
    assert Timer(jitter=lambda: 1.0).wait(2, 99, 300) == pytest.approx(360)
