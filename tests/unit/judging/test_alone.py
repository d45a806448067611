"""One file judged alone: past the limits of the policy it is a resource limit."""

import subprocess
import sys
from datetime import UTC, datetime

from hub.judging.alone import examined, setup_of
from hub.model.knowledge import Knowledge
from hub.resources import resource
from hub.rules.reading import read_policy

NOON = datetime(2020, 3, 2, 5, 0, tzinfo=UTC)
SETUP = setup_of(read_policy(resource("config", "policy.yaml").read_bytes()))

#: In a process of its own: an alarm may go off in anything that runs here.
HASTY = """
from dataclasses import replace
from hub.judging.alone import examined
from hub.model.knowledge import Knowledge
from tests.unit.judging.test_alone import NOON, SETUP

hasty = replace(SETUP, limits=replace(SETUP.limits, judging_seconds=0.01))
found = examined(b"%PDF-1.7\\n", NOON, hasty, Knowledge())
print(found.fault.code, found.envelope)
"""


def test_a_file_that_would_take_too_long_is_a_resource_limit():
    asked = subprocess.run(
        [sys.executable, "-c", HASTY], capture_output=True, text=True, check=True
    )
    assert asked.stdout.split() == ["resource-limit", "None"]


def test_within_them_it_is_judged():
    assert examined(b"%PDF-1.7\n", NOON, SETUP, Knowledge()).fault is None
