"""Ignoring: what `ignore_changes` names is taken as it is live, is never sent, and is told."""

from dataclasses import replace
from typing import Any, TypeAlias

import pytest

from planner.model.desired import AllFields, DesiredCluster, Lifecycle
from planner.model.paths import Key, Path, format_path
from planner.model.plan import Action, Cause, Method, Plan
from planner.model.summary import summarize
from tests.laws.lab import Document, declare
from tests.planning.sides import plan, refuse, remember, show, take

Row: TypeAlias = tuple[str, list[Path] | AllFields, Document, Document, Document, Document, Any, list[str]]

NOTHING: Document = {}
KEY_PAIR: Path = ("spec", "awsKeyPair")
REPLICAS: Path = ("spec", "query", "replicas")
OWNER: Path = ("spec", "awsTags", Key("owner"))


def query(**fields: Any) -> Document:  # noqa: ANN401 - any field
    return {"query": fields}


def tags(**entries: str) -> Document:
    return {"awsTags": [{"name": name, "value": value} for name, value in entries.items()]}


A: Document = {"awsKeyPair": "a"}
B: Document = {"awsKeyPair": "b"}
C: Document = {"awsKeyPair": "c"}

ROWS: list[Row] = [
    # what happened, what is ignored, desired, applied, observed, live, body of the PATCH, what is told as ignored
    ("an edit", [KEY_PAIR], B, A, A, A, None, ["spec.awsKeyPair"]),
    ("drift", [KEY_PAIR], A, A, A, B, None, ["spec.awsKeyPair"]),
    ("a conflict", [KEY_PAIR], B, A, A, C, None, ["spec.awsKeyPair"]),
    ("nothing", [KEY_PAIR], A, A, A, A, None, []),
    ("it is new in the configuration", [KEY_PAIR], A, NOTHING, NOTHING, NOTHING, None, ["spec.awsKeyPair"]),
    ("it left the configuration", [KEY_PAIR], NOTHING, A, A, A, None, ["spec.awsKeyPair"]),
    ("somebody took it away", [KEY_PAIR], A, A, A, NOTHING, None, ["spec.awsKeyPair"]),
    ("it is the server's own", [KEY_PAIR], NOTHING, NOTHING, A, B, None, []),
    ("the server spells it its own way", [KEY_PAIR], A, A, B, B, None, []),
    ("something else is edited", [KEY_PAIR], {**B, "awsInstanceRole": "x"}, A, A, C,
     {"awsInstanceRole": "x"}, ["spec.awsKeyPair"]),
    ("one of two fields of an object", [REPLICAS], query(replicas=3, instanceType="y"),
     query(replicas=3, instanceType="x"), query(replicas=3, instanceType="x"), query(replicas=5, instanceType="x"),
     {"query": {"instanceType": "y"}}, ["spec.query.replicas"]),
    ("the object around it left the configuration", [REPLICAS], NOTHING, query(replicas=3, instanceType="x"),
     query(replicas=3, instanceType="x"), query(replicas=5, instanceType="x"),
     {"query": {"instanceType": None}}, ["spec.query.replicas"]),
    ("the object around it is gone", [REPLICAS], query(replicas=3), query(replicas=3), query(replicas=3), NOTHING,
     {"query": {"replicas": 3}}, []),
    ("the entry around it is new", [(*OWNER, "value")], tags(owner="us"), NOTHING, NOTHING, NOTHING,
     tags(owner="us"), []),
    ("the whole object", [("spec", "query")], query(replicas=3), query(replicas=3), query(replicas=3),
     query(replicas=5), None, ["spec.query.replicas"]),
    ("any field of an object", [("spec", "query", "*")], query(replicas=3, instanceType="y"), query(replicas=3),
     query(replicas=3), query(replicas=5), None, ["spec.query.replicas", "spec.query.instanceType"]),
    ("an entry that somebody added", [OWNER], tags(team="ads"), tags(team="ads"), tags(team="ads"),
     tags(team="ads", owner="bob"), None, ['spec.awsTags["owner"]']),
    ("an entry that somebody changed", [OWNER], tags(owner="us"), tags(owner="us"), tags(owner="us"),
     tags(owner="bob"), None, ['spec.awsTags["owner"].value']),
    ("the value of an entry", [(*OWNER, "value")], tags(owner="us"), tags(owner="us"), tags(owner="us"),
     tags(owner="bob"), None, ['spec.awsTags["owner"].value']),
    ("an entry by its name alone", [("spec", "awsTags", "owner")], tags(owner="us"), tags(owner="us"),
     tags(owner="us"), tags(owner="bob"), None, ['spec.awsTags["owner"].value']),
    ("an entry by its position in the configuration", [("spec", "awsTags", 1)], tags(team="ads", owner="us"),
     tags(team="ads", owner="us"), tags(owner="us", team="ads"), tags(owner="bob", team="ads"), None,
     ['spec.awsTags["owner"].value']),
    ("an entry stays beside one that is edited", [OWNER], tags(team="new"), tags(team="ads"), tags(team="ads"),
     tags(team="ads", owner="bob"), tags(team="new", owner="bob"), ['spec.awsTags["owner"]']),
    ("an entry that is new in the configuration", [OWNER], tags(team="ads", owner="us"), tags(team="ads"),
     tags(team="ads"), tags(team="ads"), None, ['spec.awsTags["owner"]']),
    ("any entry", [("spec", "awsTags", "*")], tags(team="new"), tags(team="ads"), tags(team="ads"),
     tags(team="other", owner="bob"), None, ['spec.awsTags["team"].value', 'spec.awsTags["owner"]']),
    ("another entry is drift", [OWNER], tags(team="ads"), tags(team="ads"), tags(team="ads"),
     tags(team="ads", other="bob"), tags(team="ads"), []),
    ("a list that is empty left the configuration", [("spec", "awsTags")], NOTHING, tags(), tags(), tags(), None,
     ["spec.awsTags"]),
    ("an item by its position", [("spec", "loadBalancers", 0, "type")],
     {"loadBalancers": [{"type": "nlb", "internal": True}]}, {"loadBalancers": [{"type": "alb", "internal": True}]},
     {"loadBalancers": [{"type": "alb", "internal": True}]}, {"loadBalancers": [{"type": "alb", "internal": True}]},
     None, ["spec.loadBalancers"]),
    ("all of it", "all", {**B, **query(replicas=3), **tags(team="new")}, {**A, **tags(team="ads")},
     {**A, **tags(team="ads")}, {**C, **tags(owner="bob")}, None,
     ["spec.awsKeyPair", "spec.query.replicas", 'spec.awsTags["team"]', 'spec.awsTags["owner"]']),
]  # fmt: skip


def ignoring(paths: list[Path] | AllFields, **lifecycle: Any) -> Lifecycle:  # noqa: ANN401 - what a lifecycle says
    return Lifecycle(ignore_changes=paths if paths == "all" else tuple(paths), **lifecycle)


def list_ignored(made: Plan) -> list[str]:
    told = (one for ignored in made.ignored for one in ignored.differences)
    return [format_path(one.path) for one in told if one.cause is Cause.IGNORED]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_is_ignored(row: Row) -> None:
    _, paths, desired, applied, observed, live, body, told = row
    made = plan(
        [declare("web", lifecycle=ignoring(paths), **desired)],
        [remember("web", observed=observed, **applied)],
        [show("web", **live)],
    )
    patches = [] if body is None else [(Method.PATCH, {"spec": body})]
    assert [(one.method, one.body) for one in made.operations] == patches
    assert [change.action for change in made.changes] == ([] if body is None else [Action.UPDATE])
    assert sorted(list_ignored(made)) == sorted(told)
    assert {one.cause for ignored in made.ignored for one in ignored.differences} <= {Cause.IGNORED, Cause.ECHO}
    assert dict(summarize(made).causes).get(Cause.IGNORED, 0) == len(told)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_is_ignored_is_overwritten_with_itself(row: Row) -> None:
    """Where a whole document is sent for another reason, what is ignored is in it as it is live."""
    _, paths, desired, applied, observed, live, _, _ = row
    if paths == "all":
        return
    cluster = declare("web", lifecycle=ignoring(paths, update="overwrite"), **{**desired, "certificate": "new"})
    made = plan([cluster], [remember("web", observed=observed, **applied)], [show("web", **live)])
    (operation,) = made.operations
    body: Any = operation.body
    assert operation.method is Method.PUT
    assert body["spec"]["certificate"] == "new"
    kept = A if row[0] == "the server spells it its own way" else live
    for name in ("awsKeyPair", "loadBalancers"):
        assert body["spec"].get(name) == kept.get(name)
    if "query" in live:
        assert body["spec"]["query"]["replicas"] == live["query"]["replicas"]


def test_a_create_sends_what_is_configured() -> None:
    made = plan([declare("web", lifecycle=ignoring("all"), awsKeyPair="a")])
    assert [one.body for one in made.operations] == [declare("web", awsKeyPair="a").document]
    assert made.ignored == ()


def test_a_replacement_sends_what_is_configured() -> None:
    made = plan(
        [declare("web", lifecycle=ignoring([KEY_PAIR]), **B)], [remember("web", **A)], [show("web", **A)],
        replace=("cluster.web",),
    )  # fmt: skip
    assert [one.body for one in made.operations] == [None, declare("web", **B).document]


def test_an_import_leaves_alone_what_is_ignored() -> None:
    made = plan([declare("web", lifecycle=ignoring([KEY_PAIR]), **B)], [], [show("web", **A)], past=take(web="web"))
    assert made.operations == ()
    assert list_ignored(made) == ["spec.awsKeyPair"]


@pytest.mark.parametrize(("desired", "cause"), [(B, "edit"), (A, None)])
def test_what_is_no_longer_ignored_is_an_edit_again(desired: Document, cause: str | None) -> None:
    """The state holds, of what was ignored, what was live when something else was sent."""
    first = plan(
        [declare("web", lifecycle=ignoring([KEY_PAIR]), **B, awsInstanceRole="x")],
        [remember("web", **A)],
        [show("web", **A)],
    ).changes[0]
    record = replace(remember("web"), applied=first.applied or {}, observed=first.after)
    made = plan([declare("web", **desired, awsInstanceRole="x")], [record], [show("web", **A, awsInstanceRole="x")])
    causes = [one.cause.value for change in made.changes for one in change.differences]
    assert causes == ([] if cause is None else [cause])


PASSWORD = "druid.x.password"


def protect(secret: str, **more: Any) -> DesiredCluster:  # noqa: ANN401 - any field
    properties = [
        {"name": PASSWORD, "value": secret},
        *({"name": name, "value": value} for name, value in more.items()),
    ]
    lifecycle = ignoring([("spec", "commonRuntimeProperties", Key(PASSWORD))])
    return declare("web", lifecycle=lifecycle, commonRuntimeProperties=properties)


def test_a_secret_that_the_server_shows_is_sent_as_it_is_live() -> None:
    live = show("web", commonRuntimeProperties=[{"name": PASSWORD, "value": "live"}])
    made = plan([protect("ours", a="1")], [remember_sealed("live")], [live])
    assert len(made.operations) == 1
    assert list_ignored(made) == [f'spec.commonRuntimeProperties["{PASSWORD}"].value']


def test_a_secret_that_nobody_has_is_not_replaced_by_its_mask() -> None:
    """Another entry changes, so the whole list is sent; of the secret in place only a fingerprint is known."""
    live = show("web", commonRuntimeProperties=[{"name": PASSWORD, "value": "***"}])
    failure = refuse([protect("new", a="1")], [remember_sealed("old", shown="***")], [live])
    assert [one.code for one in failure.diagnostics] == ["ignored-secret"]
    made = plan([protect("old", a="1")], [remember_sealed("old", shown="***")], [live])
    assert len(made.operations) == 1


def remember_sealed(secret: str, *, shown: str = "") -> Any:  # noqa: ANN401 - a record
    """Return the record of a plan that asked for `secret`, of a server that then shows `shown` or the secret itself."""

    def seal(text: str) -> Any:  # noqa: ANN401 - a sealed document
        entries = [{"name": PASSWORD, "value": text}]
        (change,) = plan([declare("web", commonRuntimeProperties=entries)]).changes
        return change.applied

    return replace(remember("web"), applied=seal(secret), observed=seal(shown or secret))
