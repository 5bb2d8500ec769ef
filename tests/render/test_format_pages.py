"""One small, one destructive and one drifted plan in every format that machines take: pages to be read.

`GOLDEN=write pytest tests/render/test_format_pages.py` writes them anew; then read the difference.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.model.review import Review
from planner.render.annotations import render_azure_annotations, render_github_annotations
from planner.render.code_quality import render_code_quality
from planner.render.junit import render_junit
from planner.render.plan_text import render_plan
from planner.render.sarif import render_sarif
from tests.render.test_findings import DESTRUCTIVE, UPDATE
from tests.render.test_plan_golden import SAMPLES

PAGES = Path(__file__).parent / "formats"
REVIEWS = {
    "small": UPDATE,
    "destructive": DESTRUCTIVE,
    "drifted": Review(plan=SAMPLES["create_again"], title="staging"),
}
FORMATS: dict[str, Callable[[Review], str]] = {
    "xml": render_junit,
    "sarif.json": render_sarif,
    "quality.json": render_code_quality,
    "github.log": render_github_annotations,
    "azure.log": render_azure_annotations,
    "txt": lambda review: render_plan(review.plan, color=False, show_requests=True),
}


@pytest.mark.parametrize("name", REVIEWS)
@pytest.mark.parametrize("ending", FORMATS)
def test_page(name: str, ending: str) -> None:
    page, text = PAGES / f"{name}.{ending}", FORMATS[ending](REVIEWS[name])
    if os.environ.get("GOLDEN") == "write":
        page.write_text(text, encoding="utf-8")
    assert text == page.read_text(encoding="utf-8")
