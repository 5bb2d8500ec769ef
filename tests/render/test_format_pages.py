"""One small, one destructive, one drifted and one large plan in every format: pages to be read.

Of the large one the beginning and the end stand here, and how many lines are between.

`GOLDEN=write pytest tests/render/test_format_pages.py` writes them anew; then read the difference.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.model.diagnostics import ExitCode
from planner.model.plan_document import dumps_plan
from planner.model.review import Review
from planner.render.annotations import render_azure_annotations, render_github_annotations
from planner.render.code_quality import render_code_quality
from planner.render.events_json import describe_outcome, describe_plan, describe_version, render_json_event
from planner.render.html import render_html
from planner.render.html_script import SCRIPT
from planner.render.html_style import STYLE
from planner.render.junit import render_junit
from planner.render.plan_text import render_plan
from planner.render.sarif import render_sarif
from tests.render.test_findings import DESTRUCTIVE, UPDATE
from tests.render.test_markdown import FLEET
from tests.render.test_plan_golden import SAMPLES

PAGES = Path(__file__).parent / "formats"
REVIEWS = {
    "small": UPDATE,
    "destructive": DESTRUCTIVE,
    "drifted": Review(plan=SAMPLES["create_again"], title="staging"),
    "fleet": Review(plan=FLEET, apply_command="planner apply -plan-id pl-7f3a9c01d2"),
}
BEGINNING, END = 50, 15
NOW = "2026-01-02T03:04:05.000+00:00"


def write_events(review: Review) -> str:
    """Return the lines of events of a plan that was made."""
    outcome = describe_outcome(ExitCode.DONE, "changes present", plan_id=review.plan.id, result="changes")
    events = (describe_version("1.2.3", (review.plan.id,)), *describe_plan(review.plan), outcome)
    return "".join(render_json_event(event, timestamp=NOW) for event in events)


def write_page(review: Review) -> str:
    """Return the page without what is the same in every page, and with no policy that tells of that."""
    page = render_html(review).replace(STYLE, "...").replace(SCRIPT, "...")
    return re.sub(r"'sha256-[^']*'", "'sha256-...'", page)


FORMATS: dict[str, Callable[[Review], str]] = {
    "xml": render_junit,
    "sarif.json": render_sarif,
    "quality.json": render_code_quality,
    "github.log": render_github_annotations,
    "azure.log": render_azure_annotations,
    "html": write_page,
    "plan.json": lambda review: dumps_plan(review.plan),
    "events.jsonl": write_events,
    "txt": lambda review: render_plan(review.plan, color=False, show_requests=True),
}


def shorten(text: str) -> str:
    """Return `text` without the middle, if it is long."""
    lines = text.splitlines(keepends=True)
    left_out = len(lines) - BEGINNING - END
    if left_out <= 0:
        return text
    return "".join([*lines[:BEGINNING], f"... {left_out} lines ...\n", *lines[-END:]])


@pytest.mark.parametrize("name", REVIEWS)
@pytest.mark.parametrize("ending", FORMATS)
def test_page(name: str, ending: str) -> None:
    page, text = PAGES / f"{name}.{ending}", FORMATS[ending](REVIEWS[name])
    text = shorten(text) if name == "fleet" else text
    if os.environ.get("GOLDEN") == "write":
        page.write_text(text, encoding="utf-8")
    assert text == page.read_text(encoding="utf-8")
