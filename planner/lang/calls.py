"""Calls: a function and its arguments to a result, with all that no function has to see to itself.

Arguments are converted to the parameters' types; null is refused, unknown makes the result unknown, and marks pass over
to the result, unless a parameter says otherwise. Refuses results that are too large.
"""

from collections.abc import Mapping, Sequence

from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.signature import Environment, Function, FunctionError, Parameter
from planner.lang.scope import Budget
from planner.lang.types import DYNAMIC, DynamicType
from planner.lang.values import (
    NO_MARKS,
    Mark,
    MarkKind,
    Marks,
    Nothing,
    Value,
    collect_marks,
    make_unknown,
    mark,
    unmark_deep,
)

__all__ = ["call", "convert_argument", "invoke", "list_parameters"]

_SLOW, _SLOW_IN_ALL = 2, 8
"""How many steps a slow function takes for each character, of its expression and of the run besides: so one expression
may read a large text, and a run not many of them."""


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
    for position, (parameter, argument) in enumerate(
        zip(list_parameters(function, len(arguments)), arguments, strict=True)
    ):
        try:
            converted.append(convert_argument(parameter, argument))
        except ConversionError as error:
            raise FunctionError(str(error), position) from error
    return invoke(function, converted, environment, Budget())


def list_parameters(function: Function, count: int) -> tuple[Parameter, ...]:
    """Return the parameters that `count` arguments are for, one each; that many can be given."""
    parameters = function.parameters
    if function.variadic is None or count <= len(parameters):
        return parameters
    return (*parameters, *((function.variadic,) * (count - len(parameters))))


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
    if function.is_slow:
        length = sum([len(one.content) for one in arguments if isinstance(one.content, str)])
        budget.take(_SLOW * length)
        budget.run_steps -= _SLOW_IN_ALL * length
    parameters = list_parameters(function, len(arguments))
    seen, marks = _unmark(parameters, arguments, budget)
    is_known = _check(parameters, seen)
    if is_known is None:
        return make_unknown(DYNAMIC, marks | _find_late(seen))
    returns = function.returns
    type_ = returns(seen) if callable(returns) else returns
    if not is_known:
        return make_unknown(type_, marks | _find_late(seen))
    result = function.compute(seen, type_, environment)
    _weigh(result, budget)
    if result.content is Nothing.UNKNOWN:
        marks |= _find_late(seen)
    if function.is_volatile:
        marks |= {Mark(MarkKind.VOLATILE, function.name)}
    return mark(result, marks) if marks else result


def _unmark(parameters: tuple[Parameter, ...], arguments: list[Value], budget: Budget) -> tuple[list[Value], Marks]:
    """Return `arguments` as a function sees them, and the marks that it does not see."""
    all_marks = [budget.survey(argument) for argument in arguments]
    if not any(all_marks):
        return arguments, NO_MARKS
    seen: list[Value] = []
    found: Marks = NO_MARKS
    for parameter, argument, marks in zip(parameters, arguments, all_marks, strict=True):
        if marks and not parameter.takes_marked:
            found |= marks
            seen.append(unmark_deep(argument)[0])
        else:
            seen.append(argument)
    return seen, found


def _find_late(arguments: list[Value]) -> Marks:
    """Return what `arguments` wait for: a result that is not known waits for it too, whoever sees to other marks."""
    return frozenset(one for argument in arguments for one in collect_marks(argument) if one.kind is MarkKind.LATE)


def _check(parameters: tuple[Parameter, ...], arguments: list[Value]) -> bool | None:
    """Tell whether enough is known for the function to be asked; None where not even the type of the result is."""
    is_known = True
    for position, argument in enumerate(arguments):
        content = argument.content
        if content is Nothing.NULL or content is Nothing.UNKNOWN:
            parameter = parameters[position]
            if content is Nothing.NULL and not parameter.takes_null:
                raise FunctionError("it must not be null", position)
            if isinstance(argument.type, DynamicType) and not parameter.takes_dynamic:
                return None
            if content is Nothing.UNKNOWN and not parameter.takes_unknown:
                is_known = False
    return is_known


def _weigh(result: Value, budget: Budget) -> None:
    content = result.content
    if isinstance(content, str):
        budget.take_text(len(content))
    else:
        # A part that a function has made took longer than one that is only looked at.
        budget.take(6 * len(content) if isinstance(content, tuple | Mapping) else 0)
        budget.survey(result)
