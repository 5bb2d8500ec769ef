"""What a change does to the users of its cluster: from a configuration to the plan, through an emulated account."""

from typing import Any

import pytest

from planner.model.impact import Impact, Severity
from planner.model.summary import find_worst_impact
from state.address import Address
from tests.laws.lab import Lab, declare, want

ALL = ("master", "query", "data")
FEW = "For some minutes, as there are fewer than three masters."
BASE: dict[str, Any] = {
    "master": {"replicas": 3, "instanceType": "m5.large"},
    "query": {"replicas": 2, "instanceType": "c5.large"},
    "data": {"tier1": {"replicas": 4, "instanceType": "i3.xlarge"}},
    "deepStorage": {"path": "s3://a/b"},
    "metadataStore": {"instanceType": "db.t3.medium", "diskSize": 20},
    "pivot": {"accessMode": "NATIVE"},
}


def assess(edit: dict[str, Any], base: dict[str, Any] = BASE) -> Impact | None:
    """Return the impact of an edit of a cluster that was applied."""
    lab = Lab()
    lab.converge(declare("web", **base))
    (change,) = lab.plan(want(declare("web", **{**base, **edit}))).plan.changes
    return change.impact


def pair(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"awsTags": [pair("team", "ads")]}, Impact(Severity.NONE)),
        ({"query": {"replicas": 5, "instanceType": "c5.large"}}, Impact(Severity.NONE)),
        ({"query": {"replicas": 1, "instanceType": "c5.large"}}, Impact(Severity.NONE)),
        (
            {"query": {"replicas": 2, "instanceType": "c5.xlarge"}},
            Impact(Severity.ROLLING_RESTART, ("query",)),
        ),
        (
            {"data": {"tier1": {"replicas": 4, "instanceType": "i3.large"}}},
            Impact(Severity.ROLLING_RESTART, ("data",)),
        ),
        ({"data": {"tier1": {"replicas": 6, "instanceType": "i3.xlarge"}}}, Impact(Severity.NONE)),
        (
            {"data": {"tier1": {"replicas": 2, "instanceType": "i3.xlarge"}}},
            Impact(Severity.NONE, detail="Removing data servers can take hours."),
        ),
        (
            {"data": {"tier1": {"replicas": 0, "instanceType": "i3.xlarge"}}},
            Impact(Severity.INTERRUPTION, detail="No data server is left, so that no query finds anything."),
        ),
        (
            {"data": {**BASE["data"], "tier2": {"replicas": 1, "instanceType": "i3.large"}}},
            Impact(Severity.NONE),
        ),
        (
            {"data": {**BASE["data"], "historicalRuntimeProperties": [pair("druid.x", "1")]}},
            Impact(Severity.ROLLING_RESTART, ("data",)),
        ),
        ({"commonRuntimeProperties": [pair("druid.x", "1")]}, Impact(Severity.ROLLING_RESTART, ALL)),
        ({"druidExtensions": ["druid-kafka"]}, Impact(Severity.ROLLING_RESTART, ALL)),
        (
            {"deepStorage": {"path": "s3://a/c"}},
            Impact(Severity.DATA_LOSS, detail="What is stored at the former path is not found at the new one."),
        ),
        ({"metadataStore": {"instanceType": "db.t3.large", "diskSize": 20}}, Impact(Severity.INTERRUPTION)),
        ({"metadataStore": {"instanceType": "db.t3.medium", "diskSize": 30}}, Impact(Severity.NONE)),
        ({"desiredState": "STOPPED"}, Impact(Severity.INTERRUPTION, detail="The cluster stops.")),
    ],
)
def test_an_edit_has_the_impact_of_its_field(edit: dict[str, Any], expected: Impact) -> None:
    assert assess(edit) == expected


def test_with_fewer_than_three_masters_a_restart_interrupts() -> None:
    few = {**BASE, "master": {"replicas": 1, "instanceType": "m5.large"}}
    impact = assess({"query": {"replicas": 2, "instanceType": "c5.xlarge"}}, few)
    assert impact == Impact(Severity.INTERRUPTION, ("query",), FEW)
    assert impact.words == "interruption by restart of query servers"
    assert assess({"awsTags": [pair("team", "ads")]}, few) == Impact(Severity.NONE), "nothing restarts"


def test_masters_that_come_with_the_change_or_go_with_it_stand_in_for_nobody() -> None:
    two = {"replicas": 2, "instanceType": "m5.large"}
    bigger = {"replicas": 2, "instanceType": "c5.xlarge"}
    expected = Impact(Severity.INTERRUPTION, ("master", "query"), FEW)
    assert assess({"master": two, "query": bigger}) == expected, "two are left"
    assert assess({"query": bigger, "master": BASE["master"]}, {**BASE, "master": two}) == expected, "two were there"


def test_a_cluster_that_is_stopped_loses_what_is_stored_elsewhere_all_the_same() -> None:
    stopped = {**BASE, "desiredState": "STOPPED"}
    moved = Impact(Severity.DATA_LOSS, detail="What is stored at the former path is not found at the new one.")
    assert assess({"deepStorage": {"path": "s3://a/c"}}, stopped) == moved


def test_a_cluster_that_is_stopped_has_nobody_to_disturb() -> None:
    stopped = {**BASE, "desiredState": "STOPPED"}
    impact = assess({"commonRuntimeProperties": [pair("druid.x", "1")]}, stopped)
    assert impact == Impact(Severity.NONE, detail="The cluster is stopped.")


def test_the_worst_of_several_fields_counts_and_all_servers_are_named() -> None:
    edit = {
        "query": {"replicas": 2, "instanceType": "c5.xlarge"},
        "master": {"replicas": 3, "instanceType": "m5.xlarge"},
        "awsTags": [pair("team", "ads")],
    }
    impact = assess(edit)
    assert impact == Impact(Severity.ROLLING_RESTART, ("master", "query"))
    assert impact.words == "rolling restart of master and query servers"


def test_the_worst_of_a_plan_is_named_with_its_clusters() -> None:
    lab = Lab()
    lab.converge(declare("a", **BASE), declare("b", **BASE), declare("c", **BASE))
    bigger = {**BASE, "query": {"replicas": 2, "instanceType": "c5.xlarge"}}
    edits = lab.plan(
        want(declare("a", **bigger), declare("b", **{**BASE, "druidExtensions": ["x"]}), declare("c", **BASE))
    )
    assert find_worst_impact(edits.plan) == (
        Impact(Severity.ROLLING_RESTART, ALL),
        (Address("a"), Address("b")),
    )
    deletes = lab.plan(want(declare("a", **bigger), declare("b", **BASE)))
    assert find_worst_impact(deletes.plan) == (Impact(Severity.DATA_LOSS), (Address("c"),))
    assert find_worst_impact(lab.plan(want(*(declare(name, **BASE) for name in "abc"))).plan) is None
