"""Violations: what is wrong with a document, each with its place and one plain sentence.

Data only. Whether one is an error or a warning is for the caller to say.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Code", "Path", "Violation"]

Path: TypeAlias = tuple[str | int, ...]

Code: TypeAlias = Literal[
    "duplicate-name",
    "forbidden-field",
    "malformed-value",
    "missing-field",
    "not-allowed-value",
    "null-value",
    "out-of-range",
    "read-only-field",
    "too-deep",
    "unknown-field",
    "wrong-type",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that is wrong with a document.

    `path` leads to the value; for a missing field to where it should be, so its last step is not in the document.
    `message` is a sentence without a full stop. `suggestion` is what was probably meant: a field's name or, where it
    belongs elsewhere, its dotted path from the root; or a value. `key` says that the mistake is the field's presence
    or absence, not its value: point at the key.
    """

    path: Path
    code: Code
    message: str
    suggestion: str | None = None
    key: bool = False
