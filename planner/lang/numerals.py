"""Numerals: the text of a number, in HCL and in JSON, to its value; refuses one that is too large to write out."""

from decimal import Decimal, InvalidOperation

from planner.lang.reading import Message

__all__ = ["NUMBER_LIMIT", "read_numeral"]

NUMBER_LIMIT = 4000
"""How many digits a number may have, written out, on either side of its point."""


def read_numeral(text: str) -> Decimal | Message:
    """Return the number that `text` is, or what is wrong with it."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Message(
            "invalid-number", "Invalid number literal", "This is not a number. Write it as 12, 1.5 or 1.5e3."
        )
    if number and max(abs(number.adjusted()), len(text)) > NUMBER_LIMIT:
        return Message(
            "invalid-number",
            "Invalid number literal",
            f"This number would have more than {NUMBER_LIMIT} digits. Use a smaller number.",
        )
    return number
