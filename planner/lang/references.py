"""References: which names an expression speaks of, found without evaluating it, also in parts that never run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

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
    TemplatePart,
    TupleExpression,
    Unary,
    Variable,
)
from planner.model.spans import Span

__all__ = ["Reference", "collect_calls", "collect_references"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of a name: `var.a.b[0]` has the root `var` and the path `a`, `b`.

    The path holds the attribute names that follow the root without a break; `span` covers the root and the first of
    them.
    """

    root: str
    path: tuple[str, ...]
    span: Span


def collect_references(expression: Expression) -> tuple[Reference, ...]:
    """Return what `expression` refers to, in the order of the text; names that a `for` binds are not references."""
    found: list[Reference] = []
    pending: list[tuple[TemplatePart, frozenset[str]]] = [(expression, frozenset({"*"}))]
    while pending:
        node, bound = pending.pop()
        reference = _read_reference(node)
        if reference is None:
            pending.extend(_list_children(node, bound))
        elif reference.root not in bound:
            found.append(reference)
    return tuple(sorted(found, key=lambda reference: reference.span.start))


def collect_calls(expression: Expression) -> tuple[Call, ...]:
    """Return the outermost function calls in `expression`, in the order of the text."""
    found: list[Call] = []
    pending: list[TemplatePart] = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, Call):
            found.append(node)
        else:
            pending.extend(part for part, _ in _list_children(node, frozenset()))
    return tuple(sorted(found, key=lambda call: call.span.start))


def _read_reference(node: TemplatePart) -> Reference | None:
    names: list[str] = []
    span: Span | None = None
    while isinstance(node, GetAttribute):
        names.append(node.name)
        span = node.span
        node = node.operand
    if not isinstance(node, Variable):
        return None
    return Reference(node.name, tuple(reversed(names)), span or node.span)


def _list_children(node: TemplatePart, bound: frozenset[str]) -> Iterator[tuple[TemplatePart, frozenset[str]]]:
    match node:
        case str() | Literal() | Variable():
            return
        case Template(parts=parts):
            yield from ((part, bound) for part in parts)
        case TemplateIf(condition=condition, then=then, otherwise=otherwise):
            yield from ((part, bound) for part in (condition, *then, *otherwise))
        case TemplateFor(key=key, value=value, collection=collection, body=body):
            yield collection, bound
            yield from ((part, bound | _bind(key, value)) for part in body)
        case TupleExpression(items=items):
            yield from ((item, bound) for item in items)
        case ObjectExpression(items=members):
            yield from ((part, bound) for member in members for part in (member.key, member.value))
        case GetAttribute(operand=operand) | Unary(operand=operand) | Parentheses(operand=operand):
            yield operand, bound
        case Index(operand=one, key=other) | Splat(operand=one, each=other) | Binary(left=one, right=other):
            yield one, bound
            yield other, bound
        case Conditional(condition=condition, then=yes, otherwise=no):
            yield from ((part, bound) for part in (condition, yes, no))
        case Call(arguments=arguments):
            yield from ((argument, bound) for argument in arguments)
        case ForExpression():
            yield node.collection, bound
            inner = bound | _bind(node.key, node.value)
            yield from ((part, inner) for part in (node.result_key, node.result, node.condition) if part is not None)
        case _:
            assert_never(node)


def _bind(key: str | None, value: str) -> frozenset[str]:
    return frozenset({value} if key is None else {key, value})
