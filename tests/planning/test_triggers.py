"""Triggers: `replace_triggered_by` has a cluster deleted and created anew when the plan changes what it names."""

from dataclasses import replace
from typing import Any

import pytest

from planner.model.desired import Desired, DesiredCluster, Lifecycle
from planner.model.paths import Key, Path
from planner.model.plan import Action, Plan, Reason
from planner.planning.protect import judge_protection
from state.address import Address
from tests.laws.lab import Document, declare
from tests.planning.sides import plan, remember, show, shown_as, snapshot

WHOLE: Path = ()


def user(*triggers: tuple[str, Path], label: str = "user", prevent_destroy: bool = False) -> DesiredCluster:
    lifecycle = Lifecycle(
        replace_triggered_by=tuple((Address(name), path) for name, path in triggers), prevent_destroy=prevent_destroy
    )
    return declare(label, lifecycle=lifecycle)


def actions(made: Plan) -> list[str]:
    return [f"{change.action.value} {change.address}" for change in made.changes]


def update(*clusters: DesiredCluster, **options: Any) -> Plan:  # noqa: ANN401 - those of PlanOptions
    """Return the plan in which `cluster.store` gets another key pair and the others are as they were."""
    return plan(
        [declare("store", awsKeyPair="b", query={"replicas": 3}), *clusters],
        [remember("store", awsKeyPair="a", query={"replicas": 3}), *(remember(one.address.name) for one in clusters)],
        [show("store", awsKeyPair="a", query={"replicas": 3}), *(show(one.address.name) for one in clusters)],
        **options,
    )


@pytest.mark.parametrize("path", [WHOLE, ("spec", "awsKeyPair"), ("spec",), ("status", "resourceVersion")])
def test_an_update_replaces_what_it_triggers(path: Path) -> None:
    made = update(user(("store", path)))
    assert actions(made) == ["update cluster.store", "replace cluster.user"]
    change = made.changes[1]
    assert (change.reason, change.triggered_by) == (Reason.TRIGGERED, (Address("store"),))
    assert shown_as(made) == ["PATCH store after []", "DELETE user after [1]", "POST user after [2]"]


@pytest.mark.parametrize(
    "path", [("spec", "query", "replicas"), ("spec", "query"), ("spec", "version"), ("metadata", "uid"), ("spec", "no")]
)
def test_an_update_of_something_else_replaces_nothing(path: Path) -> None:
    assert actions(update(user(("store", path)))) == ["update cluster.store"]


@pytest.mark.parametrize(("wanted", "is_replaced"), [("500MiB", False), ("501MiB", True)])
@pytest.mark.parametrize("entry", [Key("druid.server.maxSize"), "druid.server.maxSize"])
def test_another_spelling_beside_an_update_replaces_nothing(wanted: str, is_replaced: bool, entry: str | Key) -> None:  # noqa: FBT001 - a flag
    def properties(size: str, other: str) -> list[Document]:
        return [{"name": "druid.server.maxSize", "value": size}, {"name": "druid.other", "value": other}]

    made = plan(
        [
            declare("store", commonRuntimeProperties=properties(wanted, "b")),
            user(("store", ("spec", "commonRuntimeProperties", entry))),
        ],
        [remember("store", commonRuntimeProperties=properties("500MiB", "a")), remember("user")],
        [show("store", commonRuntimeProperties=properties("524288000", "a")), show("user")],
    )

    assert actions(made) == ["update cluster.store", *(["replace cluster.user"] if is_replaced else [])]


def test_a_replacement_is_a_change_and_leads_to_the_next() -> None:
    made = update(
        user(("store", WHOLE), label="one"),
        user(("one", ("metadata", "uid")), label="two"),
        user(("two", ("spec", "version")), label="three"),
    )
    assert actions(made) == ["replace cluster.one", "update cluster.store", "replace cluster.two"]
    assert shown_as(made) == [
        "PATCH store after []",
        "DELETE one after [1]",
        "POST one after [2]",
        "DELETE two after [3]",
        "POST two after [4]",
    ]


@pytest.mark.parametrize(
    ("path", "is_replaced"),
    [
        (("spec", "awsTags", Key("team"), "value"), True),
        (("spec", "awsTags", "team", "value"), True),
        (("spec", "awsTags", 0, "value"), True),
        (("spec", "awsTags", Key("zone"), "value"), False),
        (("spec", "awsTags", Key("none")), False),
    ],
)
def test_a_path_leads_into_lists(path: Path, is_replaced: bool) -> None:  # noqa: FBT001 - a column of the table
    def tags(team: str) -> Document:
        return {"awsTags": [{"name": "team", "value": team}, {"name": "zone", "value": "eu"}]}

    made = plan(
        [declare("store", **tags("new")), user(("store", path))],
        [remember("store", **tags("old")), remember("user")],
        [show("store", **tags("old")), show("user")],
    )
    assert actions(made) == ["update cluster.store", *(["replace cluster.user"] if is_replaced else [])]


def test_an_address_without_a_key_is_any_instance() -> None:
    wanted = [replace(declare("any", name=name, awsKeyPair="new"), address=Address("store", name)) for name in "ab"]
    records = [
        replace(remember(name, awsKeyPair=key_pair), address=Address("store", name))
        for name, key_pair in {"a": "new", "b": "old"}.items()
    ]
    live = [show("a", awsKeyPair="new"), show("b", awsKeyPair="old"), show("user")]
    made = plan([*wanted, user(("store", WHOLE))], [*records, remember("user")], live)
    assert actions(made) == ['update cluster.store["b"]', "replace cluster.user"]
    assert made.changes[1].triggered_by == (Address("store", "b"),)


def test_what_is_created_triggers_nothing() -> None:
    made = plan([declare("store"), user(("store", WHOLE))], [remember("user")], [show("user")])
    assert actions(made) == ["create cluster.store"]


def test_what_is_created_is_not_replaced() -> None:
    made = plan(
        [declare("store", awsKeyPair="b"), user(("store", WHOLE))],
        [remember("store", awsKeyPair="a")],
        [show("store", awsKeyPair="a")],
    )
    assert actions(made) == ["update cluster.store", "create cluster.user"]


def test_what_is_protected_is_not_replaced() -> None:
    cluster = user(("store", WHOLE), prevent_destroy=True)
    records = [remember("store", awsKeyPair="a"), remember("user", prevent_destroy=True)]
    desired = [declare("store", awsKeyPair="b"), cluster]
    made = plan(desired, records, [show("store", awsKeyPair="a"), show("user")])
    (problem,) = judge_protection(made, Desired(clusters=tuple(desired)), snapshot(*records))
    assert (problem.code, problem.address) == ("protected", Address("user"))
    assert "replace_triggered_by, of cluster.store, which this plan changes" in problem.detail


def test_a_target_takes_along_what_would_replace_it() -> None:
    made = update(user(("store", WHOLE)), targets=("cluster.user",))
    assert actions(made) == ["update cluster.store", "replace cluster.user"]


def test_a_destroy_replaces_nothing() -> None:
    assert {change.action for change in update(user(("store", WHOLE)), destroy=True).changes} == {Action.DELETE}
