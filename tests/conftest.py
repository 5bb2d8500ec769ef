"""Settings of every test: hypothesis tries the same examples on every machine, unless asked to explore.

`HYPOTHESIS_PROFILE=explore make test` looks for new counterexamples; what it finds becomes an `@example`.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

# A shared machine may pause for seconds: time is a benchmark's business and never fails a property.
settings.register_profile(
    "steady", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", derandomize=False, deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out of CI what asks another program about cases that nobody has seen: chance must not hold up a change."""
    if not os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("fresh"):
            item.add_marker(pytest.mark.skip(reason="cases are made up afresh, and CI has to give the same each time"))
