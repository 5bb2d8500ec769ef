"""Plain JSON: what `json.loads` makes of a text, and what can be sent again as one.

Python's JSON goes further than JSON does: it holds NaN, lone surrogates and numbers of any size. These are refused
here, as is what nests too deep, so that nothing after this has to fear them.
"""

import math
from typing import Any

__all__ = ["MAX_BITS", "MAX_DEPTH", "is_plain", "is_sendable_number", "is_sendable_text"]

MAX_DEPTH = 64
"""How many objects and lists may stand within one another, the document included; what is documented needs 6."""
MAX_BITS = 1024
"""The longest whole number: what a double can reach. Python refuses to print much longer ones."""


def is_plain(value: Any, depth: int) -> bool:  # noqa: ANN401 - any value at all
    """Tell whether `value`, which stands within `depth` objects and lists, is plain JSON that can be sent."""
    kind = type(value)
    if kind is str:
        return is_sendable_text(value)
    if kind is bool or value is None:
        return True
    if kind is int or kind is float:
        return is_sendable_number(value)
    if depth >= MAX_DEPTH:
        return False
    if kind is dict:
        return all(
            type(key) is str and is_sendable_text(key) and is_plain(member, depth + 1) for key, member in value.items()
        )
    return kind is list and all(is_plain(member, depth + 1) for member in value)


def is_sendable_text(text: str) -> bool:
    """Tell whether `text` can be written as UTF-8: it holds no lone surrogate."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_sendable_number(number: float) -> bool:
    """Tell whether `number` is finite and not absurdly long."""
    return number.bit_length() <= MAX_BITS if isinstance(number, int) else math.isfinite(number)
