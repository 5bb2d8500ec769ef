"""Comparing plans: two of one id do the same, and of two others it is told, cluster by cluster, at what they part."""

import json

import pytest

from planner.model.desired import DesiredCluster, Lifecycle
from planner.model.live import LiveCluster
from planner.model.paths import format_path
from planner.model.plan import MISSING, Plan
from planner.model.plan_comparison import ChangeComparison, compare_plans
from planner.render.events_json import render_json_event
from planner.render.plan_comparison_json import describe_comparison
from planner.render.plan_comparison_text import render_plan_comparison
from tests.laws.lab import declare
from tests.planning.sides import plan, remember, show
from tests.planning.test_plan_id import BASE, OTHER, SAME, make


def plan_web(wanted: DesiredCluster, live: LiveCluster | None = None) -> Plan:
    """Return the plan for one cluster that was last applied with the key pair "a"."""
    return plan([wanted], [remember("web", awsKeyPair="a")], [live or show("web", awsKeyPair="a")])


def compare_one(former: Plan, latter: Plan) -> ChangeComparison:
    (change,) = compare_plans(former, latter).changes
    return change


@pytest.mark.parametrize("name", SAME)
def test_plans_of_one_id_part_nowhere(name: str) -> None:
    comparison = compare_plans(make(BASE), SAME[name]())
    assert comparison.is_same
    assert comparison.changes == ()
    assert comparison.shared == len(make(BASE).changes) == 3


@pytest.mark.parametrize("name", OTHER)
def test_plans_of_two_ids_part_somewhere(name: str) -> None:
    comparison = compare_plans(make(BASE), OTHER[name]())
    assert not comparison.is_same
    assert comparison.changes
    back = compare_plans(OTHER[name](), make(BASE))
    assert [(one.former, one.latter) for one in back.changes] == [
        (one.latter, one.former) for one in comparison.changes
    ]


def test_what_is_wanted_and_what_is_live_are_told_apart() -> None:
    before = plan_web(declare("web", awsKeyPair="b"))
    wanted = compare_one(before, plan_web(declare("web", awsKeyPair="c")))
    assert [(format_path(one.path), one.former, one.latter) for one in wanted.wanted] == [("spec.awsKeyPair", "b", "c")]
    assert wanted.live == ()
    live = compare_one(before, plan_web(declare("web", awsKeyPair="b"), show("web", awsKeyPair="x")))
    assert [(format_path(one.path), one.former, one.latter) for one in live.live] == [("spec.awsKeyPair", "a", "x")]
    assert live.wanted == ()


def test_a_field_of_the_servers_own_is_not_named() -> None:
    before = plan_web(declare("web", awsKeyPair="b"))
    live = show("web", awsKeyPair="x", query={"replicas": 9})
    found = compare_one(before, plan_web(declare("web", awsKeyPair="b"), live))
    assert [format_path(one.path) for one in found.live] == ["spec.awsKeyPair"]


def test_an_entry_that_comes_is_found_by_its_name() -> None:
    one = {"name": "team", "value": "ads"}
    before = plan([declare("web", awsTags=[one])])
    after = plan([declare("web", awsTags=[{"name": "env", "value": "eu"}, one])])
    found = compare_one(before, after).wanted
    assert [(format_path(each.path), each.former, each.latter) for each in found] == [
        ('spec.awsTags["env"].name', MISSING, "env"),
        ('spec.awsTags["env"].value', MISSING, "eu"),
    ]


FORMER = plan(
    [
        declare("a", awsKeyPair="b", customFiles=[{"name": "f", "content": "hunter2"}]),
        declare("b"),
        declare("d", lifecycle=Lifecycle()),
    ],
    [remember("a", awsKeyPair="a"), remember("c"), remember("d", awsKeyPair="x")],
    [show("a", awsKeyPair="a"), show("c"), show("d", awsKeyPair="x")],
)
LATTER = plan(
    [
        declare("a", awsKeyPair="c\x1b[2J", customFiles=[{"name": "f", "content": "hunter3"}]),
        declare("b"),
        declare("c", awsKeyPair="k"),
        declare("d", lifecycle=Lifecycle(update="overwrite")),
    ],
    [remember("a", awsKeyPair="a"), remember("c"), remember("d", awsKeyPair="x")],
    [show("a", awsKeyPair="x"), show("c"), show("d", awsKeyPair="x")],
)

TEXT = f"""\
Plan pl-{FORMER.id[:10]} -> pl-{LATTER.id[:10]}

The two plans are not the same:

  ~ cluster.a: update
      spec.awsKeyPair: "a" -> "x" # live
      spec.awsKeyPair: "b" -> "c\\u{{1b}}[2J" # wanted
      spec.customFiles["f"].content: (sensitive value) -> (sensitive value) # wanted
      # (a sensitive value is another one)

  ~ cluster.c: delete -> update

  ~ cluster.d: update
      # (other requests are sent, or in another order)

Changes: 0 more, 3 other, 0 less; 1 the same.
"""


def test_the_text_tells_it_to_people() -> None:
    text = render_plan_comparison(compare_plans(FORMER, LATTER), color=False)
    assert text == TEXT
    colored = render_plan_comparison(compare_plans(FORMER, LATTER), color=True)
    assert "\x1b[2J" not in colored
    assert "hunter" not in text + colored


def test_what_comes_and_goes_is_counted() -> None:
    text = render_plan_comparison(
        compare_plans(plan([declare("a"), declare("b")]), plan([declare("b"), declare("c")])), color=False
    )
    assert text.splitlines()[4:] == [
        "  - cluster.a: create",
        "",
        "  + cluster.c: create",
        "",
        "Changes: 1 more, 0 other, 1 less; 1 the same.",
    ]


def test_the_same_is_said_to_be_the_same() -> None:
    assert render_plan_comparison(compare_plans(FORMER, FORMER), color=False) == (
        f"Plan pl-{FORMER.id[:10]}\n\nThe two plans are the same: they do the same to the same clusters.\n"
    )


def test_machines_get_the_whole_ids_and_no_secret() -> None:
    line = render_json_event(describe_comparison(compare_plans(FORMER, LATTER)), timestamp="2026-01-01T00:00:00Z")
    event = json.loads(line)
    comparison = event["comparison"]
    assert (comparison["former"], comparison["latter"]) == (FORMER.id, LATTER.id)
    assert event["@message"] == f"Plan pl-{FORMER.id[:10]} and plan pl-{LATTER.id[:10]} are not the same"
    assert [change["addr"] for change in comparison["changes"]] == ["cluster.a", "cluster.c", "cluster.d"]
    assert comparison["shared"] == 1
    assert "hunter" not in line


def test_a_cluster_that_is_gone_is_told_in_one_line() -> None:
    wanted, known = declare("web", awsKeyPair="b"), remember("web", awsKeyPair="a")
    there = plan([wanted], [known], [show("web", awsKeyPair="a")])
    gone = plan([wanted], [known], [])
    assert [(one.live, one.wanted) for one in compare_plans(there, gone).changes] == [((), ())]
    for former, latter, turn, told in (
        (there, gone, "update -> create", "is gone"),
        (gone, there, "create -> update", "is there now"),
    ):
        text = render_plan_comparison(compare_plans(former, latter), color=False)
        lines = text.splitlines()[4:7]
        assert lines == [f"  ~ cluster.web: {turn}", f"      # (the cluster {told})", ""]
        event = json.loads(render_json_event(describe_comparison(compare_plans(former, latter)), timestamp=""))
        (change,) = event["comparison"]["changes"]
        assert (change["cluster"], change["live"]) == ("gone" if former is there else "there", [])
