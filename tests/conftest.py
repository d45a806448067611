"""What all tests share: properties without a stopwatch, repeatable on CI."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),  # new counterexamples are for laptops
)
settings.load_profile("house")
