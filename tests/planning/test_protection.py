"""Protection: what `prevent_destroy` forbids is planned and shown, and then refused, with the two steps to lift it."""

from dataclasses import replace

import pytest

from planner.model.desired import Desired, DesiredCluster, Lifecycle
from planner.model.diagnostics import Diagnostic
from planner.model.plan import Action, Change, Plan
from planner.model.summary import has_changes
from planner.planning.protect import judge_protection
from state.record import Record
from tests.laws.lab import declare
from tests.planning.sides import move, plan, remember, show, snapshot

PROTECT = Lifecycle(prevent_destroy=True)
FREE, GUARDED = declare("web"), declare("web", lifecycle=PROTECT)
KNOWN, KNOWN_GUARDED = remember("web"), remember("web", prevent_destroy=True)


def judge(made: Plan, desired: list[DesiredCluster], *records: Record) -> tuple[Diagnostic, ...]:
    return judge_protection(made, Desired(clusters=tuple(desired)), snapshot(*records))


def plan_web(
    desired: list[DesiredCluster], record: Record, *, destroy: bool = False, replaced: tuple[str, ...] = ()
) -> tuple[Plan, list[str]]:
    """Return the plan of one cluster that is live, and the lines of its refusal."""
    made = plan(desired, [record], [show("web")], destroy=destroy, replace=replaced)
    refusals = judge(made, desired, record)
    assert [one.code for one in refusals] == ["protected"][: len(refusals)]
    return made, refusals[0].detail.splitlines() if refusals else []


@pytest.mark.parametrize(
    ("desired", "record", "destroy", "steps"),
    [
        (
            [GUARDED],
            KNOWN_GUARDED,
            True,
            [
                "  1. Set prevent_destroy = false in its block, and run: planner apply",
                "  2. When that is done, run: planner destroy -target='cluster.web'; or without -target, to delete all",
            ],
        ),
        (
            [FREE],
            KNOWN_GUARDED,
            True,
            [
                "  1. Apply the configuration as it is, which lifts the protection: planner apply",
                "  2. When that is done, run: planner destroy -target='cluster.web'; or without -target, to delete all",
            ],
        ),
        (
            [],
            KNOWN_GUARDED,
            False,
            [
                "  1. Put its block back with prevent_destroy = false, and run: planner apply",
                "  2. Take the block out again, and run: planner apply",
            ],
        ),
    ],
)
def test_a_delete_is_planned_and_refused_with_two_steps(
    desired: list[DesiredCluster],
    record: Record,
    destroy: bool,  # noqa: FBT001 - a parameter
    steps: list[str],
) -> None:
    made, lines = plan_web(desired, record, destroy=destroy)
    assert [(change.action, change.is_protected) for change in made.changes] == [(Action.DELETE, True)]
    assert [operation.method.value for operation in made.operations] == ["DELETE"]
    assert lines[1:] == steps


@pytest.mark.parametrize(("desired", "record"), [(GUARDED, KNOWN), (GUARDED, KNOWN_GUARDED), (FREE, KNOWN_GUARDED)])
def test_a_replacement_is_planned_and_refused(desired: DesiredCluster, record: Record) -> None:
    made, lines = plan_web([desired], record, replaced=("cluster.web",))
    assert [(change.action, change.is_protected) for change in made.changes] == [(Action.REPLACE, True)]
    assert lines[-1] == "  2. When that is done, run: planner apply -replace='cluster.web'"


def test_what_is_free_on_both_sides_is_not_refused() -> None:
    assert [plan_web([], KNOWN)[1], plan_web([FREE], KNOWN, destroy=True)[1]] == [[], []]


def test_the_state_protects_whatever_a_plan_says() -> None:
    made = plan([], [KNOWN_GUARDED], [show("web")])
    forged = replace(made, changes=tuple(replace(change, is_protected=False) for change in made.changes))
    assert [one.code for one in judge(forged, [], KNOWN_GUARDED)] == ["protected"]


def test_what_has_moved_is_protected_by_its_former_record() -> None:
    records = [remember("old", name="web", id="id-web", prevent_destroy=True)]
    made = plan([], records, [show("web")], past=move(("cluster.old", "cluster.new")))
    assert [str(one.address) for one in judge(made, [], *records)] == ["cluster.new"]


def lift(record: Record, *desired: DesiredCluster) -> tuple[Plan, Change]:
    made = plan(desired, [record], [show("web")])
    return made, made.changes[0]


def test_to_lift_a_protection_is_a_change_that_somebody_agrees_to() -> None:
    made, change = lift(KNOWN_GUARDED, FREE)
    assert (change.action, change.lifts_protection, made.operations) == (Action.NO_OP, True, ())
    assert has_changes(made)


def test_to_protect_is_none() -> None:
    made, change = lift(KNOWN, GUARDED)
    assert (change.action, change.lifts_protection, has_changes(made)) == (Action.NO_OP, False, False)


def test_the_id_of_a_plan_tells_whether_it_lifts_a_protection() -> None:
    edited = declare("web", awsKeyPair="b")
    ids = {lift(record, edited)[0].id for record in (KNOWN, KNOWN_GUARDED)}
    assert len(ids) == 2
