"""Links in the documentation lead to files and headings that are there, and every page about the language is linked."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "docs" / "language"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def drop_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def list_anchors(page: Path) -> set[str]:
    """Return what the headings of a page are called in links, as GitHub makes it of them."""
    headings = re.findall(r"^#+ (.*)$", drop_code(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def list_links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", drop_code(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in list_links(page):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in list_anchors(target), link


def test_every_page_about_the_language_is_in_its_index() -> None:
    pages = {page.name for page in LANGUAGE.glob("*.md")} - {"README.md"}
    assert pages <= set(list_links(LANGUAGE / "README.md"))
