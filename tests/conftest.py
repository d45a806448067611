"""What all tests share: properties without a stopwatch, repeatable on CI."""

import os

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# xdist's processes have 80 columns; a test of a command says itself how many.
for _name in ("COLUMNS", "LINES"):
    os.environ.pop(_name, None)

settings.register_profile(
    "house",
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),  # new counterexamples are for laptops
)
settings.load_profile("house")


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Two processes share the tests file by file; one hub serves all acceptance."""

    def _split_scope(self, nodeid: str) -> str:
        acceptance = nodeid.startswith("tests/acceptance/")
        return "tests/acceptance" if acceptance else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> _ByFile:
    """xdist's own `loadgroup` does not know this pytest's ids."""
    return _ByFile(config, log)
