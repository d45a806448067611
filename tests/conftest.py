"""What all tests share: properties without a stopwatch, repeatable on CI."""

import os

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes share the tests file by file; one hub serves all who need it."""
    for item in items:
        shared = "world" in getattr(item, "fixturenames", ())
        group = "the running hub" if shared else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
