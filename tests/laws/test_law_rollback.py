"""Rolling back: to any version, whatever happened since, the cluster becomes what it was then, and once is enough."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.config.configuration import Configuration
from planner.emulator.behaviour import Behaviour
from planner.model.desired import Desired
from planner.model.plan import Action, Method
from planner.model.plan_document import dumps_plan, loads_plan
from planner.model.report import Fate
from planner.render.plan_text import render_plan
from planner.workflow.plan import Planned, Reading
from planner.workflow.refresh import refresh
from planner.workflow.rollback import RollbackRequest, plan_version
from state.backends.memory import MemoryBackend
from state.store import StateStore
from tests.laws.clusters import SPECS, in_the_lab
from tests.laws.lab import PLAIN, Document, Lab, declare, want
from tests.laws.test_law_edits import HANDS, make_hand_edit, tidy

BEHAVIOURS = st.sampled_from([PLAIN, Behaviour(), Behaviour(respells_values=True)])
STEPS = st.lists(st.tuples(st.sampled_from(["apply", "hand"]), SPECS, HANDS), min_size=1, max_size=3)


def plan_rollback(lab: Lab, desired: Desired, to: int | None) -> Planned:
    async def work() -> Planned:
        snapshot = await StateStore(MemoryBackend(lab.shelf)).load()
        async with lab.connect() as api:
            reading = Reading(
                desired=desired,
                configuration=Configuration(desired=desired),
                snapshot=snapshot,
                live=await refresh(api, snapshot, lab.parallelism),
                endpoint="emulator:lab",
            )
            return await plan_version(reading, RollbackRequest(address="cluster.web", to=to), api, lab.parallelism)

    return lab.run(work())


def list_versions(lab: Lab) -> dict[int, Document]:
    """Return the `spec` of each version that the server keeps, by its number."""
    (cluster,) = lab.app.account.clusters.values()
    return {version.resource_version: json.loads(version.spec) for version in cluster.versions}


def live_through(lab: Lab, first: Document, steps: list[Any]) -> Desired:
    """Apply `first`, then let configurations and hands change the cluster; return the last configuration."""
    lab.converge(declare("web", **first))
    desired = want(declare("web", **first))
    for who, spec, hand in steps:
        if who == "apply":
            lab.converge(declare("web", **spec))
            desired = want(declare("web", **spec))
        else:
            lab.app.edit_cluster("web", make_hand_edit(hand))
    lab.app.requests.clear()
    return desired


def complete(spec: Document, present: Document) -> Document:
    """Return what a rollback to `spec` comes to: what cannot be changed stays, and a PUT says how Pivot is reached."""
    spec = {**spec}
    spec.setdefault("pivot", {"accessMode": "PROXIED"})
    if "encryptVolumes" in present:
        spec.setdefault("encryptVolumes", present["encryptVolumes"])
    if "encrypt" in present.get("metadataStore", {}):
        spec["metadataStore"] = {"encrypt": present["metadataStore"]["encrypt"], **spec.get("metadataStore", {})}
    return spec


@in_the_lab
@given(SPECS, STEPS, BEHAVIOURS, st.data())
def test_a_cluster_becomes_what_it_was(
    first: Document, steps: list[Any], behaviour: Behaviour, data: st.DataObject
) -> None:
    lab = Lab(behaviour)
    desired = live_through(lab, first, steps)
    versions, present = list_versions(lab), lab.specs["web"]
    number = data.draw(st.sampled_from(sorted(versions)))
    planned = plan_rollback(lab, desired, number)
    assert lab.sent == []

    report = lab.apply(planned)

    assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE}, report
    assert [request.method for request in lab.sent] in ([], ["PUT"])
    live = lab.specs["web"]
    live.setdefault("pivot", {"accessMode": "PROXIED"})
    assert tidy(live) == tidy(complete(versions[number], present))


@in_the_lab
@given(SPECS, STEPS, BEHAVIOURS, st.data())
def test_once_is_enough_and_the_configuration_wins_in_the_end(
    first: Document, steps: list[Any], behaviour: Behaviour, data: st.DataObject
) -> None:
    lab = Lab(behaviour)
    desired = live_through(lab, first, steps)
    number = data.draw(st.sampled_from(sorted(list_versions(lab))))
    lab.apply(plan_rollback(lab, desired, number))
    lab.app.requests.clear()
    again = plan_rollback(lab, desired, number)
    assert (again.plan.changes, again.plan.operations) == ((), ())

    following = lab.plan(desired)
    causes = {difference.cause.value for change in following.plan.changes for difference in change.differences}
    assert not causes & {"drift", "conflict"}
    lab.converge(*desired.clusters)
    assert lab.plan(desired).plan.changes == ()


@in_the_lab
@given(SPECS, STEPS, st.data())
def test_what_is_planned_twice_is_the_same_and_survives_a_file(
    first: Document, steps: list[Any], data: st.DataObject
) -> None:
    lab = Lab()
    desired = live_through(lab, first, steps)
    number = data.draw(st.sampled_from(sorted(list_versions(lab))))
    one, other = (plan_rollback(lab, desired, number).plan for _ in range(2))
    assert one.id == other.id
    assert render_plan(one, color=False) == render_plan(other, color=False)
    assert loads_plan(dumps_plan(one)) == one
    assert {change.action for change in one.changes} <= {Action.UPDATE, Action.NO_OP}
    assert {operation.method for operation in one.operations} <= {Method.PUT}
