"""Judging beside other things ends by itself where it takes too much."""

import resource
import signal
from dataclasses import replace

import pytest

from hub.judging.budget import OverBudget, within
from hub.model.limits import Limits

LIMITS = Limits()


def test_what_runs_too_long_is_stopped():
    with pytest.raises(OverBudget, match="time"), within(_hasty()):
        _spin()


def test_an_alarm_while_limits_are_put_back_leaves_none_behind():
    before = _state()
    for _ in range(5):
        with pytest.raises(OverBudget), within(_hasty()):
            _spin()
    assert _state() == before


def _spin() -> None:
    while True:
        pass


def _hasty() -> Limits:
    return replace(LIMITS, judging_seconds=0.05)


def test_what_eats_memory_is_stopped():
    with pytest.raises(OverBudget, match="memory"), within(LIMITS):
        bytearray(LIMITS.judging_memory_bytes * 2)


def test_afterwards_everything_is_as_before():
    before = _state()
    with within(LIMITS):
        assert _state() != before
    assert _state() == before


def _state() -> tuple[object, ...]:
    return (
        resource.getrlimit(resource.RLIMIT_AS),
        resource.getrlimit(resource.RLIMIT_CPU),
        signal.getsignal(signal.SIGALRM),
    )
