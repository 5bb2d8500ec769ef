"""Calls: a function and its arguments to a result, with all that no function has to see to itself.

Arguments are converted to the parameters' types; null is refused, unknown makes the result unknown, and marks pass over
to the result, unless a parameter says otherwise. Refuses results that are too large.
"""

from collections.abc import Mapping, Sequence

from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.signature import Environment, Function, FunctionError, Parameter
from planner.lang.scope import Budget
from planner.lang.types import DYNAMIC, DynamicType, Type
from planner.lang.values import (
    NO_MARKS,
    Mark,
    MarkKind,
    Marks,
    Nothing,
    Value,
    make_unknown,
    mark,
    unmark_deep,
)

__all__ = ["call", "convert_argument", "find_parameter", "invoke"]

_SLOW = 2
"""How many characters a slow function takes apart in a step."""


def call(function: Function, arguments: Sequence[Value], environment: Environment) -> Value:
    """Return what `function` gives for `arguments`.

    Raises:
        FunctionError: it cannot be had, or there are too few arguments or too many.
    """
    if len(arguments) < len(function.parameters):
        raise FunctionError(f"there are only {len(arguments)} arguments")
    if function.variadic is None and len(arguments) > len(function.parameters):
        raise FunctionError(f"there are {len(arguments)} arguments", len(function.parameters))
    converted = []
    for position, argument in enumerate(arguments):
        try:
            converted.append(convert_argument(find_parameter(function, position), argument))
        except ConversionError as error:
            raise FunctionError(str(error), position) from error
    return invoke(function, converted, environment, Budget())


def find_parameter(function: Function, position: int) -> Parameter:
    """Return the parameter that the argument at `position` is for."""
    if position < len(function.parameters) or function.variadic is None:
        return function.parameters[position]
    return function.variadic


def convert_argument(parameter: Parameter, value: Value) -> Value:
    """Return `value` as the parameter takes it.

    Raises:
        ConversionError: it cannot be that.
    """
    type_ = parameter.type
    if type_ is value.type or isinstance(type_, DynamicType):
        return value
    return convert(value, type_)


def invoke(function: Function, arguments: list[Value], environment: Environment, budget: Budget) -> Value:
    """Return what `function` gives for `arguments`, which are as many and of the types that it takes.

    Raises:
        FunctionError: it cannot be had.
        BudgetSpentError: it would be too large.
    """
    budget.take(16)
    seen, marks = _unmark(function, arguments, budget)
    type_, is_unknown = _decide(function, seen)
    if is_unknown:
        return make_unknown(type_, marks)
    result = function.compute(seen, type_, environment)
    _weigh(result, budget)
    if function.is_volatile:
        marks |= {Mark(MarkKind.VOLATILE, function.name)}
    return mark(result, marks) if marks else result


def _unmark(function: Function, arguments: list[Value], budget: Budget) -> tuple[list[Value], Marks]:
    """Return `arguments` as `function` sees them, and the marks that it does not see."""
    seen: list[Value] = []
    found: Marks = NO_MARKS
    for position, argument in enumerate(arguments):
        marks = budget.survey(argument)
        if marks and not find_parameter(function, position).takes_marked:
            found |= marks
            argument, _ = unmark_deep(argument)  # noqa: PLW2901 - the same argument, as it is seen
        seen.append(argument)
    return seen, found


def _decide(function: Function, arguments: list[Value]) -> tuple[Type, bool]:
    """Return the type of the result, and whether that is all that can be said of it."""
    is_unknown = False
    for position, argument in enumerate(arguments):
        parameter = find_parameter(function, position)
        content = argument.content
        if content is Nothing.NULL and not parameter.takes_null:
            raise FunctionError("it must not be null", position)
        if isinstance(argument.type, DynamicType) and not parameter.takes_dynamic:
            return DYNAMIC, True
        if content is Nothing.UNKNOWN and not parameter.takes_unknown:
            is_unknown = True
    returns = function.returns
    return (returns(arguments) if callable(returns) else returns), is_unknown


def _weigh(result: Value, budget: Budget) -> None:
    content = result.content
    if isinstance(content, str):
        budget.take_text(len(content))
    else:
        # A part that a function has made took longer than one that is only looked at.
        budget.take(6 * len(content) if isinstance(content, tuple | Mapping) else 0)
        budget.survey(result)
