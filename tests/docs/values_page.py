"""The part of the page about Druid's values that is made of the catalogue: which properties are compared how."""

from pathlib import Path

from schemas import Meaning
from schemas.druid_properties import list_properties

__all__ = ["HEADING", "PAGE", "render_properties"]

PAGE = Path(__file__).parents[2] / "docs" / "druid-values.md"
HEADING = "## The properties\n"

_TITLES: dict[Meaning, str] = {
    "size": "Sizes",
    "duration": "Periods",
    "boolean": "Booleans",
    "integer": "Whole numbers",
    "number": "Numbers",
    "json": "JSON",
    "locations": "JSON in which `maxSize` is a size",
    "jvm-options": "JVM options in a text",
    "jvm-options-list": "JVM options in a JSON array",
}


def render_properties() -> str:
    """Return all of the page below its last heading."""
    properties = list_properties()
    assert properties.keys() == _TITLES.keys()
    parts = [f"### {title}\n\n```text\n{_list_names(properties[meaning])}```\n" for meaning, title in _TITLES.items()]
    return "\n".join(parts)


def _list_names(names: tuple[str, ...]) -> str:
    return "".join(f"{name}\n" for name in names)
