"""A review as an HTML page: nothing in it is markup but ours, and it stays small."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from planner.model.diagnostics import Diagnostic, ExitCode
from planner.model.plan import Action, Change, Plan
from planner.model.review import Base, Broken, Origin, Review
from planner.model.spans import Anchor
from planner.render.html import render_html
from planner.render.html_script import SCRIPT
from state.address import Address
from tests.render.test_markdown import DESTRUCTIVE, FLEET, NOWHERE
from tests.render.test_plan_golden import SAMPLES
from tests.render.test_plan_laws import DIAGNOSTICS, PLANS, TEXTS

OURS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "header",
        "h1",
        "h2",
        "p",
        "span",
        "code",
        "ul",
        "li",
        "b",
    ),
    *("div", "strong", "main", "pre", "fieldset", "legend", "button", "input", "details", "summary", "table", "thead"),
    *("tbody", "tr", "th", "td", "br", "svg", "path", "g", "rect", "text", "script"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "href", "role", "aria-label", "aria-hidden", "id"),
    *("aria-pressed", "aria-live", "type", "hidden", "placeholder", "open", "scope", "rel", "tabindex", "data-action"),
    *("data-causes", "data-cause", "width", "height", "d", "x", "y", "rx"),
}
VOID = {"meta", "input", "br", "path", "rect"}


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
    placed = replace(plan, changes=tuple(replace(change, anchor=anchor) for change in plan.changes))
    review = Review(
        plan=placed,
        title=title,
        diagnostics=tuple(told),
        base=Base(ref=title, origins=origins, unexplained=frozenset(origins)),
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


def test_a_page_says_what_is_lost_before_anything_else() -> None:
    page = render_html(DESTRUCTIVE)
    assert page.index("11 clusters will be deleted, with all data") < page.index("<h2>Changes</h2>")
    assert page.index('id="cluster.web[0]"') < page.index('id="cluster.zone"')


def test_a_value_links_to_the_line_that_set_it() -> None:
    (change,) = SAMPLES["update_causes"].changes
    told = tuple(replace(one, anchor=Anchor("a b.hcl", 7, 3)) for one in change.differences)
    plan = replace(SAMPLES["update_causes"], changes=(replace(change, differences=told),))
    page = render_html(
        Review(plan=plan, directory="prod", commit="1f0c", run_url="https://github.com/acme/clusters/actions/runs/9")
    )
    assert 'href="https://github.com/acme/clusters/blob/1f0c/prod/a%20b.hcl#L7"' in page
    assert "href" not in render_html(
        Review(plan=plan, run_url="javascript:alert(1)/actions/runs/", commit="1")
    ).replace('href="#', "")


def test_what_waits_for_what_is_drawn() -> None:
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
    page = render_html(Review(plan=replace(plan, changes=tuple(many))))
    assert "<svg" not in page
    assert "300 clusters wait for each other" in page


def test_a_thousand_clusters_stay_below_three_megabytes() -> None:
    """Updates, and the longest there is: as many whole clusters that come."""
    (create,) = SAMPLES["create"].changes
    (operation,) = SAMPLES["create"].operations
    addresses = [Address("fleet", number) for number in range(1000)]
    creates = tuple(replace(create, address=address) for address in addresses)
    operations = tuple(replace(operation, address=address) for address in addresses)
    whole = replace(SAMPLES["create"], changes=creates, operations=operations)
    for plan in (FLEET, whole):
        page = render_html(Review(plan=plan))
        assert len(page.encode()) < 3_000_000
        assert page.count('<details class="change') == 1000
    assert "The requests of" in page
