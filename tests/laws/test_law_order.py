"""Law 6: a change to one cluster never touches another, and nothing starts before what it depends on has settled."""

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from planner.emulator.behaviour import Behaviour
from planner.model.desired import DesiredCluster
from planner.model.report import Fate
from tests.laws.clusters import FLEETS, SPECS, fleets, in_the_lab
from tests.laws.lab import Document, Lab, guard, want

Fleet = tuple[DesiredCluster, ...]
SETTLED = {"RUNNING", "STOPPED"}
LIGHT_FLEETS = fleets(size=5, spec=st.fixed_dictionaries({"version": st.sampled_from(["2021.06", "2022.01"])}))
"""Fleets in which it matters less what a cluster is than what it depends on."""


@in_the_lab
@given(FLEETS, SPECS, st.data())
def test_a_change_touches_no_other_cluster(fleet: Fleet, spec: Document, data: st.DataObject) -> None:
    """Every request goes to the one cluster that changed, and all others are to the last byte as they were."""
    lab = Lab()
    lab.converge(*fleet)
    chosen = data.draw(st.sampled_from(fleet))
    before = {cluster["metadata"]["name"]: cluster for cluster in list_clusters(lab)}
    changed = DesiredCluster(
        address=chosen.address,
        document={"metadata": {"name": chosen.name}, "spec": spec},
        depends_on=chosen.depends_on,
    )

    report = lab.apply(lab.plan(want(changed, *(cluster for cluster in fleet if cluster is not chosen))))

    assert all(outcome.fate is Fate.DONE for outcome in report.outcomes)
    after = {cluster["metadata"]["name"]: cluster for cluster in list_clusters(lab)}
    own = f"/api/v1/clusters/{before[chosen.name]['metadata']['uid']}"
    assert all(request.path == own for request in lab.sent)
    del before[chosen.name], after[chosen.name]
    assert after == before


class Gate:
    """Stands before the account and looks, at each request that changes something, whether its time has come."""

    def __init__(self, before: Fleet, after: Fleet) -> None:
        self.lab = Lab(Behaviour(settle_seconds=30))
        self.passed = 0
        self.rushed: list[str] = []
        names = {cluster.address: cluster.name for cluster in (*before, *after)}
        self._needs = {cluster.name: [names[address] for address in cluster.depends_on] for cluster in after}
        self._needed = {
            name: [cluster.name for cluster in before if name in [names[address] for address in cluster.depends_on]]
            for name in names.values()
        }

    async def look(self, method: str, path: str, body: bytes) -> None:
        """Note whether the cluster that a request goes to should have waited."""
        phases = {cluster["metadata"]["name"]: cluster["status"]["state"] for cluster in list_clusters(self.lab)}
        ids = {cluster["metadata"]["uid"]: cluster["metadata"]["name"] for cluster in list_clusters(self.lab)}
        if method == "DELETE":
            name = ids[path.rpartition("/")[2]]
            relying = self._needed.get(name, [])
            is_time = all(
                other not in phases or (other in self._needs and phases[other] in SETTLED) for other in relying
            )
        else:
            name = json.loads(body)["metadata"]["name"] if method == "POST" else ids[path.rpartition("/")[2]]
            is_time = all(phases.get(needed) in SETTLED for needed in self._needs[name])
        self.rushed += [] if is_time else [f"{method} {name}"]
        self.passed += 1


@in_the_lab
@given(LIGHT_FLEETS, LIGHT_FLEETS)
def test_nothing_starts_before_what_it_depends_on_has_settled(before: Fleet, after: Fleet) -> None:
    """With clusters that take half a minute to settle, each request finds what it relies on settled, or gone."""
    gate = Gate(before, after)
    gate.lab.converge(*before)
    gate.lab.wrap = lambda app: guard(app, gate.look)
    planned = gate.lab.plan(want(*after))
    assume(planned.plan.operations)

    report = gate.lab.apply(planned)

    assert [outcome for outcome in report.outcomes if outcome.fate is not Fate.DONE] == []
    assert gate.rushed == []
    assert gate.passed == len(planned.plan.operations)


def list_clusters(lab: Lab) -> list[Any]:
    return list(lab.app.describe_clusters())
