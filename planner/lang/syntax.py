"""The syntax tree: what a configuration says, before anything in it has a value.

Both syntaxes, HCL and its JSON form, become this tree; nothing after it knows which it was. Nodes are frozen and
each carries the span of the text that it was written as.
"""

from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias

from planner.lang.number import Number
from planner.model.spans import Span

__all__ = [
    "Attribute",
    "Binary",
    "BinaryOperator",
    "Block",
    "Body",
    "Call",
    "Conditional",
    "Directive",
    "Expression",
    "ForExpression",
    "GetAttribute",
    "Index",
    "Label",
    "Literal",
    "ObjectExpression",
    "ObjectItem",
    "Parentheses",
    "Splat",
    "Template",
    "TemplateFor",
    "TemplateIf",
    "TemplatePart",
    "TupleExpression",
    "Unary",
    "Variable",
]

BinaryOperator = OneOf["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, bool, null, or a string without interpolation."""

    value: bool | Number | str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Template:
    """A string with interpolations or directives. One that is a single interpolation keeps the value's type.

    An empty text beside that one is what a strip marker has left: the value becomes a string after all.
    """

    parts: tuple["TemplatePart", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TemplateIf:
    """`%{ if condition }…%{ else }…%{ endif }`."""

    condition: "Expression"
    then: tuple["TemplatePart", ...]
    otherwise: tuple["TemplatePart", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TemplateFor:
    """`%{ for key, value in collection }…%{ endfor }`."""

    key: str | None
    value: str
    collection: "Expression"
    body: tuple["TemplatePart", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TupleExpression:
    """`[a, b]`."""

    items: tuple["Expression", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ObjectItem:
    """One `key = value`. A bare name as key is a `Literal`; `(expression)` is a `Parentheses`."""

    key: "Expression"
    value: "Expression"


@dataclass(frozen=True, slots=True)
class ObjectExpression:
    """`{ a = 1, (b) = 2 }`."""

    items: tuple[ObjectItem, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Variable:
    """The first name of a traversal: `var` in `var.replicas`, or a name bound by `for`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class GetAttribute:
    """`operand.name`."""

    operand: "Expression"
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`operand[key]`; the legacy form `operand.0` too."""

    operand: "Expression"
    key: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class Splat:
    """`operand[*]…` or the attribute-only `operand.*…`; `each` is applied to the `Variable` named `*`."""

    operand: "Expression"
    each: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`-a` or `!a`."""

    operator: OneOf["-", "!"]
    operand: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """`a + b` and its like."""

    operator: BinaryOperator
    left: "Expression"
    right: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`name(a, b...)`; `expand` where the last argument ends in `...`."""

    name: str
    arguments: tuple["Expression", ...]
    expand: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ForExpression:
    """`[for k, v in c : r if p]`, or with `result_key` `{for k, v in c : key => r... if p}`."""

    key: str | None
    value: str
    collection: "Expression"
    result_key: "Expression | None"
    result: "Expression"
    condition: "Expression | None"
    group: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Parentheses:
    """`(a)`."""

    operand: "Expression"
    span: Span


Expression: TypeAlias = (
    Literal
    | Template
    | TupleExpression
    | ObjectExpression
    | Variable
    | GetAttribute
    | Index
    | Splat
    | Unary
    | Binary
    | Conditional
    | Call
    | ForExpression
    | Parentheses
)
Directive: TypeAlias = TemplateIf | TemplateFor
TemplatePart: TypeAlias = str | Expression | Directive
"""Literal text, an interpolation, or a directive; strip markers have been carried out already."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = expression` in a body; `name_span` is the name alone, `span` the whole."""

    name: str
    expression: Expression
    name_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a block header."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """`type "label" { … }`; `header` is the span from the type to the last label."""

    type: str
    labels: tuple[Label, ...]
    body: "Body"
    header: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between the braces of a block, or in a whole file, in the order of the text."""

    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]
    span: Span
