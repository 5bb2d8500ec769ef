"""Values: what an expression comes to; a type, what it holds, and marks that follow it wherever it goes.

Null and unknown have a type too. Values are never changed once made. Refuses, with `TypeError`, to be read as what
they are not: that is a mistake of ours, never of a configuration.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from planner.lang.number import Number, from_int
from planner.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ObjectType,
    TupleType,
    Type,
    list_of,
    make_object_type,
    map_of,
)

__all__ = [
    "EMPTY_OBJECT",
    "EMPTY_TUPLE",
    "FALSE",
    "NO_MARKS",
    "NULL",
    "SENSITIVE",
    "TRUE",
    "UNKNOWN",
    "Content",
    "Mark",
    "MarkKind",
    "Marks",
    "Nothing",
    "Value",
    "bool_of",
    "collect_marks",
    "find_marked",
    "has_mark",
    "is_known",
    "is_null",
    "is_wholly_known",
    "items_of",
    "list_members",
    "make_bool",
    "make_int",
    "make_list",
    "make_map",
    "make_null",
    "make_number",
    "make_object",
    "make_text",
    "make_tuple",
    "make_unknown",
    "mark",
    "members_of",
    "number_of",
    "text_of",
    "unmark",
    "unmark_deep",
]


class Nothing(Enum):
    """What stands in a value that holds nothing: null, or unknown."""

    NULL = "null"
    UNKNOWN = "unknown"


class MarkKind(Enum):
    """What a mark says of a value, and of all that is made of it."""

    SENSITIVE = "sensitive"
    """It must not be shown."""
    EPHEMERAL = "ephemeral"
    """It must not be kept: not in a plan, a state or a cluster."""
    VOLATILE = "volatile"
    """It is another one each time: `source` is the function that made it."""
    LATE = "late"
    """It waits for a cluster: `source` is the reference, `cluster.a.metadata.uid`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark; `source` says where it comes from, where that matters."""

    kind: MarkKind
    source: str = ""


Marks: TypeAlias = frozenset[Mark]
NO_MARKS: Marks = frozenset()
SENSITIVE = Mark(MarkKind.SENSITIVE)

Content: TypeAlias = "str | bool | Number | tuple[Value, ...] | Mapping[str, Value] | Nothing"


@dataclass(slots=True, unsafe_hash=True)
class Value:
    """A value: a list, set or tuple holds a tuple, a map or object a mapping.

    The elements of a set are in Terraform's order, each there once; they bear no marks, the set bears them all. Members
    of a mapping are in any order: `list_members` goes through them as Terraform does.
    """

    # Frozen to the type checker alone: Python takes four times as long to make one that is frozen to itself too, and an
    # evaluation makes hundreds of thousands.
    type: Final[Type]
    content: Final[Content]
    marks: Final[Marks] = NO_MARKS

    def __repr__(self) -> str:
        shown = "(sensitive value)" if has_mark(self, MarkKind.SENSITIVE) else repr(self.content)
        return f"Value({self.type}, {shown})"


TRUE = Value(BOOL, True)  # noqa: FBT003 - the value itself
FALSE = Value(BOOL, False)  # noqa: FBT003 - the value itself
NULL = Value(DYNAMIC, Nothing.NULL)
"""`null` as it is written: of no type yet."""
UNKNOWN = Value(DYNAMIC, Nothing.UNKNOWN)
"""A value of which not even the type is known; also what stands in place of a mistake."""
EMPTY_TUPLE = Value(TupleType(()), ())
EMPTY_OBJECT = Value(ObjectType(()), {})


def make_text(text: str) -> Value:
    """Return a string; `text` is in Unicode's form NFC already."""
    return Value(STRING, text)


def make_number(number: Number) -> Value:
    """Return a number."""
    return Value(NUMBER, number)


def make_int(number: int) -> Value:
    """Return a whole number, as functions give it for counts and positions."""
    return Value(NUMBER, from_int(number))


def make_bool(value: bool) -> Value:  # noqa: FBT001 - the value itself
    """Return a bool."""
    return TRUE if value else FALSE


def make_null(type_: Type) -> Value:
    """Return the null of `type_`."""
    return Value(type_, Nothing.NULL)


def make_unknown(type_: Type, marks: Marks = NO_MARKS) -> Value:
    """Return an unknown value of `type_`."""
    return Value(type_, Nothing.UNKNOWN, marks)


def make_tuple(items: Iterable[Value]) -> Value:
    """Return the tuple of `items`."""
    held = tuple(items)
    return Value(TupleType(tuple([item.type for item in held])), held)


def make_object(members: Mapping[str, Value]) -> Value:
    """Return the object with `members`."""
    return Value(make_object_type({name: member.type for name, member in members.items()}), members)


def make_list(element: Type, items: Iterable[Value]) -> Value:
    """Return the list of `items`, all of the type `element`."""
    return Value(list_of(element), tuple(items))


def make_map(element: Type, members: Mapping[str, Value]) -> Value:
    """Return the map of `members`, all of the type `element`."""
    return Value(map_of(element), members)


def is_null(value: Value) -> bool:
    """Tell whether `value` is null."""
    return value.content is Nothing.NULL


def is_known(value: Value) -> bool:
    """Tell whether `value` is known; parts of it may still be unknown."""
    return value.content is not Nothing.UNKNOWN


def is_wholly_known(value: Value) -> bool:
    """Tell whether nothing in `value` is unknown."""
    content = value.content
    if isinstance(content, tuple):
        return all(map(is_wholly_known, content))
    if isinstance(content, Mapping):
        return all(map(is_wholly_known, content.values()))
    return content is not Nothing.UNKNOWN


def text_of(value: Value) -> str:
    """Return the text of a string that is known and not null."""
    if isinstance(value.content, str):
        return value.content
    raise _wrong(value, "a string")


def number_of(value: Value) -> Number:
    """Return the number that a known number is."""
    if isinstance(value.content, Number):
        return value.content
    raise _wrong(value, "a number")


def bool_of(value: Value) -> bool:
    """Return the bool that a known bool is."""
    if isinstance(value.content, bool):
        return value.content
    raise _wrong(value, "a bool")


def items_of(value: Value) -> tuple[Value, ...]:
    """Return the elements of a known list, set or tuple."""
    if isinstance(value.content, tuple):
        return value.content
    raise _wrong(value, "a sequence")


def members_of(value: Value) -> Mapping[str, Value]:
    """Return the members of a known map or object, in any order."""
    if isinstance(value.content, Mapping):
        return value.content
    raise _wrong(value, "a mapping")


def list_members(value: Value) -> list[tuple[str, Value]]:
    """Return the members of a known map or object in the order of their keys."""
    members = members_of(value)
    return [(key, members[key]) for key in sorted(members)]


def _wrong(value: Value, wanted: str) -> TypeError:
    return TypeError(f"{wanted} is needed, and this is {value.type}")


def mark(value: Value, marks: Marks) -> Value:
    """Return `value` with `marks` besides its own."""
    if marks <= value.marks:
        return value
    return Value(value.type, value.content, value.marks | marks)


def unmark(value: Value) -> tuple[Value, Marks]:
    """Return `value` without its own marks, and these; those of its parts stay."""
    if not value.marks:
        return value, NO_MARKS
    return Value(value.type, value.content), value.marks


def unmark_deep(value: Value) -> tuple[Value, Marks]:
    """Return `value` without any marks, and all that it and its parts had."""
    marks = collect_marks(value)
    return (_strip(value), marks) if marks else (value, NO_MARKS)


def _strip(value: Value) -> Value:
    content = value.content
    if isinstance(content, tuple):
        content = tuple(map(_strip, content))
    elif isinstance(content, Mapping):
        content = {key: _strip(member) for key, member in content.items()}
    return Value(value.type, content)


def collect_marks(value: Value) -> Marks:
    """Return the marks of `value` and of all its parts."""
    parts = _list_parts(value)
    if parts is None:
        return value.marks
    return value.marks.union(*map(collect_marks, parts))


def _list_parts(value: Value) -> Iterable[Value] | None:
    content = value.content
    if isinstance(content, tuple):
        return content
    return content.values() if isinstance(content, Mapping) else None


def has_mark(value: Value, kind: MarkKind) -> bool:
    """Tell whether `value` itself bears a mark of `kind`."""
    return any(one.kind is kind for one in value.marks)


def find_marked(value: Value, kind: MarkKind) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths in `value` of what bears a mark of `kind`; nothing below such a place."""
    if value.marks and has_mark(value, kind):
        yield ()
        return
    content = value.content
    if isinstance(content, tuple):
        steps: Iterable[tuple[str | int, Value]] = enumerate(content)
    elif isinstance(content, Mapping):
        steps = content.items()
    else:
        return
    for step, part in steps:
        for path in find_marked(part, kind):
            yield (step, *path)
