"""Late values: what is known after apply differs from whatever is live, is sent, and changes nothing beside itself."""

from dataclasses import replace
from typing import Any

import pytest

from planner.model.desired import DesiredCluster, Lifecycle
from planner.model.late import find_late
from planner.model.paths import Path, format_path
from planner.model.plan import MISSING, Action, Change, Method, Operation
from planner.model.secrets import Vault, unseal
from planner.planning.fill import fill_change
from planner.planning.make_plan import make_rules
from state.record import Record
from state.values import Late, Secret, Value
from tests.laws.lab import Document, declare
from tests.planning.sides import list_causes, plan, remember, show, snapshot

UID = Late(("cluster.a.metadata.uid",))


def spec(path: str) -> Path:
    return ("spec", *(int(step) if step.isdecimal() else step for step in path.split("/")))


def defer(cluster: DesiredCluster, *paths: str, late: Late = UID) -> DesiredCluster:
    """Return `cluster` with late values at `paths` below its `spec`, as a configuration gives it."""
    return replace(cluster, late={spec(path): late for path in paths}, depends_on=(declare("a").address,))


def pair(**members: Any) -> list[Document]:  # noqa: ANN401 - any value
    return [{"name": name, "value": value} for name, value in members.items()]


def bodies(desired: DesiredCluster, *records: Record, live: Document) -> list[dict[str, Value] | None]:
    made = plan([desired], records, [show("b", **live)])
    return [operation.body for operation in made.operations]


def test_a_create_carries_the_mark() -> None:
    made = plan([defer(declare("b", awsKeyPair=None), "awsKeyPair")])
    (change,), (operation,) = made.changes, made.operations
    assert change.after == change.applied == operation.body
    assert operation.body == {"metadata": {"name": "b"}, "spec": {"version": "2021.06", "awsKeyPair": UID}}


ROWS: list[tuple[str, Document, Document, Document, dict[str, str]]] = [
    # what happened, applied, observed, live, causes
    ("nothing", {"awsKeyPair": "x"}, {"awsKeyPair": "x"}, {"awsKeyPair": "x"}, {"awsKeyPair": "edit"}),
    ("the field is new", {}, {}, {}, {"awsKeyPair": "edit"}),
    ("it is new, and the server had chosen a value", {}, {"awsKeyPair": "x"}, {"awsKeyPair": "x"},
     {"awsKeyPair": "edit"}),
    ("somebody changed it", {"awsKeyPair": "x"}, {"awsKeyPair": "x"}, {"awsKeyPair": "y"}, {"awsKeyPair": "conflict"}),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_it_differs_from_whatever_is_live(row: tuple[str, Document, Document, Document, dict[str, str]]) -> None:
    _, applied, observed, live, causes = row
    desired = defer(declare("b", awsKeyPair=None), "awsKeyPair")
    made = plan([desired], [remember("b", observed=observed, **applied)], [show("b", **live)])
    assert list_causes(made.changes[0]) == causes
    assert [operation.body for operation in made.operations] == [{"spec": {"awsKeyPair": UID}}]
    assert made.changes[0].action is Action.UPDATE


@pytest.mark.parametrize(
    ("field", "wanted", "paths", "live", "sent"),
    [
        ("awsTags", pair(x=None, y="1"), ["awsTags/0/value"], pair(y="1", x="0"), pair(x=UID, y="1")),
        ("awsTags", pair(x=None), ["awsTags/0/value"], pair(y="1"), pair(x=UID)),
        ("featureFlags", [{"name": None, "of": "1"}], ["featureFlags/0/name"], ["x"], [{"name": UID, "of": "1"}]),
        ("druidExtensions", ["s3", None], ["druidExtensions/1"], ["kafka", "s3"], ["s3", UID]),
        ("druidExtensions", [None, None], ["druidExtensions/0", "druidExtensions/1"], ["s3"], [UID, UID]),
        ("loadBalancers", [{"type": None}], ["loadBalancers/0/type"], [{"type": "alb"}], [{"type": UID}]),
        ("awsTags", None, ["awsTags"], pair(x="1"), UID),
        ("query", None, ["query"], {"replicas": 3}, UID),
        ("pivot", None, ["pivot"], {"accessMode": "NATIVE"}, UID),
    ],
)
def test_it_may_stand_anywhere(field: str, wanted: Any, paths: list[str], live: Any, sent: Value) -> None:  # noqa: ANN401 - any JSON
    desired = defer(declare("b", **{field: wanted}), *paths)
    assert bodies(desired, remember("b", **{field: live}), live={field: live}) == [{"spec": {field: sent}}]


def test_a_secret_that_is_late_is_just_late() -> None:
    files = [{"name": "x", "content": {"part": None, "rest": "hunter2"}}]
    desired = defer(
        declare("b", commonRuntimeProperties=pair(**{"x.password": None}), customFiles=files),
        "commonRuntimeProperties/0/value",
        "customFiles/0/content/part",
    )
    made = plan([desired])
    after: Any = made.changes[0].after
    assert after["spec"]["commonRuntimeProperties"] == pair(**{"x.password": UID})
    assert after["spec"]["customFiles"] == [{"name": "x", "content": UID}]  # no fingerprint stands for a part


def test_what_may_turn_out_to_be_a_secret_is_one() -> None:
    properties = [{"name": None, "value": "hunter2"}]
    made = plan([defer(declare("b", commonRuntimeProperties=properties), "commonRuntimeProperties/0/name")])
    assert "hunter2" not in repr(made)


def test_the_same_late_value_makes_the_same_id_and_another_one_another() -> None:
    desired = declare("b", awsKeyPair=None)
    ids = [
        plan([defer(desired, "awsKeyPair", late=late)]).id
        for late in (UID, UID, Late(("cluster.c.metadata.uid",)))
    ]  # fmt: skip
    assert ids[0] == ids[1] != ids[2]
    assert plan([declare("b", awsKeyPair="x")]).id not in ids


def test_a_field_that_cannot_change_waits_for_its_value() -> None:
    desired = defer(declare("b", encryptVolumes=None), "encryptVolumes")
    assert bodies(desired, remember("b", encryptVolumes=True), live={"encryptVolumes": True}) == [
        {"spec": {"encryptVolumes": UID}}
    ]


def test_a_name_that_is_late_breaks_nothing() -> None:
    nameless = replace(
        declare("b"), document={"metadata": {"name": None}, "spec": {}}, late={("metadata", "name"): UID}
    )
    assert [path for path, _ in find_late(plan([nameless]).changes[0].after or {})] == [("metadata", "name")]


def fill(
    desired: DesiredCluster, completed: DesiredCluster, applied: Document | None = None, live: Document | None = None
) -> tuple[Change, tuple[Operation, ...], list[str], Vault]:
    """Return the change of `desired` and its requests once they are completed, and the codes of what is wrong then."""
    records = [remember("b", observed=live, **applied)] if applied is not None else []
    made = plan([desired], records, [show("b", **live)] if live is not None else [])
    vault: Vault = {}
    prior = snapshot(*records)
    filled = fill_change(
        made.changes[0], made.operations, completed, snapshot=prior, rules=make_rules(prior), vault=vault
    )
    change, operations, problems = filled
    return change, operations, [problem.code for problem in problems], vault


def test_a_create_is_filled_in() -> None:
    change, operations, problems, _ = fill(
        defer(declare("b", awsKeyPair=None), "awsKeyPair"), declare("b", awsKeyPair="k")
    )
    document = {"metadata": {"name": "b"}, "spec": {"version": "2021.06", "awsKeyPair": "k"}}
    assert (change.after, change.applied, [operation.body for operation in operations]) == (
        document, document, [document]
    )  # fmt: skip
    assert problems == []


@pytest.mark.parametrize(
    ("wanted", "late", "completed", "live", "body"),
    [
        ({"awsKeyPair": None}, ["awsKeyPair"], {"awsKeyPair": "k"}, {"awsKeyPair": "x"}, {"awsKeyPair": "k"}),
        ({"awsKeyPair": None}, ["awsKeyPair"], {"awsKeyPair": "x"}, {"awsKeyPair": "x"}, {"awsKeyPair": "x"}),
        ({"awsKeyPair": None}, ["awsKeyPair"], {}, {"awsKeyPair": "x"}, {"awsKeyPair": None}),
        ({"awsTags": pair(x=None, y="1")}, ["awsTags/0/value"], {"awsTags": pair(x="9", y="1")},
         {"awsTags": pair(y="1")}, {"awsTags": pair(x="9", y="1")}),
        ({"awsTags": pair(x=None, y="1")}, ["awsTags/0/value"], {"awsTags": pair(y="1")},
         {"awsTags": pair(x="1")}, {"awsTags": pair(y="1")}),
        ({"awsTags": pair(x=None, y="1")}, ["awsTags/0/value"], {"awsTags": pair(y="7", x="9")},
         {"awsTags": pair(x="1")}, {"awsTags": pair(x="9", y="1")}),
        ({"druidExtensions": ["s3", None]}, ["druidExtensions/1"], {"druidExtensions": ["gs", "k"]},
         {"druidExtensions": ["s3"]}, {"druidExtensions": ["s3", "k"]}),
        ({"druidExtensions": ["s3", None]}, ["druidExtensions/1"], {"druidExtensions": ["k"]},
         {"druidExtensions": ["s3"]}, {"druidExtensions": ["k"]}),
        ({"query": None}, ["query"], {"query": {"replicas": 2}}, {"query": {"replicas": 1, "instanceType": "t"}},
         {"query": {"replicas": 2, "instanceType": None}}),
        ({"awsKeyPair": None, "query": {"replicas": 2}}, ["awsKeyPair"], {"awsKeyPair": "k", "query": {"replicas": 7}},
         {"awsKeyPair": "x", "query": {"replicas": 1}}, {"awsKeyPair": "k", "query": {"replicas": 2}}),
    ],
    ids=[
        "a leaf", "a leaf that stays as it is", "a leaf that is not set", "an entry", "an entry that is not set",
        "an entry beside one that has changed since", "an item", "an item of a list that is shorter now",
        "an object: what leaves it is cleared", "what was not late stays as planned",
    ],
)  # fmt: skip
def test_an_update_is_filled_in(
    wanted: Document, late: list[str], completed: Document, live: Document, body: Document
) -> None:
    change, (operation,), problems, _ = fill(
        defer(declare("b", **wanted), *late), declare("b", **completed), live, live
    )
    assert operation.method is Method.PATCH
    assert operation.body == {"spec": body}
    assert problems == []
    spec_after: Any = (change.after or {})["spec"]
    assert list(find_late(change.after or {})) == list(find_late(change.applied or {})) == []
    assert spec_after == {
        "version": "2021.06",
        **{name: value for name, value in {**live, **cut(body)}.items() if value},
    }


def cut(body: Document) -> Document:
    """Return what an object in `body` comes to: what is cleared is gone."""
    return {
        name: {key: member for key, member in value.items() if member is not None} if isinstance(value, dict) else value
        for name, value in body.items()
    }


def test_an_overwrite_is_filled_in() -> None:
    lifecycle = Lifecycle(update="overwrite")
    live = {"pivot": {"accessMode": "NATIVE"}, "query": {"replicas": 1, "instanceType": "t"}}
    change, (operation,), problems, _ = fill(
        defer(declare("b", lifecycle=lifecycle, pivot=None, query=None), "pivot", "query"),
        declare("b", lifecycle=lifecycle, pivot={"accessMode": "PROXIED"}, query={"replicas": 2}),
        {},
        live,
    )
    sent = {"pivot": {"accessMode": "PROXIED"}, "query": {"replicas": 2, "instanceType": "t"}}
    assert operation.body == {"metadata": {"name": "b"}, "spec": {"version": "2021.06", **sent}}
    assert change.after == operation.body
    assert problems == []


def test_an_overwrite_has_an_access_mode_whatever_comes() -> None:
    lifecycle = Lifecycle(update="overwrite")
    desired = defer(declare("b", lifecycle=lifecycle, pivot={"accessMode": None}), "pivot/accessMode")
    _, (operation,), _, _ = fill(desired, declare("b", lifecycle=lifecycle, pivot={}), {}, {})
    assert operation.method is Method.PUT
    assert operation.body == {
        "metadata": {"name": "b"}, "spec": {"version": "2021.06", "pivot": {"accessMode": "PROXIED"}}
    }  # fmt: skip


def test_a_secret_is_a_fingerprint_again_and_sent_as_it_is() -> None:
    desired = defer(
        declare("b", commonRuntimeProperties=pair(**{"x.password": None})), "commonRuntimeProperties/0/value"
    )
    completed = declare("b", commonRuntimeProperties=pair(**{"x.password": "hunter2"}))
    change, (operation,), _, vault = fill(desired, completed)
    applied: Any = change.applied
    assert isinstance(applied["spec"]["commonRuntimeProperties"][0]["value"], Secret)
    assert "hunter2" not in repr((change, operation))
    assert unseal(operation.body or {}, vault) == completed.document


def test_a_value_that_is_called_sensitive_is_a_fingerprint() -> None:
    completed = replace(declare("b", awsKeyPair="hunter2"), sensitive=frozenset({("spec", "awsKeyPair")}))
    change, (operation,), _, vault = fill(defer(declare("b", awsKeyPair=None), "awsKeyPair"), completed)
    assert "hunter2" not in repr((change, operation))
    assert unseal(operation.body or {}, vault) == completed.document


def test_a_field_that_cannot_change_is_refused_when_its_value_is_known() -> None:
    live: Document = {"encryptVolumes": True}
    desired = defer(declare("b", encryptVolumes=None), "encryptVolumes")
    assert fill(desired, declare("b", encryptVolumes=False), live, live)[2] == ["immutable-field"]
    assert fill(desired, declare("b", encryptVolumes=True), live, live)[2] == []


def test_what_is_still_not_known_is_named() -> None:
    desired = defer(declare("b", awsKeyPair=None), "awsKeyPair")
    made = plan([desired])
    _, _, (problem,) = fill_change(
        made.changes[0], made.operations, desired, snapshot=None, rules=make_rules(None), vault={}
    )
    assert problem.code == "late-value-unknown"
    assert problem.address == desired.address
    assert "spec.awsKeyPair" in problem.summary
    assert "cluster.a.metadata.uid" in problem.detail


def test_a_replacement_is_filled_in() -> None:
    desired = defer(declare("b", awsKeyPair=None), "awsKeyPair")
    made = plan([desired], [remember("b", awsKeyPair="x")], [show("b", awsKeyPair="x")], replace=("cluster.b",))
    change, operations, problems = fill_change(
        made.changes[0], made.operations, declare("b", awsKeyPair="k"), snapshot=None, rules=make_rules(None), vault={}
    )
    document = declare("b", awsKeyPair="k").document
    assert [(operation.method, operation.body) for operation in operations] == [
        (Method.DELETE, None), (Method.POST, document)
    ]  # fmt: skip
    assert change.applied == document
    assert problems == ()
    assert [format_path(one.path) for one in made.changes[0].differences if one.before is not MISSING] == [
        "spec.awsKeyPair"
    ]
