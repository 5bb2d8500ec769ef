"""Splitting: where the top-level arguments and blocks of an HCL file start, found without reading them.

A guess that costs little: a part that starts and ends at the start of a line and is a body by itself is one in its
file too, so a wrong guess can make a part unreadable alone but cannot change what the file says.
"""

import re
from collections.abc import Iterator

__all__ = ["split_items"]

_TOKEN = re.compile(
    r"""
      "(?:[^"\\\n$%]++|\\.|[$%](?!\{))*+"                    # a string without templates
    | (?P<quote>")
    | \#[^\n]* | //[^\n]* | /\*(?:[^*]++|\*(?!/))*+(?:\*/)?
    | <<-?(?P<marker>[^\W\d][\w-]*+)\r?\n
    | (?P<open>[{(\[]) | (?P<close>[})\]])
    | \n(?=(?P<start>[^\s)\]}]))
    """,
    re.VERBOSE,
)
_TEXT = re.compile(r'\$\$\{|%%\{|(?P<open>[$%]\{)|(?P<quote>")|\\.|\n')
_INSIDE = re.compile(r'(?P<quote>")|(?P<open>\{)|(?P<close>\})|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|(?:#|//)[^\n]*')
_NOTHING = re.compile(r"(?:[ \t]++|\r?\n|(?:#|//)[^\n]*(?=\n)|/\*(?:[^*]++|\*(?!/))*+\*/)*+")


def split_items(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield the offsets of parts of `text` from `at` on that hold one argument or block each, as far as can be seen.

    Between the parts are only blank lines and comments.
    """
    start, depth = at, 0
    while (match := _TOKEN.search(text, at)) is not None:
        at = match.end()
        match match.lastgroup:
            case "open":
                depth += 1
            case "close":
                depth -= 1
            case "quote":
                at = _skip_string(text, at)
            case "marker":
                at = _skip_heredoc(text, at, match["marker"])
            case "start" if depth <= 0:
                yield from _yield_item(text, start, at)
                start, depth = at, 0
            case _:
                pass
    yield from _yield_item(text, start, len(text))


def _yield_item(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if _NOTHING.fullmatch(text, start, end) is None:
        yield start, min(start + len(text[start:end].rstrip("\n")) + 1, end)


def _skip_heredoc(text: str, at: int, marker: str) -> int:
    """Return where the heredoc ends whose first line is at `at`: behind its last, or at the end where it has none."""
    closing = re.compile(rf"^[^\S\n]*{re.escape(marker)}[^\S\n]*$", re.MULTILINE).search(text, at)
    return len(text) if closing is None else closing.end()


def _skip_string(text: str, at: int) -> int:
    """Return where the string ends whose text starts at `at`: behind its quote, or at a newline where it has none."""
    depths: list[int] = [-1]
    while depths:
        is_text = depths[-1] < 0
        match = (_TEXT if is_text else _INSIDE).search(text, at)
        if match is None:
            return len(text)
        at = match.end()
        match match.lastgroup:
            case "quote" if is_text:
                depths.pop()
            case "quote":
                depths.append(-1)
            case "open" if is_text:
                depths.append(1)
            case "open":
                depths[-1] += 1
            case "close":
                depths[-1] -= 1
                if not depths[-1]:
                    depths.pop()
            case _ if match[0] == "\n":
                return match.start()
            case _:
                pass
    return at
