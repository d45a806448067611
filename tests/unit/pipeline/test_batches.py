"""Batches are done bit by bit, by who has the duty, whatever passes in between."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from hub.errors import JournalUnavailable
from hub.model.batches import cause_of
from hub.model.policy import DeliveryPolicy, RetryChange
from hub.model.targets import Target, TargetKind
from hub.pipeline.batches import BatchRunner, patience_of
from tests.fakes.outsides import SteppingClock


@dataclass
class CountedSteps:
    """Batches as numbers of steps that are left."""

    left: dict[str, int]
    down: int = 0
    done: list[str] = field(default_factory=list)

    async def running(self) -> list[str]:
        if self.down:
            self.down -= 1
            raise JournalUnavailable("away")
        return [name for name, left in self.left.items() if left]

    async def advance(self, batch, at, patience, limit) -> bool:
        assert limit > 0
        self.done.append(batch)
        self.left[batch] -= 1
        return bool(self.left[batch])


@dataclass
class OneDuty:
    """A duty that is ours so many times, and then another's."""

    times: int = 1_000

    async def hold(self, name: str, holder: str, until: datetime, at: datetime) -> bool:
        self.times -= 1
        return self.times >= 0


def runner(steps, duty=None) -> BatchRunner:
    patience = patience_of(DeliveryPolicy())
    return BatchRunner(steps, duty or OneDuty(), SteppingClock(), "me", patience)


async def test_every_batch_is_done_to_its_end_the_oldest_first():
    steps = CountedSteps({"a": 3, "b": 1})
    await runner(steps).work()
    assert steps.done == ["a", "a", "a", "b"]


async def test_who_loses_the_duty_stops_and_another_goes_on():
    steps = CountedSteps({"a": 3})
    await runner(steps, OneDuty(times=2)).work()
    assert steps.done == ["a", "a"]
    await runner(steps).work()
    assert steps.left == {"a": 0}


async def test_a_journal_away_for_a_moment_stops_nothing():
    steps = CountedSteps({"a": 1}, down=2)
    watching = asyncio.create_task(runner(steps).watch(every=0))
    async with asyncio.timeout(5):
        while steps.left["a"]:
            await asyncio.sleep(0)
    watching.cancel()


def test_what_is_sent_again_is_tried_as_long_as_its_target_says():
    policy = DeliveryPolicy(targets={"xa-giao-an": RetryChange(deadline_hours=240)})
    patience = patience_of(policy)
    there = Target(TargetKind.AGENCIES, "xa-giao-an")
    assert patience(there) == timedelta(hours=240)
    other = Target(TargetKind.AGENCIES, "xa-giao-chau")
    assert patience(other) == timedelta(hours=72)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("deadline: HTTP 503", "deadline"),
        ("unroutable: no queue takes x.urgent: …", "unroutable"),
        ("frame: It is not framed", "frame"),
        ("bounced 5.1.1", "bounced"),
        ("rejected by the agency's consumer", "rejected by the agency's consumer"),
    ],
)
def test_reasons_are_grouped_by_what_they_begin_with(reason, cause):
    assert cause_of(reason) == cause
