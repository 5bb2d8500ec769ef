"""Spaces: whether one stands between two tokens of a line, as `terraform fmt` has it.

Looks at the two tokens and at the one before them, never at what they mean; where that makes something odd, such as
`x => - 1`, it is as odd as Terraform's.
"""

from collections.abc import Sequence
from functools import cache

from planner.lang.tokens import Token, TokenKind

__all__ = ["join_tokens"]

_TEXTS: frozenset[TokenKind] = frozenset({"text", "quote-start", "heredoc-start"})
_TEXTS_AFTER: frozenset[TokenKind] = frozenset({"text", "quote-end", "heredoc-end"})
_OPENERS: frozenset[TokenKind] = frozenset({"(", "[", "{", "template-start"})
_CLOSERS: frozenset[TokenKind] = frozenset({")", "]", "}", "template-end"})
_INDEXED: frozenset[TokenKind] = _CLOSERS | {"name", "number"}
"""What a `[` belongs to, as an index, where it follows."""
_BEFORE_NEGATION: frozenset[TokenKind | None] = frozenset(
    {None, "(", "{", "[", "=", ":", ",", "?", "!", "-", "operator"}
)
_GLUED: frozenset[tuple[TokenKind, TokenKind]] = frozenset(
    {("name", "("), ("name", "::"), ("::", "name"), ("{", "}"), ("template-end", "template-start")}
)


def join_tokens(tokens: Sequence[Token]) -> str:
    """Return the text of `tokens`, none of them blanks, with the spaces that belong between them."""
    pieces: list[str] = []
    before: TokenKind | None = None
    last: TokenKind | None = None
    word = ""
    for kind, text in tokens:
        if last is not None and _has_space(before, last, kind, follows_in=word == "in"):
            pieces.append(" ")
        pieces.append(text)
        before, last, word = last, kind, text
    return "".join(pieces)


@cache
def _has_space(before: TokenKind | None, last: TokenKind, following: TokenKind, *, follows_in: bool) -> bool:
    """Tell whether a space stands between `last` and `following`; `before` is what stands before `last`."""
    if following == "newline" or (last, following) in _GLUED or "." in (last, following):
        return False
    if following in {",", "..."}:
        return False
    if last == ",":
        return True
    if last in _TEXTS or following in _TEXTS_AFTER:
        return False
    if follows_in and last == "name" and before == "name":
        return True
    if last == "!" or (following == "[" and last in _INDEXED):
        return False
    if last == "-":
        return before not in _BEFORE_NEGATION
    if last == "{" or following == "}":
        return True
    if (last, following) in {("template-start", "{"), ("}", "template-end")}:
        return True
    return last not in _OPENERS and following not in _CLOSERS
