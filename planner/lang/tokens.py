"""Tokens: a text in the language cut into words, signs, blanks and literal text; nothing of it is lost.

Reads any text, valid or not, once and from left to right, and does not say what is wrong with it: joined, the tokens
are the text again. Where it is valid, the tokens are those that Terraform's own scanner sees.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import NamedTuple, TypeAlias, cast

__all__ = ["Token", "TokenKind", "is_open", "tokenize"]

TokenKind: TypeAlias = OneOf[
    "blanks",
    "comment",
    "heredoc-end",
    "heredoc-start",
    "name",
    "newline",
    "number",
    "operator",
    "quote-end",
    "quote-start",
    "sign",
    "template-end",
    "template-start",
    "text",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ".",
    ",",
    "=",
    ":",
    "::",
    "?",
    "!",
    "-",
    "...",
]
"""What a token is. `operator` stands between two operands, except for `-`, which is a kind of its own as are most other
signs; the rest are `sign`.

`text` is what stands between quotes or in a heredoc, its escapes untouched. `template-start` is `${` or `%{` and
`template-end` their `}`, strip markers included. A comment up to the end of its line holds the newline, as does
`heredoc-start`; `heredoc-end` is the rest of the last line, with the blanks around the marker.
"""


class Token(NamedTuple):
    """One piece of a text."""

    kind: TokenKind
    text: str


_NAME = r"[^\W\d][\w-]*"
_CODE = re.compile(
    rf"""
    (?P<blanks>[ \t]+)
  | (?P<name>{_NAME})
  | (?P<newline>\r?\n)
  | (?P<quote>")
  | (?P<number>[0-9]+(?:\.+[0-9]+|\.*[eE][+-]?[0-9]+)*)
  | (?P<comment>(?:\#|//)[^\n]*\n?|/\*.*?(?:\*/|\Z))
  | (?P<heredoc><<-?(?P<marker>{_NAME})\r?\n)
  | (?P<brace>[{{}}]|~\}})
  | (?P<sign>\.\.\.|::|==|!=|>=|<=|&&|\|\||=>|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_START = r"(?P<start>[$%]\{~?)"
_NO_START = r"\$\$\{|%%\{|[$%](?!\{)"
_QUOTED = re.compile(rf"""(?P<text>(?:[^"\\$%\r\n]++|\\[^\r\n]|{_NO_START})++|[\r\n]+|\\)|(?P<quote>")|{_START}""")
_HEREDOC = re.compile(rf"(?P<text>(?:[^$%\n]++|{_NO_START})++\n?|\n)|{_START}")
_SIGNS: Mapping[str, TokenKind] = {
    **dict.fromkeys(("+", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"), "operator"),
    "(": "(",
    ")": ")",
    "[": "[",
    "]": "]",
    ".": ".",
    ",": ",",
    "=": "=",
    ":": ":",
    "::": "::",
    "?": "?",
    "!": "!",
    "-": "-",
    "...": "...",
}


@dataclass(slots=True)
class _Reader:
    """Where the reading of `text` stands, and what is open: a quote or a heredoc, in it a `${`, and so on."""

    text: str
    at: int = 0
    tokens: list[Token] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)
    """Of each quote and heredoc that is open, the word that ends it; a quote has none."""
    depths: list[int] = field(default_factory=list)
    """Of each `${` that is open, how many braces are open in it."""


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text`."""
    reader = _Reader(text)
    while reader.at < len(text):
        if len(reader.markers) == len(reader.depths):
            _read_code(reader)
        elif reader.markers[-1]:
            _read_heredoc(reader)
        else:
            _read_quoted(reader)
    return reader.tokens


def is_open(text: str) -> bool:
    """Tell whether a bracket, a template or a heredoc in `text` waits for its end."""
    kinds = [token.kind for token in tokenize(text)]
    depth = sum(kind in _OPENERS for kind in kinds) - sum(kind in _CLOSERS for kind in kinds)
    return depth > 0


_OPENERS = frozenset({"(", "[", "{", "template-start", "heredoc-start"})
_CLOSERS = frozenset({")", "]", "}", "template-end", "heredoc-end"})


def _read_code(reader: _Reader) -> None:
    """Read up to where a text begins or goes on."""
    add = reader.tokens.append
    for found in _CODE.finditer(reader.text, reader.at):
        kind, piece = found.lastgroup, found[0]
        if kind == "sign":
            add(Token(_SIGNS.get(piece, "sign"), piece))
        elif kind == "brace":
            kind = _read_brace(reader.depths, piece)
            add(Token(kind, piece))
            if kind == "template-end":
                reader.at = found.end()
                return
        elif kind in {"quote", "heredoc"}:
            add(Token("quote-start" if kind == "quote" else "heredoc-start", piece))
            reader.markers.append(found["marker"] or "")
            reader.at = found.end()
            return
        else:
            add(Token(cast("TokenKind", kind), piece))
    reader.at = len(reader.text)


def _read_brace(depths: list[int], brace: str) -> TokenKind:
    if brace != "{" and depths and depths[-1] == 0:
        depths.pop()
        return "template-end"
    if depths:
        depths[-1] += 1 if brace == "{" else -1
    return "{" if brace == "{" else "}" if brace == "}" else "sign"


def _read_quoted(reader: _Reader) -> None:
    """Read up to where the quotes end or a `${` begins."""
    while found := _QUOTED.match(reader.text, reader.at):
        reader.at = found.end()
        match found.lastgroup:
            case "quote":
                reader.tokens.append(Token("quote-end", found[0]))
                reader.markers.pop()
                return
            case "start":
                reader.tokens.append(Token("template-start", found[0]))
                reader.depths.append(0)
                return
            case _:
                reader.tokens.append(Token("text", found[0]))


def _read_heredoc(reader: _Reader) -> None:
    """Read up to where the heredoc ends or a `${` begins."""
    starts_line = reader.tokens[-1].kind == "heredoc-start"
    while found := _HEREDOC.match(reader.text, reader.at):
        piece = found[0]
        if found.lastgroup == "start":
            reader.at = found.end()
            reader.tokens.append(Token("template-start", piece))
            reader.depths.append(0)
            return
        if starts_line and piece.endswith("\n") and piece.strip() == reader.markers[-1]:
            # The newline behind the marker ends something else: it is left to be read as a token of its own.
            end = piece.removesuffix("\n").removesuffix("\r")
            reader.at += len(end)
            reader.tokens.append(Token("heredoc-end", end))
            reader.markers.pop()
            return
        reader.at = found.end()
        reader.tokens.append(Token("text", piece))
        starts_line = piece.endswith("\n")
