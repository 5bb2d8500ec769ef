"""Requests: what `--show-requests` adds to a plan's text, each request exactly as it will be sent.

Bodies are JSON, but for secrets and for what is not known yet: there `(sensitive value)` and `(known after apply)`
stand, without quotes, so that they cannot be taken for text.
"""

import json

from planner.model.plan import Operation, Plan
from planner.render.escaping import escape, quote_json
from planner.render.layout import LATE, SENSITIVE
from planner.render.paint import Paint
from state.values import Late, Secret, Value

__all__ = ["format_json", "write_requests"]

_BASE = "/api/v1"


def write_requests(lines: list[str], paint: Paint, plan: Plan) -> None:
    """Write the requests of `plan` in the order in which they may be sent."""
    lines.append(f"{paint.bold}Requests, in order:{paint.end}")
    for operation in plan.operations:
        lines.extend(("", f"  {operation.number}. {_format_line(paint, operation)}"))
        if operation.body is not None:
            lines.extend(f"     {line}" for line in format_json(operation.body))


def format_json(value: Value) -> list[str]:
    """Return the lines of `value` as indented JSON, its members in order and its secrets hidden."""
    lines: list[str] = []
    _write_json(lines, 0, "", value)
    return lines


def _format_line(paint: Paint, operation: Operation) -> str:
    note = f"# {escape(str(operation.address))}"
    if operation.after:
        note += f", after {', '.join(map(str, operation.after))}"
    request = f"{operation.method.value} {_BASE}{escape(operation.path)}"
    return f"{paint.bold}{request}{paint.end} {paint.dim}{note}{paint.end}"


def _write_json(lines: list[str], indent: int, label: str, value: Value, comma: str = "") -> None:
    margin = " " * indent
    match value:
        case dict() if value:
            lines.append(f"{margin}{label}{{")
            for number, name in enumerate(sorted(value), 1):
                label_inside = f"{quote_json(name)}: "
                _write_json(lines, indent + 2, label_inside, value[name], "" if number == len(value) else ",")
            lines.append(f"{margin}}}{comma}")
        case list() if value:
            lines.append(f"{margin}{label}[")
            for number, item in enumerate(value, 1):
                _write_json(lines, indent + 2, "", item, "" if number == len(value) else ",")
            lines.append(f"{margin}]{comma}")
        case _:
            lines.append(f"{margin}{label}{_format_scalar(value)}{comma}")


def _format_scalar(value: Value) -> str:
    match value:
        case Secret():
            return SENSITIVE
        case Late():
            return LATE
        case str():
            return quote_json(value)
        case _:
            return json.dumps(value)
