"""Plan ids as people write them: `pl-` and ten hexadecimal digits, or more of the sixty-four.

Knows how an id is shortened and read; refuses so few digits that two plans might share them.
"""

import re

__all__ = ["is_plan_id", "read_plan_id", "shorten_plan_id"]

_SHORT = 10
_WRITTEN = re.compile(r"(?:pl-)?([0-9a-f]{10,64})")


def shorten_plan_id(plan_id: str) -> str:
    """Return the short form of a plan's id: `pl-` and ten digits."""
    return f"pl-{plan_id[:_SHORT]}"


def read_plan_id(text: str) -> str:
    """Return the digits of an id in its short form, in its long one, or in between.

    Raises:
        ValueError: it is none.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is not the id of a plan, such as pl-7f3a9c0123')
    return match[1]


def is_plan_id(digits: str, plan_id: str) -> bool:
    """Tell whether `digits`, as they were read, are those of the plan of this id."""
    return plan_id.startswith(digits)
