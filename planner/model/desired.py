"""Desired: what the configuration wants, flat: instances only, no module, variable or `for_each` is left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from planner.model.backend import BackendSettings
from planner.model.diagnostics import Diagnostic
from planner.model.encryption import EncryptionSettings
from planner.model.guard import Guard
from planner.model.paths import Path
from planner.model.spans import Span
from state.address import Address, ModuleStep
from state.values import NO_TIMEOUTS, Json, Late, Timeouts, Value

__all__ = [
    "AllFields",
    "CheckResult",
    "Complete",
    "Desired",
    "DesiredCluster",
    "DesiredOutput",
    "Endpoint",
    "Import",
    "Known",
    "Lifecycle",
    "Move",
    "NamedFile",
    "Removal",
    "Settings",
    "UpdateVerb",
]

UpdateVerb = Literal["patch", "overwrite"]
AllFields = Literal["all"]

Known: TypeAlias = Mapping[Address, Mapping[str, Json]]
"""What is known of clusters that are there: `{"metadata", "spec", "status"}` as the API gave it; a part that is going
to change is left out, and what refers to it comes late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """What the `lifecycle` block of a cluster asks for.

    `ignore_changes` are the paths whose live values are left alone, or `all`; in a path the step `*` stands for any.
    `replace_triggered_by` are the clusters, and the paths in them, a change of which replaces this one.
    """

    prevent_destroy: bool = False
    update: UpdateVerb = "patch"
    ignore_changes: tuple[Path, ...] | AllFields = ()
    replace_triggered_by: tuple[tuple[Address, Path], ...] = ()


def _find_nothing(_: Path) -> Span | None:
    return None


Complete: TypeAlias = Callable[[Known], "tuple[DesiredCluster | None, tuple[Diagnostic, ...]]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredCluster:
    """One cluster as the configuration wants it.

    `document` is `{"metadata": {…}, "spec": {…}}` as the API takes it; a field that is null there is left out.
    `late` are the paths (list positions as integers) of values that are known after apply; the document holds None
    in their place, and `complete` gives the cluster again, with them, once what they refer to is known: None, and
    why, where it then turns out to be wrong. `is_conditional`: a precondition waits for other clusters, and `complete`
    judges it. `sensitive` names values that are secret beyond what the schema says.
    `find_span` leads from a path in the document (list positions as integers) to where that value was written, or to
    the nearest thing around it; the empty path is the cluster itself.
    """

    address: Address
    document: dict[str, Json]
    late: Mapping[Path, Late] = field(default_factory=lambda: MappingProxyType({}))
    is_conditional: bool = False
    lifecycle: Lifecycle = Lifecycle()
    timeouts: Timeouts = NO_TIMEOUTS
    depends_on: tuple[Address, ...] = ()
    sensitive: frozenset[Path] = frozenset()
    find_span: Callable[[Path], Span | None] = field(default=_find_nothing, compare=False, repr=False)
    complete: Complete | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The cluster's name in the account."""
        metadata = self.document.get("metadata")
        return str(metadata.get("name", "")) if isinstance(metadata, dict) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What a `moved` or `removed` block names: a cluster, all instances of one, or a whole module.

    `name` is None for a module. `key` is None where none is written: that is the single instance, or all instances.
    The last step of `module` likewise where a module is named.
    """

    module: tuple[ModuleStep, ...] = ()
    name: str | None = None
    key: str | int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One `moved` block."""

    source: Endpoint
    target: Endpoint
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One `removed` block: what it names leaves the state, and with `destroy` the account too."""

    endpoint: Endpoint
    destroy: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One `import` block, for one instance: the cluster with this id or name comes under management at `address`."""

    address: Address
    id: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredOutput:
    """One output of the root module; `type` is as a configuration writes it.

    The `value` of a sensitive one must be shown nowhere. One that is late holds a mark in place of each part that is
    known after apply, or is None as a whole.
    """

    name: str
    value: Value = field(repr=False)
    type: str
    is_sensitive: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What came of one condition in the configuration: `passed` is None while it is not known."""

    label: str
    """`check.health`, or the address of the cluster whose postcondition it is."""
    passed: bool | None
    problem: Diagnostic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """A file that the configuration names, relative to its directory, and where it does."""

    name: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the `planner` and `provider` blocks say; `None` where they are silent."""

    endpoint: str | None = None
    client_id: str | None = None
    token_url: str | None = None
    backend: BackendSettings = field(default_factory=BackendSettings)
    has_wrong_backend: bool = False
    """A `backend` or `encryption` block is there that cannot be used: where, or for whom, the state is is not known."""
    encryption: EncryptionSettings | None = None
    guard: Guard = field(default_factory=Guard)
    prices: NamedFile | None = None
    """A file of what servers cost."""
    instance_types: NamedFile | None = None
    """A file of types of servers that we do not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """All that the configuration wants: clusters in the order of their addresses, and what it says about the past."""

    clusters: tuple[DesiredCluster, ...] = ()
    settings: Settings = Settings()
    moves: tuple[Move, ...] = ()
    removals: tuple[Removal, ...] = ()
    imports: tuple[Import, ...] = ()
    outputs: tuple[DesiredOutput, ...] = ()
    checks: tuple[CheckResult, ...] = ()
