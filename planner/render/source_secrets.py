"""Source secrets: whether a line of a configuration file may hold a secret, and from where on it must not be shown.

What a user wrote into a file must not reach the log of a pipeline through an error message. Nothing here knows the
schema, nor can: the file may not even parse. So words and indentation decide, and rather too much is hidden.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, takewhile

__all__ = ["find_heredocs", "find_hidden"]

_WORDS = re.compile(
    r"passw|passphrase|pwd|secret|token|credential|(access|private|api|secret|signing|encryption|shared)[\W_]*key"
    r"|\boptions\b|\bcontents?\b|\bauthorization\b|sensitive\s*=\s*true|\"sensitive\"\s*:\s*true",
    re.IGNORECASE,
)
_PLAIN_KEY = re.compile(r"""[\s{,\["']*(?:value|default)["']?\s*[=:]""")
"""A name that says nothing of its value; what stands beside it does."""

_OPERATOR = re.compile(r"""(?:[^"=:]|"(?:[^"\\]|\\.)*")*?[=:]\s*""")
_HEADER = re.compile(r"""\s*[\w-]+(?:\s+(?:"[^"]*"|[\w-]+))*\s*\{\s*""")
_HEREDOC = re.compile(r"<<-?\s*([^\W\d][\w-]*)\s*$")
_LINES_BESIDE = 4


def find_heredocs(lines: Sequence[str]) -> dict[int, int]:
    """Return, for each line inside a heredoc, the number of the line that opens it; both count from 0."""
    inside: dict[int, int] = {}
    opener = 0
    word: str | None = None
    for number, line in enumerate(lines):
        if word is not None and line.strip() != word:
            inside[number] = opener
        elif word is not None:
            word = None
        elif opening := _HEREDOC.search(line):
            opener, word = number, opening[1]
    return inside


def find_hidden(lines: Sequence[str], heredocs: Mapping[int, int], number: int) -> int | None:
    """Return the column of line `number` from which it is not to be shown; None to show it all."""
    if number in heredocs and _is_secret(lines, heredocs, heredocs[number]):
        return 0
    line = lines[number]
    if not _is_secret(lines, heredocs, number) or _HEADER.fullmatch(line):
        return None
    operator = _OPERATOR.match(line)
    return operator.end() if operator else len(line) - len(line.lstrip())


def _is_secret(lines: Sequence[str], heredocs: Mapping[int, int], number: int) -> bool:
    """Tell whether a line, or one that it stands within, has the name of a secret."""
    line = lines[number]
    if _WORDS.search(line):
        return True
    if _PLAIN_KEY.match(line) and any(map(_WORDS.search, _list_beside(lines, number))):
        return True
    return any(
        _WORDS.search(lines[parent]) or _is_sensitive_variable(lines, parent)
        for parent in _list_parents(lines, heredocs, number)
    )


def _list_beside(lines: Sequence[str], number: int) -> Iterator[str]:
    """Yield the lines around a line, as far as the end of its block is not among them."""
    above = reversed(lines[max(0, number - _LINES_BESIDE) : number])
    below = lines[number + 1 : number + 1 + _LINES_BESIDE]
    for side in (above, below):
        yield from takewhile(lambda line: not line.startswith("}"), side)


def _list_parents(lines: Sequence[str], heredocs: Mapping[int, int], number: int) -> Iterator[int]:
    """Return the lines above that are indented less and less: those that the line stands within."""
    indent = _measure_indent(lines[number])
    for above in range(number - 1, -1, -1):
        if not indent:
            return
        if above not in heredocs and lines[above].strip() and _measure_indent(lines[above]) < indent:
            indent = _measure_indent(lines[above])
            yield above


def _is_sensitive_variable(lines: Sequence[str], header: int) -> bool:
    """Tell whether a `variable` block begins here and says, above or below what is shown, that it is sensitive."""
    if not lines[header].startswith("variable"):
        return False
    block = takewhile(lambda line: not line.startswith("}"), islice(lines, header, None))
    return any(_WORDS.search(line) for line in block)


def _measure_indent(line: str) -> int:
    return len(line) - len(line.lstrip())
