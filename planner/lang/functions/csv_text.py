"""CSV to rows of strings, as RFC 4180 has it: fields with a comma between them, in quotation marks where need be.

Empty lines do not count. Refuses rows that are longer or shorter than the first, names that are there twice, and
quotation marks in the middle of a field.
"""

from collections.abc import Iterator

from planner.lang.functions.signature import FunctionError
from planner.lang.quoting import quote

__all__ = ["parse_csv"]


def parse_csv(text: str) -> list[list[str]]:
    """Return the rows of `text`, the names of the columns first.

    Raises:
        FunctionError: it is not CSV; the message says on which line.
    """
    rows = list(_read_rows(_split_lines(text)))
    if not rows:
        raise FunctionError("there is no first line with the names of the columns")
    header = rows[0][1]
    if len(set(header)) < len(header):
        twice = next(name for at, name in enumerate(header) if name in header[:at])
        raise FunctionError(f"there are two columns named {quote(twice)}")
    for line, row in rows:
        if len(row) != len(header):
            raise FunctionError(f"line {line} has {len(row)} fields, and the first has {len(header)}")
    return [row for _, row in rows]


def _split_lines(text: str) -> list[str]:
    """Return the lines of `text`, each with a line feed as its end; the last has none where the text has none."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return [f"{line}\n" for line in lines[:-1]] + lines[-1:]


def _read_rows(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of the line on which it begins."""
    at = 0
    while at < len(lines):
        start = at
        line = lines[at]
        at += 1
        if line in {"", "\n"}:
            continue
        row: list[str] = []
        rest: str | None = line
        while rest is not None:
            if rest.startswith('"'):
                field, rest, at = _read_quoted(rest[1:], lines, at)
            else:
                field, rest = _read_bare(rest, at)
            row.append(field)
        yield start + 1, row


def _read_bare(text: str, line: int) -> tuple[str, str | None]:
    """Return a field without quotation marks, and what follows the comma behind it; None where the row ends."""
    field, comma, rest = text.partition(",")
    if not comma:
        field = field.removesuffix("\n")
    if '"' in field:
        raise FunctionError(f'line {line} has a " in a field that does not begin with one; put all of it in quotes')
    return field, rest if comma else None


def _read_quoted(text: str, lines: list[str], at: int) -> tuple[str, str | None, int]:
    """Return a field in quotation marks, what follows the comma behind it, and the number of lines that are read."""
    pieces: list[str] = []
    while True:
        piece, mark, text = text.partition('"')
        pieces.append(piece)
        if not mark:
            if at == len(lines):
                raise FunctionError(f'line {at} ends within a field that began with a "; close it')
            text = lines[at]
            at += 1
        elif text.startswith('"'):
            pieces.append('"')
            text = text[1:]
        elif text.startswith(","):
            return "".join(pieces), text[1:], at
        elif text in {"", "\n"}:
            return "".join(pieces), None, at
        else:
            raise FunctionError(f'line {at} goes on after the " that ends a field; write "" for one that belongs to it')
