"""Laws 1, 4 and 6 where somebody changes clusters by hand between one plan and the next."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.emulator.behaviour import Behaviour
from planner.model.desired import DesiredCluster, Lifecycle
from planner.model.report import Fate
from planner.model.secrets import unseal
from tests.laws.clusters import FLEETS, NAMES
from tests.laws.lab import Document, Lab, want
from tests.laws.test_law_convergence import BEHAVIOURS
from tests.laws.test_law_edits import HANDS, VERBS, make_hand_edit
from tests.laws.test_law_past import PATHS

Fleet = tuple[DesiredCluster, ...]
LIFECYCLES = st.builds(
    lambda verb, paths: Lifecycle(update=verb, ignore_changes=tuple(paths)),
    VERBS,
    st.lists(st.sampled_from(PATHS), max_size=2, unique=True),
)
SENSITIVE = st.sets(
    st.sampled_from([("spec", "awsKeyPair"), ("spec", "query", "instanceType"), ("spec", "awsTags"), ("spec", "data")])
)


@st.composite
def kept(draw: st.DrawFn) -> Fleet:
    """Return clusters with lifecycles of all kinds, and values that the configuration calls sensitive."""
    return tuple(
        replace(cluster, lifecycle=draw(LIFECYCLES), sensitive=frozenset(draw(SENSITIVE))) for cluster in draw(FLEETS)
    )


MANY_HANDS = st.dictionaries(st.sampled_from(NAMES), st.none() | HANDS, max_size=len(NAMES))
"""What a hand does to clusters by their names: None deletes one."""


def act_by_hand(lab: Lab, hands: dict[str, Document | None]) -> None:
    ids = {cluster["metadata"]["name"]: cluster["metadata"]["uid"] for cluster in list_clusters(lab)}
    for name, hand in hands.items():
        if name in ids and hand is None:
            lab.run(lab.send("DELETE", f"/clusters/{ids[name]}"))
        elif name in ids and hand is not None:
            lab.app.edit_cluster(name, make_hand_edit(hand))
    lab.passed += 60  # until what was deleted is gone
    lab.app.requests.clear()


def list_clusters(lab: Lab) -> list[Any]:
    return list(lab.app.describe_clusters())


@settings(max_examples=20)
@given(kept(), MANY_HANDS, kept(), BEHAVIOURS)
def test_whatever_a_hand_did_the_wire_carries_the_plan_and_nothing_is_left_to_do(
    before: Fleet, hands: dict[str, Document | None], after: Fleet, behaviour: Behaviour
) -> None:
    """Laws 1 and 4: each request is one of the plan, secrets filled in, and the plan after it is empty."""
    lab = Lab(behaviour)
    lab.converge(*before)
    act_by_hand(lab, hands)
    planned = lab.plan(want(*after))

    report = lab.apply(planned)

    assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE}, report
    assert sorted((sent.method, sent.path, repr(sent.document)) for sent in lab.sent) == sorted(
        (operation.method.value, f"/api/v1{operation.path}", repr(unseal(operation.body, planned.secrets)))
        for operation in planned.plan.operations
    )
    again = lab.plan(want(*after)).plan
    assert again.changes == ()
    assert again.operations == ()


@settings(max_examples=20)
@given(kept(), MANY_HANDS, st.data())
def test_what_a_hand_did_to_some_clusters_touches_no_other(
    fleet: Fleet, hands: dict[str, Document | None], data: st.DataObject
) -> None:
    """Law 6: of the same configuration, only the clusters that a hand changed are sent anything."""
    lab = Lab()
    lab.converge(*fleet)
    act_by_hand(lab, hands)
    before = {cluster["metadata"]["name"]: cluster for cluster in list_clusters(lab)}
    chosen = data.draw(st.sampled_from([*hands] or [fleet[0].name]))

    lab.apply(lab.plan(want(*fleet)))

    after = {cluster["metadata"]["name"]: cluster for cluster in list_clusters(lab)}
    assert {name for name in before if before[name] != after[name]} <= hands.keys()
    assert after.keys() - before.keys() <= {name for name, hand in hands.items() if hand is None}
    assert chosen in hands or before == after
