"""Laws 1 and 4: what was applied needs nothing more, and what is sent is what stands in the plan."""

from hypothesis import given
from hypothesis import strategies as st

from planner.emulator.behaviour import Behaviour
from planner.model.desired import DesiredCluster
from planner.model.report import Fate
from planner.model.secrets import unseal
from tests.laws.clusters import FLEETS, in_the_lab
from tests.laws.lab import Lab, want

BEHAVIOURS = st.builds(
    Behaviour,
    fills_defaults=st.booleans(),
    adds_own_fields=st.booleans(),
    reorders_lists=st.booleans(),
    respells_values=st.booleans(),
    answers_write_with_cluster=st.booleans(),
    settle_seconds=st.sampled_from([0.0, 30.0]),
)


@in_the_lab
@given(FLEETS, BEHAVIOURS)
def test_apply_then_plan_finds_nothing_to_do(fleet: tuple[DesiredCluster, ...], behaviour: Behaviour) -> None:
    """Law 1: apply, then plan: no changes, whatever the server adds, puts in another order or spells its own way."""
    lab = Lab(behaviour)
    report = lab.apply(lab.plan(want(*fleet)))
    assert {outcome.fate for outcome in report.outcomes} == {Fate.DONE}
    lab.app.requests.clear()

    again = lab.plan(want(*fleet)).plan

    assert again.changes == ()
    assert again.operations == ()
    assert again.unchanged == len(fleet)
    assert [request.method for request in lab.app.requests] == ["GET"]


@in_the_lab
@given(FLEETS, FLEETS)
def test_the_wire_carries_the_plan(before: tuple[DesiredCluster, ...], after: tuple[DesiredCluster, ...]) -> None:
    """Law 4: the requests are those of the plan, one for one, and so are their bodies, secrets filled in."""
    lab = Lab()
    lab.converge(*before)
    planned = lab.plan(want(*after))
    lab.apply(planned)

    assert sorted((sent.method, sent.path, repr(sent.document)) for sent in lab.sent) == sorted(
        (operation.method.value, f"/api/v1{operation.path}", repr(unseal(operation.body, planned.secrets)))
        for operation in planned.plan.operations
    )
