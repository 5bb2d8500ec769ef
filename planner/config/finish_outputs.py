"""Outputs of the root module, as they are kept and shown.

Refuses numbers that JSON cannot hold: an infinite one, or one of thousands of digits.
"""

from collections.abc import Mapping
from typing import cast

from planner.config.evaluation import Evaluation
from planner.config.graph import Node
from planner.lang.json_values import to_json
from planner.lang.types import format_type
from planner.lang.values import MarkKind, Nothing, Value, is_known, is_wholly_known, list_members, unmark_deep
from planner.model.desired import DesiredOutput
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.values import Late
from state.values import Value as Kept

__all__ = ["make_outputs"]


def make_outputs(evaluation: Evaluation, found: list[Diagnostic]) -> tuple[DesiredOutput, ...]:
    """Return the outputs of the root module, in the order of their names; appends to `found` what cannot be kept."""
    outputs: list[DesiredOutput] = []
    for name, declared in sorted(evaluation.modules[()].outputs.items()):
        value = evaluation.values.get(((), Node((), "output", name)))
        if value is None:
            continue
        plain, marks = unmark_deep(value)
        is_late = not is_wholly_known(plain)
        is_secret = declared.is_sensitive or any(one.kind is MarkKind.SENSITIVE for one in marks)
        try:
            kept = _write(value) if is_known(value) else None
        except ValueError:
            found.append(_out_of_range(name, declared.value.span))
            continue
        outputs.append(
            DesiredOutput(
                name=name,
                value=kept,
                type=format_type(plain.type),
                is_sensitive=is_secret,
                is_late=is_late,
            )
        )
    return tuple(outputs)


def _write(value: Value) -> Kept:
    """Return `value` as it is kept, with a mark for each part of it that is known after apply."""
    content = value.content
    match content:
        case Nothing.UNKNOWN:
            return Late(tuple(sorted(one.source for one in value.marks if one.kind is MarkKind.LATE)))
        case tuple():
            return [_write(item) for item in content]
        case Mapping():
            return {name: _write(member) for name, member in list_members(value)}
        case _:
            return cast("Kept", to_json(value))  # all JSON is a value


def _out_of_range(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="number-too-large",
        summary="Number out of range",
        detail=f'A number in the output "{name}" is infinite or has too many digits for the state. Give out a smaller '
        "number, or convert it to a string.",
        span=span,
    )
