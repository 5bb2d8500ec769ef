"""What only changes the state: moves, clusters that are let go, and imports, also where a request after them fails."""

from dataclasses import replace

from planner.emulator.scripting import parse_trouble
from planner.model.desired import Desired, DesiredCluster
from planner.model.plan import Plan
from planner.model.report import Fate
from planner.render.report_text import render_verdict
from state.address import Address, ModuleStep
from tests.laws.lab import Lab, declare, name_requests, want
from tests.planning.sides import move, remove, take


def declare_at(address: Address, name: str) -> DesiredCluster:
    return replace(declare(address.name, name=name), address=address)


def know(lab: Lab) -> dict[str, str]:
    """Return the name of each cluster in the state by its address."""
    snapshot = lab.load()
    return {str(address): record.name for address, record in snapshot.records.items()} if snapshot else {}


def replan(lab: Lab, desired: Desired) -> Plan:
    return lab.plan(desired).plan


def test_moves_send_nothing_and_need_no_second_plan() -> None:
    lab = Lab()
    lab.converge(declare("a", name="one"), declare("b", name="two"))
    past = move(("cluster.a", "module.m[0].cluster.r"), ("cluster.b", 'cluster.c["x"]'))
    moved = replace(
        past,
        clusters=(
            declare_at(Address("c", "x"), "two"),
            declare_at(Address("r", None, (ModuleStep("m", 0),)), "one"),
        ),
    )
    report = lab.apply(lab.plan(moved))
    assert report.count(Fate.DONE) == 2
    assert lab.sent == []
    assert know(lab) == {'cluster.c["x"]': "two", "module.m[0].cluster.r": "one"}
    assert replan(lab, moved).changes == ()
    assert replan(lab, replace(moved, moves=())).changes == ()


def test_what_is_let_go_goes_on_running() -> None:
    lab = Lab()
    lab.converge(declare("a"), declare("b"))
    left = replace(remove("cluster.a"), clusters=(declare("b"),))
    lab.apply(lab.plan(left))
    assert lab.sent == []
    assert (set(lab.specs), know(lab)) == ({"a", "b"}, {"cluster.b": "b"})
    assert replan(lab, left).changes == ()


def test_an_import_sends_only_what_differs() -> None:
    lab = Lab()
    lab.run(lab.send("POST", "/clusters", declare("b").document))
    others = lab.ids
    lab.run(lab.send("POST", "/clusters", declare("a").document))
    lab.app.requests.clear()
    (first,) = lab.ids - others
    desired = replace(take(a="a", b="b"), clusters=(declare("a", awsKeyPair="ours"), declare("b")))
    report = lab.apply(lab.plan(desired))
    assert name_requests(lab.sent) == [f"PATCH /clusters/{first}"]
    assert (
        render_verdict(report, color=False) == "Apply complete! Clusters: 2 imported, 0 created, 1 updated, 0 deleted."
    )
    assert know(lab) == {"cluster.a": "a", "cluster.b": "b"}
    assert replan(lab, desired).changes == ()


def test_what_was_imported_stays_imported_when_its_update_is_refused() -> None:
    lab = Lab()
    lab.run(lab.send("POST", "/clusters", declare("a").document))
    desired = replace(take(a="a"), clusters=(declare("a", awsKeyPair="ours"),))
    planned = lab.plan(desired)
    lab.trouble(parse_trouble("400@PATCH"))
    report = lab.apply(planned)
    assert report.count(Fate.FAILED) == 1
    assert know(lab) == {"cluster.a": "a"}
    (change,) = replan(lab, desired).changes
    assert change.importing is None
    assert [".".join(map(str, one.path)) for one in change.differences if one.cause.is_sent] == ["spec.awsKeyPair"]


def test_a_cluster_that_is_let_go_can_be_imported_again() -> None:
    lab = Lab()
    lab.converge(declare("a", awsKeyPair="ours"))
    lab.apply(lab.plan(remove("cluster.a")))
    assert know(lab) == {}
    desired = replace(take(b="a"), clusters=want(declare("b", name="a", awsKeyPair="ours")).clusters)
    lab.apply(lab.plan(desired))
    assert lab.sent == []
    assert know(lab) == {"cluster.b": "a"}
