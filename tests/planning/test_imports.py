"""Imports: a live cluster comes under management, by its id or its name, with the plan that the block is in."""

from dataclasses import replace

import pytest

from planner.model.desired import Desired
from planner.model.diagnostics import ExitCode
from planner.model.plan import Action, Plan
from planner.model.summary import has_changes, summarize
from tests.laws.lab import declare
from tests.planning.sides import announce, list_causes, move, plan, refuse, remember, show, take


def told(made: Plan) -> list[str]:
    return [f"{change.action.value} {change.address} {change.id} from {change.importing}" for change in made.changes]


@pytest.mark.parametrize("called", ["77", "web"], ids=["by its id", "by its name"])
def test_a_cluster_that_is_as_declared_is_imported_without_a_request(called: str) -> None:
    made = plan([declare("a", name="web")], [], [show("web", id="77"), show("other")], past=take(a=called))
    assert told(made) == [f"no-op cluster.a 77 from {called}"]
    assert made.operations == ()
    assert (has_changes(made), summarize(made).imported) == (True, 1)


def test_a_cluster_that_differs_is_imported_and_updated() -> None:
    made = plan(
        [declare("a", name="web", awsKeyPair="b")], [], [show("web", id="77", awsKeyPair="a")], past=take(a="77")
    )
    assert told(made) == ["update cluster.a 77 from 77"]
    assert list_causes(made.changes[0]) == {"awsKeyPair": "edit", "version": "adopt", "metadata.name": "adopt"}
    assert [(one.method.value, one.path, one.body) for one in made.operations] == [
        ("PATCH", "/clusters/77", {"spec": {"awsKeyPair": "b"}})
    ]


def test_what_the_server_chose_of_an_imported_cluster_is_left_to_it() -> None:
    made = plan([declare("a", name="web")], [], [show("web", awsKeyPair="a")], past=take(a="web"))
    assert made.operations == ()


def test_an_id_comes_before_a_name() -> None:
    made = plan([declare("a", name="web")], [], [show("web", id="77"), show("77", id="web")], past=take(a="77"))
    assert told(made) == ["no-op cluster.a 77 from 77"]


@pytest.mark.parametrize("called", ["77", "nothing"])
def test_a_block_about_what_the_state_knows_at_that_address_says_nothing(called: str) -> None:
    made = plan([declare("a", name="web")], [remember("a", name="web", id="77")], [show("web", id="77")],
                past=take(a=called))  # fmt: skip
    assert (made.changes, made.unchanged) == ((), 1)


def test_a_block_about_what_moves_to_that_address_says_nothing() -> None:
    past = replace(take(b="77"), moves=move(("cluster.a", "cluster.b")).moves)
    made = plan([declare("b", name="web")], [remember("a", name="web", id="77")], [show("web", id="77")], past=past)
    assert told(made) == ["no-op cluster.b 77 from None"]


def test_a_block_about_what_is_recognised_by_its_name_says_nothing() -> None:
    made = plan(
        [declare("b", name="web")], [remember("a", name="web", id="77")], [show("web", id="77")], past=take(b="77")
    )
    assert told(made) == ["no-op cluster.b 77 from None"]


def test_a_block_comes_before_a_name() -> None:
    """Two live clusters bear the name: the one that the block takes is not the one that the state knew."""
    made = plan(
        [declare("b", name="web")],
        [remember("a", name="web", id="1")],
        [show("web", id="1"), show("web", id="2")],
        past=take(b="2"),
    )
    assert told(made) == ["delete cluster.a 1 from None", "no-op cluster.b 2 from 2"]


def test_what_an_interrupted_create_made_is_taken_over_and_not_imported() -> None:
    made = plan([declare("a", name="web")], [], [show("web")], intents=[announce("a", name="web")], past=take(a="web"))
    assert told(made) == ["no-op cluster.a id-web from None"]


def test_a_destroy_leaves_alone_what_is_not_imported_yet() -> None:
    made = plan([declare("a", name="web")], [], [show("web")], past=take(a="web"), destroy=True)
    assert made.changes == ()


@pytest.mark.parametrize(
    ("called", "code"),
    [("nothing", "no-such-cluster"), ("web", "ambiguous"), ("id-other", "already-managed")],
)
def test_what_cannot_be_imported_is_told_with_its_block(called: str, code: str) -> None:
    failure = refuse(
        [declare("a", name="new"), declare("other")],
        [remember("other")],
        [show("web", id="1"), show("web", id="2"), show("other")],
        past=take(a=called),
    )
    assert [one.code for one in failure.diagnostics] == [code]
    assert failure.exit_code is ExitCode.ERROR
    assert failure.diagnostics[0].span is not None


def test_one_cluster_is_not_imported_twice() -> None:
    failure = refuse([declare("a", name="web"), declare("b")], [], [show("web", id="77")], past=take(a="77", b="web"))
    assert [(one.code, str(one.address)) for one in failure.diagnostics] == [("already-managed", "cluster.b")]


def test_a_block_without_a_cluster_and_a_second_block_are_refused() -> None:
    twice = Desired(imports=(*take(a="1").imports, *take(a="2").imports, *take(b="3").imports))
    failure = refuse([declare("a")], [], [show("a", id="1")], past=twice)
    assert [one.summary for one in failure.diagnostics] == [
        'Duplicate import configuration for "cluster.a"',
        "Configuration for import target does not exist",
    ]
    assert failure.exit_code is ExitCode.INVALID_CONFIGURATION


def test_a_plan_of_other_targets_asks_nothing_of_an_import() -> None:
    made = plan([declare("a"), declare("b")], [], [show("c")], past=take(a="nothing"), targets=("cluster.b",))
    assert [(change.action, str(change.address)) for change in made.changes] == [(Action.CREATE, "cluster.b")]


def test_an_import_that_is_to_be_replaced_says_so() -> None:
    made = plan([declare("a", name="web")], [], [show("web")], past=take(a="web"), replace=("cluster.a",))
    assert told(made) == ["replace cluster.a id-web from web"]
