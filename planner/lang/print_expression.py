"""Printing: a syntax tree as the text that would be read as that tree, on one line.

A heredoc becomes a quoted string, `.0` becomes `[0]`, and `.*` becomes `[*]` where that means the same. Parentheses
are added where a tree that nobody has written lacks them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import assert_never
from unicodedata import category

from planner.lang.number import Number, format_number
from planner.lang.scan import measure_name
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
    ObjectItem,
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

__all__ = ["print_expression", "print_key", "print_text"]

_OPERATORS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
_LEVELS = {operator: level for level, operators in enumerate(_OPERATORS, 1) for operator in operators}
"""How strongly each operator binds: more than a conditional, at 0, and less than the operators of one operand."""
_UNARY = len(_OPERATORS) + 1
_TERM = _UNARY + 1
_KEYWORDS = frozenset({"else", "endfor", "endif", "false", "for", "if", "in", "null", "true"})
_NAME = re.compile(r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff-]*")
_ESCAPED = re.compile(r'[\\"]|[$%]+(?:\{|\Z)|[^ -~]')
_SIGNS = {"$": "\\u0024", "%": "\\u0025"}
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def print_expression(expression: Expression) -> str:
    """Return the text of `expression`; parsing it gives the same tree, its places aside."""
    return _print(expression, 0)


def print_key(name: str) -> str:
    """Return `name` as the key of an object: bare if it can be, or else in quotation marks."""
    return name if name not in _KEYWORDS and _is_name(name) else print_text(name)


def print_text(text: str) -> str:
    """Return `text` in quotation marks; nothing in it starts a template."""
    return f'"{_escape(text, is_last=True)}"'


def _print(node: Expression, level: int) -> str:
    """Return the text of `node`, in parentheses if it binds less strongly than `level`."""
    text = _print_alone(node)
    return text if _find_level(node) >= level else f"({text})"


def _find_level(node: Expression) -> int:
    match node:
        case Conditional():
            return 0
        case Binary(operator=operator):
            return _LEVELS[operator]
        case Unary() | Literal(value=Number(is_negative=True)):
            return _UNARY
        case _:
            return _TERM


def _print_alone(node: Expression) -> str:
    match node:
        case Literal(value=value):
            return _print_constant(value)
        case Template(parts=(part, "")) if not isinstance(part, str | TemplateIf | TemplateFor):
            return f'"${{{_print(part, 0)} ~}} "'
        case Template(parts=parts):
            return f'"{_print_parts(parts)}"'
        case Variable() | GetAttribute() | Index() | Splat():
            return _print_traversal(node)
        case Unary(operator=operator, operand=operand):
            return operator + _print(operand, _UNARY)
        case Binary():
            return _print_operations(node)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return f"{_print(condition, 1)} ? {_print(then, 0)} : {_print(otherwise, 0)}"
        case Parentheses(operand=operand):
            return f"({_print(operand, 0)})"
        case _:
            return _print_collection(node)


def _print_collection(node: TupleExpression | ObjectExpression | Call | ForExpression) -> str:
    match node:
        case TupleExpression(items=items):
            return f"[{_join(items)}]"
        case ObjectExpression(items=()):
            return "{}"
        case ObjectExpression(items=members):
            return f"{{ {', '.join(map(_print_member, members))} }}"
        case Call(name=name, arguments=arguments, expand=expand):
            return f"{name}({_join(arguments)}{'...' if expand else ''})"
        case ForExpression():
            return _print_for(node)
        case _:
            assert_never(node)


def _join(items: Iterable[Expression]) -> str:
    return ", ".join(_print(item, 0) for item in items)


def _print_member(member: ObjectItem) -> str:
    match member.key:
        case Literal(value=str() as name):
            key = print_key(name)
        case Variable():
            key = f"({_print(member.key, 0)})"
        case _:
            key = _print(member.key, 0)
    return f"{key} = {_print(member.value, 0)}"


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and measure_name(text) == len(text)


def _print_for(node: ForExpression) -> str:
    names = node.value if node.key is None else f"{node.key}, {node.value}"
    intro = f"for {names} in {_print(node.collection, 0)} : "
    result = _print(node.result, 0)
    condition = "" if node.condition is None else f" if {_print(node.condition, 0)}"
    if node.result_key is None:
        return f"[{intro}{result}{condition}]"
    return f"{{{intro}{_print(node.result_key, 0)} => {result}{'...' if node.group else ''}{condition}}}"


def _print_operations(node: Binary) -> str:
    """Return a chain of operations, which may be of any length to the left."""
    parts: list[str] = []
    first: Expression = node
    level = 0
    while isinstance(first, Binary) and _LEVELS[first.operator] >= level:
        level = _LEVELS[first.operator]
        parts += [_print(first.right, level + 1), first.operator]
        first = first.left
    return " ".join([_print(first, level), *reversed(parts)])


def _print_traversal(node: Expression) -> str:
    """Return a chain of attributes, indexes and splats, which may be of any length."""
    steps: list[str] = []
    while isinstance(node, GetAttribute | Index | Splat):
        match node:
            case GetAttribute(name=name):
                steps.append(f".{name}")
            case Index(key=key):
                steps.append(f"[{_print(key, 0)}]")
            case Splat(each=each) if not steps:
                steps.append(f"[*]{_print_traversal(each)}")
            case Splat(each=each):
                legacy = _list_legacy_steps(each)
                if legacy is None:
                    return f"({_print_traversal(node)}){_join_steps(reversed(steps))}"
                steps.append(f".*{_join_steps(legacy)}")
        node = node.operand
    return _print_base(node) + _join_steps(reversed(steps))


def _print_base(node: Expression) -> str:
    match node:
        case Variable(name="*"):
            return ""
        case Variable(name=name):
            return name
        case Literal(value=Number()):
            return f"{_print(node, _TERM)} "
        case _:
            return _print(node, _TERM)


def _list_legacy_steps(each: Expression) -> list[str] | None:
    """Return what is done to each element behind `.*`: attributes and positions; None where there is anything else."""
    steps: list[str] = []
    while isinstance(each, GetAttribute | Index):
        match each:
            case GetAttribute(name=name):
                steps.append(f".{name}")
            case Index(key=Literal(value=Number(is_whole=True, is_negative=False) as position)):
                steps.append(f".{format_number(position)}")
            case _:
                return None
        each = each.operand
    return steps[::-1] if isinstance(each, Variable) and each.name == "*" else None


def _join_steps(steps: Iterable[str]) -> str:
    """Return `steps` as one text, in which a position does not become a fraction of what follows its dot."""
    text = ""
    for step in steps:
        text += f" {step}" if step[0] == "." and text[-1:].isdigit() and _ends_in_position(text) else step
    return text


def _ends_in_position(text: str) -> bool:
    return text[text.rfind(".") + 1 :].isdigit()


def _print_constant(value: bool | Number | str | None) -> str:  # noqa: FBT001 - one of the constants
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return print_text(value)
        case Number():
            return format_number(value)
        case _:
            assert_never(value)


def _print_parts(parts: tuple[TemplatePart, ...]) -> str:
    return "".join(_list_parts(parts))


def _list_parts(parts: tuple[TemplatePart, ...]) -> Iterator[str]:
    for part in parts:
        match part:
            case str():
                yield _escape(part, is_last=False)
            case TemplateIf(condition=condition, then=then, otherwise=otherwise):
                end = f"%{{ else }}{_print_parts(otherwise)}%{{ endif }}" if otherwise else "%{ endif }"
                yield f"%{{ if {_print(condition, 0)} }}{_print_parts(then)}{end}"
            case TemplateFor(key=key, value=value, collection=collection, body=body):
                names = value if key is None else f"{key}, {value}"
                yield f"%{{ for {names} in {_print(collection, 0)} }}{_print_parts(body)}%{{ endfor }}"
            case _:
                yield f"${{{_print(part, 0)}}}"


def _escape(text: str, *, is_last: bool) -> str:
    """Return `text` as it is written between quotation marks; something follows it there unless it `is_last`."""

    def escape(match: re.Match[str]) -> str:
        found = match[0]
        if found[0] in "$%":
            return _escape_signs(found, is_last=is_last)
        return _SHORT.get(found) or _escape_character(found)

    return _ESCAPED.sub(escape, text)


def _escape_signs(found: str, *, is_last: bool) -> str:
    """Return a run of `$` or `%`, and the brace behind it, so that they start no template."""
    if found[-1] == "{":
        return "".join(map(_SIGNS.__getitem__, found[:-2])) + found[-2] + found[-2:]
    return found if is_last else "".join(map(_SIGNS.__getitem__, found))


def _escape_character(character: str) -> str:
    if category(character)[0] not in "CZ":
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
