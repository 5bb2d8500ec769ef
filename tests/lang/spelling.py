"""Values as tests write them: spelled in Python's own, and a few that many tests need."""

from planner.lang.conversion import convert
from planner.lang.number import Number, format_number
from planner.lang.types import STRING, list_of
from planner.lang.values import SENSITIVE, Nothing, Value, make_text, make_tuple

__all__ = ["LIST", "SECRET", "spell"]

SECRET = frozenset({SENSITIVE})
LIST = convert(make_tuple([make_text("x"), make_text("y")]), list_of(STRING))


def spell(value: Value) -> object:
    """Return a value as Python writes one: numbers as text, unknown as `...`."""
    match value.content:
        case Nothing.UNKNOWN:
            return ...
        case Nothing.NULL:
            return None
        case Number() as number:
            return f"#{format_number(number)}"
        case tuple() as items:
            return [spell(item) for item in items]
        case str() | bool() as plain:
            return plain
        case members:
            return {name: spell(member) for name, member in members.items()}
