"""Call expressions: `name(a, b...)` to a value; also `try` and `can`, which look at mistakes instead of values.

Refuses functions that do not exist, with the name that was probably meant, and a wrong number of arguments.
"""

from planner.lang.calls import convert_argument, invoke, list_parameters
from planner.lang.conversion import ConversionError
from planner.lang.evaluation import Evaluation, is_secret
from planner.lang.functions.signature import Function, FunctionError, Parameter, TooLargeError
from planner.lang.functions.special import CAN, TRY
from planner.lang.functions.table import FUNCTION_NAMES, LEFT_OUT, REMOVED, find_function
from planner.lang.scope import BudgetSpentError
from planner.lang.suggest import suggest
from planner.lang.syntax import Call, Expression, GetAttribute, Index, Splat, Variable
from planner.lang.types import BOOL, DYNAMIC, CollectionType, DynamicType, TupleType, describe_type
from planner.lang.values import (
    FALSE,
    NO_MARKS,
    SENSITIVE,
    TRUE,
    UNKNOWN,
    Marks,
    Nothing,
    Value,
    is_known,
    is_null,
    is_wholly_known,
    items_of,
    make_unknown,
    mark,
)
from planner.model.spans import Span

__all__ = ["evaluate_call"]

_CORE = "core::"


_SPECIAL = {"try": TRY, "can": CAN}
"""Functions that look at expressions, not at values: only their numbers of arguments are those of a function."""


def evaluate_call(node: Call, evaluation: Evaluation) -> Value:
    """Return what the function gives for the arguments."""
    name = node.name.removeprefix(_CORE)
    function = _SPECIAL.get(name) or find_function(name)
    if function is None:
        return _refuse_name(node, evaluation)
    found = len(evaluation.diagnostics)
    arguments: list[_Argument] | Value
    arguments = _expand_arguments(node, evaluation) if node.expand else list(node.arguments)
    if isinstance(arguments, Value):
        return arguments
    count = len(arguments)
    if count < len(function.parameters) or (function.variadic is None and count > len(function.parameters)):
        return _refuse_count(node, function, arguments, evaluation)
    if function is TRY:
        return _try(node, arguments, evaluation)
    if function is CAN:
        return _can(arguments[0], evaluation)
    parameters = list_parameters(function, count)
    values = [_evaluate_argument(*pair, evaluation) for pair in zip(parameters, arguments, strict=True)]
    if len(evaluation.diagnostics) > found:
        return UNKNOWN
    try:
        return invoke(function, values, evaluation.environment, evaluation.budget)
    except TooLargeError as error:
        raise BudgetSpentError(f"{node.name}() cannot be carried out: {error}") from error
    except FunctionError as error:
        marks = NO_MARKS.union(*map(evaluation.budget.survey, values))
        shown = FunctionError(_HIDDEN, error.argument) if _is_hidden(marks, evaluation) else error
        return _explain_failure(node, function, arguments, shown, evaluation)


_Argument = Expression | tuple[Value, Span]
"""An argument as it is written, or one of those that a value was expanded to."""


def _expand_arguments(node: Call, evaluation: Evaluation) -> list[_Argument] | Value:
    """Return the arguments, the last expanded; or what the call comes to where that is not possible (yet)."""
    *arguments, last = node.arguments
    found = len(evaluation.diagnostics)
    value = evaluation.handlers[type(last)](last, evaluation)
    if len(evaluation.diagnostics) > found:
        return UNKNOWN
    type_ = value.type
    is_sequence = isinstance(type_, TupleType) or (isinstance(type_, CollectionType) and type_.kind != "map")
    if value.content is Nothing.NULL and (is_sequence or isinstance(type_, DynamicType)):
        return _refuse_expansion("it is null", last, evaluation)
    if not is_sequence and not isinstance(type_, DynamicType):
        return _refuse_expansion(f"it is of type {describe_type(type_)}", last, evaluation)
    if value.content is Nothing.UNKNOWN:
        return mark(UNKNOWN, value.marks)
    evaluation.budget.survey(value)
    return [*arguments, *((mark(item, value.marks), last.span) for item in items_of(value))]


def _refuse_expansion(problem: str, node: Expression, evaluation: Evaluation) -> Value:
    return evaluation.report(
        "invalid-expansion",
        "Invalid expanding argument value",
        f"An argument that ends in `...` must be a list, set or tuple; {problem}. Use one, or remove the dots.",
        node.span,
    )


def _refuse_count(node: Call, function: Function, arguments: list[_Argument], evaluation: Evaluation) -> Value:
    parameters = function.parameters
    if len(arguments) < len(parameters):
        missing = parameters[len(arguments)].name
        return evaluation.report(
            "missing-argument",
            "Not enough function arguments",
            f'{node.name}() needs {_count(len(parameters), function)}; "{missing}" is missing. Add it.',
            Span(node.span.file, node.span.end - 1, node.span.end),
        )
    return evaluation.report(
        "excess-argument",
        "Too many function arguments",
        f"{node.name}() takes {_count(len(parameters), function)}. Remove the rest.",
        _find_span(arguments[len(parameters)]),
    )


def _count(number: int, function: Function) -> str:
    least = "at least " if function.variadic is not None else ""
    return f"{least}{number} argument{'' if number == 1 else 's'}" if number else "no arguments"


def _find_span(argument: _Argument) -> Span:
    return argument[1] if isinstance(argument, tuple) else argument.span


def _evaluate(argument: _Argument, evaluation: Evaluation) -> Value:
    if isinstance(argument, tuple):
        return argument[0]
    return evaluation.handlers[type(argument)](argument, evaluation)


def _evaluate_argument(parameter: Parameter, argument: _Argument, evaluation: Evaluation) -> Value:
    """Return an argument in the type that the function takes it."""
    if parameter.is_reference:
        return _evaluate_reference(parameter, argument, evaluation)
    value = argument[0] if isinstance(argument, tuple) else evaluation.handlers[type(argument)](argument, evaluation)
    type_ = parameter.type
    if type_ is value.type or type_ is DYNAMIC:
        return value
    marks = evaluation.budget.survey(value)
    try:
        return convert_argument(parameter, value)
    except ConversionError as error:
        reason = _HIDDEN if _is_hidden(marks, evaluation) else str(error)
        return evaluation.report(*_explain_argument(parameter.name, reason), _find_span(argument))


def _evaluate_reference(parameter: Parameter, argument: _Argument, evaluation: Evaluation) -> Value:
    """Return an argument that must be a reference to a value of just the type of `parameter`."""
    wanted = describe_type(parameter.type)
    reason = f"it must be a reference to a {wanted}, such as `local.{parameter.name}`"
    if isinstance(argument, tuple) or _is_reference(argument):
        attempt = evaluation.attempt()
        value = _evaluate(argument, attempt)
        if attempt.diagnostics:
            reason = f"{attempt.diagnostics[0].summary}. {attempt.diagnostics[0].detail.rstrip('.')}"
        elif not is_known(value) or (value.type == parameter.type and not is_null(value)):
            return value
        else:
            given = "null" if is_null(value) else describe_type(value.type)
            reason = f"it must refer to a {wanted}, and this is {given}"
    return evaluation.report(*_explain_argument(parameter.name, reason), _find_span(argument))


def _is_reference(expression: Expression) -> bool:
    while isinstance(expression, GetAttribute | Index | Splat):
        expression = expression.operand
    return isinstance(expression, Variable)


def _is_hidden(marks: Marks, evaluation: Evaluation) -> bool:
    return evaluation.is_hidden or is_secret(marks)


def _explain_argument(name: str, reason: str) -> tuple[str, str, str]:
    detail = f'The value for "{name}" cannot be used: {reason}. Correct this argument.'
    return "invalid-argument", "Invalid function argument", detail


_HIDDEN = "the reason would show a sensitive value"


def _explain_failure(
    node: Call, function: Function, arguments: list[_Argument], error: FunctionError, evaluation: Evaluation
) -> Value:
    name = Span(node.span.file, node.span.start, node.span.start + len(node.name))
    if error.argument is None:
        detail = f"{node.name}() failed: {error}. Correct its arguments."
        return evaluation.report("function-failed", "Error in function call", detail, name)
    parameters = list_parameters(function, len(arguments))
    if error.argument < len(arguments):
        parameter, span = parameters[error.argument], _find_span(arguments[error.argument])
    else:
        parameter, span = function.variadic or function.parameters[-1], node.span
    return evaluation.report(*_explain_argument(parameter.name, str(error)), span)


def _refuse_name(node: Call, evaluation: Evaluation) -> Value:
    namespace, separator, name = node.name.rpartition("::")
    span = Span(node.span.file, node.span.start, node.span.start + len(node.name))
    if separator and node.name.startswith("provider::"):
        summary = "Unknown provider function"
        detail = f'No provider has functions here, so there is no "{node.name}". Use one of the built-in functions.'
    elif separator and namespace != "core":
        summary = "Unknown provider function"
        detail = f'There is no namespace "{namespace}". Built-in functions need none: remove `{namespace}::`.'
    else:
        summary = "Unknown provider function" if separator else "Call to unknown function"
        similar = suggest(name, FUNCTION_NAMES | _SPECIAL.keys())
        detail = f'There is no function named "{name}".{similar} Use one that there is.'
        if name in REMOVED:
            summary = "Error in function call"
            detail = f"{name}() is no longer a part of the language. Write {REMOVED[name]} instead."
        if name in LEFT_OUT:
            detail = f"Terraform's {name}() is left out: {LEFT_OUT[name]}. Hand the result over as a variable."
    return evaluation.report("unknown-function", summary, detail, span)


def _try(node: Call, arguments: list[_Argument], evaluation: Evaluation) -> Value:
    """Return the first of the values that can be had; unknown where only later it will show which that is."""
    evaluation.budget.take(12)
    reasons: list[str] = []
    for argument in arguments:
        attempt = evaluation.attempt()
        value = _evaluate(argument, attempt)
        if attempt.diagnostics:
            reasons.append(attempt.diagnostics[0].summary)
            continue
        marks = evaluation.budget.survey(value)
        # A secret is marked again once it is known; there is nothing to hide before.
        return value if is_wholly_known(value) else mark(UNKNOWN, marks - {SENSITIVE})
    span = Span(node.span.file, node.span.start, node.span.start + len(node.name))
    detail = "try() needs at least one argument. Add one."
    if reasons:
        detail = f"No argument of try() has a value: {'; '.join(reasons)}. Add one that always has, at the end."
    return evaluation.report("function-failed", "Error in function call", detail, span)


def _can(argument: _Argument, evaluation: Evaluation) -> Value:
    """Return whether the value can be had; unknown where only later it will show."""
    evaluation.budget.take(12)
    attempt = evaluation.attempt()
    value = _evaluate(argument, attempt)
    if attempt.diagnostics:
        return FALSE
    marks = evaluation.budget.survey(value) - {SENSITIVE}
    return TRUE if is_wholly_known(value) else make_unknown(BOOL, marks)
