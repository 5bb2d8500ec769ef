"""Scope: what the names in an expression stand for, and how much its evaluation may cost.

Refuses, with `BudgetSpentError`, what would run too long or grow too large; `planner.lang.evaluate` turns that into a
diagnostic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.lang.functions.signature import Environment
from planner.lang.number import Number
from planner.lang.values import NO_MARKS, Content, Marks, Nothing, Value

__all__ = [
    "EXPRESSION_STEPS",
    "RUN_STEPS",
    "RUN_TEXT",
    "TEXT_LIMIT",
    "VALUE_DEPTH",
    "VALUE_PARTS",
    "Budget",
    "BudgetSpentError",
    "Scope",
]

EXPRESSION_STEPS = 1_500_000
"""How many steps one expression may take: a look at an element is one, an operation or a call several."""
RUN_STEPS = 150_000_000
"""How many steps all expressions of a run may take."""
TEXT_LIMIT = 16_000_000
"""How many characters one string may have."""
RUN_TEXT = 500_000_000
"""How many characters all strings that a run makes may have."""

VALUE_PARTS = 400_000
"""How many parts a value may have, at all depths."""
VALUE_DEPTH = 100
"""How deep lists and maps may be nested in each other."""

_LARGE, _REMEMBERED, _SHIFT = 100, 64, 4
"""From how many parts on a content is remembered; how many are; how much cheaper the next look at one is."""

_PARTLESS = frozenset({str, bool, Number, Nothing})
"""The classes of the contents that have no parts."""


class BudgetSpentError(Exception):
    """Evaluation costs more than it may: why, in a sentence without a full stop."""


@dataclass(slots=True)
class Budget:
    """What evaluation may still cost, counted down; one for all expressions of a run.

    `steps` is what is left to the expression that is being evaluated, `run_steps` to all of them.
    """

    steps: int = EXPRESSION_STEPS
    run_steps: int = RUN_STEPS
    run_text: int = RUN_TEXT
    _surveyed: dict[int, tuple[Content, int, Marks]] = field(default_factory=dict)
    """Large contents that have been walked through, by identity: their size and the marks in them."""

    def take(self, steps: int) -> None:
        """Count `steps`.

        Raises:
            BudgetSpentError: that is more than what is left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise BudgetSpentError("This takes more steps than an expression may")

    def take_text(self, length: int) -> None:
        """Count a text of `length` characters, before it is made where it may be long.

        Raises:
            BudgetSpentError: it is too long, or one too many.
        """
        self.run_text -= length
        if length > TEXT_LIMIT:
            raise BudgetSpentError(f"This comes to a text of more than {TEXT_LIMIT:,} characters")
        if self.run_text < 0:
            raise BudgetSpentError("All texts together have more characters than a run may make")

    def survey(self, value: Value) -> Marks:
        """Count the parts of `value`, for something that looks at all of them; return all marks in it.

        Raises:
            BudgetSpentError: there are too many, or they are nested too deeply.
        """
        content = value.content
        if type(content) in _PARTLESS:
            return value.marks
        known = self._surveyed.get(id(content))
        if known is not None:
            self.take((known[1] >> _SHIFT) + 1)
            return value.marks | known[2]
        found: set[Marks] = {value.marks}
        size = self._walk(content, found)
        marks = NO_MARKS.union(*found) if len(found) > 1 else value.marks
        if size > _LARGE:
            if len(self._surveyed) >= _REMEMBERED:
                self._surveyed.clear()
            # The content is kept too, so that no other one can come to have its identity.
            self._surveyed[id(content)] = (content, size, marks)
        return marks

    def _walk(self, content: Content, found: set[Marks]) -> int:
        """Count all parts of `content`, level by level, and put their marks into `found`; return how many there are."""
        size = 0
        level: list[Content] = [content]
        for _ in range(VALUE_DEPTH):
            deeper: list[Content] = []
            for inner in level:
                parts = inner if isinstance(inner, tuple) else inner.values() if isinstance(inner, Mapping) else ()
                size += len(parts)
                if size > VALUE_PARTS:
                    raise BudgetSpentError(f"This comes to a value of more than {VALUE_PARTS:,} parts")
                for part in parts:
                    if part.marks:
                        found.add(part.marks)
                    if type(part.content) not in _PARTLESS:
                        deeper.append(part.content)
            if not deeper:
                self.take(size)
                return size
            level = deeper
        raise BudgetSpentError(f"Lists and maps are nested here more than {VALUE_DEPTH} deep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an expression is evaluated in: `names` are the roots of references, `var`, `local`, `each` and so on."""

    names: Mapping[str, Value]
    environment: Environment
    budget: Budget
