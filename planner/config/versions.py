"""Version constraints, as `required_version` has them: `>= 0.1`, `~> 0.1.2`, `!= 0.2`, several with commas.

The grammar and the meaning are Terraform's. Refuses what is not such a list.
"""

import re
from typing import TypeAlias

__all__ = ["Constraint", "is_satisfied", "parse_constraints"]

Numbers: TypeAlias = tuple[int, ...]
Constraint: TypeAlias = tuple[str, Numbers]

_CONSTRAINT = re.compile(r"\s*(?P<operator>=|!=|>=|<=|>|<|~>)?\s*v?(?P<version>[0-9]{1,9}(?:\.[0-9]{1,9}){0,2})\s*")


def parse_constraints(text: str) -> tuple[Constraint, ...]:
    """Return the constraints in `text`, all of which must hold.

    Raises:
        ValueError: `text` is not a list of constraints; it names the part that is wrong.
    """
    return tuple(_parse_constraint(part) for part in text.split(","))


def is_satisfied(version: str, constraints: tuple[Constraint, ...]) -> bool:
    """Tell whether `version`, numbers with dots, meets all `constraints`; what is left out of either is 0."""
    numbers = _read_numbers(version)
    return all(_is_met(numbers, operator, bound) for operator, bound in constraints)


def _parse_constraint(part: str) -> Constraint:
    match = _CONSTRAINT.fullmatch(part)
    if match is None:
        raise ValueError(part.strip())
    return match["operator"] or "=", _read_numbers(match["version"])


def _read_numbers(version: str) -> Numbers:
    return tuple(map(int, version.split(".")))


def _is_met(version: Numbers, operator: str, bound: Numbers) -> bool:
    one, other = _pad(version), _pad(bound)
    match operator:
        case "=":
            return one == other
        case "!=":
            return one != other
        case ">":
            return one > other
        case ">=":
            return one >= other
        case "<":
            return one < other
        case "<=":
            return one <= other
        case _:
            # `~>` lets only the last number that was given grow.
            fixed = max(len(bound) - 1, 0)
            return one >= other and one[:fixed] == other[:fixed]


def _pad(numbers: Numbers) -> Numbers:
    return (*numbers, 0, 0, 0)[:3]
