"""Drift: what a hand changes in what is ours is told, with what was applied and what is live, and nothing else is.

What is to be told is said by a model of a few lines, which knows nothing of how the engine compares.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from planner.config.configuration import Configuration
from planner.emulator.behaviour import Behaviour
from planner.model.desired import Lifecycle, UpdateVerb
from planner.model.drift import Drift
from planner.model.paths import Path, format_path
from planner.model.plan import MISSING, Cause, Plan
from planner.model.secrets import find_secrets
from planner.planning.find_drift import find_drift
from planner.planning.make_plan import make_rules
from planner.planning.recall import recall_clusters
from planner.planning.verify import find_stale
from planner.workflow.plan import PlanRequest, Reading, plan_reading
from planner.workflow.refresh import refresh
from state.values import Secret, Value
from tests.laws.clusters import SPECS, in_the_lab
from tests.laws.lab import PLAIN, Document, Lab, declare, want
from tests.laws.test_law_edits import HANDS, VERBS, make_hand_edit

Triple: TypeAlias = tuple[Any, Any]
"""What was applied, and what is live."""

SECRET = "(a secret)"
HIDDEN = {"content", "options"}
"""Fields that are secret as a whole."""


def foresee_drift(applied: Any, live: Any, path: str = "spec") -> Iterator[tuple[str, Triple]]:  # noqa: ANN401 - any JSON
    """Yield the leaves and entries of `applied` that are another in `live`, and entries that others put between."""
    if isinstance(applied, dict) and isinstance(live, dict):
        for name, member in applied.items():
            yield from foresee_drift(member, live.get(name, MISSING), f"{path}.{name}")
    elif isinstance(applied, dict) and applied and path.rpartition(".")[2] not in HIDDEN:
        for name, member in applied.items():
            yield from foresee_drift(member, MISSING, f"{path}.{name}")
    elif isinstance(applied, list) and isinstance(live, list | type(MISSING)) and not path.endswith("loadBalancers"):
        yield from _foresee_entries(applied, [] if live is MISSING else live, path)
    elif applied != live:
        yield path, (applied, live)


def _foresee_entries(applied: list[Any], live: list[Any], path: str) -> Iterator[tuple[str, Triple]]:
    was, now = (
        {entry["name"] if isinstance(entry, dict) else entry: entry for entry in side} for side in (applied, live)
    )
    for name in was.keys() | now.keys():
        one, other = was.get(name, MISSING), now.get(name, MISSING)
        at = f'{path}["{name}"]'
        if not isinstance(one, dict) or not isinstance(other, dict):
            yield from [(at, (one, other))] if one != other else []
            continue
        for member in one.keys() | other.keys():
            if one.get(member, MISSING) != other.get(member, MISSING):
                yield f"{at}.{member}", (one.get(member, MISSING), other.get(member, MISSING))


def _name_entry(entry: Any) -> str:  # noqa: ANN401 - any JSON
    return str(entry["name"] if isinstance(entry, dict) else entry)


def hide(value: Any) -> Any:  # noqa: ANN401 - any value
    """Return `value` with one word for every secret."""
    match value:
        case Secret():
            return SECRET
        case dict():
            return {name: hide(member) for name, member in value.items()}
        case list():
            return [hide(item) for item in value]
        case _:
            return value


def is_told_as(told: Any, value: Any) -> bool:  # noqa: ANN401 - any value
    """Tell whether `told` is `value`, apart from secrets."""
    match told, value:
        case str(), _ if told == SECRET:
            return value is not MISSING
        case dict(), dict():
            return told.keys() == value.keys() and all(is_told_as(told[name], value[name]) for name in told)
        case list(), list():
            return len(told) == len(value) and all(map(is_told_as, told, value))
        case _:
            return bool(told == value)


def find(lab: Lab, *clusters: Any) -> Drift:  # noqa: ANN401 - desired clusters
    snapshot = lab.load()

    async def main() -> Drift:
        async with lab.connect() as api:
            return find_drift(want(*clusters), snapshot, await refresh(api, snapshot, 4))

    return lab.run(main())


@in_the_lab
@given(SPECS, HANDS, SPECS)
def test_what_a_hand_changes_of_ours_is_drift_whatever_is_asked_for_by_now(
    before: Document, hand: Document, after: Document
) -> None:
    lab = Lab(PLAIN)
    lab.converge(declare("web", **before))
    asked = lab.specs["web"]
    lab.app.edit_cluster("web", make_hand_edit(hand))

    found = find(lab, declare("web", **after))

    expected = dict(foresee_drift(_take_ours(before, asked), lab.specs["web"]))
    told = {format_path(one.path): one for cluster in found.clusters for one in cluster.drifted}
    assert told.keys() == expected.keys()
    for path, one in told.items():
        assert one.cause is Cause.DRIFT
        assert is_told_as(hide(one.applied), expected[path][0])
        assert is_told_as(hide(one.observed), expected[path][0])
        assert is_told_as(hide(one.live), expected[path][1])
    assert found.is_drift == bool(expected)


def _take_ours(asked: Any, served: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what the server made of `asked`, and nothing else."""
    if isinstance(asked, dict) and isinstance(served, dict):
        return {name: _take_ours(member, served[name]) for name, member in asked.items() if name in served}
    return served


@in_the_lab
@given(SPECS, SPECS)
def test_without_a_hand_there_is_no_drift(before: Document, after: Document) -> None:
    """On a server that fills in, reorders and adds, too."""
    lab = Lab(Behaviour())
    lab.converge(declare("web", **before))
    assert find(lab, declare("web", **after)) == Drift(compared=1)


@in_the_lab
@given(SPECS, HANDS)
def test_what_is_ignored_as_a_whole_is_counted_and_no_drift(before: Document, hand: Document) -> None:
    lab = Lab(PLAIN)
    lab.converge(declare("web", **before))
    lab.app.edit_cluster("web", make_hand_edit(hand))
    told = [one for cluster in find(lab, declare("web", **before)).clusters for one in cluster.drifted]
    ignoring = declare("web", lifecycle=Lifecycle(ignore_changes="all"), **before)
    found = find(lab, ignoring)
    assert not found.is_drift
    assert [one for cluster in found.clusters for one in cluster.ignored] == [
        replace(one, cause=Cause.IGNORED) for one in told
    ]


@in_the_lab
@given(SPECS, HANDS, SPECS)
def test_a_plan_tells_of_each_value_that_a_hand_changed(before: Document, hand: Document, after: Document) -> None:
    """As drift where the configuration did not change it, and else as conflict; or it already is what is asked for."""
    lab = Lab(PLAIN)
    lab.converge(declare("web", **before))
    lab.app.edit_cluster("web", make_hand_edit(hand))
    drifted = {one.path: one for cluster in find(lab, declare("web", **after)).clusters for one in cluster.drifted}

    changes = lab.plan(want(declare("web", **after))).plan.changes
    differences = {one.path: one for change in changes for one in change.differences}

    for path, difference in differences.items():
        if path in drifted and difference.cause.is_sent:
            assert difference.cause in {Cause.DRIFT, Cause.CONFLICT}
            assert (difference.before, difference.applied) == (drifted[path].live, drifted[path].applied)
        elif difference.cause is Cause.DRIFT:
            assert difference.applied is MISSING, "of a list that becomes ours only now"
    if before == after:
        assert {path for path, one in differences.items() if one.cause is Cause.DRIFT} == drifted.keys()


def hidden(side: dict[str, Value] | None) -> Iterator[object]:
    return find_secrets(side or {})


def list_causes(plan: Plan) -> list[list[tuple[Path, Cause]]]:
    return [[(one.path, one.cause) for one in change.differences] for change in plan.changes]


@in_the_lab
@given(SPECS, SPECS, VERBS, st.booleans())
def test_a_plan_without_a_refresh_is_that_with_one_as_long_as_nobody_changes_anything(
    before: Document,
    after: Document,
    verb: UpdateVerb,
    is_plain: bool,  # noqa: FBT001 - drawn
) -> None:
    lab = Lab(PLAIN if is_plain else Behaviour())
    lab.converge(declare("web", **before))
    desired = want(declare("web", lifecycle=Lifecycle(update=verb), **after))
    reading = Reading(
        desired=desired,
        configuration=Configuration(desired=desired),
        snapshot=lab.load(),
        live=recall_clusters(lab.load()),
        endpoint="emulator:lab",
    )
    recalled = plan_reading(reading, PlanRequest(refresh=False)).plan
    planned = lab.plan(desired)
    refreshed = planned.plan
    # Which secrets there are, and what their texts hold, is known only of what was just read.
    if not any(True for change in refreshed.changes for side in (change.before, change.after) for _ in hidden(side)):
        assert recalled.id == refreshed.id
    assert find_stale(recalled, lab.load(), planned.reading.live, make_rules(lab.load())) == ()
    assert list_causes(recalled) == list_causes(refreshed)
    assert (recalled.is_refreshed, refreshed.is_refreshed) == (False, True)


@in_the_lab
@given(SPECS, HANDS, SPECS, VERBS, st.booleans())
def test_after_an_apply_there_is_no_drift(
    before: Document,
    hand: Document,
    after: Document,
    verb: UpdateVerb,
    is_plain: bool,  # noqa: FBT001 - drawn
) -> None:
    """Whatever somebody did before it: it was put back, or is what was asked for."""
    lab = Lab(PLAIN if is_plain else Behaviour())
    lab.converge(declare("web", **before))
    lab.app.edit_cluster("web", make_hand_edit(hand))
    lab.converge(declare("web", lifecycle=Lifecycle(update=verb), **after))
    assert find(lab, declare("web", **after)) == Drift(compared=1)
