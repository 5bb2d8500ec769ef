"""A review as an HTML page: nothing in it is markup but ours, and it stays small."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.model.base import Base, Origin
from planner.model.capacity import Amounts, Capacity, Cost, Doubt
from planner.model.diagnostics import Diagnostic, ExitCode
from planner.model.plan import Action, Cause, Change, Difference, Method, Operation, Plan
from planner.model.review import Broken, Review
from planner.model.spans import Anchor
from planner.render.html import render_html
from planner.render.html_script import SCRIPT
from planner.render.html_style import STYLE
from state.address import Address, ModuleStep
from state.values import Value
from tests.render.test_markdown import DESTRUCTIVE, FLEET, NOWHERE
from tests.render.test_plan_golden import SAMPLES
from tests.render.test_plan_laws import DIAGNOSTICS, PLANS, TEXTS

ELEMENTS = """
html head meta title style body a header h1 h2 h3 p span code ul li b mark div strong main nav section pre
fieldset legend button input kbd details summary table thead tbody tr th td br svg path rect text script
"""
OURS = set(ELEMENTS.split())
NAMES = """
lang charset http-equiv content name class href role aria-label aria-hidden id aria-pressed aria-live
type hidden placeholder open scope rel data-action data-causes data-cause width height d x y rx rowspan
colspan
"""
ATTRIBUTES = set(NAMES.split())
VOID = {"meta", "input", "br", "path", "rect"}


def create_many(count: int) -> Plan:
    """Return a plan that creates so many clusters of which everything is said."""
    (change,), (operation,) = SAMPLES["create"].changes, SAMPLES["create"].operations
    addresses = [Address("fleet", number) for number in range(count)]
    return replace(
        SAMPLES["create"],
        changes=tuple(replace(change, address=address) for address in addresses),
        operations=tuple(replace(operation, address=address) for address in addresses),
    )


WHOLE = create_many(1000)


class Reader(HTMLParser):
    """Reads a page as a browser does, roughly: every element, and whether each is closed by its own."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@given(PLANS, TEXTS, st.lists(DIAGNOSTICS, max_size=2))
def test_nothing_is_markup_but_ours(plan: Plan, title: str, told: list[Diagnostic]) -> None:
    """Law: whatever names and values are, the page has our elements and attributes, and leads to https or itself."""
    origins = dict.fromkeys([change.address for change in plan.changes], Origin.BASE)
    anchor = Anchor(title or "main.hcl", 3, 1)
    base = Base(ref=title, origins=origins, unexplained=frozenset(origins))
    placed = replace(plan, base=base, changes=tuple(replace(change, anchor=anchor) for change in plan.changes))
    review = Review(
        plan=placed,
        title=title,
        diagnostics=tuple(told),
        run_url=f"https://forge.example/a/b/actions/runs/{title}",
        commit=title,
        apply_command=f"planner apply {title}",
    )
    broken = Broken(exit_code=ExitCode.ERROR, reason=title, title=title, diagnostics=tuple(told))
    for subject in (review, broken):
        page = render_html(subject)
        reader = read(page)
        assert set(reader.names) <= OURS
        assert reader.attributes <= ATTRIBUTES
        assert all(link.startswith(("https://forge.example/", "#")) for link in reader.links)
        assert page.count("<script") <= 1
        assert all(line.isprintable() for line in page.split("\n"))
        assert len(set(reader.ids)) == len(reader.ids)


def test_only_our_style_and_script_may_run() -> None:
    page = render_html(DESTRUCTIVE)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("; base-uri 'none'; form-action 'none'")
    assert "unsafe" not in policy
    assert f"<script>{SCRIPT}</script>" in page
    assert " style=" not in page


def outline(page: str) -> list[str]:
    """Return the headings, as a screen reader lists them."""
    found = re.findall(r"<(h[1-3])[^>]*>(.*?)</h[1-3]>", page)
    return [f"{tag} {re.sub('<[^>]*>', '', text)}" for tag, text in found]


def test_headings_tell_the_whole_in_short() -> None:
    plan = replace(DESTRUCTIVE.plan, changes=(*DESTRUCTIVE.plan.changes[:2], DESTRUCTIVE.plan.changes[-1]))
    assert outline(render_html(replace(DESTRUCTIVE, plan=plan))) == [
        "h1 2 clusters will lose all data",
        "h2 Clusters",
        "h2 Changes",
        "h3 cluster.web[0]",
        "h3 cluster.web[1]",
        "h3 cluster.zone",
    ]
    kept = replace(plan, changes=plan.changes[-1:])
    assert outline(render_html(Review(plan=kept)))[0] == "h1 1 change, no cluster is deleted"
    nothing = replace(plan, changes=(), operations=())
    assert outline(render_html(Review(plan=nothing))) == ["h1 No changes"]


def test_clusters_stand_in_a_tree_below_their_modules() -> None:
    addresses = [
        Address("web", "eu", (ModuleStep("fleet", 0),)),
        Address("web", "us", (ModuleStep("fleet", 0),)),
        Address("lone", None, (ModuleStep("fleet", 0),)),
        Address("a%"),
    ]
    changes = [Change(address=one, action=Action.CREATE, name="x", after={}) for one in addresses]
    page = render_html(Review(plan=Plan(id="0" * 64, changes=tuple(changes), precondition=NOWHERE)))
    tree = page[page.index("<nav") : page.index("</nav>")]
    assert re.sub(r"\s+", " ", re.sub(r"<(?!/?ul)[^>]*>", "", tree)) == (
        "Clusters <ul> cluster.a% module.fleet[0] 3 <ul> cluster.lone cluster.web 2 <ul> [&quot;eu&quot;] "
        "[&quot;us&quot;] </ul> </ul> </ul> "
    )
    assert 'href="#cluster.a%25"' in tree
    assert 'href="#module.fleet%5B0%5D.cluster.web%5B%22eu%22%5D"' in tree


def test_a_text_stands_beside_the_other_line_by_line_with_equal_lines_folded() -> None:
    lines = [f"line {number}" for number in range(20)]
    one = Difference(
        path=("spec", "text"),
        cause=Cause.DRIFT,
        before="\n".join(lines),
        after="\n".join(("first <b>", *lines[1:18], *lines[19:])),
        applied="old",
    )
    change = Change(address=Address("web"), action=Action.UPDATE, name="web", differences=(one,), before={}, after={})
    page = render_html(Review(plan=Plan(id="0" * 64, changes=(change,), precondition=NOWHERE)))
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = [re.sub("<[^>]*>", "|", row).strip("|\n") for row in table.split("<tr>")[1:]]
    same = "line 1\nline 2\nline 3"
    last = "line 15\nline 16\nline 17"
    assert [re.sub(r"\|[|\n]*", "|", row) for row in rows] == [
        "spec.text|line 0|first &lt;b&gt;|drift, will be put back|last applied |&quot;old&quot;",
        f"{same}|{same}",
        "11 lines the same|" + "\n".join(lines[4:15]),
        f"{last}|{last}",
        "line 18",
        "line 19|line 19",
    ]


def test_servers_and_what_they_cost_stand_in_the_head() -> None:
    capacity = Capacity(before=Amounts(servers=8), after=Amounts(servers=11), doubt=Doubt(after=("<x>",)))
    cost = Cost(currency="EUR", before=100.0, after=150.5)
    page = render_html(Review(plan=replace(DESTRUCTIVE.plan, capacity=capacity, cost=cost)))
    head = page[: page.index("</header>")]
    assert '<p class="note">Capacity: servers 8 -&gt; 11; unknown: &lt;x&gt;.</p>' in head
    assert '<p class="note">Cost: +50.50 EUR a month (100.00 -&gt; 150.50).</p>' in head


def test_requests_stand_below_what_makes_them() -> None:
    page = render_html(Review(plan=SAMPLES["requests"]))
    told = re.findall(r"<summary class=mono>(.*?)</summary>", page)
    assert len(told) == len(SAMPLES["requests"].operations)
    assert any(line.startswith("1. ") and " /api/v1/clusters" in line for line in told)


def test_why_apply_refuses_stands_in_the_head() -> None:
    page = render_html(DESTRUCTIVE)
    assert page.index("Error: The guard refuses to delete 11 of 12 clusters") < page.index("</header>")
    assert "To perform exactly this" not in page


def test_a_page_says_what_is_lost_before_anything_else() -> None:
    page = render_html(DESTRUCTIVE)
    assert page.index("11 clusters will be deleted, with all data") < page.index(">Changes</h2>")
    assert page.index('id="cluster.web[0]"') < page.index('id="cluster.zone"')


def test_a_value_links_to_the_line_that_set_it() -> None:
    (change,) = SAMPLES["update_causes"].changes
    told = tuple(replace(one, anchor=Anchor("a b.hcl", 7, 3)) for one in change.differences)
    plan = replace(SAMPLES["update_causes"], changes=(replace(change, differences=told),))
    page = render_html(
        Review(plan=plan, directory="prod", commit="1f0c", run_url="https://github.com/acme/clusters/actions/runs/9")
    )
    assert 'href="https://github.com/acme/clusters/blob/1f0c/prod/a%20b.hcl#L7"' in page
    assert re.search(r'<p class="inline dim">set at <a href="[^"]*#L7"', page), "also where the sides do not show"
    unlinked = render_html(Review(plan=plan, run_url="javascript:alert(1)/actions/runs/", commit="1"))
    assert all(link.startswith("#") for link in read(unlinked).links)


def test_what_depends_on_what_is_drawn() -> None:
    changes = [
        Change(address=Address("a"), action=Action.CREATE, name="a", after={}),
        Change(address=Address("b"), action=Action.CREATE, name="b", after={}, depends_on=(Address("a"),)),
        Change(address=Address("c"), action=Action.CREATE, name="c", after={}),
    ]
    plan = Plan(id="0" * 64, changes=tuple(changes), precondition=NOWHERE)
    page = render_html(Review(plan=plan))
    assert re.findall(r"<text[^>]*>([^<]*)</text>", page) == ["cluster.a", "cluster.b"]
    assert page.count("<path ") == 1
    many = [
        Change(address=Address("x", at), action=Action.CREATE, name="x", after={}, depends_on=(Address("x", at - 1),))
        for at in range(300)
    ]
    assert "<li><code>cluster.b</code> depends on <code>cluster.a</code></li>" in page
    many += [
        Change(address=Address("y", at), action=Action.CREATE, name="y", after={}, depends_on=(Address("x", at),))
        for at in range(300)
    ]
    page = render_html(Review(plan=replace(plan, changes=tuple(many))))
    assert re.findall(r"<text[^>]*>([^<]*)</text>", page) == ["cluster.x \u00d7 300", "cluster.y \u00d7 300"]
    assert page.count("<path ") == 1
    assert "Of 600 clusters those of one block share a box." in page
    apart = [
        Change(address=Address(f"z{at}"), action=Action.CREATE, name="z", after={}, depends_on=(Address("a"),))
        for at in range(300)
    ]
    page = render_html(Review(plan=replace(plan, changes=(changes[0], *apart))))
    assert "<svg" not in page
    assert "301 blocks are too many to draw" in page


def test_every_request_of_a_large_plan_is_named() -> None:
    """What has no room is the bodies."""
    values: dict[str, Value] = {"spec": {"commonRuntimeProperties": {f"druid.a{at}": "x" * 60 for at in range(60)}}}
    changes = [
        Change(address=Address("x", at), action=Action.CREATE, name=f"x{at}", after=values) for at in range(1000)
    ]
    operations = [
        Operation(number=at + 1, method=Method.POST, path="/clusters", address=Address("x", at), body=values)
        for at in range(1000)
    ]
    page = render_html(
        Review(plan=Plan(id="0" * 64, changes=tuple(changes), operations=tuple(operations), precondition=NOWHERE))
    )
    assert len(page.encode()) < 3_000_000
    assert all(f">{at}. POST /api/v1/clusters<" in page for at in range(1, 1001))
    assert "The bodies of the requests of" in page


def test_an_arrow_passes_no_box_on_its_way() -> None:
    """Of three in a row the first is needed by the last too: that arrow has a row of its own beside the one between."""
    needs = {"a": (), "b": ("a",), "c": ("a", "b")}
    changes = tuple(
        Change(address=Address(name), action=Action.CREATE, name=name, after={}, depends_on=tuple(map(Address, those)))
        for name, those in needs.items()
    )
    page = render_html(Review(plan=Plan(id="0" * 64, changes=changes, precondition=NOWHERE)))
    boxes = {name: int(y) for y, name in re.findall(r'<text x="\d+" y="(\d+)">cluster\.(\w)', page)}
    ways = [[int(y) for y in re.findall(r" (\d+)H", way)] for way in re.findall(r'<path d="([^"]*)"', page)]
    assert sorted(map(len, ways)) == [0, 0, 1]
    ((passed,),) = [way for way in ways if way]
    assert abs(passed - boxes["b"]) > 28


def test_what_differs_in_a_long_value_is_marked() -> None:
    one = Difference(path=("spec", "text"), cause=Cause.EDIT, before=f"{'<' * 20}3", after=f"{'<' * 20}45")
    change = Change(address=Address("web"), action=Action.UPDATE, name="web", differences=(one,), before={}, after={})
    page = render_html(Review(plan=Plan(id="0" * 64, changes=(change,), precondition=NOWHERE)))
    assert re.findall("<pre>(&quot;.*?)</pre>", page) == [
        f"&quot;{'&lt;' * 20}<mark>3</mark>&quot;",
        f"&quot;{'&lt;' * 20}<mark>45</mark>&quot;",
    ]


def measure_contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""

    def measure(colour: str) -> float:
        digits = colour.lstrip("#")
        digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((measure(one), measure(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_stands_out_from_what_it_stands_on() -> None:
    """In light and in dark, at least as WCAG AA asks for."""
    themes = [
        dict(re.findall(r"--([\w-]+):(#\w+)", block)) for block in re.findall(r":root\{(.*?)\}", STYLE, re.DOTALL)
    ]
    assert len(themes) == 2
    pairs = [(text, ground) for text in ("fg", "dim", "del", "add", "chg", "accent") for ground in ("bg", "soft")]
    pairs += [
        ("fg", "del-bg"),
        ("fg", "chg-bg"),
        ("accent", "on"),
        *((kind, f"{kind}-bg") for kind in ("add", "del", "chg")),
    ]
    faint = {
        (text, ground): measure_contrast(theme[text], theme[ground])
        for theme in themes
        for text, ground in pairs
        if measure_contrast(theme[text], theme[ground]) < 4.5
    }
    assert faint == {}


def test_what_becomes_of_a_newline_at_the_end_is_told() -> None:
    one = Difference(path=("spec", "text"), cause=Cause.EDIT, before="a\nb\n", after="a\nb")
    change = Change(address=Address("web"), action=Action.UPDATE, name="web", differences=(one,), before={}, after={})
    page = render_html(Review(plan=Plan(id="0" * 64, changes=(change,), precondition=NOWHERE)))
    assert "edit<br>a newline at the end is taken away" in page


def test_a_thousand_clusters_stay_below_three_megabytes() -> None:
    """Updates, and the longest there is: as many whole clusters that come."""
    spec: Any = {"text": "\n".join(["some line"] * 500)}
    huge = replace(WHOLE, changes=tuple(replace(one, after={"spec": spec}) for one in WHOLE.changes))
    for plan in (FLEET, WHOLE, huge):
        page = render_html(Review(plan=plan))
        assert len(page.encode()) < 3_000_000
        assert page.count('<details class="change') == 1000
    assert "The values of" in page
    assert "The bodies of the requests of" in page
