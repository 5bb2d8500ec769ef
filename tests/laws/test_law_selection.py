"""The laws of a partial plan, for any fleet: what it leaves out it does not touch, and the rest is not lost.

For any set of clusters, some of which are there, some to come, some to go and some changed:

- What is excluded gets no operation, nor does what stays and depends on it, nor is anything deleted that it relies on.
- A plan of some targets, and one that excludes them, do between them all that the whole plan does, but for what
  depends on the targets, and what they rely on: that has to wait for both.
- What a partial plan does to a cluster is what the whole plan does to it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.model.plan import Action, Plan
from state.address import Address
from tests.laws.lab import declare
from tests.planning.sides import plan, remember, show

LABELS = "abcdefg"
FATES = ("same", "new", "edited", "gone from the configuration")


@st.composite
def draw_fleet(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return what becomes of each cluster, and what it needs: only ever what comes before it."""
    labels = LABELS[: draw(st.integers(2, len(LABELS)))]
    fates = {label: draw(st.sampled_from(FATES)) for label in labels}
    needs = {
        label: draw(st.lists(st.sampled_from(labels[:number]), max_size=2, unique=True)) if number else []
        for number, label in enumerate(labels)
    }
    return fates, needs


FLEETS = draw_fleet()


def make(fates: Mapping[str, str], needs: Mapping[str, list[str]], **options: Any) -> Plan:  # noqa: ANN401
    leaving = {label for label, fate in fates.items() if fate == FATES[3]}
    there = {label for label, fate in fates.items() if fate != "new"}
    wanted = [
        declare(label, *(need for need in needs[label] if need not in leaving), **edit(fates[label]))
        for label in fates
        if label not in leaving
    ]
    records = [remember(label, *(need for need in needs[label] if need in there)) for label in sorted(there)]
    return plan(wanted, records, [show(label) for label in sorted(there)], **options)


def edit(fate: str) -> dict[str, Any]:
    return {"awsKeyPair": "b"} if fate == "edited" else {}


def touched(made: Plan) -> set[str]:
    return {operation.address.name for operation in made.operations}


def act(made: Plan) -> dict[Address, Action]:
    return {change.address: change.action for change in made.changes if change.action is not Action.NO_OP}


def spread(start: Iterable[str], links: Mapping[str, Iterable[str]]) -> set[str]:
    """Return `start` and all that one comes to from it."""
    reached, waiting = set[str](), list(start)
    while waiting:
        label = waiting.pop()
        if label not in reached:
            reached.add(label)
            waiting.extend(links[label])
    return reached


def reverse(needs: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {label: [other for other in needs if label in needs[other]] for label in needs}


@given(FLEETS, st.data())
def test_what_is_excluded_is_not_touched(
    fleet: tuple[dict[str, str], dict[str, list[str]]], data: st.DataObject
) -> None:
    fates, needs = fleet
    named = data.draw(st.lists(st.sampled_from(sorted(fates)), min_size=1, max_size=3, unique=True))
    made = make(fates, needs, excluded=tuple(f"cluster.{label}" for label in named))
    kept_out = {one.address.name for one in made.left_out}
    assert set(named) <= kept_out
    assert not touched(made) & kept_out
    deleted = {change.address.name for change in made.changes if change.action is Action.DELETE}
    for label in touched(made) - deleted:
        assert not set(needs[label]) & {one for one in kept_out if fates[one] != FATES[3]}
    for label in deleted:
        users = {other for other in kept_out if label in needs[other] and fates[other] != "new"}
        assert not users
    assert {one.address.name for one in made.left_out if one.is_pending} == {
        one.name for one in act(make(fates, needs)) if one.name in kept_out
    }


@given(FLEETS, st.data())
def test_a_part_and_the_rest_are_the_whole(
    fleet: tuple[dict[str, str], dict[str, list[str]]], data: st.DataObject
) -> None:
    fates, needs = fleet
    named = data.draw(st.lists(st.sampled_from(sorted(fates)), min_size=1, max_size=3, unique=True))
    addresses = tuple(f"cluster.{label}" for label in named)
    whole = act(make(fates, needs))
    part, rest = act(make(fates, needs, targets=addresses)), act(make(fates, needs, excluded=addresses))
    assert part.items() | rest.items() <= whole.items()
    waiting = spread(spread(named, reverse(needs)), {label: [*needs[label], *reverse(needs)[label]] for label in needs})
    assert {one.name for one in whole.keys() - part.keys() - rest.keys()} <= waiting - set(named)


@given(FLEETS)
def test_to_target_everything_is_the_whole_plan(fleet: tuple[dict[str, str], dict[str, list[str]]]) -> None:
    fates, needs = fleet
    everything = tuple(f"cluster.{label}" for label in fates)
    whole = make(fates, needs)
    assert make(fates, needs, targets=everything).id == whole.id
    assert make(fates, needs, excluded=everything).operations == ()
