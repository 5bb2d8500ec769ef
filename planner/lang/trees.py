"""Trees: what the parser makes of a text; a node is a tree or a token, and which of them is fixed by the grammar."""

from typing import Any, Self

__all__ = ["Token", "Tree", "find_first", "is_token"]


class Token(str):
    """A piece of the text, of the grammar's kind `type`, and where it stands."""

    __slots__ = ("end", "start", "type")

    type: str
    start: int
    end: int

    def __new__(cls, kind: str, text: str, start: int, end: int) -> Self:
        """Return the token for `text`, which stands from `start` to `end`."""
        token = str.__new__(cls, text)
        token.type = kind
        token.start = start
        token.end = end
        return token


class Tree:
    """A rule of the grammar with what it was found to consist of: trees and tokens, as the grammar has them."""

    __slots__ = ("children", "data")

    def __init__(self, data: str, children: list[Any]) -> None:
        self.data = data
        self.children = children


def is_token(node: Tree | Token, kind: str) -> bool:
    """Tell whether `node` is a token of `kind`."""
    return isinstance(node, Token) and node.type == kind


def find_first(node: Tree | Token) -> Token:
    """Return the token that an expression starts with."""
    while isinstance(node, Tree):
        node = node.children[0]
    return node
