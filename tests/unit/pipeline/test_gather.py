"""Remote files: fetched once, recorded, and a person's matter when they never come."""

from dataclasses import replace
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
            self.journal,
            self.fetch,
            self.evidence,
            self.clock,
            limit=10,
            total=20,
            patience=timedelta(hours=72),
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


async def test_to_judge_again_only_files_of_then_are_there_and_none_is_fetched(bench):
    bench.fetch.away = {TWO}
    with pytest.raises(SourceUnavailable):
        await bench.gather()
    bench.fetch.away, asked = set(), list(bench.fetch.downloads)
    one, two = await bench.gatherer.recall(arrival(), (ONE, TWO, ONE))
    assert (one.url, one.digest) == (ONE, digest_of(b"one"))
    assert two.fault.code is FaultCode.FILE_UNAVAILABLE
    assert bench.fetch.downloads == asked


async def test_a_file_that_is_gone_is_told_at_once_and_asked_for_again_next_time(bench):
    del bench.fetch.files[TWO]
    _, two = await bench.gather()
    assert two.fault.code is FaultCode.FILE_UNAVAILABLE
    bench.fetch.files[TWO] = b"two"
    _, two = await bench.gather()
    assert two.digest == digest_of(b"two")


class Slow(AnsweringFetch):
    """Takes four minutes a file."""

    clock: SteppingClock

    async def download(self, url, into, limit):
        self.clock.step(240)
        return await super().download(url, into, limit)


MANY = tuple(f"https://portal.example/{n}" for n in range(6))


def slowed(bench):
    slow = Slow(files={url: url[-1].encode() for url in MANY})
    slow.clock = bench.clock
    return replace(bench.gatherer, fetch=slow), slow


async def test_slow_files_do_not_keep_a_worker_from_all_others(bench):
    gatherer, slow = slowed(bench)
    for turn in (2, 4):
        with pytest.raises(SourceUnavailable):
            await gatherer.gather(arrival(), MANY)
        assert slow.downloads == list(MANY[:turn])
    assert len(await gatherer.gather(arrival(), MANY)) == len(MANY)


async def test_what_nobody_asked_for_yet_is_not_told_as_gone(bench):
    gatherer, _ = slowed(bench)
    bench.clock.step(72 * 3600)
    with pytest.raises(SourceUnavailable):
        await gatherer.gather(arrival(), MANY)


async def test_files_together_are_no_larger_than_one_envelope_may_be(bench):
    bench.fetch.files = dict.fromkeys(MANY, b"12345678")
    found = await bench.gatherer.gather(arrival(), MANY)
    assert [g.size for g in found[:2]] == [8, 8]
    assert {g.fault.code for g in found[2:]} == {FaultCode.TOO_LARGE}
    assert bench.fetch.limits == [10, 10, 4, 4, 4, 4]
