"""Evaluation: a syntax tree and the values of its names to a value, as Terraform has it.

Never raises for any expression: mistakes become diagnostics, and what costs more than its budget is one of them.
"""

from collections.abc import Mapping
from functools import lru_cache

from planner.lang.access import evaluate_access
from planner.lang.call_expressions import evaluate_call
from planner.lang.choosing import evaluate_conditional
from planner.lang.constructors import evaluate_object, evaluate_tuple
from planner.lang.evaluation import Evaluate, Evaluation
from planner.lang.loops import evaluate_for
from planner.lang.number import Number
from planner.lang.operators import evaluate_binary, evaluate_unary
from planner.lang.scope import EXPRESSION_STEPS, BudgetSpentError, Scope
from planner.lang.splats import evaluate_splat
from planner.lang.suggest import suggest
from planner.lang.syntax import (
    Binary,
    Call,
    Conditional,
    Expression,
    ForExpression,
    GetAttribute,
    Index,
    Literal,
    ObjectExpression,
    Parentheses,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TupleExpression,
    Unary,
    Variable,
)
from planner.lang.templating import evaluate_template, evaluate_template_for, evaluate_template_if
from planner.lang.types import NUMBER
from planner.lang.values import FALSE, NULL, TRUE, UNKNOWN, Value, make_text
from planner.model.diagnostics import Diagnostic

__all__ = ["evaluate", "evaluate_within"]


def evaluate(expression: Expression, scope: Scope) -> tuple[Value, tuple[Diagnostic, ...]]:
    """Return the value of `expression` and the mistakes in it; unknown stands in place of what failed."""
    if type(expression) is Literal:
        return _evaluate_literal(expression, None), ()
    budget = scope.budget
    granted = budget.steps = min(EXPRESSION_STEPS, budget.run_steps)
    try:
        return evaluate_within(expression, scope)
    except BudgetSpentError as error:
        return UNKNOWN, (_explain_limit(str(error), expression),)
    except RecursionError:
        return UNKNOWN, (_explain_limit("This is nested too deeply", expression),)
    finally:
        budget.run_steps -= granted - budget.steps


def evaluate_within(expression: Expression, scope: Scope) -> tuple[Value, tuple[Diagnostic, ...]]:
    """Return what `evaluate` does, at the expense of an expression that is being evaluated.

    Raises:
        BudgetSpentError: it costs more than what is left.
    """
    found: list[Diagnostic] = []
    budget = scope.budget
    evaluation = Evaluation(scope.names, scope.environment, budget, _HANDLERS, found)
    value = _HANDLERS[type(expression)](expression, evaluation)
    budget.survey(value)
    if len(found) > 1:
        found.sort(key=_find_start)
    return value, tuple(found)


def _find_start(diagnostic: Diagnostic) -> int:
    return diagnostic.span.start if diagnostic.span is not None else 0


def _explain_limit(problem: str, expression: Expression) -> Diagnostic:
    return Diagnostic(
        code="evaluation-limit",
        summary="Evaluation limit reached",
        detail=f"{problem}. Make it smaller, or split it into several.",
        span=expression.span,
    )


_literal_text = lru_cache(maxsize=4096)(make_text)


def _evaluate_literal(node: Literal, _: Evaluation | None) -> Value:
    value = node.value
    if isinstance(value, str):
        return _literal_text(value)
    if isinstance(value, Number):
        return Value(NUMBER, value)
    if value is None:
        return NULL
    return TRUE if value else FALSE


def _evaluate_variable(node: Variable, evaluation: Evaluation) -> Value:
    value = evaluation.names.get(node.name)
    if value is not None:
        return value
    known = [name for name in evaluation.names if name != "*"]
    return evaluation.report(
        "unknown-variable",
        "Unknown variable",
        f'There is nothing named "{node.name}" here.{suggest(node.name, known)} Correct the name.',
        node.span,
    )


def _evaluate_parentheses(node: Parentheses, evaluation: Evaluation) -> Value:
    return evaluation.handlers[type(node.operand)](node.operand, evaluation)


_HANDLERS: Mapping[type, Evaluate] = {
    Binary: evaluate_binary,
    Call: evaluate_call,
    Conditional: evaluate_conditional,
    ForExpression: evaluate_for,
    GetAttribute: evaluate_access,
    Index: evaluate_access,
    Literal: _evaluate_literal,
    ObjectExpression: evaluate_object,
    Parentheses: _evaluate_parentheses,
    Splat: evaluate_splat,
    Template: evaluate_template,
    TemplateFor: evaluate_template_for,
    TemplateIf: evaluate_template_if,
    TupleExpression: evaluate_tuple,
    Unary: evaluate_unary,
    Variable: _evaluate_variable,
}
