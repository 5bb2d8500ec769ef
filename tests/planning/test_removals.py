"""Removals: what a `removed` block does to clusters that the configuration no longer declares."""

from dataclasses import replace
from typing import Any

import pytest

from planner.model.desired import Desired
from planner.model.diagnostics import ExitCode
from planner.model.plan import Action, Plan, Reason
from planner.planning.protect import judge_protection
from state.address import parse_address
from state.record import Record
from tests.laws.lab import declare
from tests.planning.sides import move, plan, refuse, remember, remove, show, snapshot


def know(text: str, name: str, **more: Any) -> Record:  # noqa: ANN401 - the fields of a record
    return replace(remember("any", name=name, id=f"id-{name}"), address=parse_address(text), **more)


def told(made: Plan) -> list[str]:
    return [f"{change.action.value} {change.address}" for change in made.changes]


@pytest.mark.parametrize(
    ("endpoint", "addresses"),
    [
        ("cluster.a", ["cluster.a"]),
        ("cluster.a", ["cluster.a[0]", 'cluster.a["x"]']),
        ("module.m", ["module.m.cluster.a", "module.m.module.deep.cluster.b[1]"]),
        ("module.m", ["module.m[0].cluster.a", "module.m[1].cluster.a"]),
        ("module.m.cluster.a", ["module.m.cluster.a"]),
    ],
)
def test_what_a_block_lets_go_is_forgotten_and_not_deleted(endpoint: str, addresses: list[str]) -> None:
    records = [know(text, f"n{number}") for number, text in enumerate(addresses)]
    live = [show(record.name) for record in records]
    made = plan([], records, live, past=remove(endpoint))
    assert told(made) == [f"forget {text}" for text in addresses]
    assert {change.reason for change in made.changes} == {Reason.LET_GO}
    assert made.operations == ()
    (warning,) = made.warnings
    assert warning.code == "let-go"
    assert [line.strip() for line in warning.detail.splitlines() if line[0] == " "] == addresses


@pytest.mark.parametrize("endpoint", ["cluster.b", "module.a", "module.m.cluster.a"])
def test_a_block_about_something_else_lets_nothing_go(endpoint: str) -> None:
    made = plan([], [know("cluster.a", "web")], [show("web")], past=remove(endpoint))
    assert told(made) == ["delete cluster.a"]


def test_a_block_that_destroys_deletes() -> None:
    made = plan([], [know("cluster.a", "web")], [show("web")], past=remove("cluster.a", destroy=True))
    assert [(change.action, change.reason) for change in made.changes] == [(Action.DELETE, Reason.NOT_IN_CONFIGURATION)]
    assert made.warnings == ()


def test_two_blocks_that_disagree_delete_nothing() -> None:
    both = Desired(removals=remove("module.m", destroy=True).removals + remove("module.m.cluster.a").removals)
    made = plan([], [know("module.m.cluster.a", "web")], [show("web")], past=both)
    assert told(made) == ["forget module.m.cluster.a"]


def test_what_is_protected_is_not_deleted_by_a_block_but_may_be_let_go() -> None:
    records = [know("cluster.a", "web", prevent_destroy=True)]
    deleted = plan([], records, [show("web")], past=remove("cluster.a", destroy=True))
    forgotten = plan([], records, [show("web")], past=remove("cluster.a"))
    assert told(forgotten) == ["forget cluster.a"]
    refusals = [judge_protection(made, Desired(), snapshot(*records)) for made in (deleted, forgotten)]
    assert [len(found) for found in refusals] == [1, 0]


def test_what_is_let_go_survives_a_destroy() -> None:
    made = plan(
        [declare("b", name="other")],
        [know("cluster.a", "web"), know("cluster.b", "other")],
        [show("web"), show("other")],
        past=remove("cluster.a"),
        destroy=True,
    )
    assert told(made) == ["forget cluster.a", "delete cluster.b"]


def test_what_was_let_go_and_is_gone_is_told_as_gone() -> None:
    (change,) = plan([], [know("cluster.a", "web")], [], past=remove("cluster.a")).changes
    assert (change.action, change.reason) == (Action.FORGET, Reason.GONE)


def test_a_block_speaks_of_the_address_after_all_moves() -> None:
    past = replace(remove("cluster.b"), moves=move(("cluster.a", "cluster.b")).moves)
    (change,) = plan([], [know("cluster.a", "web")], [show("web")], past=past).changes
    assert (change.action, str(change.address), str(change.moved_from)) == (Action.FORGET, "cluster.b", "cluster.a")


@pytest.mark.parametrize(
    ("endpoint", "declared", "summary"),
    [
        ("cluster.a", "cluster.a", "Removed cluster still exists"),
        ("cluster.a", "cluster.a[0]", "Removed cluster still exists"),
        ("module.m", "module.m[0].module.deep.cluster.a", "Removed module still exists"),
    ],
)
def test_a_block_about_what_is_still_declared_is_refused(endpoint: str, declared: str, summary: str) -> None:
    clusters = [replace(declare("any"), address=parse_address(declared))]
    failure = refuse(clusters, past=remove(endpoint))
    assert [one.summary for one in failure.diagnostics] == [summary]
    assert failure.exit_code is ExitCode.INVALID_CONFIGURATION
    assert failure.diagnostics[0].span is not None
