"""References between clusters, without a language: what a configuration with `cluster.a.metadata.uid` in it gives.

It is read with what is known, as the command's is: a reference to what is not known makes a late value.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from planner.config.configuration import Configuration
from planner.model.desired import Desired, DesiredCluster, Known, Lifecycle
from planner.model.diagnostics import Diagnostic
from planner.model.paths import Path
from state.address import Address
from state.values import Late
from tests.laws.lab import Document, declare, want

__all__ = ["Fleet", "Ref", "Referring", "UnsuitedError", "refer"]

Check: TypeAlias = Callable[[DesiredCluster], tuple[Diagnostic, ...]]


@dataclass(frozen=True)
class Ref:
    """An expression of `cluster.LABEL.STEP.STEP`, which `compute` gives the value of; what is not there is null."""

    label: str
    steps: str
    compute: Callable[[Any], Any] = lambda value: value

    @property
    def source(self) -> str:
        return f"cluster.{self.label}.{self.steps}"

    def read(self, known: Known) -> Any:  # noqa: ANN401 - any JSON, or the mark
        part, *steps = self.steps.split(".")
        document = known.get(Address(self.label), {})
        if part not in document:
            return Late((self.source,))
        value: Any = document[part]
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        return None if value is None else self.compute(value)


class UnsuitedError(Exception):
    """What an expression makes of a value that it does not suit: an error in the configuration."""


def _accept(_: DesiredCluster) -> tuple[Diagnostic, ...]:
    return ()


@dataclass(frozen=True)
class Referring:
    """A cluster of a configuration whose `spec` may hold references. `check` tells what is wrong with it."""

    label: str
    needs: tuple[str, ...]
    spec: Document
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    check: Check = _accept

    def read(self, known: Known) -> DesiredCluster:
        late: dict[Path, Late] = {}
        spec = _read(self.spec, ("spec",), known, late)
        needs = {*self.needs, *(ref.label for ref in _find_refs(self.spec))}
        cluster = declare(self.label, *needs, lifecycle=self.lifecycle, **spec)
        return replace(cluster, late=late, complete=self.complete)

    def complete(self, known: Known) -> tuple[DesiredCluster | None, tuple[Diagnostic, ...]]:
        cluster = self.read(known)
        problems = self.check(cluster)
        return (None if problems else cluster), problems


def refer(
    label: str,
    *needs: str,
    lifecycle: Lifecycle | None = None,
    check: Check = _accept,
    **spec: Any,  # noqa: ANN401 - any field
) -> Referring:
    """Return a cluster that may refer to others."""
    return Referring(label, needs, spec, lifecycle or Lifecycle(), check)


@dataclass(frozen=True)
class Fleet:
    """A configuration."""

    clusters: tuple[Referring, ...]

    def read(self, known: Known | None = None) -> Configuration:
        """Return it as it is with what is known."""
        try:
            desired: Desired = want(*(cluster.read(known or {}) for cluster in self.clusters))
        except UnsuitedError:
            return Configuration(desired=None)
        return Configuration(desired=desired, revise=self.read)


def _read(value: Any, path: Path, known: Known, late: dict[Path, Late]) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case Ref():
            found = value.read(known)
            if isinstance(found, Late):
                late[path] = found
                return None
            return found
        case dict():
            members = {name: _read(member, (*path, name), known, late) for name, member in value.items()}
            return {name: member for name, member in members.items() if member is not None or (*path, name) in late}
        case list():
            return [_read(item, (*path, at), known, late) for at, item in enumerate(value)]
        case _:
            return value


def _find_refs(value: Any) -> list[Ref]:  # noqa: ANN401 - any JSON
    match value:
        case Ref():
            return [value]
        case dict():
            return [ref for member in value.values() for ref in _find_refs(member)]
        case list():
            return [ref for item in value for ref in _find_refs(item)]
        case _:
            return []
