"""Outputs in a plan: what becomes of each, what is never in it, and what they are once it has been applied."""

from dataclasses import replace
from typing import Any

import pytest

from planner.model.checks import find_failures, list_unjudged
from planner.model.desired import CheckResult, Desired, DesiredOutput
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.outputs import OutputChange
from planner.model.plan import Plan
from planner.model.secrets import Vault
from planner.model.summary import has_changes
from planner.planning.make_plan import NO_STATE_KEY, PlanOptions, make_plan
from planner.planning.outputs import plan_outputs, seal_outputs, settle_outputs
from planner.planning.rekey import rekey_plan
from state.snapshot import Snapshot
from state.values import Late, Output, Secret, Value
from tests.laws.lab import declare
from tests.planning.sides import show

KEY = "5e" * 32
LATE = Output(value=Late(), type="string")


def want(name: str, value: Value, *, sensitive: bool = False, late: bool = False) -> DesiredOutput:
    return DesiredOutput(name=name, value=value, type="string", is_sensitive=sensitive, is_late=late)


def know(value: Value) -> Output:
    return Output(value=value, type="string", is_sensitive=isinstance(value, Secret))


def hold(**outputs: Output) -> Snapshot:
    return Snapshot(lineage="l", serial=1, fingerprint_key=KEY, outputs=outputs)


def plan(
    *outputs: DesiredOutput,
    prior: Snapshot | None = None,
    vault: Vault | None = None,
    checks: tuple[CheckResult, ...] = (),
    **options: Any,  # noqa: ANN401 - those of PlanOptions
) -> Plan:
    desired = Desired(outputs=outputs, checks=checks)
    return make_plan(desired, prior, (), PlanOptions(endpoint="e", **options), {} if vault is None else vault)


def list_sides(made: Plan) -> dict[str, tuple[Output | None, Output | None]]:
    return {change.name: (change.before, change.after) for change in made.outputs}


def test_only_what_changes_is_in_the_plan_in_the_order_of_names() -> None:
    prior = hold(same=know("s"), gone=know("g"), other=know("a"))
    made = plan(want("other", "b"), want("new", "n"), want("same", "s"), prior=prior)
    assert list(list_sides(made)) == ["gone", "new", "other"]
    assert list_sides(made) == {
        "gone": (know("g"), None),
        "new": (None, know("n")),
        "other": (know("a"), know("b")),
    }
    assert has_changes(made)
    assert not has_changes(plan(want("same", "s"), prior=hold(same=know("s"))))


@pytest.mark.parametrize(
    ("former", "wanted"),
    [
        (know(1), want("x", value=True)),
        (Output(value="a", type="any"), want("x", "a")),
        (Output(value=Secret("hmac:0"), type="string", is_sensitive=True), want("x", "a")),
        (know("a"), want("x", None, late=True)),
        (know("a"), want("x", "a", sensitive=True)),
    ],
)
def test_a_change_of_the_type_or_the_mark_is_a_change(former: Output, wanted: DesiredOutput) -> None:
    assert len(plan(wanted, prior=hold(x=former)).outputs) == 1


def test_an_output_that_is_null_is_none() -> None:
    assert plan(want("x", None)).outputs == ()
    assert list_sides(plan(want("x", None), prior=hold(x=know("a")))) == {"x": (know("a"), None)}


def test_a_late_output_is_late_in_the_plan() -> None:
    assert list_sides(plan(want("x", None, late=True))) == {"x": (None, LATE)}


def test_a_sensitive_value_is_not_in_the_plan_and_is_known_again() -> None:
    vault: Vault = {}
    made = plan(want("x", "canary", sensitive=True), prior=hold(), vault=vault)
    after = made.outputs[0].after
    assert after is not None
    assert isinstance(after.value, Secret)
    assert "canary" not in repr(made)
    assert vault == {after.value.fingerprint: "canary"}
    assert plan(want("x", "canary", sensitive=True), prior=hold(x=after)).outputs == ()
    assert len(plan(want("x", "other", sensitive=True), prior=hold(x=after)).outputs) == 1


def test_a_plan_without_a_state_gets_its_fingerprints_from_the_key_of_the_new_state() -> None:
    vault: Vault = {}
    made = plan(want("x", "canary", sensitive=True), want("y", None, sensitive=True, late=True), vault=vault)
    first = make_plan(Desired(), hold(), (), PlanOptions(endpoint="e"), {})
    assert first.outputs == ()
    assert made.outputs == plan(want("x", "canary", sensitive=True), want("y", None, sensitive=True, late=True)).outputs
    rekeyed = rekey_plan(made, vault, KEY)
    again = plan(want("x", "canary", sensitive=True), want("y", None, sensitive=True, late=True), prior=hold())
    assert rekeyed.outputs == again.outputs
    assert rekeyed.outputs != made.outputs
    assert NO_STATE_KEY != KEY


def test_outputs_do_not_enter_the_plan_id() -> None:
    assert plan(want("x", "a"), prior=hold(y=know("b"))).id == plan(prior=hold()).id


def test_a_destroy_removes_all_and_a_targeted_plan_leaves_all_as_they_are() -> None:
    prior = hold(x=know("a"))
    assert list_sides(plan(want("x", "b"), prior=prior, destroy=True)) == {"x": (know("a"), None)}
    desired = Desired(clusters=(declare("web"),), outputs=(want("x", "b"),))
    made = make_plan(desired, prior, [show("other")], PlanOptions(endpoint="e", targets=("cluster.web",)), {})
    assert made.outputs == ()
    assert len(made.changes) == 1


def change(name: str, before: Output | None, after: Output | None) -> OutputChange:
    return OutputChange(name=name, before=before, after=after)


def test_after_an_apply_outputs_are_as_planned_and_late_ones_as_they_turned_out() -> None:
    changes = (
        change("gone", know("g"), None),
        change("late", know("l"), LATE),
        change("new", None, know("n")),
        change("none", know("x"), LATE),
    )
    former = {"gone": know("g"), "late": know("l"), "none": know("x"), "same": know("s")}
    revised = {"late": know("L"), "new": know("edited since"), "same": know("edited since"), "added": know("since")}
    assert settle_outputs(changes, former, revised) == {"late": know("L"), "new": know("n"), "same": know("s")}
    assert former["gone"] == know("g")


def test_what_cannot_be_told_after_a_failure_keeps_its_former_value() -> None:
    changes = (change("a", know("a"), LATE), change("b", None, LATE), change("c", know("c"), know("d")))
    former = {"a": know("a"), "c": know("c")}
    assert settle_outputs(changes, former, {"a": LATE, "b": LATE, "c": LATE}) == former
    assert settle_outputs(changes, former, None) == {"a": know("a"), "c": know("d")}


def test_an_output_that_is_late_in_part_is_settled_as_a_whole() -> None:
    part = know({"id": Late(("cluster.a.metadata.uid",)), "port": 1})
    (change,) = plan_outputs({}, {"web": part})
    assert change.after == part
    assert settle_outputs([change], {}, {"web": know({"id": "1", "port": 1})}) == {"web": know({"id": "1", "port": 1})}
    assert settle_outputs([change], {}, {"web": part}) == {}
    assert settle_outputs([change], {"web": know("former")}, None) == {"web": know("former")}


def test_a_sensitive_output_that_is_late_in_part_shows_nothing() -> None:
    secret = want("web", {"id": Late(), "password": "hunter2"}, sensitive=True, late=True)
    sealed = seal_outputs([secret], KEY, {})
    assert sealed == {"web": Output(value=Late(), type="string", is_sensitive=True)}


def test_sealing_knows_no_null() -> None:
    assert seal_outputs([want("a", None), want("b", 0)], KEY, {}) == {"b": know(0)}


def test_an_output_that_holds_a_secret_of_a_cluster_is_sensitive_and_told() -> None:
    cluster = declare("web", commonRuntimeProperties=[{"name": "druid.x.password", "value": "canary-1"}])
    outputs = (
        want("copy", {"deep": ["canary-1"]}),
        want("other", "seen canary-1 from afar"),
        want("short", "abc"),
        want("token", "canary-2", sensitive=True),
        want("twice", "canary-2"),
    )
    vault: Vault = {"fingerprint": "abc"}
    made = make_plan(Desired(clusters=(cluster,), outputs=outputs), hold(), (), PlanOptions(endpoint="e"), vault)
    hidden = {change.name: change.after is not None and change.after.is_sensitive for change in made.outputs}
    assert hidden == {"copy": True, "other": False, "short": False, "token": True, "twice": True}
    assert [warning.summary for warning in made.warnings] == [
        'Output "copy" holds a secret',
        'Output "twice" holds a secret',
    ]
    assert make_plan(Desired(clusters=(cluster,)), hold(), (), PlanOptions(endpoint="e"), vault).id == made.id


PROBLEM = Diagnostic(severity=Severity.WARNING, code="c", summary="Not so")


def test_a_check_never_stops_a_plan_and_a_broken_promise_is_an_error() -> None:
    failed = CheckResult(label="module.a.check.health", passed=False, problem=replace(PROBLEM, severity=Severity.ERROR))
    broken = CheckResult(label='module.a.cluster.web["eu"]', passed=False, problem=PROBLEM)
    bare = CheckResult(label="check.size", passed=False)
    others = (CheckResult(label="check.a", passed=True), CheckResult(label="check.b", passed=None))
    made = plan(checks=(failed, broken, bare, *others))
    assert made.checks == (failed, broken, bare, *others)
    assert not has_changes(made)
    assert [(one.summary, one.severity.value, str(one.address)) for one in find_failures(made.checks)] == [
        ("Not so", "warning", "None"),
        ("Not so", "error", 'module.a.cluster.web["eu"]'),
        ("Check block assertion failed", "warning", "None"),
    ]
    assert list_unjudged(made.checks) == ("check.b",)
    assert plan(checks=(broken,), destroy=True).checks == ()
