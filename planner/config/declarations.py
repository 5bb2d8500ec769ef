"""Declarations: what the blocks of one module say, before anything in them has a value. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from planner.config.draft import Draft
from planner.lang.content import Content
from planner.lang.defaults import Defaults
from planner.lang.references import Reference
from planner.lang.syntax import Attribute, Block, Expression
from planner.lang.types import DYNAMIC, Type
from planner.lang.values import NULL, Value
from planner.model.desired import Endpoint, Lifecycle
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = [
    "CheckBlock",
    "ClusterBlock",
    "Condition",
    "Dependency",
    "ImportBlock",
    "Local",
    "Module",
    "ModuleCall",
    "MovedBlock",
    "Output",
    "RemovedBlock",
    "Repetition",
    "Variable",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition, and what to say where it does not hold; `span` is that of its block's header."""

    condition: Expression
    message: Expression
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One `variable` block. `default` means something only with `has_default`: null is a default too."""

    name: str
    span: Span
    type: Type = DYNAMIC
    defaults: Defaults | None = None
    default: Value = NULL
    has_default: bool = False
    description: str = ""
    is_sensitive: bool = False
    is_ephemeral: bool = False
    is_nullable: bool = True
    has_type: bool = False
    """Whether the block names a type: without one a text from outside is a string."""
    validations: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """One argument of a `locals` block."""

    name: str
    expression: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of `depends_on`: a cluster, an instance of one, or a module."""

    reference: Reference
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One `output` block."""

    name: str
    value: Expression
    span: Span
    is_sensitive: bool = False
    is_ephemeral: bool = False
    preconditions: tuple[Condition, ...] = ()
    depends_on: tuple[Dependency, ...] = ()


@dataclass(frozen=True, slots=True)
class Repetition:
    """`count` or `for_each`, of a cluster, a module or an import."""

    kind: Literal["count", "for_each"]
    expression: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterBlock:
    """One `cluster` block; `content` holds what it says of the cluster itself."""

    name: str
    block: Block
    content: Content
    repetition: Repetition | None = None
    depends_on: tuple[Dependency, ...] = ()
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    timeouts: tuple[Attribute, ...] = ()
    triggers: tuple[Reference, ...] = ()
    """The entries of `replace_triggered_by`."""
    doubts: tuple[Diagnostic, ...] = ()
    """What is wrong in `ignore_changes` unless the API has fields that the schema does not know."""
    preconditions: tuple[Condition, ...] = ()
    postconditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCall:
    """One `module` block; `source` is a path to a directory, relative to that of the caller."""

    name: str
    source: str
    source_span: Span
    arguments: Mapping[str, Attribute]
    span: Span
    repetition: Repetition | None = None
    depends_on: tuple[Dependency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBlock:
    """One `check` block."""

    name: str
    assertions: tuple[Condition, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedBlock:
    """One `moved` block; its endpoints are relative to the module that holds it."""

    source: Endpoint
    target: Endpoint
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedBlock:
    """One `removed` block; its endpoint is relative to the module that holds it."""

    endpoint: Endpoint
    destroy: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBlock:
    """One `import` block: `to` names a cluster, and may hold `each.key` in its positions."""

    to: Reference
    to_span: Span
    id: Expression
    repetition: Repetition | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """All that the files of one directory declare, and the modules that it calls.

    `path` are the names of the calls that lead to it from the root, `directory` what opens it, `label` what its files
    are called by in messages, before their names. `bare` are the clusters of `*.cluster.json` files.
    """

    path: tuple[str, ...] = ()
    directory: str = "."
    label: str = ""
    variables: Mapping[str, Variable] = field(default_factory=dict)
    locals: Mapping[str, Local] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    clusters: Mapping[str, ClusterBlock] = field(default_factory=dict)
    calls: Mapping[str, ModuleCall] = field(default_factory=dict)
    checks: Mapping[str, CheckBlock] = field(default_factory=dict)
    bare: tuple[Draft, ...] = ()
    moved: tuple[MovedBlock, ...] = ()
    removed: tuple[RemovedBlock, ...] = ()
    imports: tuple[ImportBlock, ...] = ()
    providers: tuple[Block, ...] = ()
    children: Mapping[str, "Module"] = field(default_factory=dict)
