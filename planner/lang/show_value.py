"""Values and types as people read them: what `planner console` and `planner output` print.

The text looks like the language and says which type a value has: `tolist([…])`, `tostring(null)`. What is sensitive or
ephemeral is never shown, at any depth; what is unknown is `(known after apply)`.
"""

from collections.abc import Mapping
from typing import assert_never

from planner.lang.number import Number, format_number
from planner.lang.quoting import quote
from planner.lang.types import CollectionType, DynamicType, ObjectType, PrimitiveType, TupleType, Type
from planner.lang.values import MarkKind, Value, has_mark, is_known, list_members

__all__ = ["name_type", "show_type", "show_value"]


def show_value(value: Value) -> str:
    """Return `value` as text of one or several lines, without a newline at the end."""
    parts: list[str] = []
    _show(value, 0, parts)
    return "".join(parts)


def _show(value: Value, indent: int, parts: list[str]) -> None:
    hidden = _hide(value)
    content = value.content
    if hidden is not None:
        parts.append(hidden)
    elif isinstance(content, tuple):
        _show_collection(value, indent, parts, "[]")
    elif isinstance(content, Mapping):
        _show_collection(value, indent, parts, "{}")
    else:
        parts.append(_show_leaf(value, indent))


def _hide(value: Value) -> str | None:
    """Return what is shown in the place of a value that cannot be shown itself."""
    if not is_known(value):
        return "(known after apply)"
    if has_mark(value, MarkKind.SENSITIVE):
        return "(sensitive value)"
    if has_mark(value, MarkKind.EPHEMERAL):
        return "(ephemeral value)"
    return None


def _show_leaf(value: Value, indent: int) -> str:
    content = value.content
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, Number):
        return _show_number(content)
    if isinstance(content, str):
        return _show_text(content, indent)
    return _show_null(value.type)


def _show_number(number: Number) -> str:
    try:
        return format_number(number)
    except ArithmeticError:
        return "(a number with too many digits)"


def _show_null(type_: Type) -> str:
    match type_:
        case DynamicType():
            return "null"
        case PrimitiveType(name=name):
            return f"to{name}(null)"
        case CollectionType(kind=kind, element=element):
            return f"to{kind}(null) /* of {name_type(element)} */"
        case ObjectType() | TupleType():
            return f"null /* {name_type(type_)} */"
        case _:
            assert_never(type_)


def _show_text(text: str, indent: int) -> str:
    if "\n" not in text:
        return quote(text)
    lines = text.split("\n")
    delimiter = "EOT"
    while any(line.strip() == delimiter for line in lines):
        delimiter += "_"
    margin = "\n" + " " * indent
    return margin.join([f"{'<<-' if indent else '<<'}{delimiter}", *lines, delimiter])


def _show_collection(value: Value, indent: int, parts: list[str], brackets: str) -> None:
    is_collection = isinstance(value.type, CollectionType)
    if isinstance(value.type, CollectionType):
        parts.append(f"to{value.type.kind}(")
    parts.append(brackets[0])
    inner = indent + 2
    margin = "\n" + " " * inner
    is_empty = not value.content
    if isinstance(value.content, tuple):
        for item in value.content:
            parts.append(margin)
            _show(item, inner, parts)
            parts.append(",")
    else:
        for key, member in list_members(value):
            parts.append(f"{margin}{_show_text(key, inner)} = ")
            _show(member, inner, parts)
    closing = brackets[1] if is_empty else f"\n{' ' * indent}{brackets[1]}"
    parts.append(f"{closing})" if is_collection else closing)


def name_type(type_: Type) -> str:
    """Return the words for the type of a value: `list of string`, `object`; `dynamic` where it is not known."""
    match type_:
        case PrimitiveType(name=name):
            return name
        case DynamicType():
            return "dynamic"
        case CollectionType(kind=kind, element=element):
            return f"{kind} of {name_type(element)}"
        case ObjectType():
            return "object"
        case TupleType():
            return "tuple"
        case _:
            assert_never(type_)


def show_type(type_: Type) -> str:
    """Return `type_` as the console's `type(…)` prints it, over several lines where it has parts."""
    return _show_type(type_, "")


def _show_type(type_: Type, margin: str) -> str:
    inner = f"{margin}    "
    match type_:
        case ObjectType(attributes=attributes) if attributes:
            lines = "".join([f"{inner}{name}: {_show_type(part, inner)},\n" for name, part in attributes])
            return f"object({{\n{lines}{margin}}})"
        case TupleType(items=items) if items:
            lines = "".join([f"{inner}{_show_type(part, inner)},\n" for part in items])
            return f"tuple([\n{lines}{margin}])"
        case CollectionType(kind=kind, element=ObjectType() | TupleType() as element):
            return f"{kind}(\n{inner}{_show_type(element, inner)},\n{margin})"
        case CollectionType(kind=kind, element=element):
            return f"{kind}({_show_type(element, margin)})"
        case ObjectType():
            return "object({})"
        case TupleType():
            return "tuple([])"
        case _:
            return name_type(type_)
