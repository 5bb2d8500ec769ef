"""Outputs: the values that a configuration gives to the outside, and what a plan does to each of them.

Plain data. It never holds what a sensitive output is: a fingerprint stands in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from state.values import Output

__all__ = ["OutputChange", "Outputs"]

Outputs: TypeAlias = Mapping[str, Output]
"""All outputs by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputChange:
    """What becomes of one output: as the state has it, and as it will be; None where there is none.

    The value of `after` is `Late` where it is known after apply.
    """

    name: str
    before: Output | None
    after: Output | None
