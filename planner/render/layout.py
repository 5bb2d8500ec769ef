"""Layout: how one value is written out whole, as in a create, a delete, or a listing of the state.

A value is written at a place, in a look; lines go to the end of a list. Lists of name/value pairs are written as a
map, members in the order of their names, texts of several lines as heredocs, and secrets never.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from planner.render.escaping import escape, guard_line, measure_width, quote
from state.values import Late, Secret, Value

__all__ = [
    "LATE",
    "SENSITIVE",
    "Look",
    "Place",
    "align",
    "choose_delimiter",
    "format_name",
    "format_number",
    "format_scalar",
    "has_lines",
    "read_pairs",
    "write_heredoc_end",
    "write_value",
]

SENSITIVE = "(sensitive value)"
LATE = "(known after apply)"
_NAME = re.compile(r"[^\W\d][\w-]*")
_PAIR = {"name", "value"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How each line of a value looks: its mark (`+`, `-` or a space) and what follows a value that goes away.

    With `has_pairs` a list of name/value pairs is written as the map that it stands for in a cluster.
    """

    mark: str = " "
    tail: str = ""
    has_pairs: bool = True


class Place(NamedTuple):
    """Where a value stands: the column of its mark, what comes before the value, and what comes after it.

    `comma` ends the value's last line, `tag` its first.
    """

    indent: int
    label: str = ""
    comma: str = ""
    tag: str = ""


def write_value(lines: list[str], look: Look, place: Place, value: Value) -> None:
    """Write the whole of `value`."""
    match value:
        case dict() if value:
            members = {format_name(name): value[name] for name in sorted(value)}
            _write_container(lines, look, place, members)
        case list() if value:
            pairs = read_pairs(value) if look.has_pairs else None
            if pairs is None:
                _write_list(lines, look, place, value)
            else:
                _write_container(lines, look, place, {quote(name): pairs[name] for name in sorted(pairs)})
        case str() if has_lines(value):
            _write_heredoc(lines, look, place, value)
        case _:
            indent, label, comma, tag = place
            lines.append(f"{' ' * indent}{look.mark} {label}{format_scalar(value)}{look.tail}{comma}{tag}")


def read_pairs(value: Value) -> dict[str, Value] | None:
    """Return a list of name/value pairs as a map; None where it is another list, or a name is there twice."""
    if not isinstance(value, list):
        return None
    pairs: dict[str, Value] = {}
    for item in value:
        if not isinstance(item, dict) or item.keys() != _PAIR:
            return None
        name = item["name"]
        if not isinstance(name, str) or name in pairs:
            return None
        pairs[name] = item["value"]
    return pairs


def align(names: list[str]) -> list[str]:
    """Return the labels of members that stand under each other, so that their `=` do too."""
    widths = [measure_width(name) for name in names]
    widest = max(widths, default=0)
    return [f"{name}{' ' * (widest - width)} = " for name, width in zip(names, widths, strict=True)]


def format_name(name: str) -> str:
    """Return the name of an attribute as the configuration language has it: quoted where it must be."""
    return name if _NAME.fullmatch(name) and escape(name) == name else quote(name)


def format_scalar(value: Value) -> str:
    """Return a value that takes one line; one that holds others only where it is empty."""
    match value:
        case str():
            return quote(value)
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int() | float():
            return format_number(value)
        case Secret():
            return SENSITIVE
        case Late():
            return LATE
        case dict():
            return "{}"
        case list():
            return "[]"


def format_number(value: float) -> str:
    """Return a number with all of its digits, as the language writes it: `0.0000001` and never `1e-07`."""
    if isinstance(value, int):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def has_lines(text: str) -> bool:
    """Tell whether `text` is shown as a heredoc."""
    return "\n" in text.strip("\n")


def choose_delimiter(*texts: str) -> str:
    """Return a word that ends a heredoc of any of `texts` and stands alone on no line of theirs."""
    taken = {line.strip() for text in texts for line in text.split("\n")}
    word = "EOT"
    while word in taken:
        word += "_"
    return word


def write_heredoc_end(lines: list[str], place: Place, word: str, note: str) -> None:
    """Write the line that ends a heredoc; `note` says what its lines cannot."""
    comment = f" # {note}" if note else ""
    lines.append(f"{' ' * place.indent}  {word}{place.comma}{comment}")


def _write_container(lines: list[str], look: Look, place: Place, members: dict[str, Value]) -> None:
    indent, label, comma, tag = place
    lines.append(f"{' ' * indent}{look.mark} {label}{{{tag}")
    for inner, member in zip(align(list(members)), members.values(), strict=True):
        write_value(lines, look, Place(indent + 4, inner), member)
    lines.append(f"{' ' * indent}  }}{look.tail}{comma}")


def _write_list(lines: list[str], look: Look, place: Place, items: list[Value]) -> None:
    indent, label, comma, tag = place
    lines.append(f"{' ' * indent}{look.mark} {label}[{tag}")
    within = Look(mark=look.mark, has_pairs=look.has_pairs)
    for item in items:
        write_value(lines, within, Place(indent + 4, comma=","), item)
    lines.append(f"{' ' * indent}  ]{look.tail}{comma}")


def _write_heredoc(lines: list[str], look: Look, place: Place, text: str) -> None:
    indent, label, _, tag = place
    word = choose_delimiter(text)
    lines.append(f"{' ' * indent}{look.mark} {label}<<-{word}{tag}")
    margin = " " * (indent + 6)
    lines.extend(guard_line(margin + escape(line)) for line in text.removesuffix("\n").split("\n"))
    note = "" if text.endswith("\n") else "no newline at the end"
    write_heredoc_end(lines, place, word + look.tail, note)
