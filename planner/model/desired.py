"""Desired: what the configuration wants, flat: instances only, no module, variable or `for_each` is left."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from planner.model.paths import Path
from planner.model.spans import Span
from state.address import Address
from state.values import Json

__all__ = ["Desired", "DesiredCluster", "Lifecycle", "Settings", "UpdateVerb"]

UpdateVerb = Literal["patch", "overwrite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """What the `lifecycle` block of a cluster asks for."""

    prevent_destroy: bool = False
    update: UpdateVerb = "patch"


def _find_nothing(_: Path) -> Span | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredCluster:
    """One cluster as the configuration wants it.

    `document` is `{"metadata": {…}, "spec": {…}}` as the API takes it; a field that is null there is left out.
    `sensitive` names values that are secret beyond what the schema says. `find_span` leads from a path in the
    document (list positions as integers) to where that value was written, or to the nearest thing around it;
    the empty path is the cluster itself.
    """

    address: Address
    document: dict[str, Json]
    lifecycle: Lifecycle = Lifecycle()
    depends_on: tuple[Address, ...] = ()
    sensitive: frozenset[Path] = frozenset()
    find_span: Callable[[Path], Span | None] = field(default=_find_nothing, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The cluster's name in the account."""
        metadata = self.document.get("metadata")
        return str(metadata.get("name", "")) if isinstance(metadata, dict) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the `planner` and `provider` blocks say; `None` where they are silent."""

    endpoint: str | None = None
    state_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """All clusters that the configuration wants, in the order of their addresses."""

    clusters: tuple[DesiredCluster, ...] = ()
    settings: Settings = Settings()
