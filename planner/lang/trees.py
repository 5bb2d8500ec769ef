"""Trees: what the conversions ask of the parser's trees, in which a node is a tree or a token.

Which of the two stands where is fixed by the grammar; lark's types do not say it, so these functions do.
"""

from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from lark import Token, Tree

    Node: TypeAlias = Tree[Token] | Token

__all__ = ["as_token", "as_tree", "find_end", "find_first", "find_start", "is_token", "read_name"]


def as_tree(node: "Node") -> "Tree[Token]":
    """Return `node`, which the grammar makes a tree."""
    return cast("Tree[Token]", node)


def as_token(node: "Node") -> "Token":
    """Return `node`, which the grammar makes a token."""
    return cast("Token", node)


def is_token(node: "Node", kind: str | None = None) -> bool:
    """Tell whether `node` is a token, of `kind` if one is given."""
    return isinstance(node, str) and (kind is None or as_token(node).type == kind)


def read_name(tree: "Node") -> "Token":
    """Return the one token of an identifier, or of a keyword that stands for one."""
    return as_token(as_tree(tree).children[0])


def find_start(token: "Node") -> int:
    """Return the offset at which a token starts."""
    return cast("int", as_token(token).start_pos)


def find_end(token: "Node") -> int:
    """Return the offset at which a token ends."""
    return cast("int", as_token(token).end_pos)


def find_first(node: "Node") -> "Token":
    """Return the token that an expression starts with."""
    while not isinstance(node, str):
        node = node.children[0]
    return node
