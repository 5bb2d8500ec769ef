"""Large plans: the overview, which fits one screen, and deletes that take a line each."""

import re

from planner.model.plan import MISSING, Action, Cause, Change, Difference, Missing, Plan, Precondition, Reason
from planner.render.plan_text import render_plan
from state.address import Address
from state.values import Secret, Value

ENDPOINT = Precondition(endpoint="https://acme.implycloud.com", lineage="l", serial=1)


def differ(name: str, before: "Value | Missing", after: "Value | Missing", cause: Cause = Cause.EDIT) -> Difference:
    return Difference(path=("spec", name), cause=cause, before=before, after=after, applied=before)


def update(name: str, *differences: Difference) -> Change:
    return Change(address=Address(name), action=Action.UPDATE, name=name, id=name, differences=differences)


def delete(name: str, *, is_protected: bool = False) -> Change:
    return Change(
        address=Address(name), action=Action.DELETE, name=f"druid-{name}", id=f"id-{name}",
        reason=Reason.NOT_IN_CONFIGURATION, before={"metadata": {"name": name}, "spec": {"version": "2021.06"}},
        is_protected=is_protected,
    )  # fmt: skip


def show(*changes: Change) -> str:
    return render_plan(Plan(id="0" * 64, changes=changes, precondition=ENDPOINT), color=False)


def read_overview(*changes: Change) -> list[str]:
    match = re.search(r"\nIn short, [^\n]+:\n(.*?)\n\nPlan:", show(*changes), re.DOTALL)
    return match[1].split("\n") if match else []


def test_like_changes_are_told_together_and_the_worst_first() -> None:
    edits = [update(f"c{number}", differ("replicas", 2, 3)) for number in range(8)]
    others = update("lost", differ("version", "1", "2", Cause.CONFLICT), differ("size", 5, 4, Cause.DRIFT))
    gone = Change(address=Address("gone"), action=Action.CREATE, name="gone", reason=Reason.GONE)
    new = Change(address=Address("new"), action=Action.CREATE, name="new")
    replaced = Change(address=Address("big"), action=Action.REPLACE, name="big", id="9")
    deleted = [delete(f"d{number:03}") for number in range(400)]
    assert read_overview(*edits, others, gone, new, replaced, *deleted) == [
        "  400 clusters are deleted (cluster.d000, cluster.d001, … 398 more)",
        "  1 cluster is replaced: deleted with all data, then created again, empty (cluster.big)",
        "  1 cluster is created again, empty: deleted outside of planner (cluster.gone)",
        '  1 cluster: spec.version "1" -> "2" # conflict (cluster.lost)',
        "  1 cluster: spec.size 5 -> 4 (-20 %) # drift (cluster.lost)",
        "  8 clusters: spec.replicas 2 -> 3 (+50 %) # edit (cluster.c0, cluster.c1, … 6 more)",
        "  1 cluster is created (cluster.new)",
    ]


def test_a_plan_of_ten_changes_has_no_overview() -> None:
    edits = [update(f"c{number:02}", differ("replicas", 2, 3)) for number in range(11)]
    assert read_overview(*edits[:10]) == []
    assert len(read_overview(*edits)) == 1


def test_a_field_that_gets_many_values_takes_one_line() -> None:
    edits = [update(f"c{number:04}", differ("owner", "x", f"u{number}")) for number in range(1000)]
    assert read_overview(*edits) == [
        "  1,000 clusters: spec.owner, 1,000 different changes # edit (cluster.c0000, cluster.c0001, … 998 more)"
    ]


def test_the_most_frequent_fields_are_told_and_the_others_counted() -> None:
    many = [differ(f"f{number:02}", MISSING, 1) for number in range(30)]
    edits = [update(f"c{number:02}", *many[: number + 1]) for number in range(30)]
    lines = read_overview(*edits)
    assert lines[0] == "  30 clusters: spec.f00 (none) -> 1 # edit (cluster.c00, cluster.c01, … 28 more)"
    assert lines[5:] == ["  and 25 more fields in 25 clusters"]


def test_values_that_look_alike_when_shortened_are_not_told_as_one() -> None:
    edits = [update(f"c{number:02}", differ("text", "", "x" * 100 + str(number % 2))) for number in range(12)]
    lines = read_overview(*edits)
    assert [line.partition(":")[0] for line in lines] == ["  6 clusters", "  6 clusters"]


def test_a_secret_is_not_told_nor_which_clusters_share_it() -> None:
    secrets = [Secret(f"k1:canary{number % 2}") for number in range(12)]
    edits = [update(f"c{number:02}", differ("key", MISSING, secret)) for number, secret in enumerate(secrets)]
    assert read_overview(*edits) == [
        "  12 clusters: spec.key (none) -> (sensitive value) # edit (cluster.c00, cluster.c01, … 10 more)"
    ]


def test_everything_at_once_fits_a_screen() -> None:
    causes = (Cause.EDIT, Cause.DRIFT, Cause.CONFLICT)
    updates = [
        update(f"u{number:03}", *(differ(f"f{number}x{at}", 1, 2, cause) for at, cause in enumerate(causes)))
        for number in range(500)
    ]
    others = [
        Change(address=Address(f"a{number}"), action=action, name="a", id="1", is_protected=number % 2 == 0)
        for number, action in enumerate([action for action in Action if action is not Action.UPDATE] * 2)
    ]
    assert 10 < len(read_overview(*updates, *others)) <= 22


def test_beyond_the_first_deletes_each_takes_a_line() -> None:
    text = show(*(delete(f"d{number:03}", is_protected=number == 399) for number in range(400)))
    lines = text.split("\n")
    assert text.count('- cluster "') == 5
    assert (
        '  # cluster.d005 will be deleted (name "druid-d005", id "id-d005"; not in the configuration)\n'
        '  # cluster.d006 will be deleted (name "druid-d006", id "id-d006"; not in the configuration)\n'
    ) in text
    assert (
        '# cluster.d399 will be deleted (name "druid-d399", id "id-d399"; not in the configuration; '
        "protected by prevent_destroy, so this plan is refused)\n"
    ) in text
    assert "of 400 deletes 5 are shown in full" in text
    assert "  1 cluster is protected by prevent_destroy, so this plan is refused (cluster.d399)" in lines
    assert len(lines) < 480


def test_six_deletes_are_all_shown() -> None:
    assert show(*(delete(f"d{number}") for number in range(6))).count('- cluster "') == 6
    assert show(*(delete(f"d{number}") for number in range(7))).count('- cluster "') == 5


def test_a_delete_hides_what_is_empty() -> None:
    before: dict[str, Value] = {
        "metadata": {"name": "web"},
        "spec": {"version": "2021.06", "awsTags": [], "data": {"a": [], "tier1": {"note": None, "replicas": 2}}},
    }
    text = show(Change(address=Address("web"), action=Action.DELETE, name="web", id="1", before=before))
    assert "replicas = 2 -> null" in text
    assert "awsTags" not in text
    assert "note" not in text
    assert "        # (3 attributes, empty or as the server fills them in, hidden)\n" in text
