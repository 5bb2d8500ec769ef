"""A console: single expressions, evaluated in the root module of a configuration. Changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from planner.config.configuration import Configuration
from planner.config.evaluation import Evaluation, evaluate_graph
from planner.config.finish import make_configuration
from planner.config.names import Permit, check_references
from planner.config.prepared import Prepared, begin
from planner.lang.evaluate import evaluate
from planner.lang.parse import parse_expression
from planner.lang.references import collect_references
from planner.lang.show_value import show_type, show_value
from planner.lang.syntax import Call, Expression
from planner.model.desired import Known
from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.spans import Source

__all__ = ["Answer", "Console", "open_console"]

INPUT = "<console-input>"
"""What the text that was typed is called in messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one expression: its value in words, or what is wrong with it."""

    text: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """`configuration` is what expressions are evaluated in, with its mistakes; `ask` evaluates one."""

    configuration: Configuration
    ask: Callable[[str], Answer]


def open_console(prepared: Prepared, known: Known) -> Console:
    """Return a console for a configuration; `known` is what is known of clusters that are there already."""
    configuration = make_configuration(prepared, known)
    evaluation = begin(prepared, known)
    referenced = frozenset(node for node in prepared.graph.order if node.kind == "cluster")
    evaluation.graph = prepared.graph.with_referenced(referenced)
    evaluate_graph(evaluation, prepared.graph.order)
    return Console(configuration=configuration, ask=lambda text: _answer(text, evaluation))


def _answer(text: str, evaluation: Evaluation) -> Answer:
    # A heredoc ends with its line.
    expression, mistakes = parse_expression(Source(INPUT, f"{text}\n" if "<<" in text else text))
    if expression is None or has_errors(mistakes):
        return Answer(diagnostics=mistakes)
    inner = _find_typed(expression)
    expression = expression if inner is None else inner
    references = collect_references(expression)
    problems = tuple(check_references(references, evaluation.modules[()], Permit(), lambda _: False))
    if problems:
        return Answer(diagnostics=problems)
    value, diagnostics = evaluate(expression, evaluation.scope(evaluation.name_values(references, ())))
    if has_errors(diagnostics):
        return Answer(diagnostics=diagnostics)
    text = show_value(value) if inner is None else show_type(value.type)
    return Answer(text=text, diagnostics=diagnostics)


def _find_typed(expression: Expression) -> Expression | None:
    """Return what a whole `type(…)` asks the type of: a function that is there in a console alone, as in Terraform."""
    match expression:
        case Call(name="type" | "core::type", arguments=(inner,), expand=False):
            return inner
        case _:
            return None
