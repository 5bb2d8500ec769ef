"""Schemas of bodies: which arguments and blocks are expected in a body. Data only.

The JSON syntax cannot be read without one: only it tells a block from an argument, and a template from plain text.
"""

from dataclasses import dataclass
from enum import Enum

__all__ = ["AttributeSchema", "BlockSchema", "BodySchema", "Notation"]


class Notation(Enum):
    """How the strings of an argument in JSON syntax are read."""

    TEMPLATE = "template"
    """As templates: `"${var.a}"` is the value of the variable."""
    LITERAL = "literal"
    """As they stand, as in the default of a variable."""
    BARE = "bare"
    """As expressions without quotes, as in the type of a variable or in `depends_on`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeSchema:
    """One argument that is expected."""

    name: str
    is_required: bool = False
    notation: Notation = Notation.TEMPLATE


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSchema:
    """One type of block that is expected: the names of its labels (for messages), and what its body holds.

    A block whose body is None may hold anything; in JSON syntax all of it is arguments.
    """

    type: str
    labels: tuple[str, ...] = ()
    body: "BodySchema | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySchema:
    """What is expected in a body; with `open` other arguments are too, with `open_blocks` other blocks.

    `advice` says what to write instead of a block that is not expected: pairs of its type and a sentence.
    """

    attributes: tuple[AttributeSchema, ...] = ()
    blocks: tuple[BlockSchema, ...] = ()
    open: bool = False
    open_blocks: bool = False
    advice: tuple[tuple[str, str], ...] = ()

    def find_attribute(self, name: str) -> AttributeSchema | None:
        """Return the schema of the argument `name`, if it is expected."""
        return next((schema for schema in self.attributes if schema.name == name), None)

    def find_block(self, type_: str) -> BlockSchema | None:
        """Return the schema of the blocks of type `type_`, if they are expected."""
        return next((schema for schema in self.blocks if schema.type == type_), None)
