"""Signatures: what a function takes and gives, and what it may ask of the world. Data only.

A function is given arguments that `planner.lang.calls` has converted to its parameters' types and found to be neither
null, unknown nor marked, unless the parameter allows it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import Protocol, TypeAlias

from planner.lang.types import Type
from planner.lang.values import Value

__all__ = [
    "Compute",
    "DecideType",
    "Environment",
    "Example",
    "Files",
    "Function",
    "FunctionError",
    "Kind",
    "Parameter",
    "TooLargeError",
]


class FunctionError(Exception):
    """A function cannot do what it is asked: why, in words for people, without a full stop at the end.

    `argument` is the position of the argument that is wrong, None where it is no single one.
    """

    def __init__(self, message: str, argument: int | None = None) -> None:
        super().__init__(message)
        self.argument = argument


class TooLargeError(FunctionError):
    """The result would be too large to be made: no mistake that `try` gets over."""


Kind: TypeAlias = OneOf["file", "directory", "broken", "outside", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a directory has under a name, once links are followed.

    `broken` is a link to nothing, `outside` one to what functions may not read, `other` what is neither a regular file
    nor a directory, or a link to the directory itself or one above it.
    """

    name: str
    kind: Kind


class Files(Protocol):
    """The files that functions may read: those below the configuration's directory.

    Paths are as the configuration writes them, relative to its directory. Every method raises `FunctionError` for what
    is outside or too large, and where a regular file is needed and there is something else.
    """

    def read(self, path: str) -> bytes:
        """Return what the file holds."""

    def exists(self, path: str) -> bool:
        """Tell whether there is a regular file at `path`."""

    def list_directory(self, path: str) -> tuple[Entry, ...]:
        """Return what is in the directory at `path`, in the order of the names; nothing where there is none."""

    def make_absolute(self, path: str) -> str:
        """Return `path` from the root on; it need not exist."""

    def expand_home(self, path: str) -> str:
        """Return `path` with a leading `~` replaced by the user's home directory."""


class Render(Protocol):
    """Evaluates the text of a template with variables, which is called `name` in messages.

    In it, functions read files only where `may_read` is set. Raises `FunctionError`: for mistakes in the template
    itself it blames the argument 0, for a variable that is missing the argument 1.
    """

    def __call__(self, name: str, text: str, variables: Mapping[str, Value], *, may_read: bool) -> Value: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What functions are given of the world.

    `now` is the time of this run, RFC 3339 in UTC; `draw(count)` gives random bytes. `render` is handed in because
    functions know nothing of evaluation. With `keeps_marks` no function takes a mark away.
    """

    files: Files
    now: Callable[[], str]
    draw: Callable[[int], bytes]
    render: Render
    keeps_marks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter. `DYNAMIC` takes a value of any type, as it is.

    `takes_null`, `takes_unknown`: the function wants to see such arguments; else null is an error and unknown makes
    the result unknown. `takes_dynamic`: it also wants those whose very type is unknown. `takes_marked`: it sees marks
    and puts them on its result itself; else it sees none, at any depth, and all come to the result. `is_reference`: the
    argument must be a reference to a value of just this type.
    """

    name: str
    type: Type
    takes_null: bool = False
    takes_unknown: bool = False
    takes_dynamic: bool = False
    takes_marked: bool = False
    is_reference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An expression that shows what a function does, and what it comes to, as `planner console` prints it."""

    expression: str
    result: str


DecideType: TypeAlias = Callable[[Sequence[Value]], Type]
"""Gives the type of the result; raises `FunctionError`. Unless parameters allow it, no argument is marked; but they may
be unknown here."""
Compute: TypeAlias = Callable[[Sequence[Value], Type, Environment], Value]
"""Gives the result, of the type that was decided; raises `FunctionError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function. `returns` is the type of its result, or decides it by the arguments.

    `summary` is one sentence for the documentation, in our own words. `is_volatile`: it gives another result each
    time, so that nothing of it may reach a cluster. `is_slow`: it takes its strings apart character by character.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    variadic: Parameter | None = None
    returns: Type | DecideType
    compute: Compute
    examples: tuple[Example, ...] = field(default=())
    is_volatile: bool = False
    is_slow: bool = False
