"""One file judged alone: past the limits of the policy it is a resource limit."""

from dataclasses import replace
from datetime import UTC, datetime

from hub.judging.alone import examined, setup_of
from hub.model.faults import FaultCode
from hub.model.knowledge import Knowledge
from hub.resources import resource
from hub.rules.reading import read_policy

NOON = datetime(2020, 3, 2, 5, 0, tzinfo=UTC)
SETUP = setup_of(read_policy(resource("config", "policy.yaml").read_bytes()))


def test_a_file_that_would_take_too_long_is_a_resource_limit():
    limits = replace(SETUP.limits, judging_seconds=0.001)
    endless = b"%PDF-1.7\n" + b"/ByteRange [0 " * 200_000
    found = examined(endless, NOON, replace(SETUP, limits=limits), Knowledge())
    assert found.fault is not None
    assert found.fault.code is FaultCode.RESOURCE_LIMIT
    assert found.envelope is None


def test_within_them_it_is_judged():
    assert examined(b"%PDF-1.7\n", NOON, SETUP, Knowledge()).fault is None
