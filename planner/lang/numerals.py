"""Numerals: the text of a number, in HCL and in JSON, to its value; refuses one that is too large to write out."""

import re

from planner.lang.number import Number, parse_number
from planner.lang.reading import Message

__all__ = ["NUMBER_LIMIT", "read_numeral"]

_NUMERAL = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
NUMBER_LIMIT = 4000
"""How many digits a number may have, written out, on either side of its point."""


def read_numeral(text: str) -> Number | Message:
    """Return the number that `text` is, or what is wrong with it."""
    if not _NUMERAL.fullmatch(text):
        return Message(
            "invalid-number", "Invalid number literal", "This is not a number. Write it as 12, 1.5 or 1.5e3."
        )
    number = parse_number(text)
    if number is None or number.exponent is None or _count_digits(number, number.exponent) > NUMBER_LIMIT:
        return Message(
            "invalid-number",
            "Invalid number literal",
            f"This number would have more than {NUMBER_LIMIT} digits. Use a smaller number.",
        )
    return number


def _count_digits(number: Number, exponent: int) -> int:
    """Return about how many decimal digits stand before the point or, of a small number, behind it."""
    bits = abs(number.mantissa.bit_length() + exponent) if number.mantissa else 0
    return bits * 1000 // 3322
