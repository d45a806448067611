"""Remote files: fetched once, recorded, and a person's matter when they never come."""

from datetime import timedelta

import pytest

from hub.errors import SourceUnavailable
from hub.model.faults import FaultCode
from hub.model.ids import digest_of
from hub.pipeline.gather import Gatherer
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.outsides import (
    MemoryEvidence,
    MemoryJournal,
    SteppingClock,
    arrival,
)

ONE, TWO = "https://portal.example/1", "https://portal.example/2"


class Bench:
    def __init__(self) -> None:
        self.journal, self.evidence = MemoryJournal(), MemoryEvidence()
        self.fetch = AnsweringFetch(files={ONE: b"one", TWO: b"two"})
        self.clock = SteppingClock()
        self.gatherer = Gatherer(
            self.journal, self.fetch, self.evidence, self.clock, 10, timedelta(hours=72)
        )

    async def gather(self):
        return await self.gatherer.gather(arrival(), (ONE, TWO, ONE))


@pytest.fixture
def bench():
    return Bench()


async def test_each_address_is_fetched_kept_and_recorded_once(bench):
    one, two = await bench.gather()
    assert (one.url, one.digest, one.size) == (ONE, digest_of(b"one"), 3)
    assert (await bench.evidence.read(two.digest)) == b"two"
    assert bench.journal.files == [one, two]


async def test_what_was_recorded_is_never_asked_for_again(bench):
    first = await bench.gather()
    bench.fetch.files = {ONE: b"changed", TWO: b"changed"}
    assert await bench.gather() == first
    assert bench.fetch.downloads == [ONE, TWO]
    assert len(bench.journal.files) == 2


async def test_what_came_is_recorded_though_another_has_to_wait(bench):
    bench.fetch.away = {TWO}
    with pytest.raises(SourceUnavailable):
        await bench.gather()
    assert [g.url for g in bench.journal.files] == [ONE]
    bench.fetch.away = set()
    assert [g.url for g in await bench.gather()] == [ONE, TWO]
    assert bench.fetch.downloads == [ONE, TWO, TWO]


async def test_after_its_patience_a_file_that_does_not_come_is_told(bench):
    bench.fetch.away = {TWO}
    bench.clock.step(72 * 3600)
    one, two = await bench.gather()
    assert one.fault is None
    assert two.fault.code is FaultCode.FILE_UNAVAILABLE
    assert [g.url for g in bench.journal.files] == [ONE]


async def test_a_file_that_is_gone_is_told_at_once_and_asked_for_again_next_time(bench):
    del bench.fetch.files[TWO]
    _, two = await bench.gather()
    assert two.fault.code is FaultCode.FILE_UNAVAILABLE
    bench.fetch.files[TWO] = b"two"
    _, two = await bench.gather()
    assert two.digest == digest_of(b"two")
