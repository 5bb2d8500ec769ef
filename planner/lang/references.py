"""References: which names an expression speaks of, found without evaluating it, also in parts that never run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from planner.lang.number import Number, to_int
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

__all__ = [
    "Position",
    "Reference",
    "Step",
    "collect_all",
    "collect_calls",
    "collect_references",
    "format_reference",
    "read_traversal",
]


@dataclass(frozen=True, slots=True)
class Position:
    """An index in a reference: `key` is what is written in the brackets; None where it is computed, by `expression`."""

    key: str | int | None
    expression: Expression


Step: TypeAlias = str | Position


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of a name: `var.a.b[0]` has the root `var` and the steps `a`, `b` and the position 0.

    `span` covers the root and the first step; `spans` holds, for each step, the text up to its end.
    """

    root: str
    steps: tuple[Step, ...]
    span: Span
    spans: tuple[Span, ...]

    @property
    def name(self) -> str | None:
        """The attribute that follows the root: `a` in `var.a.b[0]`."""
        first = self.steps[0] if self.steps else None
        return first if isinstance(first, str) else None


def collect_references(expression: Expression) -> tuple[Reference, ...]:
    """Return what `expression` refers to, in the order of the text; names that a `for` binds are not references."""
    found: list[Reference] = []
    pending: list[tuple[TemplatePart, frozenset[str]]] = [(expression, frozenset({"*"}))]
    while pending:
        node, bound = pending.pop()
        reference = read_traversal(node)
        if reference is None:
            pending.extend(_list_children(node, bound))
            continue
        if reference.root not in bound:
            found.append(reference)
        pending.extend((step.expression, bound) for step in reference.steps if isinstance(step, Position))
    return tuple(sorted(found, key=lambda reference: reference.span.start))


def collect_all(expressions: Iterable[Expression | None]) -> tuple[Reference, ...]:
    """Return what any of `expressions` refers to."""
    given = (expression for expression in expressions if expression is not None)
    return tuple(reference for expression in given for reference in collect_references(expression))


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


def read_traversal(node: TemplatePart) -> Reference | None:
    """Return the reference that `node` as a whole is: a name, with attributes and positions behind it; or None."""
    steps: list[Step] = []
    spans: list[Span] = []
    while isinstance(node, GetAttribute | Index):
        steps.append(node.name if isinstance(node, GetAttribute) else Position(_read_key(node.key), node.key))
        spans.append(node.span)
        node = node.operand
    if not isinstance(node, Variable):
        return None
    steps.reverse()
    spans.reverse()
    return Reference(node.name, tuple(steps), spans[0] if spans else node.span, tuple(spans))


def _read_key(key: Expression) -> str | int | None:
    match key:
        case Literal(value=str() as text):
            return text
        case Literal(value=Number() as number) if number.is_whole:
            return to_int(number)
        case _:
            return None


def format_reference(reference: Reference) -> str:
    """Return `reference` as a configuration writes it; a computed position is `[…]`."""
    text = reference.root
    for step in reference.steps:
        match step:
            case str():
                text += f".{step}"
            case Position(key=str() as key):
                text += f'["{key}"]'
            case Position(key=None):
                text += "[…]"
            case Position(key=key):
                text += f"[{key}]"
    return text


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
