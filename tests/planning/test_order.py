"""Order: dependencies first, deletes last and reversed, cycles refused by name."""

from itertools import pairwise

from planner.model.diagnostics import ExitCode
from tests.laws.lab import declare
from tests.planning.sides import plan, refuse, remember, show, shown_as


def test_what_is_needed_comes_first() -> None:
    made = plan([declare("a", "c"), declare("b"), declare("c", "b")])
    assert shown_as(made) == ["POST b after []", "POST c after [1]", "POST a after [2]"]


def test_what_needs_nothing_waits_for_nothing() -> None:
    assert shown_as(plan([declare("a"), declare("b")])) == ["POST a after []", "POST b after []"]


def test_the_way_through_a_cluster_that_stays_counts() -> None:
    made = plan(
        [declare("a", "still"), declare("still", "z"), declare("z", awsKeyPair="new")],
        [remember("still", "z"), remember("z")],
        [show("still"), show("z")],
    )
    assert shown_as(made) == ["PATCH z after []", "POST a after [1]"]


def test_a_diamond_is_each_once() -> None:
    made = plan([declare("d", "b", "c"), declare("b", "a"), declare("c", "a"), declare("a")])
    assert shown_as(made) == ["POST a after []", "POST b after [1]", "POST c after [1]", "POST d after [2, 3]"]


def test_deletes_come_last_and_reversed() -> None:
    made = plan(
        [declare("new")],
        [remember("base"), remember("mid", "base"), remember("top", "mid")],
        [show("base"), show("mid"), show("top")],
    )
    assert shown_as(made) == [
        "POST new after []",
        "DELETE top after []",
        "DELETE mid after [2]",
        "DELETE base after [3]",
    ]


def test_a_delete_waits_for_who_stops_relying_on_it() -> None:
    made = plan(
        [declare("user", awsKeyPair="new")], [remember("user", "base"), remember("base")], [show("user"), show("base")]
    )
    assert shown_as(made) == ["PATCH user after []", "DELETE base after [1]"]


def test_a_replacement_is_in_its_place() -> None:
    made = plan(
        [declare("a"), declare("b", "a"), declare("c", "b", awsKeyPair="new")],
        [remember("a"), remember("b", "a"), remember("c", "b")],
        [show("a"), show("b"), show("c")],
        replace=("cluster.b",),
    )
    assert shown_as(made) == ["DELETE b after []", "POST b after [1]", "PATCH c after [2]"]


def test_destroying_is_the_whole_way_back() -> None:
    made = plan(
        [declare("a"), declare("b", "a")], [remember("a"), remember("b", "a")], [show("a"), show("b")], destroy=True
    )
    assert shown_as(made) == ["DELETE b after []", "DELETE a after [1]"]


def test_a_cycle_is_named_as_people_read_it() -> None:
    failure = refuse([declare("a", "b"), declare("b", "c"), declare("c", "a")])
    (diagnostic,) = failure.diagnostics
    assert (failure.exit_code, diagnostic.code) == (ExitCode.INVALID_CONFIGURATION, "dependency-cycle")
    path = diagnostic.detail.partition(". Take")[0].split(" -> ")
    assert path[0] == path[-1]
    assert set(path) == {"cluster.a", "cluster.b", "cluster.c"}
    needs = {"cluster.a": "cluster.b", "cluster.b": "cluster.c", "cluster.c": "cluster.a"}
    assert all(needs[one] == other for one, other in pairwise(path))


def test_a_cycle_that_only_the_state_remembers_can_be_taken_down() -> None:
    """Two configurations in turn may leave a cycle behind; what is to go must go all the same."""
    made = plan([], [remember("a", "b"), remember("b", "a")], [show("a"), show("b")])
    assert sorted(line.partition(" after")[0] for line in shown_as(made)) == ["DELETE a", "DELETE b"]
