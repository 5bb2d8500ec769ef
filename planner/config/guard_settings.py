"""The `guard` block in a `planner` block: how much one plan may do without being allowed to.

Numbers and shares, written out, as they are read before anything has a value; null lifts a limit. Refuses anything
else.
"""

from planner.config.constants import read_constant, read_text
from planner.config.expected import GUARD
from planner.lang.content import read_content
from planner.lang.number import Number, to_float
from planner.lang.syntax import Attribute, Block
from planner.lang.values import Value, is_null, is_wholly_known
from planner.model.diagnostics import Diagnostic
from planner.model.guard import Guard, Limit

__all__ = ["read_guard"]


def read_guard(block: Block, found: list[Diagnostic]) -> Guard:
    """Return the limits that a `guard` block sets; where it is silent, those that always hold."""
    content, diagnostics = read_content(block.body, GUARD, block.header)
    found.extend(diagnostics)
    unset = Guard()

    def read(name: str, default: Limit) -> Limit:
        number, percent = (content.attributes.get(spelled) for spelled in (name, f"{name}_percent"))
        return Limit(
            number=_read_number(number, default.number, found), percent=_read_percent(percent, default.percent, found)
        )

    return Guard(
        delete=read("max_delete", unset.delete),
        replace=read("max_replace", unset.replace),
        change=read("max_change", unset.change),
        recreate=read("max_recreate", unset.recreate),
        remove_servers=read("max_servers_removed", unset.remove_servers),
        refuses_failed_checks=_read_refuses(content.attributes.get("failed_checks"), found),
    )


def _read_number(attribute: Attribute | None, default: int | None, found: list[Diagnostic]) -> int | None:
    if attribute is None:
        return default
    value = read_constant(attribute, found)
    if is_null(value):
        return None
    number = _as_float(value)
    if number is not None and number >= 0 and number.is_integer():
        return int(number)
    _refuse(attribute, value, "a whole number that is not negative, or null for no limit", found)
    return default


def _read_percent(attribute: Attribute | None, default: float | None, found: list[Diagnostic]) -> float | None:
    if attribute is None:
        return default
    value = read_constant(attribute, found)
    if is_null(value):
        return None
    number = _as_float(value)
    if number is not None and 0 <= number <= 100:
        return number
    _refuse(attribute, value, "a number from 0 to 100, or null for no limit", found)
    return default


def _read_refuses(attribute: Attribute | None, found: list[Diagnostic]) -> bool:
    text = read_text(attribute, found)
    if attribute is not None and text not in {None, "refuse", "warn"}:
        found.append(
            Diagnostic(
                code="unsuitable-value",
                summary="Unknown choice for failed_checks",
                detail='"failed_checks" must be "warn", which only tells of a check that fails, or "refuse", which '
                "does not let such a plan pass. Choose one of the two.",
                span=attribute.expression.span,
            )
        )
    return text == "refuse"


def _as_float(value: Value) -> float | None:
    return to_float(value.content) if isinstance(value.content, Number) else None


def _refuse(attribute: Attribute, value: Value, words: str, found: list[Diagnostic]) -> None:
    if is_wholly_known(value):  # what is wrong with an unknown one is told already
        found.append(
            Diagnostic(
                code="unsuitable-value",
                summary="Invalid limit of the guard",
                detail=f'"{attribute.name}" must be {words}. Correct the value.',
                span=attribute.expression.span,
            )
        )
