"""Reading the versions of a cluster: newest first, as many as wanted, and not for ever where the server keeps few."""

from dataclasses import replace
from typing import Any

import pytest

from planner.emulator.scripting import parse_trouble
from planner.model.diagnostics import Failure
from planner.model.live import LiveCluster
from planner.workflow.versions import find_live, read_versions
from tests.laws.lab import PLAIN, Lab, declare
from tests.planning.sides import remember, show


def make_lab(versions: int) -> Lab:
    """Return a lab whose one cluster has had so many versions; that of number N has N query servers."""
    lab = Lab(PLAIN)
    for number in range(1, versions + 1):
        lab.converge(declare("web", query={"replicas": number}))
    return lab


def forget(lab: Lab, *numbers: int) -> None:
    """Let the server keep these versions no longer."""
    (uid,) = lab.ids
    lab.trouble(*(parse_trouble(f"404@GET /clusters/{uid}/history/{number}#1x*") for number in numbers))


def count_servers(version: LiveCluster) -> int:
    document: Any = version.document
    return int(document["spec"]["query"]["replicas"])


def read(lab: Lab, count: int, parallelism: int = 10) -> dict[int, int | None]:
    """Return the number of query servers at each version that is read, None where it is not kept."""

    async def work() -> dict[int, int | None]:
        async with lab.connect() as api:
            (current,) = await api.list_clusters()
            found = await read_versions(api, current, count, parallelism)
        return {number: None if version is None else count_servers(version) for number, version in found.items()}

    lab.app.requests.clear()
    return lab.run(work())


@pytest.mark.parametrize("parallelism", [1, 2, 10])
def test_the_newest_come_first_and_no_more_than_wanted(parallelism: int) -> None:
    lab = make_lab(5)
    found = read(lab, 3, parallelism)
    assert list(found.items()) == [(5, 5), (4, 4), (3, 3)]
    assert len(lab.app.requests) == 3  # the list, and two versions: the present one is known from the list


def test_all_are_read_where_there_are_fewer() -> None:
    assert read(make_lab(3), 9) == {3: 3, 2: 2, 1: 1}


def test_what_is_not_kept_leaves_a_gap() -> None:
    lab = make_lab(5)
    forget(lab, 4, 3)
    assert read(lab, 2, parallelism=1) == {5: 5, 4: None, 3: None, 2: 2}


def test_after_three_gaps_nobody_looks_any_further() -> None:
    lab = make_lab(9)
    forget(lab, 6, 5, 4)
    assert read(lab, 9, parallelism=1) == {9: 9, 8: 8, 7: 7}
    assert len(lab.app.requests) == 6


def test_without_a_cluster_or_its_number_there_is_no_history() -> None:
    record, live = remember("web"), show("web")
    assert find_live(record, [show("other"), live]) is live
    with pytest.raises(Failure, match=r"cluster\.web is gone"):
        find_live(record, [show("other")])
    with pytest.raises(Failure, match="does not say which resource version"):
        find_live(record, [replace(live, resource_version=None)])
