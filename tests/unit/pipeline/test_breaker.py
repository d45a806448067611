"""Breakers: each relay's own count, and the table that all of them share."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.model.policy import DeliveryPolicy, RetryChange
from hub.model.targets import BreakerRow, BreakerState, Target, TargetKind
from hub.pipeline.breaker import Breakers
from tests.fakes.outsides import NOON, MemoryTargets, SteppingClock

AXIS = Target(TargetKind.SOURCES, "truc")
COMMUNE = Target(TargetKind.AGENCIES, "xa-giao-an")
PAUSE = timedelta(seconds=10)
SHIPPED = DeliveryPolicy()


class Two:
    """Two relays over one journal."""

    def __init__(self, policy=SHIPPED) -> None:
        self.shared = MemoryTargets()
        self.clock = SteppingClock()
        self.one = Breakers(self.shared, self.clock, policy)
        self.other = Breakers(self.shared, self.clock, policy)

    async def fail(self, target=AXIS, times=5) -> None:
        for _ in range(times):
            await self.one.failed(target, "down")


@pytest.fixture
def two():
    return Two()


async def test_enough_failures_in_a_row_open_it_in_the_journal(two):
    await two.fail(times=4)
    assert not two.shared.rows
    await two.fail(times=1)
    assert two.shared.rows[AXIS].why == "down"
    assert await two.one.waits(AXIS) == NOON + PAUSE


async def test_something_taken_in_between_begins_the_count_anew(two):
    await two.fail(times=4)
    await two.one.answered(AXIS)
    await two.fail(times=4)
    assert await two.one.waits(AXIS) is None


async def test_another_relay_knows_it_once_it_looks(two):
    await two.fail()
    assert await two.other.waits(AXIS) is None
    await two.other.look()
    assert await two.other.waits(AXIS) == NOON + PAUSE
    assert two.other.down({TargetKind.SOURCES}) == ["truc"]
    assert two.other.down({TargetKind.AGENCIES}) == []


async def test_after_the_pause_one_try_of_one_relay_goes_through(two):
    await two.fail()
    await two.other.look()
    two.clock.step(11)
    waits = [await relay.waits(AXIS) for relay in (two.one, two.one, two.other)]
    later = two.clock.now() + PAUSE
    assert waits == [None, later, later]


async def test_one_that_was_closed_elsewhere_is_closed_here_too(two):
    await two.fail()
    await two.other.look()
    two.clock.step(11)
    assert await two.one.answered(AXIS)
    await asyncio.sleep(0)
    two.other._looked = float("-inf")
    await two.other.look()
    assert await two.other.waits(AXIS) is None


async def test_what_an_operator_opened_lets_nothing_through(two):
    held = BreakerRow(AXIS, BreakerState.HELD, NOON, "lan")
    two.shared.rows[AXIS] = held
    await two.one.look()
    two.clock.step(3600)
    assert await two.one.waits(AXIS) == two.clock.now() + PAUSE
    assert two.one.down({TargetKind.SOURCES}) == ["truc"]
    two.shared.rows[AXIS] = replace(held, state=BreakerState.OPEN, open_until=NOON)
    two.one._looked = float("-inf")
    await two.one.look()
    assert await two.one.waits(AXIS) is None, "open, and its pause is over"


async def test_without_the_journal_a_relay_goes_by_what_it_knows(two):
    two.shared.down = 100
    await two.fail()
    assert await two.one.waits(AXIS) == NOON + PAUSE
    two.clock.step(11)
    await two.one.look()
    assert await two.one.waits(AXIS) is None
    assert await two.one.waits(AXIS) == two.clock.now() + PAUSE
    assert await two.one.answered(AXIS)
    assert await two.one.waits(AXIS) is None


async def test_the_policy_says_for_a_kind_and_for_one_target_what_is_otherwise():
    change = RetryChange(breaker_failures=2, deadline_hours=240)
    policy = DeliveryPolicy(
        kinds={TargetKind.AGENCIES: RetryChange(breaker_seconds=60, jitter=0)},
        targets={"xa-giao-an": change},
    )
    plan = policy.plan(COMMUNE)
    assert (plan.breaker_failures, plan.pause) == (2, timedelta(minutes=1))
    assert plan.patience == timedelta(hours=240)
    assert plan.backoff_seconds == DeliveryPolicy().backoff_seconds
    assert policy.plan(AXIS).breaker_failures == 5
    two = Two(policy)
    await two.fail(COMMUNE, times=2)
    assert await two.one.waits(COMMUNE) == NOON + timedelta(minutes=1)


def test_a_plan_without_jitter_waits_its_steps_exactly():
    policy = DeliveryPolicy(targets={"truc": RetryChange(jitter=0)})
    plan = policy.plan(AXIS)
    assert [plan.wait(n, 1).total_seconds() for n in (1, 2, 7)] == [1, 5, 1800]


async def test_looking_at_the_table_forgets_no_failure(two):
    """One row tried every few seconds would never open a breaker otherwise."""
    for _ in range(5):
        await two.fail(times=1)
        two.one._looked = float("-inf")
        await two.one.look()
    assert two.shared.rows[AXIS].why == "down"
    assert await two.one.waits(AXIS) == NOON + PAUSE


async def test_one_that_is_open_without_an_end_is_tried_and_closes(two):
    """As a rebuild leaves it whose row was lost: the end of a pause is in no entry."""
    two.shared.rows[AXIS] = BreakerRow(AXIS, BreakerState.OPEN, NOON, "hub", "down")
    await two.one.look()
    assert await two.one.waits(AXIS) is None, "the one try"
    assert await two.one.waits(AXIS) == NOON + PAUSE
    assert await two.one.answered(AXIS)
    assert AXIS not in two.shared.rows
