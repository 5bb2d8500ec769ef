"""Tracing: where the value of an expression comes from, through variables, locals and module calls. Changes nothing.

Refuses to show a secret: of what may hold one, as an object may by the names in it, only the references are told.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from planner.config.evaluation import Evaluation, ModulePath, evaluate_graph
from planner.config.prepared import Prepared, begin
from planner.lang.evaluate import evaluate
from planner.lang.parse import parse_expression, parse_template
from planner.lang.references import Reference, collect_references, format_reference, read_traversal
from planner.lang.show_value import show_value
from planner.lang.syntax import Expression
from planner.lang.types import is_primitive
from planner.lang.values import Value
from planner.model.desired import Known
from planner.model.diagnostics import has_errors
from planner.model.spans import Source, Span
from planner.model.why import Origin
from state.address import Address

__all__ = ["Trace", "open_trace"]

Trace = Callable[[Address, Span, bool], Origin]
"""Says where the value at a span, in the cluster at an address, comes from; of a secret, if it is one, not its text."""

_DEEPEST = 6
_LONGEST = 60
_HIDDEN = "(sensitive value)"
_OBJECT = re.compile(r"(?<![$%])\{")


@dataclass(frozen=True, slots=True)
class _At:
    """Where an expression stands: in which instance of a module, with which names of its own, and how deep."""

    path: ModulePath
    names: Mapping[str, Value]
    repetition: Expression | None
    is_secret: bool
    depth: int = 0

    def enter(self, path: ModulePath, names: Mapping[str, Value], repetition: Expression | None) -> "_At":
        """Return the place one step further away."""
        return _At(path, names, repetition, self.is_secret, self.depth + 1)


def open_trace(prepared: Prepared, known: Known) -> Trace:
    """Return what traces values of a configuration; `known` is what is known of clusters that are there already."""
    evaluation = begin(prepared, known)
    referenced = frozenset(node for node in prepared.graph.order if node.kind == "cluster")
    evaluation.graph = prepared.graph.with_referenced(referenced)
    evaluate_graph(evaluation, prepared.graph.order)
    tracer = _Tracer(prepared, evaluation)
    return tracer.trace


class _Tracer:
    def __init__(self, prepared: Prepared, evaluation: Evaluation) -> None:
        self._prepared = prepared
        self._evaluation = evaluation

    def trace(self, address: Address, span: Span, is_secret: bool) -> Origin:  # noqa: FBT001 - as `Trace` has it
        module = self._evaluation.modules.get(tuple(step.name for step in address.module))
        block = module.clusters.get(address.name) if module else None
        instance = self._evaluation.keyed.get((address.module, address.name), {}).get(address.key)
        repetition = block.repetition.expression if block and block.repetition else None
        at = _At(address.module, instance.names if instance else {}, repetition, is_secret)
        expression = self._parse(span)
        if expression is None:
            return Origin(name=str(address), place=self._describe(span))
        return Origin(
            name=str(address),
            place=self._describe(span),
            text=self._show_text(expression, span, hides=is_secret),
            origins=self._list_origins(expression, at),
        )

    def _list_origins(self, expression: Expression, at: _At) -> tuple[Origin, ...]:
        if at.depth >= _DEEPEST:
            return ()
        named = {format_reference(reference): reference for reference in collect_references(expression)}
        return tuple(self._trace_reference(reference, at) for reference in named.values())

    def _trace_reference(self, reference: Reference, at: _At) -> Origin:
        value = self._evaluate(reference, at)
        place, expression, inner = next(self._find_source(reference, at), ("", None, at))
        hides = at.is_secret or value in {"", _HIDDEN}
        return Origin(
            name=format_reference(reference),
            place=place or (self._describe(expression.span) if expression else ""),
            text=self._show_text(expression, expression.span, hides=hides) if expression else "",
            value="" if at.is_secret else value,
            origins=self._list_origins(expression, inner) if expression else (),
        )

    def _find_source(self, reference: Reference, at: _At) -> Iterator[tuple[str, Expression | None, _At]]:
        """Yield where a reference leads: a place in words, or an expression and where that stands."""
        modules, names = self._evaluation.modules, tuple(step.name for step in at.path)
        module, name = modules[names], reference.name or ""
        match reference.root:
            case "local" if name in module.locals:
                yield "", module.locals[name].expression, at.enter(at.path, {}, None)
            case "each" | "count" if at.repetition is not None:
                yield "", at.repetition, at.enter(at.path, {}, None)
            case "var" if at.path:
                call = modules[names[:-1]].calls[names[-1]]
                argument = call.arguments.get(name)
                repetition = call.repetition.expression if call.repetition else None
                if argument is not None:
                    inner = at.enter(at.path[:-1], self._evaluation.each.get(at.path, {}), repetition)
                    yield "", argument.expression, inner
                elif name in module.variables:
                    yield self._describe_default(module.variables[name].span), None, at
            case "var" if name in self._prepared.origins:
                yield self._prepared.origins[name], None, at
            case "var" if name in module.variables:
                yield self._describe_default(module.variables[name].span), None, at
            case _:
                return

    def _evaluate(self, reference: Reference, at: _At) -> str:
        """Return what a reference comes to, on one short line; empty where it cannot be told."""
        expression, mistakes = parse_expression(Source("", format_reference(reference)))
        if expression is None or has_errors(mistakes):
            return ""
        names = {**self._evaluation.name_values([reference], at.path), **at.names}
        value, problems = evaluate(expression, self._evaluation.scope(names))
        is_plain = is_primitive(value.type) and not has_errors(problems)
        return _shorten(show_value(value)) if is_plain else ""

    def _parse(self, span: Span) -> Expression | None:
        """Return the expression that is written at `span`; a string of JSON is a template."""
        text, offsets = self._cut(span), tuple(range(span.start, span.end + 1))
        if span.file.endswith(".json"):
            try:
                string = json.loads(text)
            except ValueError:
                return None
            return parse_template(Source(span.file, string))[0] if isinstance(string, str) else None
        return parse_expression(Source(span.file, text), offsets)[0]

    def _show_text(self, expression: Expression, span: Span, *, hides: bool) -> str:
        text = self._cut(span)
        if read_traversal(expression) is None and (hides or _OBJECT.search(text)):
            return ""
        return _shorten(text)

    def _cut(self, span: Span) -> str:
        return self._prepared.reading.texts.get(span.file, "")[span.start : span.end]

    def _describe(self, span: Span) -> str:
        return self._prepared.reading.describe_place(span)

    def _describe_default(self, span: Span) -> str:
        return f"its default, {self._describe(span)}"


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
