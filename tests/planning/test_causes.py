"""Causes: why a field differs, told by the four values that it has, and whether anything is sent for it."""

from dataclasses import replace
from typing import Any, TypeAlias

import pytest

from planner.model.paths import format_path
from planner.model.plan import MISSING, Action, Method
from state.values import Secret
from tests.laws.lab import Document, declare
from tests.planning.sides import list_causes, plan, plan_update, remember, show

NOTHING: Document = {}
A: Document = {"awsKeyPair": "a"}
B: Document = {"awsKeyPair": "b"}
C: Document = {"awsKeyPair": "c"}

LeafRow: TypeAlias = tuple[str, Document, Document, Document, Document, str | None, Any]
ListRow: TypeAlias = tuple[str, Document, Document, Document, Document, dict[str, str], bool]

LEAVES: list[LeafRow] = [
    # what happened, desired, applied, observed, live, cause, body
    ("nothing", A, A, A, A, None, None),
    ("the configuration changed", B, A, A, A, "edit", {"awsKeyPair": "b"}),
    ("the field is new in the configuration", B, NOTHING, NOTHING, NOTHING, "edit", {"awsKeyPair": "b"}),
    ("it is new, and the server had chosen another value", B, NOTHING, A, A, "edit", {"awsKeyPair": "b"}),
    ("it left the configuration", NOTHING, A, A, A, "edit", {"awsKeyPair": None}),
    ("somebody changed it", A, A, A, B, "drift", {"awsKeyPair": "a"}),
    ("somebody took it away", A, A, A, NOTHING, "drift", {"awsKeyPair": "a"}),
    ("both changed it, to different values", B, A, A, C, "conflict", {"awsKeyPair": "b"}),
    ("it left, and somebody changed it", NOTHING, A, A, B, "conflict", {"awsKeyPair": None}),
    ("it is new, and somebody set it to another value", B, NOTHING, NOTHING, C, "conflict", {"awsKeyPair": "b"}),
    ("both changed it, to the same value", B, A, A, B, "adopt", None),
    ("it is new, and the server's choice is the same", A, NOTHING, A, A, "adopt", None),
    ("it left, and somebody took it away", NOTHING, A, A, NOTHING, None, None),
    ("the server spells it its own way", A, A, B, B, None, None),
    ("somebody changed it to our spelling, which is not the server's", A, A, B, A, None, None),
    ("the server spells it its own way, and then somebody changed it", A, A, B, C, "drift", {"awsKeyPair": "a"}),
    ("it is the server's own", NOTHING, NOTHING, A, A, None, None),
    ("it is the server's own, and somebody changed it", NOTHING, NOTHING, A, B, None, None),
]


@pytest.mark.parametrize("row", LEAVES, ids=[row[0] for row in LEAVES])
def test_a_leaf(row: LeafRow) -> None:
    _, desired, applied, observed, live, cause, body = row
    made = plan([declare("web", **desired)], [remember("web", observed=observed, **applied)], [show("web", **live)])
    causes = list_causes(made.changes[0]) if made.changes else {}
    assert causes == ({} if cause is None else {"awsKeyPair": cause})
    assert [(operation.method, operation.body) for operation in made.operations] == (
        [] if body is None else [(Method.PATCH, {"spec": body})]
    )
    if made.changes:
        assert made.changes[0].action is (Action.NO_OP if body is None else Action.UPDATE)


@pytest.mark.parametrize(("applied", "told"), [(A, "a"), (NOTHING, MISSING)], ids=["asked for", "never asked for"])
def test_a_difference_holds_what_our_last_apply_asked_for(applied: Document, told: object) -> None:
    change = plan_update(B, applied, C, observed=A)
    assert change is not None
    (difference,) = change.differences
    assert (difference.before, difference.after, difference.applied) == ("c", "b", told)


def test_a_removed_object_holds_what_our_last_apply_asked_for_in_it() -> None:
    query = {"query": {"instanceType": "x", "replicas": 2}}
    change = plan_update(NOTHING, {"query": {"replicas": 1}}, query, observed=query)
    assert change is not None
    assert {format_path(one.path): one.applied for one in change.differences} == {
        "spec.query.instanceType": MISSING,
        "spec.query.replicas": 1,
    }


def test_an_entry_holds_what_our_last_apply_asked_for_in_it() -> None:
    change = plan_update(tags(a="2"), tags(a="1", b="1"), tags(a="3", b="1"), observed=tags(a="1", b="1"))
    assert change is not None
    assert {format_path(one.path): one.applied for one in change.differences} == {
        'spec.awsTags["a"].value': "1",
        'spec.awsTags["b"]': {"name": "b", "value": "1"},
    }


def test_a_secret_that_was_applied_is_a_fingerprint() -> None:
    def file(content: str) -> Document:
        return {"customFiles": [{"name": "f", "content": content}]}

    change = plan_update(file("hunter2"), file("hunter3"), file("hunter4"), observed=file("hunter3"))
    assert change is not None
    (difference,) = change.differences
    assert len({difference.before, difference.after, difference.applied}) == 3
    assert all(isinstance(side, Secret) for side in (difference.before, difference.after, difference.applied))


def test_a_cluster_that_was_never_seen_settled_is_compared_with_what_was_asked_for() -> None:
    record = replace(remember("web", awsKeyPair="a"), observed=None)
    made = plan([declare("web", awsKeyPair="a")], [record], [show("web", awsKeyPair="b")])
    assert list_causes(made.changes[0]) == {"awsKeyPair": "drift"}


def test_an_echo_is_counted_beside_what_is_sent() -> None:
    desired, applied, shown = {**A, "awsInstanceRole": "x"}, A, B
    change = plan_update(desired, applied, shown, observed=shown)
    assert list_causes(change) == {"awsKeyPair": "echo", "awsInstanceRole": "edit"}
    assert change is not None
    assert change.after == {"metadata": {"name": "web"}, "spec": {"version": "2021.06", **B, "awsInstanceRole": "x"}}


def tags(**entries: str) -> Document:
    return {"awsTags": [{"name": name, "value": value} for name, value in entries.items()]}


LISTS: list[ListRow] = [
    # what happened, desired, applied, observed, live, causes, is it sent
    ("another order", tags(a="1", b="2"), tags(a="1", b="2"), tags(b="2", a="1"), tags(b="2", a="1"), {}, False),
    ("an entry changed", tags(a="2"), tags(a="1"), tags(a="1"), tags(a="1"), {'awsTags["a"].value': "edit"}, True),
    ("an entry more", tags(a="1", b="2"), tags(a="1"), tags(a="1"), tags(a="1"), {'awsTags["b"]': "edit"}, True),
    ("an entry less", tags(a="1"), tags(a="1", b="2"), tags(a="1", b="2"), tags(a="1", b="2"),
     {'awsTags["b"]': "edit"}, True),
    ("somebody added one", tags(a="1"), tags(a="1"), tags(a="1"), tags(a="1", b="2"), {'awsTags["b"]': "drift"}, True),
    ("somebody took one", tags(a="1", b="2"), tags(a="1", b="2"), tags(a="1", b="2"), tags(b="2"),
     {'awsTags["a"]': "drift"}, True),
    ("the server has one of its own", tags(a="1"), tags(a="1"), tags(a="1", own="x"), tags(a="1", own="x"),
     {}, False),
    ("it has, and we change another", tags(a="2"), tags(a="1"), tags(a="1", own="x"), tags(a="1", own="x"),
     {'awsTags["a"].value': "edit", 'awsTags["own"]': "echo"}, True),
    ("the list left", NOTHING, tags(a="1"), tags(a="1"), tags(a="1"), {'awsTags["a"]': "edit"}, True),
    ("the list left, with the server's own entry", NOTHING, tags(a="1"), tags(a="1", own="x"), tags(a="1", own="x"),
     {'awsTags["a"]': "edit", 'awsTags["own"]': "edit"}, True),
    ("an empty list left", NOTHING, tags(), tags(), tags(), {"awsTags": "edit"}, True),
    ("an empty list is new", tags(), NOTHING, NOTHING, NOTHING, {"awsTags": "edit"}, True),
    ("an empty list is what the server has anyway", tags(), NOTHING, tags(), tags(), {}, False),
]  # fmt: skip


@pytest.mark.parametrize("row", LISTS, ids=[row[0] for row in LISTS])
def test_a_list_of_named_values(row: ListRow) -> None:
    _, desired, applied, observed, live, causes, is_sent = row
    made = plan([declare("web", **desired)], [remember("web", observed=observed, **applied)], [show("web", **live)])
    assert (list_causes(made.changes[0]) if made.changes else {}) == causes
    sent = [operation.body for operation in made.operations]
    assert sent == ([{"spec": {"awsTags": desired.get("awsTags")}}] if is_sent else [])


def test_sets_have_no_order() -> None:
    one, other = (
        {"druidExtensions": ["a", "b", {"name": "c", "x": 1}]},
        {"druidExtensions": [{"name": "c", "x": 1}, "b", "a"]},
    )
    assert plan_update(one, one, other) is None
    assert plan_update(one, one, {"druidExtensions": ["b", "a"]}) is not None


def test_lists_that_are_no_sets_have_an_order() -> None:
    one, other = {"loadBalancers": [{"type": "a"}, {"type": "b"}]}, {"loadBalancers": [{"type": "b"}, {"type": "a"}]}
    assert list_causes(plan_update(one, one, other)) == {"loadBalancers": "drift"}


def test_a_live_list_with_a_name_twice_is_compared_whole() -> None:
    twice = {"awsTags": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]}
    change = plan_update(tags(a="1"), tags(a="1"), twice, observed=tags(a="1"))
    assert change is not None
    assert change.after is not None
    assert change.after["spec"]["awsTags"] == tags(a="1")["awsTags"]  # type: ignore[index, call-overload]


def test_one_is_not_true() -> None:
    assert list_causes(plan_update({"encryptVolumes": True}, {"encryptVolumes": True}, {"encryptVolumes": True})) == {}
    change = plan_update({"query": {"replicas": 1}}, {"query": {"replicas": 1}}, {"query": {"replicas": True}})
    assert list_causes(change) == {"query.replicas": "drift"}
    assert plan_update({"query": {"replicas": 1}}, {"query": {"replicas": 1}}, {"query": {"replicas": 1.0}}) is None


def test_only_what_changed_is_sent() -> None:
    before: Document = {"query": {"replicas": 1, "instanceType": "a"}, "master": {"replicas": 3}}
    after: Document = {"query": {"replicas": 2, "instanceType": "a"}, "master": {"replicas": 3}}
    live = {**before, "data": {"tier1": {"replicas": 5}}}
    made = plan([declare("web", **after)], [remember("web", **before)], [show("web", **live)])
    (operation,) = made.operations
    assert (operation.method, operation.path) == (Method.PATCH, "/clusters/id-web")
    assert operation.body == {"spec": {"query": {"replicas": 2}}}


def test_an_object_that_left_takes_only_its_own_fields_along() -> None:
    made = plan(
        [declare("web")],
        [remember("web", query={"replicas": 1})],
        [show("web", query={"replicas": 1, "instanceType": "the server's"})],
    )
    assert [operation.body for operation in made.operations] == [{"spec": {"query": {"replicas": None}}}]


def test_to_stop_a_cluster_is_one_field() -> None:
    made = plan(
        [declare("web", desiredState="STOPPED")],
        [remember("web")],
        [show("web", desiredState="STARTED", query={"replicas": 1})],
    )
    assert [operation.body for operation in made.operations] == [{"spec": {"desiredState": "STOPPED"}}]


def test_of_many_clusters_in_conflict_one_warning_tells() -> None:
    def warn(count: int) -> list[str]:
        labels = [f"c{number}" for number in range(count)]
        made = plan(
            [declare(label, **B) for label in labels],
            [remember(label, **A) for label in labels],
            [show(label, **C) for label in labels],
        )
        return [warning.summary for warning in made.warnings]

    assert len(warn(5)) == 5
    assert warn(6) == ["6 clusters were changed outside of planner where the configuration changes them too"]
