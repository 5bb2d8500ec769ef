"""What the tests of the language share: readers of small texts, and a short print of a syntax tree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import pytest

from planner.lang.evaluate import evaluate
from planner.lang.functions.signature import Entry, FunctionError
from planner.lang.number import Number, format_number
from planner.lang.parse import parse_expression, parse_hcl
from planner.lang.rendering import make_environment
from planner.lang.scope import Budget, Scope
from planner.lang.syntax import (
    Binary,
    Body,
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
from planner.lang.values import Value, make_object
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source

Show = Callable[[TemplatePart | Body], str]
ReadExpression = Callable[[str], Expression]
ReadBody = Callable[[str], tuple[Body, tuple[Diagnostic, ...]]]


def _show(node: TemplatePart | Body) -> str:  # noqa: C901, PLR0912 - one line for each kind of node
    match node:
        case Body(attributes=attributes, blocks=blocks):
            lines = [f"{one.name}={_show(one.expression)}" for one in attributes]
            lines += [
                f"{' '.join((one.type, *(label.text for label in one.labels)))}{_show(one.body)}" for one in blocks
            ]
            return "{" + "; ".join(lines) + "}"
        case str() as text:
            return repr(text)
        case Literal(value=bool() as flag):
            return str(flag).lower()
        case Literal(value=None):
            return "null"
        case Literal(value=str() as text):
            return repr(text)
        case Literal(value=number):
            return format_number(number) if isinstance(number, Number) else repr(number)
        case Variable(name=name):
            return name
        case Template(parts=parts):
            return _list("template", *parts)
        case TemplateIf(condition=condition, then=then, otherwise=otherwise):
            return f"(%if {_show(condition)} {_list('then', *then)} {_list('else', *otherwise)})"
        case TemplateFor(key=key, value=value, collection=collection, body=body):
            return f"(%for {key} {value} {_show(collection)} {_list('do', *body)})"
        case TupleExpression(items=items):
            return _list("tuple", *items)
        case ObjectExpression(items=members):
            return f"(object{''.join(f' {_show(one.key)}={_show(one.value)}' for one in members)})"
        case GetAttribute(operand=operand, name=name):
            return f"(. {_show(operand)} {name})"
        case Index(operand=operand, key=position):
            return _list("@", operand, position)
        case Splat(operand=operand, each=each):
            return _list("splat", operand, each)
        case Unary(operator=operator, operand=operand):
            return _list(operator, operand)
        case Binary(operator=operator, left=left, right=right):
            return _list(operator, left, right)
        case Conditional(condition=condition, then=yes, otherwise=no):
            return _list("?", condition, yes, no)
        case Call(name=name, arguments=arguments, expand=expand):
            return _list(f"call {name}{'...' if expand else ''}", *arguments)
        case Parentheses(operand=operand):
            return _list("paren", operand)
        case ForExpression():
            inner = " ".join(
                "-" if part is None else _show(part)
                for part in (node.collection, node.result_key, node.result, node.condition)
            )
            return f"(for {node.key} {node.value} {inner}{' ...' if node.group else ''})"


def _list(head: str, *parts: TemplatePart) -> str:
    return f"({' '.join([head, *map(_show, parts)])})"


@pytest.fixture(scope="session")
def show() -> Show:
    """Return a function that prints a tree without its places."""
    return _show


@pytest.fixture(scope="session")
def read_body() -> ReadBody:
    """Return a function that reads a file."""
    return lambda text: parse_hcl(Source("main.hcl", text))


@pytest.fixture(scope="session")
def read_expression() -> ReadExpression:
    """Return a function that reads an expression that must be right."""

    def read(text: str) -> Expression:
        expression, diagnostics = parse_expression(Source("main.hcl", text))
        assert diagnostics == ()
        assert expression is not None
        return expression

    return read


@dataclass(frozen=True, slots=True)
class MemoryFiles:
    """Files that a test has thought up, by their paths."""

    contents: Mapping[str, bytes] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """Return what the file holds."""
        found = self.contents.get(_clean(path))
        if found is None:
            raise FunctionError(f'there is no file "{path}"', 0)
        return found

    def exists(self, path: str) -> bool:
        """Tell whether there is a file at `path`."""
        if any(name.startswith(f"{_clean(path)}/") for name in self.contents):
            raise FunctionError(f'"{path}" is a directory, not a file')
        return _clean(path) in self.contents

    def list_directory(self, path: str) -> tuple[Entry, ...]:
        """Return what is in the directory at `path`."""
        start = "" if _clean(path) == "." else f"{_clean(path)}/"
        below = [name.removeprefix(start) for name in self.contents if name.startswith(start)]
        directories = {name.partition("/")[0] for name in below if "/" in name}
        files = [Entry(name, "file") for name in below if "/" not in name]
        return tuple(sorted([*files, *(Entry(name, "directory") for name in directories)], key=lambda one: one.name))

    def make_absolute(self, path: str) -> str:
        """Return `path` from the root on."""
        return path if path.startswith("/") else f"/configuration/{_clean(path)}"

    def expand_home(self, path: str) -> str:
        """Return `path` with a leading `~` replaced."""
        return path.replace("~", "/home/somebody", 1) if path.startswith("~") else path


def _clean(path: str) -> str:
    return path.removeprefix("./").rstrip("/")


class Run(Protocol):
    """Evaluates an expression; `variables` are the members of `var`."""

    def __call__(
        self,
        text: str,
        variables: Mapping[str, Value] | None = None,
        *,
        files: Mapping[str, bytes] | None = None,
        budget: Budget | None = None,
        **names: Value,
    ) -> tuple[Value, tuple[Diagnostic, ...]]: ...


def _run(
    text: str,
    variables: Mapping[str, Value] | None = None,
    *,
    files: Mapping[str, bytes] | None = None,
    budget: Budget | None = None,
    **names: Value,
) -> tuple[Value, tuple[Diagnostic, ...]]:
    expression, diagnostics = parse_expression(Source("main.hcl", text))
    assert diagnostics == ()
    assert expression is not None
    return evaluate(expression, _make_scope({"var": make_object(variables or {}), **names}, files or {}, budget))


def _make_scope(
    names: Mapping[str, Value], files: Mapping[str, bytes] = MappingProxyType({}), budget: Budget | None = None
) -> Scope:
    budget = budget or Budget()
    environment = make_environment(
        MemoryFiles(files), lambda: "2026-01-02T03:04:05Z", lambda count: b"\x5a" * count, budget
    )
    return Scope(names=names, environment=environment, budget=budget)


@pytest.fixture(scope="session")
def run() -> Run:
    """Return a function that evaluates an expression that can be parsed."""
    return _run


@pytest.fixture(scope="session")
def make_scope() -> Callable[[Mapping[str, Value]], Scope]:
    """Return a function that makes a scope of names, with a budget of its own."""
    return _make_scope
