"""Rendering: the text of a template file or string, with variables, to what it comes to.

Refuses names that no variable has, and templates that render others.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NoReturn

from planner.lang.evaluate import evaluate_within
from planner.lang.functions.signature import Environment, Files, FunctionError
from planner.lang.parse import parse_template
from planner.lang.quoting import quote
from planner.lang.references import collect_references
from planner.lang.scope import Budget, Scope
from planner.lang.suggest import suggest
from planner.lang.syntax import Expression
from planner.lang.values import Value, is_null
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source, find_position

__all__ = ["make_environment"]


def make_environment(
    files: Files,
    now: Callable[[], str],
    draw: Callable[[int], bytes],
    budget: Budget,
    *,
    keeps_marks: bool = False,
) -> Environment:
    """Return what functions are given of the world; `budget` is the one of the scopes that they are called in."""
    reading = Environment(files=files, now=now, draw=draw, render=_refuse_nesting, keeps_marks=keeps_marks)
    blind = replace(reading, files=_NoFiles(files))

    def render(name: str, text: str, variables: Mapping[str, Value], *, may_read: bool) -> Value:
        source = Source(name, text)
        expression = _parse(name, text)
        _check_names(expression, variables, source)
        scope = Scope(names=variables, environment=reading if may_read else blind, budget=budget)
        value, diagnostics = evaluate_within(expression, scope)
        if diagnostics:
            raise FunctionError(_describe(diagnostics[0], source))
        if is_null(value):
            raise FunctionError(
                "the template comes to null, which is no text; write what is meant, such as an empty string"
            )
        return value

    return replace(reading, render=render)


@lru_cache(maxsize=256)
def _parse(name: str, text: str) -> Expression:
    source = Source(name, text)
    expression, diagnostics = parse_template(source)
    if diagnostics or expression is None:
        raise FunctionError(_describe(diagnostics[0], source), 0)
    return expression


def _refuse_nesting(name: str, text: str, variables: Mapping[str, Value], *, may_read: bool) -> Value:  # noqa: ARG001 - as `render`
    raise FunctionError("a template cannot render another one; render that one first and hand it over as a variable")


def _refuse_reading(path: str) -> NoReturn:
    raise FunctionError(f"a template in a string cannot look at {quote(path)}; hand what is needed over as a variable")


class _NoFiles:
    """What a template in a string is given of files: the names alone."""

    read = exists = list_directory = staticmethod(_refuse_reading)

    def __init__(self, files: Files) -> None:
        self.make_absolute = files.make_absolute
        self.expand_home = files.expand_home


def _check_names(expression: Expression, variables: Mapping[str, Value], source: Source) -> None:
    for reference in collect_references(expression):
        if reference.root not in variables:
            place = find_position(source.text, reference.span.start)
            raise FunctionError(
                f'there is no "{reference.root}" in it, which {source.file} refers to on line {place.line}'
                f"{suggest(reference.root, variables).rstrip('?').replace(' Did', '; did')}",
                1,
            )


def _describe(diagnostic: Diagnostic, source: Source) -> str:
    """Return a mistake in a template in half a sentence."""
    start = diagnostic.span.start if diagnostic.span is not None else 0
    place = find_position(source.text, start)
    detail = diagnostic.detail.rstrip(".")
    return f"{source.file}, line {place.line}, column {place.column}: {diagnostic.summary}. {detail}"
