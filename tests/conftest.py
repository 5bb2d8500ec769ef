"""Settings of every test: no secret is written in any of them, and hypothesis tries the same examples everywhere.

`HYPOTHESIS_PROFILE=explore make test` looks for new counterexamples; what it finds becomes an `@example`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.canaries import Watch, watch_everything
from tests.canary_places import list_files

# A shared machine may pause for seconds: time is a benchmark's business and never fails a property.
settings.register_profile(
    "steady", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", derandomize=False, deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def watch() -> Iterator[Watch]:
    """Note what planner writes, in all tests of a process."""
    watch = Watch()
    with pytest.MonkeyPatch.context() as patch:
        watch_everything(watch, patch)
        yield watch


@pytest.fixture(autouse=True)
def canaries(watch: Watch, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Fail a test in which planner writes a secret anywhere."""
    watch.take_leaks()
    yield watch
    if isinstance(directory := request.node.funcargs.get("tmp_path"), Path):
        for place, text in list_files(directory):
            watch.note(place, text)
    leaks = watch.take_leaks()
    assert leaks == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out of CI what asks another program about cases that nobody has seen: chance must not hold up a change."""
    if not os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("fresh"):
            item.add_marker(pytest.mark.skip(reason="cases are made up afresh, and CI has to give the same each time"))
