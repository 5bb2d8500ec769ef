"""Selection: which clusters `-target` and `-exclude` make a plan of, and what the plan says of the others."""

from dataclasses import replace

import pytest

from planner.model.desired import CheckResult, Desired, DesiredCluster, DesiredOutput, Lifecycle
from planner.model.diagnostics import ExitCode
from planner.model.plan import Action, Plan
from state.address import Address, parse_address
from tests.laws.lab import declare
from tests.planning.sides import move, plan, refuse, remember, show, shown_as

FLEET = [declare("a"), declare("b", "a"), declare("c", "b"), declare("z")]
KNOWN = [remember("a"), remember("b", "a"), remember("c", "b"), remember("z")]
LIVE = [show(label) for label in "abcz"]


def place(text: str, *needs: str) -> DesiredCluster:
    """Return a cluster at any address; its name is the address."""
    return replace(
        declare("any", name=text), address=parse_address(text), depends_on=tuple(parse_address(need) for need in needs)
    )


def created(made: Plan) -> list[str]:
    return [str(change.address) for change in made.changes]


def pending(made: Plan) -> dict[str, str]:
    return {str(one.address): one.action.value for one in made.left_out if one.is_pending}


PLACES = [
    place("cluster.web"),
    place('cluster.tier["eu"]'),
    place('cluster.tier["us"]'),
    place('module.fleet["eu"].cluster.a'),
    place('module.fleet["us"].cluster.a'),
    place('module.fleet["us"].module.deep.cluster.b[0]'),
]


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("cluster.web", [0]),
        ("cluster.tier", [1, 2]),
        ('cluster.tier["us"]', [2]),
        ("module.fleet", [3, 4, 5]),
        ('module.fleet["us"]', [4, 5]),
        ('module.fleet["us"].module.deep', [5]),
        ('module.fleet["us"].module.deep.cluster.b', [5]),
    ],
)
def test_an_address_stands_for_a_cluster_for_its_instances_or_for_a_module(address: str, meant: list[int]) -> None:
    everything = created(plan(PLACES))
    named = sorted(str(PLACES[number].address) for number in meant)
    targeted, excluded = plan(PLACES, targets=(address,)), plan(PLACES, excluded=(address,))
    assert sorted(created(targeted)) == named
    assert sorted(created(excluded)) == sorted(set(everything) - set(named))


def test_what_is_excluded_keeps_out_what_depends_on_it() -> None:
    made = plan(FLEET, excluded=("cluster.b",))
    assert shown_as(made) == ["POST a after []", "POST z after []"]
    assert pending(made) == {"cluster.b": "create", "cluster.c": "create"}
    assert (made.excluded, made.is_partial) == (("cluster.b",), True)


def test_what_an_excluded_cluster_relies_on_is_not_deleted() -> None:
    made = plan([declare("c"), declare("z")], KNOWN, LIVE, excluded=("cluster.c",))
    assert shown_as(made) == []
    assert pending(made) == {"cluster.a": "delete", "cluster.b": "delete"}


def test_what_relied_on_an_excluded_cluster_may_be_deleted() -> None:
    made = plan([declare("a"), declare("z")], KNOWN, LIVE, excluded=("cluster.a",))
    assert shown_as(made) == ["DELETE c after []", "DELETE b after [1]"]


def test_a_destroy_leaves_what_is_excluded_and_what_that_relies_on() -> None:
    made = plan(FLEET, KNOWN, LIVE, excluded=("cluster.b",), destroy=True)
    assert shown_as(made) == ["DELETE c after []", "DELETE z after []"]
    assert pending(made) == {"cluster.a": "delete", "cluster.b": "delete"}


def test_a_destroy_counts_what_the_configuration_newly_says() -> None:
    made = plan([declare("a"), declare("b", "a")], [remember("a"), remember("b")], LIVE[:2], excluded=("cluster.b",),
                destroy=True)  # fmt: skip
    assert shown_as(made) == []


def test_to_delete_a_target_is_to_change_or_delete_what_relies_on_it_first() -> None:
    made = plan([declare("c", awsKeyPair="x")], KNOWN, LIVE, targets=("cluster.b",))
    assert shown_as(made) == ["PATCH c after []", "DELETE b after [1]"]
    assert pending(made) == {"cluster.a": "delete", "cluster.z": "delete"}


def test_what_replaces_a_cluster_is_drawn_in_and_kept_out_with_its_instances() -> None:
    user = declare("user", lifecycle=Lifecycle(replace_triggered_by=((Address("tier"), ()),)))
    wanted = [user, place('cluster.tier["eu"]')]
    assert created(plan(wanted, targets=("cluster.user",))) == ['cluster.tier["eu"]', "cluster.user"]
    assert created(plan(wanted, excluded=("cluster.tier",))) == []


def test_what_is_as_it_should_be_is_left_out_without_anything_pending() -> None:
    made = plan(FLEET[:2], KNOWN[:2], LIVE[:2], targets=("cluster.a",))
    assert (made.changes, made.unchanged) == ((), 1)
    assert [(str(one.address), one.action, one.is_pending) for one in made.left_out] == [
        ("cluster.b", Action.NO_OP, False)
    ]


def test_what_is_wrong_with_a_cluster_that_is_left_out_is_pending() -> None:
    made = plan([declare("a"), declare("taken")], [], [show("taken", id="theirs")], excluded=("cluster.taken",))
    assert created(made) == ["cluster.a"]
    assert pending(made) == {"cluster.taken": "create"}


def test_the_warning_says_what_is_left_to_do() -> None:
    past = Desired(
        outputs=(DesiredOutput(name="x", value=1, type="number"),), checks=(CheckResult(label="check.x", passed=True),)
    )
    made = plan(FLEET, past=past, excluded=("cluster.b",))
    (warning,) = made.warnings
    assert warning.detail == (
        "It leaves out 2 clusters, of which 2 have changes pending, and leaves the outputs and checks as they are. "
        "Plan without -exclude afterwards."
    )
    assert (made.outputs, made.checks) == ((), ())
    (warning,) = plan(FLEET[:1], targets=("cluster.a",)).warnings
    assert warning.detail == (
        "It leaves out 0 clusters, of which none has changes pending. Plan without -target afterwards."
    )


@pytest.mark.parametrize("option", ["targets", "excluded"])
def test_a_move_is_not_done_by_half(option: str) -> None:
    wanted = [declare("b", name="web"), declare("z")]
    records, live = [remember("a", name="web", id="id-web"), remember("z")], [show("web"), show("z")]
    left_out = {"targets": ("cluster.z",), "excluded": ("cluster.b",)}[option]
    for past in (move(("cluster.a", "cluster.b")), Desired()):  # with a block, and recognised by the name
        failure = refuse(wanted, records, live, past=past, **{option: left_out})
        (problem,) = failure.diagnostics
        assert (failure.exit_code, problem.code) == (ExitCode.ERROR, "moved-left-out")
        assert "cluster.a has moved to cluster.b" in problem.detail
        assert problem.detail.endswith("  planner state mv 'cluster.a' 'cluster.b'")
    assert plan(wanted, records, live, targets=("cluster.z", "cluster.b")).changes[0].moved_from == Address("a")


def test_what_is_left_out_cannot_be_replaced() -> None:
    (problem,) = refuse(FLEET, KNOWN, LIVE, excluded=("cluster.z",), replace=("cluster.z",)).diagnostics
    assert problem.code == "replaced-left-out"
