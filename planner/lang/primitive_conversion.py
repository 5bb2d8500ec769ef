"""Strings, numbers and bools into one another; and the error that every conversion raises.

Refuses a string that spells no number or bool, and what is none of the three.
"""

import re

from planner.lang.number import INFINITY, NEGATIVE_INFINITY, Number, format_number, multiply, parse_number
from planner.lang.values import FALSE, TRUE, Content, Value, make_number, make_text

__all__ = ["ConversionError", "convert_to_bool", "convert_to_number", "convert_to_text"]


class ConversionError(Exception):
    """A value is not of the type that is asked for: why, in words, without a full stop; never the value itself.

    `message` speaks of the part at `path`; as text, the error names that part too: `element 0: a number is required`.
    """

    def __init__(self, message: str, path: tuple[str | int, ...] = (), place: str = "") -> None:
        super().__init__(place + message)
        self.message = message
        self.path = path
        self.place = place

    def within(self, step: str | int, noun: str) -> "ConversionError":
        """Return this error as seen from around the part: the `noun` "attribute" or "element" that `step` names."""
        name = f'"{step}"' if isinstance(step, str) else str(step)
        return ConversionError(self.message, (step, *self.path), f"{noun} {name}: {self.place}")


def convert_to_text(value: Value) -> Value:
    """Return a number or bool as the string that spells it.

    Raises:
        ConversionError: it has too many digits.
    """
    content = value.content
    if isinstance(content, bool):
        return make_text("true" if content else "false")
    if not isinstance(content, Number):
        raise ConversionError("string required")
    try:
        return make_text(format_number(content))
    except ArithmeticError:
        raise ConversionError("a number with fewer digits is required") from None


def convert_to_number(value: Value) -> Value:
    """Return the number that a string spells.

    Raises:
        ConversionError: it spells none.
    """
    content = value.content
    found = _read_number(content) if isinstance(content, str) else None
    if found is None:
        raise ConversionError("a number is required")
    return make_number(found)


_INFINITIES = {
    f"{sign}{word}": infinity
    for sign, infinity in (("", INFINITY), ("+", INFINITY), ("-", NEGATIVE_INFINITY))
    for word in ("inf", "Inf")
}
_BINARY_EXPONENT = re.compile(r"([^eEpP]+)[pP]([+-]?[0-9]{1,4})")


def _read_number(text: str) -> Number | None:
    """Return the number that `text` spells; also in a way which only conversions know: `inf`, or `3p4` for 48."""
    number = parse_number(text)
    if number is not None:
        return number
    match = _BINARY_EXPONENT.fullmatch(text)
    mantissa = parse_number(match[1]) if match else None
    if match is None or mantissa is None:
        return _INFINITIES.get(text)
    return multiply(mantissa, Number(1, int(match[2])))


def convert_to_bool(value: Value) -> Value:
    """Return the bool that a string spells.

    Raises:
        ConversionError: it spells none.
    """
    content = value.content
    if content in {"true", "1"}:
        return TRUE
    if content in {"false", "0"}:
        return FALSE
    raise ConversionError(f"a bool is required{_hint(content)}")


def _hint(content: Content) -> str:
    lower = content.lower() if isinstance(content, str) else ""
    return f'; to convert from string, use lowercase "{lower}"' if lower in {"true", "false"} else ""
