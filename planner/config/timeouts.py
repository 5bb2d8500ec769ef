"""`timeouts` blocks: how long a cluster may take until it has settled, by what is done to it.

Durations as Go and Terraform spell them. Refuses what is not known when the plan is made, and what must not be shown.
"""

from planner.config.context import Context
from planner.config.expected import TIMEOUTS
from planner.lang.content import read_content
from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.timestamps import parse_duration
from planner.lang.syntax import Attribute, Block
from planner.lang.types import STRING, is_primitive
from planner.lang.values import MarkKind, Value, has_mark, is_known, is_null
from planner.model.diagnostics import Diagnostic
from state.values import NO_TIMEOUTS, Timeouts

__all__ = ["list_timeouts", "read_timeouts"]

_SECOND = 10**9


def list_timeouts(blocks: list[Block], found: list[Diagnostic]) -> tuple[Attribute, ...]:
    """Return the arguments of the one `timeouts` block among `blocks`, those of a cluster."""
    written = [block for block in blocks if block.type == "timeouts"]
    found.extend(_second(block) for block in written[1:])
    if not written:
        return ()
    content, diagnostics = read_content(written[0].body, TIMEOUTS, written[0].header)
    found.extend(diagnostics)
    return tuple(content.attributes.values())


def read_timeouts(attributes: tuple[Attribute, ...], context: Context) -> Timeouts:
    """Return what the arguments of a `timeouts` block come to. Mistakes go to the context."""
    if not attributes:
        return NO_TIMEOUTS
    return Timeouts(**{attribute.name: _read(attribute, context) for attribute in attributes})


def _read(attribute: Attribute, context: Context) -> float | None:
    value = _as_text(context.evaluate(attribute.expression))
    problem = _find_problem(attribute, value)
    if problem is not None:
        context.found.append(problem)
        return None
    return parse_duration(value.content) / _SECOND if isinstance(value.content, str) else None


def _as_text(value: Value) -> Value:
    """Return `value` as Terraform takes it where it wants a string: a number is one too, and lacks a unit then."""
    try:
        return convert(value, STRING) if is_primitive(value.type) else value
    except ConversionError:
        return value


def _find_problem(attribute: Attribute, value: Value) -> Diagnostic | None:
    late = sorted(str(mark.source) for mark in value.marks if mark.kind is MarkKind.LATE)
    if late:
        return _refuse(
            attribute,
            "It must be known when the plan is made, and it waits for "
            f"{', '.join(late)}. Write it out, or take it from a variable.",
        )
    if has_mark(value, MarkKind.SENSITIVE) or has_mark(value, MarkKind.EPHEMERAL):
        return _refuse(attribute, "It stands in plans and in the state, so that it must not be secret. Write it out.")
    if is_null(value) or not is_known(value):
        return None
    if not isinstance(value.content, str):
        return _refuse(attribute, f"It must be a string that spells a duration. {_EXAMPLE}")
    try:
        nanoseconds = parse_duration(value.content)
    except ValueError as error:
        return _refuse(attribute, f'"{value.content}" is no duration: {error}. {_EXAMPLE}')
    return _refuse(attribute, f"A duration is not negative here. {_EXAMPLE}") if nanoseconds < 0 else None


_EXAMPLE = 'Write it like "90s", "60m" or "1h30m".'


def _refuse(attribute: Attribute, why: str) -> Diagnostic:
    return Diagnostic(
        code="invalid-timeout",
        summary=f'Invalid timeout "{attribute.name}"',
        detail=why,
        span=attribute.expression.span,
    )


def _second(block: Block) -> Diagnostic:
    return Diagnostic(
        code="field-written-twice",
        summary="Duplicate timeouts block",
        detail='A cluster has one "timeouts" only, and it is written above. Merge the two into one.',
        span=block.header,
    )
