"""What reading a configuration gives, and what it is given besides the directory.

Data only. Refuses to look at the process: the environment is handed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from planner.model.backend import DEFAULT_WORKSPACE
from planner.model.desired import Desired, Known, Settings
from planner.model.diagnostics import Diagnostic
from state.values import Json

__all__ = [
    "Assignment",
    "Configuration",
    "Confinement",
    "MissingVariable",
    "VariableFile",
    "VariableInput",
    "VariableInputs",
    "World",
]


@dataclass(frozen=True, slots=True)
class Assignment:
    """`-var name=text`: the text is read as the variable's type says."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class VariableFile:
    """`-var-file path`: the path as the process opens it; `shown` is what people call it, where that differs.

    `is_own`: it is a part of the configuration, which may set what it declares, whoever else may not.
    """

    path: str
    shown: str = ""
    is_own: bool = False


VariableInput: TypeAlias = Assignment | VariableFile


def _tell_no_time() -> str:
    return "1970-01-01T00:00:00Z"


def _draw_nothing(count: int) -> bytes:
    return bytes(count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What is let pass of a configuration that is not trusted.

    Its modules lie below `root`, and of its variables only `settable` take a value from the environment, from the
    command line or from a file that is not its own. What is marked as a secret stays so: nonsensitive() does nothing.
    Of the variables in `hidden` it never has the values: each text in them is what `disguise` makes of it.
    """

    root: str
    settable: frozenset[str]
    hidden: frozenset[str] = frozenset()
    disguise: Callable[[str], str] = field(default=lambda _: "", compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What expressions may ask beside files: `now` is the time of the run (RFC 3339, UTC), `draw` random bytes.

    `confinement` is there where the configuration is not trusted.
    """

    now: Callable[[], str] = _tell_no_time
    draw: Callable[[int], bytes] = _draw_nothing
    workspace: str = DEFAULT_WORKSPACE
    confinement: Confinement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableInputs:
    """Values of variables from outside the directory: the environment, and the command line in its own order."""

    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    command: tuple[VariableInput, ...] = ()
    world: World = World()


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingVariable:
    """A declared variable that has no value: what is needed to ask a person for it."""

    name: str
    description: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A configuration that was read: `desired` is None where any of `diagnostics` is an error.

    `settings` is what the `planner` and `provider` blocks say, as far as that can be read whatever else is wrong.
    `sources` holds the text of each file that was read, by the name that spans call it. `missing_variables` are
    those that one of the errors is about: read again with an `Assignment` for each, and that error is gone.
    `revise` gives the configuration again with what is known of clusters that are there already; None where nothing
    in it refers to a cluster. `secrets` are the values of its sensitive variables.
    `variables` tells of each variable of the root whether it is sensitive, and `types` how its type is written.
    """

    desired: Desired | None
    settings: Settings = field(default_factory=Settings)
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    missing_variables: tuple[MissingVariable, ...] = ()
    revise: "Callable[[Known], Configuration] | None" = field(default=None, compare=False, repr=False)
    secrets: tuple[Json, ...] = field(default=(), compare=False, repr=False)
    variables: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
