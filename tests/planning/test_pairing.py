"""Pairing: which clusters are the same one. A name alone makes no cluster ours; nothing is guessed."""

from dataclasses import replace
from typing import Any

import pytest

from planner.model.desired import DesiredCluster
from planner.model.diagnostics import ExitCode
from planner.model.plan import Action, Plan, Reason
from planner.planning.make_plan import make_rules
from planner.planning.verify import find_stale
from state.address import Address
from tests.laws.lab import declare
from tests.planning.sides import announce, plan, refuse, remember, remove, show, snapshot


def actions(made: Plan) -> list[str]:
    return [f"{change.action.value} {change.address} {change.id}" for change in made.changes]


def test_a_record_is_found_by_its_id_whatever_it_is_called() -> None:
    made = plan(
        [declare("web", name="old name")], [remember("web", name="old name", id="7")], [show("old name", id="7")]
    )
    assert made.changes == ()
    assert made.unchanged == 1


def test_a_name_that_somebody_else_has_is_not_taken_from_them() -> None:
    failure = refuse([declare("web")], [], [show("web", id="theirs")])
    (diagnostic,) = failure.diagnostics
    assert (failure.exit_code, diagnostic.code) == (ExitCode.ERROR, "name-taken")
    assert diagnostic.detail.endswith("planner import 'cluster.web' theirs")


def test_a_name_that_several_have_is_told_with_all_of_them() -> None:
    (diagnostic,) = refuse([declare("web")], [], [show("web", id="one"), show("web", id="two")]).diagnostics
    assert "one, two" in diagnostic.detail


def test_a_name_that_another_of_ours_still_has_is_not_taken() -> None:
    failure = refuse(
        [declare("web", name="shared"), declare("other", name="other")],
        [remember("other", name="shared")],
        [show("shared", id="id-other")],
    )
    assert {diagnostic.code for diagnostic in failure.diagnostics} <= {"name-taken", "immutable-field"}


def test_a_label_that_changed_is_a_move() -> None:
    made = plan([declare("new", name="web")], [remember("old", name="web")], [show("web", id="id-old")])
    (change,) = made.changes
    assert (change.action, change.address, change.moved_from) == (Action.NO_OP, Address("new"), Address("old"))
    assert made.operations == ()


def test_a_move_and_an_edit_are_one_change() -> None:
    made = plan([declare("new", name="web", awsKeyPair="b")], [remember("old", name="web")], [show("web", id="id-old")])
    (change,) = made.changes
    assert (change.action, change.moved_from) == (Action.UPDATE, Address("old"))
    assert [operation.path for operation in made.operations] == ["/clusters/id-old"]


def test_what_two_records_could_have_moved_to_is_no_move() -> None:
    failure = refuse(
        [declare("new", name="web")],
        [remember("old", name="web", id="1"), remember("older", name="web", id="2")],
        [show("web", id="1"), show("web", id="2")],
    )
    assert [diagnostic.code for diagnostic in failure.diagnostics] == ["name-taken"]


def test_what_is_gone_is_made_again() -> None:
    (change,) = plan([declare("web")], [remember("web")], []).changes
    assert (change.action, change.reason) == (Action.CREATE, Reason.GONE)


def test_what_is_gone_and_no_longer_wanted_is_forgotten() -> None:
    made = plan([], [remember("web")], [])
    assert [(change.action, change.reason) for change in made.changes] == [(Action.FORGET, Reason.GONE)]
    assert made.operations == ()


def test_what_is_gone_while_somebody_took_its_name_is_told() -> None:
    failure = refuse([declare("web")], [remember("web")], [show("web", id="theirs")])
    assert [diagnostic.code for diagnostic in failure.diagnostics] == ["name-taken"]


def test_what_an_interrupted_create_made_is_taken_over() -> None:
    made = plan(
        [declare("web", awsKeyPair="a")], [], [show("web", awsKeyPair="a")], intents=[announce("web", awsKeyPair="a")]
    )
    assert actions(made) == ["no-op cluster.web id-web"]
    assert made.operations == ()


def test_what_an_interrupted_create_made_is_brought_up_to_date() -> None:
    made = plan(
        [declare("web", awsKeyPair="b")], [], [show("web", awsKeyPair="a")], intents=[announce("web", awsKeyPair="a")]
    )
    assert actions(made) == ["update cluster.web id-web"]
    assert [operation.body for operation in made.operations] == [{"spec": {"awsKeyPair": "b"}}]


@pytest.mark.parametrize(
    ("before", "live"),
    [(("id-web",), ("id-web",)), (("one",), ("one", "two")), ((), ("one", "two"))],
    ids=["it was there before", "one was there before", "two are there since"],
)
def test_what_may_not_be_ours_is_not_taken_over(before: tuple[str, ...], live: tuple[str, ...]) -> None:
    failure = refuse([declare("web")], [], [show("web", id=uid) for uid in live], intents=[announce("web", *before)])
    assert [diagnostic.code for diagnostic in failure.diagnostics] == ["name-taken"]


def test_an_interrupted_create_that_made_nothing_is_made_again() -> None:
    assert actions(plan([declare("web")], [], [], intents=[announce("web")])) == ["create cluster.web None"]


def test_what_an_interrupted_create_made_and_nobody_wants_is_told() -> None:
    made = plan([], [], [show("web")], intents=[announce("web")])
    assert made.changes == ()
    (warning,) = made.warnings
    assert warning.code == "left-behind"
    assert "id-web" in warning.detail


def test_two_records_of_one_cluster_are_refused() -> None:
    failure = refuse([], [remember("a", id="7"), remember("b", name="a", id="7")], [show("a", id="7")])
    assert [diagnostic.code for diagnostic in failure.diagnostics] == ["shared-cluster"]


def test_what_nobody_declared_is_let_alone() -> None:
    made = plan([], [], [show("somebody's")])
    assert (made.changes, made.warnings, made.unchanged) == ((), (), 0)


@pytest.mark.parametrize("options", [{}, {"destroy": True}, {"replace": ("cluster.web",)}], ids=str)
@pytest.mark.parametrize("desired", [[declare("web")], []], ids=["declared", "not declared"])
def test_an_id_that_bears_another_name_is_left_alone(desired: list[DesiredCluster], options: dict[str, Any]) -> None:
    if not desired and "replace" in options:
        return
    failure = refuse(desired, [remember("web", id="7")], [show("other", id="7")], **options)
    (diagnostic,) = failure.diagnostics
    assert (failure.exit_code, diagnostic.code) == (ExitCode.ERROR, "other-name")
    assert diagnostic.summary == 'cluster.web is named "web" in the state, and "other" in the account'
    assert "\n  planner state replace-name 'cluster.web' 'other'\n" in diagnostic.detail
    assert diagnostic.detail.endswith("\n  planner state rm 'cluster.web'")


def test_a_name_that_the_configuration_confirms_is_adopted() -> None:
    made = plan([declare("web", name="other")], [remember("web", id="7")], [show("other", id="7")])
    assert (made.operations, [change.action for change in made.changes]) == ((), [Action.NO_OP])


def test_what_is_let_go_may_bear_any_name() -> None:
    made = plan([], [remember("web", id="7")], [show("other", id="7")], past=remove("cluster.web"))
    assert [change.action for change in made.changes] == [Action.FORGET]


def test_other_clusters_are_planned_beside_a_stranger() -> None:
    sides = ([declare("a", awsKeyPair="b")], [remember("a"), remember("web", id="7")], [show("a"), show("x", id="7")])
    assert [one.code for one in refuse(*sides).diagnostics] == ["other-name"]
    assert len(plan(*sides, targets=("cluster.a",)).operations) == 1


def test_a_saved_delete_does_not_hit_a_cluster_of_another_name() -> None:
    record = replace(remember("web", id="7"), applied={})  # imported, and nothing of it was ever asked for
    made = plan([], [record], [show("web", id="7")])
    prior = snapshot(record)
    assert find_stale(made, prior, [show("web", id="7")], make_rules(prior)) == ()
    (stale,) = find_stale(made, prior, [show("other", id="7")], make_rules(prior))
    assert 'The live cluster is named "other" now.' in stale.detail
