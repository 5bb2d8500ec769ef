"""A review as Markdown: pages that a person can read, and what a reader of CommonMark finds in any plan at all.

`GOLDEN=write pytest tests/render/test_markdown.py` writes the pages anew; then read the difference.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from planner.model.base import Base, Origin
from planner.model.capacity import Amounts, Capacity, Cost, Doubt
from planner.model.diagnostics import Diagnostic, ExitCode, Severity
from planner.model.impact import Impact
from planner.model.impact import Severity as Harm
from planner.model.plan import MISSING, Action, Cause, Change, Difference, Plan, Precondition, Reason
from planner.model.review import Broken, Review
from planner.render.budget import Host
from planner.render.markdown import render_broken_markdown, render_markdown
from planner.render.markdown_escaping import fence, span, span_in_table
from state.address import Address
from state.values import Value
from tests.render.large_plans import DELETE_MANY
from tests.render.test_plan_golden import SAMPLES
from tests.render.test_plan_laws import DIAGNOSTICS, PLANS, TEXTS

PAGES = Path(__file__).parent / "markdown"
ID = "7f3a9c01d2e5" + "0" * 52
NOWHERE = Precondition(endpoint="https://acme.implycloud.com", lineage="6f1c", serial=4)
OURS = {"<details>", "<details open>", "</details>", "</summary>", "<summary>"}


def scale(number: int) -> Change:
    """Return an edit of one of many clusters; every tenth was changed by somebody."""
    name, live = f"c{number:04}", 3 if number % 10 else 7
    before: dict[str, Value] = {"metadata": {"name": name}, "spec": {"query": {"replicas": live}}}
    difference = Difference(
        path=("spec", "query", "replicas"),
        cause=Cause.EDIT if number % 10 else Cause.CONFLICT,
        before=live,
        after=5,
        applied=3,
    )
    return Change(
        address=Address("fleet", f"c{number:04}"),
        action=Action.UPDATE,
        name=name,
        id=f"id-{number}",
        before=before,
        after={"metadata": {"name": name}, "spec": {"query": {"replicas": 5}}},
        differences=(difference,),
        impact=Impact(Harm.ROLLING_RESTART, ("query",)),
    )


FLEET = Plan(id=ID, changes=tuple(map(scale, range(1000))), precondition=NOWHERE)
REFUSED = Diagnostic(code="guard", summary="The guard refuses to delete 11 of 12 clusters", detail="Nothing was sent.")
ODD = Diagnostic(severity=Severity.WARNING, code="odd", summary="`x` is @odd", detail="```\n</details>\n# Do this.")
COMPARED = Base(
    ref="origin/main",
    origins={change.address: Origin.HEAD for change in DELETE_MANY.changes} | {Address("zone"): Origin.BASE},
    unexplained=frozenset({Address("web", 3)}),
)
DESTRUCTIVE = Review(
    plan=replace(DELETE_MANY, base=COMPARED),
    title="prod",
    refusals=(REFUSED,),
    diagnostics=(ODD,),
    run_url="https://ci.example/run/7",
    commit="1f0c9a7d2b3e4f5a6b7c8d9e0f",
)
REVIEWS = {
    "small": Review(plan=SAMPLES["update_causes"], apply_command="planner apply -plan-id pl-7f3a9c01d2"),
    "destructive": DESTRUCTIVE,
    "drifted": Review(plan=SAMPLES["create_again"], title="staging"),
    "replaced": Review(plan=SAMPLES["replace"]),
    "hostile": Review(plan=SAMPLES["hostile"], title="a`b|c @everyone"),
    "fleet": Review(plan=FLEET, apply_command="planner apply -plan-id pl-7f3a9c01d2"),
    "nothing": Review(plan=SAMPLES["no_changes"]),
}


@pytest.mark.parametrize("name", REVIEWS)
def test_page(name: str) -> None:
    page, text = PAGES / f"{name}.md", render_markdown(REVIEWS[name])
    if os.environ.get("GOLDEN") == "write":
        page.write_text(text, encoding="utf-8")
    assert text == page.read_text(encoding="utf-8")


def test_every_page_has_its_review() -> None:
    assert sorted(page.stem for page in PAGES.iterdir()) == sorted(REVIEWS)


def find_html(text: str) -> list[str]:
    """Return the HTML that a reader of CommonMark finds."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    return [token.content.strip() for token in (*tokens, *inline) if token.type in {"html_block", "html_inline"}]


def find_kinds(text: str) -> set[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return {child.type for token in tokens for child in token.children or ()}


@given(PLANS, TEXTS, st.lists(DIAGNOSTICS, max_size=2), st.sampled_from(Host))
def test_a_reader_finds_no_structure_but_ours(plan: Plan, title: str, told: list[Diagnostic], host: Host) -> None:
    """Law: whatever names and values are, there is no link, image, heading or HTML that we did not write."""
    origins = dict.fromkeys([change.address for change in plan.changes], Origin.BASE)
    review = Review(
        plan=replace(plan, base=Base(ref=title, origins=origins, unexplained=frozenset(origins))),
        title=title,
        refusals=tuple(told),
        commit=title,
        apply_command=f"planner apply {title}",
    )
    text = render_markdown(review, host)

    found = [tag for block in find_html(text) for tag in split_tags(block)]
    assert set(found) <= OURS
    assert found.count("</details>") == sum(tag.startswith("<details") for tag in found)
    assert find_kinds(text) <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
    assert text.count("\n### ") == 0
    assert text.startswith("### ")
    assert len(text.encode()) <= host.limit


def split_tags(block: str) -> list[str]:
    """Return the tags of a block, without the text of a summary, which is ours and has none."""
    return [f"<{part.partition('>')[0]}>" for part in block.split("<") if part]


@given(TEXTS | st.text(alphabet="`| \\a", max_size=8))
def test_a_span_holds_exactly_its_text(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"x {span(text)} y")
    children = tokens[1].children or []
    assert [child.type for child in children] == (["text"] if not text else ["text", "code_inline", "text"])


@given(st.lists(st.text(alphabet="`| \\a", max_size=8), min_size=3, max_size=3))
def test_a_cell_cannot_become_two(texts: list[str]) -> None:
    cells = " | ".join(map(span_in_table, texts))
    tokens = MarkdownIt("commonmark").enable("table").parse(f"| a | b | c |\n| - | - | - |\n| {cells} |\n")
    assert [token.type for token in tokens].count("td_open") == 3
    spans = [child for token in tokens for child in token.children or () if child.type == "code_inline"]
    assert len(spans) == sum(bool(text) for text in texts)


@given(st.lists(st.text(alphabet="`~ a<", max_size=8)))
def test_nothing_ends_a_fence(lines: list[str]) -> None:
    tokens = MarkdownIt("commonmark").parse(fence(lines, "diff"))
    assert [(token.type, token.content) for token in tokens] == [("fence", "".join(f"{line}\n" for line in lines))]


def test_what_a_host_has_no_room_for_is_left_out_whole_and_told() -> None:
    text = render_markdown(Review(plan=FLEET), Host.BITBUCKET)

    assert len(text.encode()) <= 31_000
    assert "In short, 1,000 changes:" in text
    assert "more changes not in this table." in text
    assert "are left out" in text
    assert text.count("```") % 2 == 0
    shown = text.count("will be updated in-place")
    left_out = int(text.partition("The differences of ")[2].partition(" change")[0].replace(",", ""))
    assert shown + left_out == 1000


def test_a_host_with_room_shows_more() -> None:
    sizes = [len(render_markdown(Review(plan=FLEET), host)) for host in (Host.BITBUCKET, Host.GITHUB, Host.GITLAB)]
    assert sizes == sorted(sizes)
    assert "left out" not in render_markdown(Review(plan=FLEET), Host.GITLAB)


def test_deletes_come_first_even_where_hardly_anything_fits() -> None:
    doomed = Change(address=Address("zz"), action=Action.DELETE, name="zz", id="x", before={"spec": {}})
    plan = replace(FLEET, changes=(*FLEET.changes, doomed))
    text = render_markdown(Review(plan=plan), Host.BITBUCKET)
    assert text.index("1 cluster will be deleted, with all data") < 200
    assert text.index("| `-` | `cluster.zz` |") < text.index("| `~` |")
    assert text.index("# cluster.zz will be deleted") < text.index("will be updated in-place")


def test_a_line_that_only_looks_like_a_difference_keeps_its_place() -> None:
    change = Change(
        address=Address("web"),
        action=Action.UPDATE,
        name="web",
        id="x",
        before={"spec": {"notes": "a\n- b\n"}},
        after={"spec": {"notes": "a\n- b\n+ c\n"}},
        differences=(
            Difference(path=("spec", "notes"), cause=Cause.EDIT, before="a\n- b\n", after="a\n- b\n+ c\n"),
            Difference(path=("spec", "owner"), cause=Cause.EDIT, before=MISSING, after="me"),
        ),
    )
    lines = render_markdown(Review(plan=Plan(id=ID, changes=(change,), precondition=NOWHERE))).split("\n")
    assert [line for line in lines if line.endswith("- b")] == ["                - b"]
    assert [line[0] for line in lines if line.endswith("+ c")] == ["+"]


def test_a_cluster_that_somebody_deleted_is_told_as_lost() -> None:
    gone = Change(address=Address("web"), action=Action.CREATE, reason=Reason.GONE, name="web", after={"spec": {}})
    text = render_markdown(Review(plan=Plan(id=ID, changes=(gone,), precondition=NOWHERE)))
    assert "1 cluster will be created again, empty: somebody deleted it" in text


def test_a_plan_that_could_not_be_made_says_why() -> None:
    wrong = Diagnostic(code="unknown-field", summary="There is no field `qurey`", detail="Did you mean query?")
    text = render_broken_markdown(
        Broken(exit_code=ExitCode.INVALID_CONFIGURATION, reason=wrong.summary, title="prod", diagnostics=(wrong,))
    )
    assert text == (
        "### `prod`: the plan failed: `` There is no field `qurey` ``\n\n"
        "<details open><summary>1 error</summary>\n\n"
        "```text\n"
        "Error: There is no field `qurey`\n\n"
        "Did you mean query?\n"
        "```\n\n</details>\n"
    )


def test_what_it_costs_is_text_whatever_a_file_calls_the_currency() -> None:
    evil = "`x`\n</details> @all\u202e"
    cost, capacity = (
        Cost(currency=evil, after=3, doubt=Doubt(after=(evil,))),
        Capacity(after=Amounts(servers=3), doubt=Doubt(after=(evil,))),
    )
    text = render_markdown(Review(plan=replace(FLEET, changes=FLEET.changes[:1], cost=cost, capacity=capacity)))
    assert "``Capacity: servers 0 -> 3; unknown: `x`\\u{a}</details> @all\\u{202e}``" in text
    assert find_kinds(text) <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
    assert find_html(text).count("</details>") == text.count("<details")
