"""The review's page in a real browser: it works, it is quick, and nothing in it runs."""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner.model.diagnostics import Diagnostic
from planner.model.plan import Action, Cause, Change, Difference, Method, Operation, Plan
from planner.model.review import Review
from planner.model.spans import Anchor
from planner.render.html import render_html
from state.address import Address, ModuleStep
from tests.render.test_html import WHOLE
from tests.render.test_markdown import DESTRUCTIVE, FLEET, NOWHERE, REVIEWS

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver"),
    pytest.mark.xdist_group("chromium"),
    pytest.mark.filterwarnings("default"),
]
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
]
PICTURES = os.environ.get("PICTURES")
"""A directory for pictures of the pages, to be looked at."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver  # noqa: PLC0415 - slow to load, and not needed where there is no browser
    from selenium.webdriver.chrome.service import Service  # noqa: PLC0415 - likewise

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def visit(browser: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Any:  # noqa: ANN401 - selenium's driver
    def open_page(review: Review) -> Any:  # noqa: ANN401 - likewise
        page = tmp_path / "plan.html"
        page.write_text(render_html(review), encoding="utf-8")
        browser.get(page.as_uri())
        if PICTURES:
            browser.save_screenshot(f"{PICTURES}/{request.node.name}.png")
        return browser

    return open_page


def wait_until_ready(browser: Any) -> None:  # noqa: ANN401 - likewise
    """Wait until our script has run: on a busy machine a browser answers before it has read a large page."""
    deadline = time.monotonic() + 30
    while browser.execute_script("return document.documentElement.dataset.ready") != "true":
        assert time.monotonic() < deadline, "the script did not run"


def list_shown(browser: Any) -> list[str]:  # noqa: ANN401 - likewise
    script = "return [...document.querySelectorAll('.change')].filter(one => !one.hidden).map(one => one.id)"
    shown: list[str] = browser.execute_script(script)
    return shown


def press(browser: Any, *keys: str) -> None:  # noqa: ANN401 - likewise
    from selenium.webdriver import ActionChains  # noqa: PLC0415 - as above

    ActionChains(browser).send_keys(*keys).perform()


def test_changes_are_filtered_by_action_and_cause_and_searched(visit: Any) -> None:  # noqa: ANN401 - likewise
    browser = visit(DESTRUCTIVE)
    assert len(list_shown(browser)) == 12
    drift = browser.find_element("css selector", "button[data-cause=drift]")
    drift.click()
    assert list_shown(browser) == ["cluster.zone"]
    assert drift.get_attribute("aria-pressed") == "true"
    assert browser.find_element("id", "shown").text == "1 of 12 shown"
    drift.click()
    browser.find_element("css selector", "button[data-action=delete]").click()
    assert len(list_shown(browser)) == 11
    browser.find_element("id", "search").send_keys("web-1")
    assert list_shown(browser) == ["cluster.web[1]", "cluster.web[10]"]


def test_it_is_used_by_keys_alone(visit: Any) -> None:  # noqa: ANN401 - likewise
    browser = visit(DESTRUCTIVE)
    press(browser, "/", "zone")
    assert list_shown(browser) == ["cluster.zone"]
    press(browser, "\ue00c")  # Escape
    assert len(list_shown(browser)) == 12
    press(browser, "j", "j")
    focused = "return document.activeElement.closest('.change').id"
    assert browser.execute_script(focused) == "cluster.web[1]"
    press(browser, "k")
    assert browser.execute_script(focused) == "cluster.web[0]"
    assert browser.execute_script("return document.activeElement.closest('.change').open")
    press(browser, "\ue007")  # Enter
    assert not browser.execute_script("return document.activeElement.closest('.change').open")


def test_differences_stand_inline_or_side_by_side(visit: Any) -> None:  # noqa: ANN401 - likewise
    browser = visit(REVIEWS["small"])
    inline = browser.find_element("css selector", "pre.diff")
    side = browser.find_element("css selector", "table.side")
    assert (inline.is_displayed(), side.is_displayed()) == (True, False)
    lit = browser.execute_script("return [...document.querySelectorAll('pre.lit .l-del')].map(one => one.textContent)")
    assert any('awsKeyPair      = "ops" -> null # edit' in line for line in lit)
    browser.find_element("id", "sides").click()
    assert (inline.is_displayed(), side.is_displayed()) == (False, True)
    cells = [cell.text for cell in side.find_elements("css selector", "tbody tr:first-child > *")]
    assert cells == ["spec.query.replicas", "3", "5", "edit (+67 %)"]


def test_a_link_to_a_cluster_opens_it(visit: Any) -> None:  # noqa: ANN401 - likewise
    browser = visit(DESTRUCTIVE)
    browser.execute_script("location.hash = encodeURIComponent('cluster.web[9]')")
    is_open = "return document.getElementById('cluster.web[9]').open"
    deadline = time.monotonic() + 5
    while not browser.execute_script(is_open) and time.monotonic() < deadline:
        pass
    assert browser.execute_script(is_open)


def test_the_tree_leads_to_a_change_and_is_filtered_with_the_changes(visit: Any) -> None:  # noqa: ANN401 - likewise
    browser = visit(DESTRUCTIVE)
    listed = (
        "return [...document.querySelectorAll('.tree a')].filter(one => one.checkVisibility())"
        ".map(one => one.textContent)"
    )
    assert browser.execute_script(listed) == [*(f"[{number}]" for number in range(11)), "cluster.zone"]
    browser.find_element("css selector", "button[data-cause=drift]").click()
    assert browser.execute_script(listed) == ["cluster.zone"]
    clear = browser.find_element("id", "clear")
    assert clear.is_displayed()
    clear.click()
    assert len(list_shown(browser)) == 12
    assert not clear.is_displayed()
    link = browser.find_element("css selector", ".tree a[href='#cluster.web%5B7%5D']")
    browser.execute_script("arguments[0].click()", link)
    state = "const one = document.activeElement.closest('.change'); return [one.id, one.open]"
    assert browser.execute_script(state) == ["cluster.web[7]", True]


def test_a_search_that_finds_nothing_says_so(visit: Any) -> None:  # noqa: ANN401 - likewise
    browser = visit(DESTRUCTIVE)
    press(browser, "/", "nowhere")
    assert browser.find_element("id", "none").is_displayed()
    assert browser.find_element("id", "shown").text == "0 of 12 shown"


def test_equal_lines_are_unfolded_by_keys(visit: Any) -> None:  # noqa: ANN401 - likewise
    lines = [f"line {number}" for number in range(20)]
    one = Difference(
        path=("spec", "text"), cause=Cause.EDIT, before="\n".join(lines), after="\n".join((*lines[:19], "other"))
    )
    change = Change(address=Address("web"), action=Action.UPDATE, name="web", differences=(one,), before={}, after={})
    browser = visit(Review(plan=Plan(id="0" * 64, changes=(change,), precondition=NOWHERE)))
    press(browser, "s")
    fold = browser.find_element("css selector", ".fold summary")
    assert fold.text == "16 lines the same"
    browser.execute_script("arguments[0].focus()", fold)
    press(browser, "\ue007")  # Enter
    assert browser.find_element("css selector", ".fold pre").text.startswith("line 0\nline 1\n")


def test_every_control_has_a_name_and_the_page_its_landmarks(visit: Any) -> None:  # noqa: ANN401 - likewise
    browser = visit(DESTRUCTIVE)
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    nodes = [node for node in tree if not node["ignored"]]
    roles = {node["role"]["value"] for node in nodes}
    assert {"banner", "main", "navigation", "heading", "searchbox", "status"} <= roles
    named = {"button", "link", "searchbox", "DisclosureTriangle", "heading", "group"}
    nameless = [node for node in nodes if node["role"]["value"] in named and not node["name"]["value"]]
    assert [node["role"]["value"] for node in nameless if node["role"]["value"] != "group"] == []


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_no_page_is_wider_than_its_window(visit: Any, browser: Any, width: int) -> None:  # noqa: ANN401 - likewise
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        for review in REVIEWS.values():
            visit(review)
            for _ in range(2):
                assert browser.execute_script("return document.documentElement.scrollWidth") <= width
                press(browser, "s")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_without_a_script_everything_can_still_be_read(visit: Any, browser: Any) -> None:  # noqa: ANN401 - likewise
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        visit(DESTRUCTIVE)
        assert not browser.find_element("css selector", ".tools").is_displayed()
        browser.find_element("css selector", "details[id='cluster.zone'] > summary").click()
        assert browser.find_element("css selector", "details[id='cluster.zone'] pre.diff").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_nothing_of_a_hostile_plan_runs(visit: Any) -> None:  # noqa: ANN401 - likewise
    wild = '"><script>window.hit=1</script><img src=x onerror="window.hit=1"></pre></details>'
    spec: Any = {"version": wild, "note": f"a\n{wild}\n'\u2028</script>"}
    change = Change(address=Address("web", wild), action=Action.CREATE, name=wild, after={"spec": spec})
    difference = Difference(path=("spec", wild), cause=Cause.DRIFT, before=f"{wild}1", after=f"{wild}2", applied=wild)
    update = Change(
        address=Address("web", wild, (ModuleStep("m", wild),)),
        action=Action.UPDATE,
        name=wild,
        id=wild,
        before={},
        after={"spec": spec},
        differences=(difference, replace(difference, path=(wild,), before=f"{wild}\n{wild}", after=spec)),
        depends_on=(change.address,),
        anchor=Anchor(wild, 1, 1),
    )
    request = Operation(number=1, address=update.address, method=Method.PATCH, path=wild, body={wild: wild})
    told = Diagnostic(code=wild, summary=wild, detail=wild)
    plan = Plan(id="0" * 64, changes=(update, change), operations=(request,), precondition=NOWHERE)
    browser = visit(Review(plan=plan, title=wild, commit=wild, apply_command=wild, refusals=(told,)))
    browser.find_element("id", "all").click()
    browser.find_element("id", "sides").click()
    assert browser.execute_script("return window.hit === undefined")
    assert browser.execute_script("return document.querySelectorAll('img, script').length") == 1
    assert len(list_shown(browser)) == 2
    assert [entry for entry in browser.get_log("browser") if "favicon" not in entry["message"]] == []


def test_a_script_that_got_in_would_not_run(visit: Any, tmp_path: Path) -> None:  # noqa: ANN401 - likewise
    """The policy itself, with a page that was tampered with."""
    browser = visit(DESTRUCTIVE)
    page = (tmp_path / "plan.html").read_text(encoding="utf-8")
    (tmp_path / "bad.html").write_text(page.replace("<main", "<script>window.hit=1</script><main"), encoding="utf-8")
    browser.get((tmp_path / "bad.html").as_uri())
    assert browser.execute_script("return window.hit === undefined")
    assert any("Content Security Policy" in entry["message"] for entry in browser.get_log("browser"))


@pytest.mark.parametrize("plan", [FLEET, WHOLE], ids=["updates", "creates"])
def test_a_thousand_clusters_are_ready_in_two_seconds(visit: Any, plan: Plan) -> None:  # noqa: ANN401 - likewise
    begin = time.monotonic()
    browser = visit(Review(plan=plan))
    wait_until_ready(browser)
    seconds = time.monotonic() - begin
    assert len(list_shown(browser)) == 1000
    ready = browser.execute_script("return performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert ready < 2000, f"{ready} ms in the browser, {seconds} s in all"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark(visit: Any, browser: Any, scheme: str) -> None:  # noqa: ANN401 - likewise
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    visit(REVIEWS["small"])
    colours = browser.execute_script(
        "const of = getComputedStyle(document.body); return [of.color, of.backgroundColor]"
    )
    assert (
        colours
        == {"light": ["rgb(29, 36, 48)", "rgb(255, 255, 255)"], "dark": ["rgb(227, 232, 240)", "rgb(18, 22, 29)"]}[
            scheme
        ]
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
