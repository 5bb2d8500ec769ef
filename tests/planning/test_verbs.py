"""Verbs and refusals: which request does a change, what is never done, and what a part of a plan is."""

import pytest

from planner.emulator.merge_patch import merge_patch
from planner.model.desired import Desired, DesiredCluster, Lifecycle
from planner.model.diagnostics import ExitCode
from planner.model.plan import Action, Cause, Method
from planner.model.secrets import unseal
from planner.planning.make_plan import PlanOptions, make_plan
from state.values import Json
from tests.laws.lab import Document, declare
from tests.planning.sides import list_causes, plan, refuse, remember, show, shown_as, snapshot

OVERWRITE = Lifecycle(update="overwrite")
OIDC: Document = {"accessMode": "OIDC", "roleAuthority": "NATIVE", "options": "clientSecret: hunter2"}


def send(desired: DesiredCluster, applied: Document, live: Document) -> tuple[Method, Json]:
    """Return the one request that a change comes to, with its secrets filled in."""
    secrets: dict[str, Json] = {}
    prior = snapshot(remember("web", **applied))
    made = make_plan(Desired(clusters=(desired,)), prior, [show("web", **live)], PlanOptions(endpoint="e"), secrets)
    (operation,) = made.operations
    return operation.method, unseal(operation.body, secrets)


def test_an_overwrite_carries_all_that_is_live() -> None:
    desired = declare("web", awsKeyPair="b", lifecycle=OVERWRITE)
    rest: Document = {"version": "2021.06", "query": {"replicas": 3}, "pivot": {"accessMode": "NATIVE"}}
    assert send(desired, {"awsKeyPair": "a"}, {"awsKeyPair": "a", **rest}) == (
        Method.PUT,
        {
            "metadata": {"name": "web"},
            "spec": {"awsKeyPair": "b", **rest},
        },
    )


def test_an_overwrite_always_says_how_pivot_is_reached_and_the_plan_shows_it() -> None:
    desired = declare("web", awsKeyPair="b", lifecycle=OVERWRITE)
    method, body = send(desired, {"awsKeyPair": "a"}, {"awsKeyPair": "a"})
    assert method is Method.PUT
    assert body == {
        "metadata": {"name": "web"},
        "spec": {"version": "2021.06", "awsKeyPair": "b", "pivot": {"accessMode": "PROXIED"}},
    }
    made = plan([desired], [remember("web", awsKeyPair="a")], [show("web", awsKeyPair="a")])
    assert list_causes(made.changes[0]) == {"awsKeyPair": "edit", "pivot.accessMode": "default"}


def test_an_overwrite_keeps_the_secrets_that_only_the_server_has() -> None:
    """Pivot is not in the configuration; its options on the live cluster go back as they are."""
    desired = declare("web", awsKeyPair="b", lifecycle=OVERWRITE)
    _, body = send(desired, {"awsKeyPair": "a"}, {"awsKeyPair": "a", "pivot": OIDC})
    assert isinstance(body, dict)
    assert body["spec"] == {"version": "2021.06", "awsKeyPair": "b", "pivot": OIDC}


def test_an_overwrite_sends_our_spelling_and_not_the_servers_mask() -> None:
    desired = declare("web", awsKeyPair="b", pivot=OIDC, lifecycle=OVERWRITE)
    masked = {**OIDC, "options": "********"}
    secrets: dict[str, Json] = {}
    record = remember("web", awsKeyPair="a", pivot=OIDC, observed={"awsKeyPair": "a", "pivot": masked})
    live = show("web", awsKeyPair="a", pivot=masked)
    made = make_plan(Desired(clusters=(desired,)), snapshot(record), [live], PlanOptions(endpoint="e"), secrets)
    body = unseal(made.operations[0].body, secrets)
    assert isinstance(body, dict)
    assert isinstance(body["spec"], dict)
    assert body["spec"]["pivot"] == OIDC


MODES: dict[str, Document] = {
    "PROXIED": {"accessMode": "PROXIED"},
    "NATIVE": {"accessMode": "NATIVE", "url": "https://pivot.example"},
    "OIDC": {**OIDC, "url": "https://pivot.example"},
    "LDAP": {**OIDC, "accessMode": "LDAP"},
}


@pytest.mark.parametrize("before", MODES)
@pytest.mark.parametrize("after", MODES)
def test_a_change_of_access_mode_leaves_nothing_of_the_former(before: str, after: str) -> None:
    live = show("web", pivot=MODES[before])
    sides = [declare("web", pivot=MODES[after])], [remember("web", pivot=MODES[before])], [live]
    if before == after:
        assert plan(*sides).operations == ()
        return
    _, body = send(sides[0][0], {"pivot": MODES[before]}, {"pivot": MODES[before]})
    assert isinstance(body, dict)
    assert merge_patch({"pivot": MODES[before]}, body["spec"]) == {"pivot": MODES[after]}


def test_pivot_that_leaves_goes_as_a_whole() -> None:
    live: Document = {"pivot": {"accessMode": "NATIVE", "url": "the server's"}}
    assert send(declare("web"), {"pivot": {"accessMode": "NATIVE"}}, live) == (Method.PATCH, {"spec": {"pivot": None}})


@pytest.mark.parametrize(
    ("desired", "live", "path"),
    [
        ({"encryptVolumes": True}, {"encryptVolumes": False}, "spec.encryptVolumes"),
        ({"metadataStore": {"encrypt": True}}, {"metadataStore": {"encrypt": False}}, "spec.metadataStore.encrypt"),
    ],
)
def test_what_cannot_change_is_refused_with_both_ways_out(desired: Document, live: Document, path: str) -> None:
    failure = refuse([declare("web", **desired)], [remember("web")], [show("web", **live)])
    (diagnostic,) = failure.diagnostics
    assert (failure.exit_code, diagnostic.code, diagnostic.summary) == (
        ExitCode.ERROR, "immutable-field", f"{path} cannot be changed"
    )  # fmt: skip
    assert "Put it back" in diagnostic.detail
    assert "-replace='cluster.web'" in diagnostic.detail


def test_another_name_is_another_cluster() -> None:
    failure = refuse([declare("web", name="other")], [remember("web")], [show("web")])
    assert [diagnostic.summary for diagnostic in failure.diagnostics] == ["metadata.name cannot be changed"]


def test_a_field_that_cannot_change_may_be_set_once_and_leave() -> None:
    assert [
        operation.body
        for operation in plan([declare("web", encryptVolumes=True)], [remember("web")], [show("web")]).operations
    ] == [{"spec": {"encryptVolumes": True}}]
    left = plan([declare("web")], [remember("web", encryptVolumes=True)], [show("web", encryptVolumes=True)])
    assert left.operations == ()
    assert [change.action for change in left.changes] == [Action.NO_OP]


def test_a_protected_cluster_that_is_gone_is_forgotten() -> None:
    (change,) = plan([], [remember("web", prevent_destroy=True)], []).changes
    assert change.action is Action.FORGET


def test_all_that_is_wrong_is_told_at_once() -> None:
    failure = refuse(
        [declare("a"), declare("b", encryptVolumes=True)],
        [remember("b")],
        [show("a", id="theirs"), show("b", encryptVolumes=False)],
    )
    assert {diagnostic.code for diagnostic in failure.diagnostics} == {"name-taken", "immutable-field"}
    assert failure.exit_code is ExitCode.ERROR


FLEET = [declare("a"), declare("b", "a"), declare("c", "b"), declare("z")]


def test_a_target_draws_in_what_it_depends_on() -> None:
    made = plan(FLEET, targets=("cluster.b",))
    assert shown_as(made) == ["POST a after []", "POST b after [1]"]
    assert made.targets == ("cluster.b",)
    assert [warning.code for warning in made.warnings] == ["targeted"]


def test_to_destroy_a_target_draws_in_what_depends_on_it() -> None:
    records = [remember("a"), remember("b", "a"), remember("c", "b"), remember("z")]
    live = [show(label) for label in "abcz"]
    made = plan(FLEET, records, live, targets=("cluster.b",), destroy=True)
    assert shown_as(made) == ["DELETE c after []", "DELETE b after [1]"]


def test_what_is_wrong_outside_the_targets_is_no_hindrance() -> None:
    made = plan([declare("a"), declare("taken")], [], [show("taken", id="theirs")], targets=("cluster.a",))
    assert shown_as(made) == ["POST a after []"]


@pytest.mark.parametrize("option", ["targets", "replace"])
def test_an_unknown_target_is_refused_with_a_guess(option: str) -> None:
    (diagnostic,) = refuse([declare("web")], **{option: ("cluster.wep",)}).diagnostics
    assert diagnostic.code == "unknown-target"
    assert "Did you mean cluster.web?" in diagnostic.detail


def test_counts_are_those_of_what_is_there() -> None:
    wanted = [declare("a"), declare("b"), declare("c", awsKeyPair="x")]
    made = plan(wanted, [remember("a"), remember("c")], [show("a"), show("c")])
    assert made.unchanged == 1
    assert [change.action for change in made.changes] == [Action.CREATE, Action.UPDATE]
    assert {difference.cause for change in made.changes for difference in change.differences} == {Cause.EDIT}


def test_a_cluster_that_the_server_gave_up_on_is_told() -> None:
    (warning,) = plan([declare("web")], [remember("web")], [show("web", state="FAILED")]).warnings
    assert warning.code == "cluster-failed"
