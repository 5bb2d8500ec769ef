"""Outputs as people read them, `name = value` in the form of the configuration language, as Terraform shows them.

What is sensitive is not shown; for terminals and logs, text is escaped as everywhere. `render_raw` alone escapes
nothing, because it is for a program's input.
"""

from planner.model.outputs import Outputs
from planner.render.escaping import escape, guard_line, quote
from planner.render.layout import choose_delimiter, format_number
from planner.render.output_types import find_type, name_type
from planner.render.paint import choose_paint
from state.values import Json, Late, Output, Secret, Value

__all__ = ["name_output_type", "render_closing", "render_output", "render_outputs", "render_raw"]

_HIDDEN = "<sensitive>"
_STEP = 2
_CONVERSIONS = {"list": "tolist", "map": "tomap", "set": "toset"}
_NULLS = {"bool": "tobool(null)", "number": "tonumber(null)", "string": "tostring(null)"}


def render_outputs(outputs: Outputs) -> str:
    """Return all of `outputs` in the order of their names; a newline at the end, nothing for none."""
    return "".join(f"{name} = {render_output(outputs[name])}\n" for name in sorted(outputs))


def render_closing(outputs: Outputs, *, color: bool) -> str:
    """Return all of `outputs` below their title, as an apply ends."""
    paint = choose_paint(color=color)
    return f"{paint.green}{paint.bold}Outputs:{paint.end}\n\n{render_outputs(outputs)}"


def render_output(output: Output) -> str:
    """Return the value of one output, without a newline."""
    if output.is_sensitive:
        return _HIDDEN
    return _format(output.value, find_type(output), 0)


def name_output_type(output: Output) -> str:
    """Return the type of an output in words."""
    return name_type(find_type(output))


def render_raw(value: Value) -> str | None:
    """Return a text, a number or a truth value as a program reads it; None for every other value."""
    match value:
        case str():
            return value
        case bool() | int() | float():
            return _format_scalar(value)
        case _:
            return None


def _format(value: Value, type_: Json, indent: int) -> str:
    match value:
        case dict():
            return _convert(type_, _format_members(value, type_, indent))
        case list():
            return _convert(type_, _format_items(value, type_, indent))
        case str() if "\n" in value:
            return _format_lines(value, indent)
        case None:
            return _format_null(type_)
        case _:
            return _format_scalar(value)


def _format_members(members: dict[str, Value], type_: Json, indent: int) -> str:
    if not members:
        return "{}"
    margin = " " * (indent + _STEP)
    lines = [
        f"{margin}{quote(name)} = {_format(members[name], _find_inner(type_, name), indent + _STEP)}"
        for name in sorted(members)
    ]
    return "\n".join(["{", *lines, f"{' ' * indent}}}"])


def _format_items(items: list[Value], type_: Json, indent: int) -> str:
    if not items:
        return "[]"
    margin = " " * (indent + _STEP)
    lines = [
        f"{margin}{_format(item, _find_inner(type_, position), indent + _STEP)}," for position, item in enumerate(items)
    ]
    return "\n".join(["[", *lines, f"{' ' * indent}]"])


def _format_lines(text: str, indent: int) -> str:
    word, margin = choose_delimiter(text), " " * indent
    lines = [guard_line(f"{margin}{escape(line)}") for line in text.split("\n")]
    return "\n".join([f"<<{'-' if indent else ''}{word}", *lines, f"{margin}{word}"])


def _format_scalar(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return format_number(value)
        case str():
            return quote(value)
        case Late():
            return "(known after apply)"
        case Secret():
            return _HIDDEN
        case _:
            return "null"


def _format_null(type_: Json) -> str:
    match type_:
        case [str(kind), element] if kind in _CONVERSIONS:
            return f"{_CONVERSIONS[kind]}(null) /* of {name_type(element)} */"
        case [str(kind), _]:
            return f"null /* {kind} */"
        case str(kind):
            return _NULLS.get(kind, "null")
        case _:
            return "null"


def _convert(type_: Json, text: str) -> str:
    """Return what makes a collection of a type out of `text`, which by itself is an object or a tuple."""
    match type_:
        case [str(kind), _] if kind in _CONVERSIONS:
            return f"{_CONVERSIONS[kind]}({text})"
        case _:
            return text


def _find_inner(type_: Json, step: str | int) -> Json:
    """Return the type of a member or an item of a value of `type_`."""
    match type_, step:
        case ["object", dict(attributes)], str(name):
            return attributes.get(name, "dynamic")
        case ["tuple", list(items)], int(position) if position < len(items):
            return items[position]
        case [str(kind), element], _ if kind in _CONVERSIONS:
            return element
        case _:
            return "dynamic"
