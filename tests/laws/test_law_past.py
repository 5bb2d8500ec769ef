"""Moves cost no request and settle at once; what is ignored is as others left it, whatever else an apply changes."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.emulator.behaviour import Behaviour
from planner.model.desired import DesiredCluster, Lifecycle, Move, UpdateVerb
from planner.model.paths import Key, Path
from planner.model.spans import Span
from state.address import Address, ModuleStep
from tests.laws.clusters import SPECS, in_the_lab
from tests.laws.lab import PLAIN, Document, Lab, declare, sort_lists, want
from tests.laws.test_law_edits import HANDS, VERBS, make_hand_edit
from tests.planning.sides import point

ADDRESSES = st.builds(
    Address,
    st.sampled_from(["a", "b", "c"]),
    st.none() | st.integers(0, 2) | st.sampled_from(["x", "y"]),
    st.just(()) | st.builds(lambda key: (ModuleStep("m", key),), st.none() | st.integers(0, 1)),
)
NOTHING: list[Any] = [None, [], {}]
PATHS: list[Path] = [
    ("spec", "awsKeyPair"),
    ("spec", "query", "replicas"),
    ("spec", "query"),
    ("spec", "data", "tier1", "instanceType"),
    ("spec", "data", "tier2"),
    ("spec", "awsTags", Key("team")),
    ("spec", "awsTags", Key("region"), "value"),
    ("spec", "commonRuntimeProperties", Key("druid.x.password")),
    ("spec", "commonRuntimeProperties"),
    ("spec", "druidExtensions", Key("druid-s3")),
    ("spec", "customFiles", Key("jaas.conf")),
    ("spec", "loadBalancers"),
    ("spec", "pivot"),
]


@in_the_lab
@given(st.lists(st.tuples(ADDRESSES, ADDRESSES), min_size=1, max_size=4, unique_by=(lambda p: p[0], lambda p: p[1])))
def test_moves_send_nothing_and_are_over_after_one_apply(pairs: list[tuple[Address, Address]]) -> None:
    """Each cluster moves from the first address of a pair to the second, which no other cluster had."""
    former = {source for source, _ in pairs}
    pairs = [(source, target) for source, target in pairs if target not in former]
    lab = Lab(PLAIN)
    lab.converge(*(at(source, number) for number, (source, _) in enumerate(pairs)))
    clusters = tuple(sorted((at(target, number) for number, (_, target) in enumerate(pairs)), key=by_address))
    moves = tuple(
        Move(source=point(str(source)), target=point(str(target)), span=Span("main.hcl", 0, 5))
        for source, target in pairs
    )
    # A block without keys speaks of all instances, of which others may still be declared.
    is_single = all(source.key is not None or target.key is not None for source, target in pairs)
    moved = replace(want(*clusters), moves=moves if is_single else ())

    lab.apply(lab.plan(moved))

    assert lab.sent == []
    snapshot = lab.load()
    assert {address for _, address in pairs} == set(snapshot.records if snapshot else ())
    assert lab.plan(moved).plan.changes == ()
    assert lab.plan(want(*clusters)).plan.changes == ()


LIFECYCLES = st.builds(
    lambda paths, verb: Lifecycle(ignore_changes=tuple(paths), update=verb),
    st.lists(st.sampled_from(PATHS), max_size=4, unique=True),
    VERBS,
)


@in_the_lab
@given(SPECS, HANDS, SPECS, LIFECYCLES, st.sampled_from([PLAIN, Behaviour()]))
def test_what_is_ignored_stays_as_others_left_it(
    before: Document, hand: Document, after: Document, lifecycle: Lifecycle, behaviour: Behaviour
) -> None:
    """Every ignored value survives the apply of another configuration, and nothing is left to do then."""
    lab = Lab(behaviour)
    lab.converge(declare("web", **before))
    lab.app.edit_cluster("web", make_hand_edit(hand))
    edited = lab.specs["web"]
    cluster = declare("web", lifecycle=lifecycle, **after)

    lab.converge(cluster)

    live = lab.specs["web"]
    if lifecycle.update == "overwrite":  # an overwrite always says how Pivot is reached
        for spec in (live, edited):
            spec.setdefault("pivot", {}).setdefault("accessMode", "PROXIED")
    for path in lifecycle.ignore_changes if lifecycle.ignore_changes != "all" else ():
        # Where nothing is there, that it is not there may be ignored, or what is around it created as configured.
        left = look({"spec": edited}, path)
        is_ours = any(look({"spec": spec}, path) is not None for spec in (before, after))
        if not is_ours and not any(isinstance(step, Key) for step in path):
            continue  # what the server chose in an object goes with it
        if path[-1] == "value" and look({"spec": after}, path) is None:
            continue  # the entry around it goes
        assert left in NOTHING or sort_lists(look({"spec": live}, path)) == sort_lists(left), path
    assert lab.plan(want(cluster)).plan.changes == ()


@in_the_lab
@given(SPECS, HANDS, SPECS, VERBS)
def test_all_that_is_ignored_makes_no_plan(before: Document, hand: Document, after: Document, verb: UpdateVerb) -> None:
    lab = Lab()
    lab.converge(declare("web", **before))
    lab.app.edit_cluster("web", make_hand_edit(hand))
    planned = lab.plan(want(declare("web", lifecycle=Lifecycle(update=verb, ignore_changes="all"), **after)))
    assert planned.plan.changes == ()


def at(address: Address, number: int) -> DesiredCluster:
    return replace(declare("any", name=f"n{number}"), address=address)


def by_address(cluster: DesiredCluster) -> Address:
    return cluster.address


def look(document: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands at `path`; None where nothing does."""
    for step in path:
        match step:
            case Key(name=name):
                items = document if isinstance(document, list) else []
                named = [item for item in items if (item if isinstance(item, str) else item["name"]) == name]
                document = named[0] if named else None
            case _:
                document = document.get(step) if isinstance(document, dict) else None
    return document
