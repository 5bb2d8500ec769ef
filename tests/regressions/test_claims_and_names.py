"""Which cluster is whose: labels that change, names that are taken, and creates that nobody answered."""

import pytest

from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.diagnostics import Failure
from planner.model.plan import Action, Method
from planner.model.report import Fate
from planner.workflow.plan import Planned
from tests.laws.lab import Lab, declare, want
from tests.regressions.trials import apply_anew, is_stale, lose_create, remember, rewrite_answers


def actions_of(planned: Planned) -> list[Action]:
    """Return what the plan does, in the order of its changes."""
    return [change.action for change in planned.plan.changes]


def test_destroying_a_cluster_whose_label_changed_leaves_nothing_in_the_state() -> None:
    lab = Lab()
    lab.converge(declare("old", name="web"))
    planned = lab.plan(want(declare("new", name="web")), destroy=True)
    assert not is_stale(lab, planned)
    apply_anew(lab, planned)
    assert lab.specs == {}
    assert remember(lab) == {}


def test_what_depended_on_a_cluster_whose_label_changed_is_deleted_before_it() -> None:
    lab = Lab()
    lab.converge(declare("a"), declare("b", "a"))
    planned = lab.plan(want(declare("a2", name="a"), declare("b", "a2")), destroy=True)
    first, second = planned.plan.operations
    assert (str(first.address), str(second.address), second.after) == ("cluster.b", "cluster.a2", (first.number,))


def test_no_cluster_is_created_with_the_name_of_one_that_is_managed() -> None:
    lab = Lab(behaviour=Behaviour(names_unique=False))
    lab.converge(declare("a", name="one"), declare("b", name="two"))
    with pytest.raises(Failure) as refused:
        lab.plan(want(declare("b", name="one"), declare("c", name="two")), targets=("cluster.c",))
    (problem,) = refused.value.diagnostics
    assert problem.code == "name-taken"
    assert "cluster.b" in problem.detail


def test_a_replacement_is_refused_before_anything_is_deleted_if_its_new_name_is_taken() -> None:
    lab = Lab()
    lab.converge(declare("a", name="one"), declare("b", name="two"))
    with pytest.raises(Failure) as refused:
        lab.plan(want(declare("a", name="two")), replace=("cluster.a",), targets=("cluster.a",))
    assert [problem.code for problem in refused.value.diagnostics] == ["name-taken"]


def test_a_replacement_is_stale_once_somebody_took_its_new_name() -> None:
    lab = Lab()
    lab.converge(declare("a", name="one"))
    planned = lab.plan(want(declare("a", name="two")), replace=("cluster.a",))
    assert not is_stale(lab, planned)
    stranger = Lab()
    stranger.app = lab.app
    stranger.converge(declare("x", name="two"))
    assert is_stale(lab, planned)


def test_a_cluster_left_behind_is_not_lost_when_its_name_changes_in_the_configuration() -> None:
    lab = Lab()
    lose_create(lab, lab.plan(want(declare("web"))))
    with pytest.raises(Failure) as refused:
        lab.plan(want(declare("web", name="web2")))
    assert [problem.code for problem in refused.value.diagnostics] == ["immutable-field"]


def test_a_plan_for_a_cluster_left_behind_holds_until_something_changes() -> None:
    lab = Lab()
    lose_create(lab, lab.plan(want(declare("web", query={"replicas": 2}))))
    update = lab.plan(want(declare("web")))
    assert (actions_of(update), is_stale(lab, update)) == ([Action.UPDATE], False)
    destroy = lab.plan(want(declare("web")), destroy=True)
    assert (actions_of(destroy), is_stale(lab, destroy)) == ([Action.DELETE], False)


def test_what_a_lost_create_left_behind_stays_known_when_its_address_goes() -> None:
    lab = Lab()
    lab.converge(declare("web"))
    lab.trouble(parse_trouble("remove=web@GET"))
    planned = lab.plan(want(declare("web")))
    assert actions_of(planned) == [Action.CREATE]
    lose_create(lab, planned)
    planned = lab.plan(want())
    assert actions_of(planned) == []
    assert [warning.code for warning in planned.plan.warnings] == ["left-behind"]
    apply_anew(lab, planned)
    adopted = lab.plan(want(declare("web")))
    assert actions_of(adopted) == [Action.NO_OP]
    apply_anew(lab, adopted)
    assert len(lab.specs) == len(remember(lab)) == 1


def test_a_cluster_that_is_back_is_not_forgotten() -> None:
    lab = Lab()
    lab.converge(declare("web"))
    lab.trouble(parse_trouble("404@GET /clusters/*#1x*"))
    lab.wrap = lambda app: rewrite_answers(app, lambda document: [] if isinstance(document, list) else document)
    planned = lab.plan(want())
    assert actions_of(planned) == [Action.FORGET]
    assert not is_stale(lab, planned)
    lab.wrap = lambda app: app
    assert is_stale(lab, planned)


def test_dependencies_that_contradict_each_other_in_the_state_do_not_keep_clusters_from_being_deleted() -> None:
    lab = Lab()
    lab.converge(declare("a", "b", query={"replicas": 1}), declare("b"))
    lab.trouble(parse_trouble("400@PATCH"))
    report = apply_anew(lab, lab.plan(want(declare("a", query={"replicas": 2}), declare("b", "a"))))
    assert [outcome.fate for outcome in report.outcomes] == [Fate.FAILED, Fate.DONE]
    planned = lab.plan(want())
    assert [operation.method for operation in planned.plan.operations] == [Method.DELETE] * 2
    apply_anew(lab, planned)
    assert lab.specs == {}
