"""Looking up: what stands at a path in a document, where there may be nothing."""

from planner.model.paths import Key, Path
from planner.model.plan import MISSING, Missing
from planner.planning.sides import entry_key
from state.values import Value

__all__ = ["look_up"]


def look_up(document: "Value | Missing", path: Path) -> "Value | Missing":
    """Return the value that `path` leads to in `document`; an entry of a list is found by its key or its position."""
    value = document
    for step in path:
        match value, step:
            case dict(), str():
                value = value.get(step, MISSING)
            case list(), Key(name=name):
                value = next((item for item in value if entry_key(item) == name), MISSING)
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return MISSING
    return value
