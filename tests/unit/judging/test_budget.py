"""Judging beside other things ends by itself where it takes too much."""

import resource
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from hub.judging.budget import OverBudget, within
from hub.model.limits import Limits

LIMITS = Limits()


def test_what_runs_too_long_is_stopped():
    with pytest.raises(OverBudget, match="time"), within(_hasty()):
        _spin()


def test_c_code_that_hears_no_alarm_ends_with_its_process():
    program = """
import hashlib
from dataclasses import replace
from hub.judging.budget import within
from hub.model.limits import Limits
with within(replace(Limits(), judging_seconds=0.05)):
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2_000_000_000)
"""
    ended = subprocess.run((sys.executable, "-c", program), timeout=60, check=False)
    assert ended.returncode == -signal.SIGPROF


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
        signal.getitimer(signal.ITIMER_PROF),
        signal.getsignal(signal.SIGALRM),
    )
