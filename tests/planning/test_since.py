"""Since the plan: which changes of a cluster are about a request of the plan, and how they are told."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from planner.model.desired import DesiredCluster, Lifecycle
from planner.model.live import LiveCluster
from planner.planning.make_plan import make_rules
from planner.planning.since import find_changed
from planner.planning.verify import find_stale
from state.record import Record
from state.values import Json
from tests.laws.lab import declare
from tests.planning.sides import plan, remember, show, snapshot

BEFORE: dict[str, Any] = {"awsKeyPair": "old", "query": {"replicas": 2}, "awsTags": [{"name": "team", "value": "ads"}]}
AFTER: dict[str, Any] = {**BEFORE, "awsKeyPair": "new"}
SEEN: dict[str, Any] = {**BEFORE, "awsInstanceRole": "role"}


def tell(
    now: LiveCluster,
    wanted: Sequence[DesiredCluster],
    *,
    records: Sequence[Record] = (remember("web", **BEFORE),),
    seen: LiveCluster = show("web", **SEEN),  # noqa: B008 - it cannot change
    **options: Any,  # noqa: ANN401 - those of PlanOptions
) -> str | None:
    """Return what is told of `now` before the first request of a plan that was made when the cluster was as `seen`."""
    made = plan(wanted, records, [seen], **options)
    (change,) = made.changes
    state = snapshot(*records)
    return find_changed(change, made.operations[0], now, state, make_rules(state))


PATCH = [declare("web", **AFTER)]
PUT = [declare("web", **AFTER, lifecycle=Lifecycle(update="overwrite"))]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ({"awsKeyPair": "theirs"}, 'spec.awsKeyPair was "old" and is "theirs"'),
        ({"query": {"replicas": 7}}, "spec.query.replicas was 2 and is 7"),
        ({"awsTags": []}, 'spec.awsTags["team"] was "ads" and is not set'),
        ({"awsInstanceRole": "theirs"}, None),
        ({"query": {"replicas": 2, "instanceType": "c5.large"}}, None),
        ({}, None),
    ],
)
def test_a_patch_is_about_what_was_compared(edit: dict[str, Json], told: str | None) -> None:
    assert tell(show("web", **{**SEEN, **edit}), PATCH) == told


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ({"awsInstanceRole": "theirs"}, 'spec.awsInstanceRole was "role" and is "theirs"'),
        ({"query": {"replicas": 2, "instanceType": "c5"}}, 'spec.query.instanceType was not set and is "c5"'),
        ({}, None),
    ],
)
@pytest.mark.parametrize("verb", ["PUT", "DELETE", "DELETE and POST"])
def test_what_writes_or_deletes_all_is_about_all(verb: str, edit: dict[str, Json], told: str | None) -> None:
    now = show("web", **{**SEEN, **edit})
    match verb:
        case "PUT":
            assert tell(now, PUT) == told
        case "DELETE":
            assert tell(now, []) == told
        case _:
            assert tell(now, PATCH, replace=("cluster.web",)) == told


@pytest.mark.parametrize("wanted", [PATCH, PUT, []], ids=["PATCH", "PUT", "DELETE"])
def test_the_count_and_another_order_are_no_change(wanted: list[DesiredCluster]) -> None:
    tags: list[Json] = [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
    turned = [replace(one, document={**one.document, "spec": {**spec_of(one), "awsTags": tags}}) for one in wanted]
    records = (remember("web", **{**BEFORE, "awsTags": tags}),)
    now = replace(show("web", **{**SEEN, "awsTags": tags[::-1]}), resource_version=99)
    assert tell(now, turned, records=records, seen=show("web", **{**SEEN, "awsTags": tags})) is None


def spec_of(cluster: DesiredCluster) -> dict[str, Json]:
    spec = cluster.document["spec"]
    assert isinstance(spec, dict)
    return spec


def test_a_secret_is_not_told() -> None:
    """The field is named; what was in it, and what is, are not."""
    pivot = {"accessMode": "LDAP", "roleAuthority": "NATIVE", "options": "password: hunter2"}
    theirs = {**pivot, "options": "password: correct-horse"}
    for wanted in ([declare("web", **AFTER, pivot=pivot)], []):
        told = tell(
            show("web", **SEEN, pivot=theirs),
            wanted,
            records=(remember("web", **BEFORE, pivot=pivot),),
            seen=show("web", **SEEN, pivot=pivot),
        )
        assert told is not None
        assert "spec.pivot.options" in told
        assert "hunter2" not in told
        assert "horse" not in told


def test_many_changes_are_counted() -> None:
    edit = {"awsKeyPair": "x", "awsInstanceRole": "x", "query": {"replicas": 9}, "version": "2021.09", "awsTags": []}
    told = tell(show("web", **{**SEEN, **edit}), [])
    assert told is not None
    assert told.endswith(", 2 more")


def test_a_saved_delete_is_stale_once_anything_of_the_cluster_has_changed() -> None:
    """Whoever approved the end of a cluster saw it as it was then."""
    state = snapshot(remember("web", **BEFORE))
    made = plan([], [remember("web", **BEFORE)], [show("web", **SEEN)])
    rules = make_rules(state)
    assert find_stale(made, state, [show("web", **SEEN)], rules) == ()
    (stale,) = find_stale(made, state, [show("web", **{**SEEN, "awsInstanceRole": "theirs"})], rules)
    assert 'spec.awsInstanceRole was "role" and is "theirs"' in stale.detail
