"""Guards: what one plan may do without being allowed to, and what allows it to do more."""

from dataclasses import replace
from typing import Any

import pytest

from planner.model.desired import CheckResult
from planner.model.diagnostics import Diagnostic
from planner.model.guard import Allowance, Exceeded, Guard, GuardKind, Limit, format_allowance, read_allowance
from planner.model.plan import Plan
from planner.model.plan_ids import shorten_plan_id
from planner.planning.guard import judge_plan, note_exceeded
from state.address import Address, parse_address
from tests.laws.lab import declare
from tests.planning.sides import plan, remember, show

NAMES = "abcdefghij"
CHECKS = [
    ("check.health", None),
    ("check.cost", True),
    ("check.size", False),
    ("check.size", False),
    ("check.tags", False),
]


def plan_deletes(gone: int, total: int, **options: Any) -> Plan:  # noqa: ANN401 - as `plan` takes them
    """Return the plan after `gone` of `total` clusters have left the configuration."""
    return plan(
        [declare(f"c{at}") for at in range(gone, total)],
        [remember(f"c{at}") for at in range(total)],
        [show(f"c{at}") for at in range(total)],
        **options,
    )


def plan_scaling(before: dict[str, int], after: dict[str, int] | None) -> Plan:
    """Return the plan that changes the number of data servers in the tiers of a cluster; None lets go of them."""

    def spell(tiers: dict[str, int]) -> dict[str, Any]:
        return {"data": {tier: {"replicas": count} for tier, count in tiers.items()}}

    wanted = {} if after is None else spell(after)
    return plan([declare("web", **wanted)], [remember("web", **spell(before))], [show("web", **spell(before))])


def judge(made: Plan, managed: int, *allowed: str, guard: Guard | None = None) -> tuple[Diagnostic, ...]:
    texts = [text.replace("@", f"@{shorten_plan_id(made.id)}") for text in allowed]
    return judge_plan(made, guard or Guard(), [read_allowance(text) for text in texts], managed)


@pytest.mark.parametrize(("gone", "total"), [(1, 1), (1, 2), (1, 3), (1, 1000), (2, 7), (3, 10), (3, 1000)], ids=str)
def test_few_deletes_pass(gone: int, total: int) -> None:
    assert judge(plan_deletes(gone, total), total) == ()


@pytest.mark.parametrize(("gone", "total"), [(2, 2), (2, 3), (2, 6), (3, 9), (4, 1000), (10, 10), (100, 100)], ids=str)
def test_many_deletes_are_refused(gone: int, total: int) -> None:
    (refusal,) = judge(plan_deletes(gone, total), total)
    assert refusal.code == "guard"
    assert refusal.summary == f"The guard refuses to delete {gone} of {total} clusters"


def test_a_refusal_says_what_is_exceeded_and_what_allows_this_plan() -> None:
    made = plan_deletes(2, 3)
    (refusal,) = judge(made, 3)
    short = f"pl-{made.id[:10]}"
    assert refusal.detail == (
        "A plan may delete no more than 30 % of the clusters in the state (max_delete_percent) unless it is allowed "
        "to. Here that is cluster.c0, cluster.c1. Nothing was sent. If this is what you mean, allow it to this very "
        f"plan:\n  --allow delete:cluster.c0@{short} --allow delete:cluster.c1@{short}"
    )


def test_many_are_allowed_by_one_flag() -> None:
    made = plan_deletes(5, 5)
    (refusal,) = judge(made, 5)
    assert "no more than 3 clusters (max_delete) and 30 % of the clusters in the state" in refusal.detail
    assert "cluster.c0, cluster.c1, cluster.c2 and 2 more" in refusal.detail
    assert "declares none of the clusters that the state holds" in refusal.detail
    assert refusal.detail.endswith(f"\n  --allow delete@pl-{made.id[:10]}")


@pytest.mark.parametrize(
    ("allowed", "passes"),
    [
        (["delete:cluster.c0@", "delete:cluster.c1@"], True),
        (["delete@"], True),
        (["delete:cluster.c0@"], False),
        (["delete:cluster.c0@", "delete:cluster.c2@"], False),
        (["replace@", "change@", "remove-servers@"], False),
        ([], False),
    ],
)
def test_all_of_a_kind_must_be_allowed(allowed: list[str], passes: bool) -> None:  # noqa: FBT001 - a parameter
    assert (judge(plan_deletes(2, 3), 3, *allowed) == ()) is passes


def test_what_was_allowed_to_another_plan_is_allowed_to_no_other() -> None:
    made, other = plan_deletes(2, 3), plan_deletes(3, 4)
    allowed = [read_allowance(f"delete@pl-{other.id[:10]}")]
    (refusal,) = judge_plan(made, Guard(), allowed, 3)
    assert f"What was allowed is for pl-{other.id[:10]}, and this is pl-{made.id[:10]}." in refusal.detail


def test_the_flag_is_one_word_for_a_shell() -> None:
    keyed = replace(remember("c"), address=Address("c", key="it's"))
    made = plan([], [remember("a"), remember("b"), keyed], [show("a"), show("b"), show("c")])
    (refusal,) = judge(made, 3)
    assert f"--allow 'delete:cluster.c[\"it'\\''s\"]@pl-{made.id[:10]}'" in refusal.detail


def test_what_a_destroy_deletes_is_not_counted() -> None:
    assert judge(plan_deletes(5, 5, destroy=True), 5) == ()


@pytest.mark.parametrize(("replaced", "refused"), [("a", 0), ("ab", 1)])
def test_replacements_are_counted_also_where_they_are_asked_for(replaced: str, refused: int) -> None:
    sides = [declare(n) for n in NAMES], [remember(n) for n in NAMES], [show(n) for n in NAMES]
    made = plan(*sides, replace=tuple(f"cluster.{name}" for name in replaced))
    refusals = judge(made, len(NAMES))
    assert [one.summary for one in refusals] == ["The guard refuses to replace 2 of 10 clusters"] * refused


def test_changes_are_limited_only_where_the_configuration_says_so() -> None:
    made = plan(
        [declare("a", awsKeyPair="b"), declare("b", awsKeyPair="b"), declare("c"), declare("new")],
        [remember(n) for n in "abc"],
        [show(n) for n in "abc"],
    )
    assert judge(made, 3) == ()
    (one,) = judge(made, 3, guard=Guard(change=Limit(number=1)))
    assert one.summary == "The guard refuses to change 2 of 3 clusters"
    (share,) = judge(made, 3, guard=Guard(change=Limit(percent=66)))
    assert "no more than 66 % of the clusters in the state (max_change_percent)" in share.detail
    assert judge(made, 3, guard=Guard(change=Limit(number=2, percent=67))) == ()
    assert judge(made, 3, "change:cluster.a@", "change:cluster.b@", guard=Guard(change=Limit(number=0))) == ()


def test_no_delete_passes_where_none_may() -> None:
    (refusal,) = judge(plan_deletes(1, 10), 10, guard=Guard(delete=Limit(number=0)))
    assert "no more than 0 clusters (max_delete)" in refusal.detail
    assert judge(plan_deletes(10, 10), 10, guard=Guard(delete=Limit())) == ()


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        ({"tier1": 4}, {"tier1": 2}, 0),
        ({"tier1": 4}, {"tier1": 9}, 0),
        ({"tier1": 2}, {"tier1": 1}, 0),
        ({"tier1": 4}, {"tier1": 1}, 3),
        ({"tier1": 1}, {"tier1": 0}, 1),
        ({"tier1": 3, "tier2": 3}, {"tier1": 3, "tier2": 0}, 0),
        ({"tier1": 3, "tier2": 3}, {"tier1": 2, "tier2": 0}, 4),
        ({"tier1": 3}, {"tier1": 0, "tier2": 3}, 3),
        ({"tier1": 3}, None, 3),
    ],
)
def test_a_cluster_keeps_half_of_its_data_servers(
    before: dict[str, int], after: dict[str, int] | None, gone: int
) -> None:
    whole = sum(before.values())
    told = [one.summary for one in judge(plan_scaling(before, after), 1)]
    servers = "server" if whole == 1 else "servers"
    assert told == ([f"The guard refuses to remove {gone} of {whole} data {servers}"] if gone else [])


def test_removed_data_servers_are_limited_by_number_over_the_whole_plan() -> None:
    def size(count: int) -> dict[str, Any]:
        return {"data": {"tier1": {"replicas": count}}}

    made = plan(
        [declare(n, **size(8)) for n in "ab"],
        [remember(n, **size(10)) for n in "ab"],
        [show(n, **size(10)) for n in "ab"],
    )
    limit = Guard(remove_servers=Limit(number=3))
    assert judge(made, 2, guard=Guard(remove_servers=Limit(number=4))) == ()
    (refusal,) = judge(made, 2, guard=limit)
    assert refusal.summary == "The guard refuses to remove 4 data servers"
    assert judge(made, 2, "remove-servers:cluster.a@", "remove-servers:cluster.b@", guard=limit) == ()


def test_a_failed_check_refuses_where_it_is_to() -> None:
    checks = tuple(CheckResult(label=label, passed=passed) for label, passed in CHECKS)
    made = replace(plan([declare("a")]), checks=checks)
    strict = Guard(refuses_failed_checks=True)
    assert judge(made, 1) == ()
    (refusal,) = judge(made, 1, guard=strict)
    assert refusal.summary == "The guard refuses a plan for which check.size, check.tags fail"
    assert refusal.detail.endswith(f"\n  --allow failed-checks@pl-{made.id[:10]}")
    assert judge(made, 1, "failed-checks@", guard=strict) == ()
    assert judge(replace(made, checks=checks[:2]), 1, guard=strict) == ()


def test_what_is_exceeded_is_noted_in_the_plan_and_no_part_of_its_id() -> None:
    made = plan_deletes(2, 3)
    noted = note_exceeded(made, Guard(), 3)
    assert noted.guards == (
        Exceeded(
            kind=GuardKind.DELETE,
            limit=Limit(number=3, percent=30),
            total=2,
            whole=3,
            addresses=(Address("c0"), Address("c1")),
        ),
    )
    assert replace(noted, guards=()) == made
    assert note_exceeded(plan_deletes(1, 3), Guard(), 3).guards == ()


def test_a_failed_check_is_noted_where_it_refuses() -> None:
    checks = tuple(CheckResult(label=label, passed=passed) for label, passed in CHECKS)
    made = replace(plan([declare("a")]), checks=checks)
    assert note_exceeded(made, Guard(), 1).guards == ()
    assert note_exceeded(made, Guard(refuses_failed_checks=True), 1).guards == (
        Exceeded(kind=GuardKind.FAILED_CHECKS, limit=Limit(number=0), total=2, whole=0),
    )


def test_a_plan_of_some_clusters_is_judged_by_all_that_there_are() -> None:
    made = plan_deletes(2, 10, targets=("cluster.c0", "cluster.c1"))
    assert judge(made, 10) == ()


@pytest.mark.parametrize(
    "text",
    [
        "delete@pl-0123456789",
        'delete:module.m["a@b"].cluster.c[0]@pl-0123456789',
        "remove-servers:cluster.x@pl-0123456789",
    ],
)
def test_an_allowance_is_written_as_it_is_read(text: str) -> None:
    one = read_allowance(text)
    assert format_allowance(one.kind, one.address, one.plan_id) == text


def test_an_allowance_takes_a_whole_id() -> None:
    whole = "0123456789abcdef" * 4
    assert read_allowance(f"delete:cluster.x@{whole}") == Allowance(
        kind=GuardKind.DELETE, address=parse_address("cluster.x"), plan_id=whole
    )


@pytest.mark.parametrize(
    "text",
    ["", "delete", "delete:cluster.x", "all@pl-0123456789", "delete:x@pl-0123456789", "delete:@pl-0123456789",
     "delete@pl-012345678", "delete@pl-ABCDEF0123", "delete@latest"],
)  # fmt: skip
def test_what_is_no_allowance_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_allowance(text)
