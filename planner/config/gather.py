"""Gathers the drafts of all files: one address, one cluster; one name, one cluster; what is depended on is there.

Refuses twins, naming both places.
"""

from collections.abc import Iterable

from planner.config.draft import Dependency, Draft
from planner.config.reading import Reading
from planner.model.desired import DesiredCluster
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.address import Address
from state.values import Json

__all__ = ["find_twins", "find_unknown_dependencies", "make_cluster"]

_CLOSE = 0.65
"""How alike two names must be: `wbe` and `web` are, `ghost` and `store` are not."""


def make_cluster(draft: Draft, document: dict[str, Json]) -> DesiredCluster:
    """Return the cluster that a draft describes, with `document` as checked."""
    locate, span = draft.locate, draft.span
    return DesiredCluster(
        address=draft.address,
        document=document,
        lifecycle=draft.lifecycle,
        depends_on=tuple(sorted({dependency.address for dependency in draft.dependencies})),
        sensitive=draft.sensitive,
        find_span=lambda path: locate(path).value if path else span,
    )


def find_twins(drafts: Iterable[Draft], reading: Reading) -> tuple[Diagnostic, ...]:
    """Return what is wrong where two drafts have one address, or one name in the account."""
    by_address: dict[Address, Draft] = {}
    by_name: dict[str, Draft] = {}
    found: list[Diagnostic] = []
    for draft in drafts:
        twin = by_address.setdefault(draft.address, draft)
        if twin is not draft:
            found.append(_duplicate_address(draft, reading.describe_place(twin.span)))
            continue
        name = _find_name(draft)
        if name is None:
            continue
        twin = by_name.setdefault(name, draft)
        if twin is not draft:
            found.append(_duplicate_name(draft, twin, reading.describe_place(_find_name_span(twin))))
    return tuple(found)


def find_unknown_dependencies(drafts: Iterable[Draft], reading: Reading) -> tuple[Diagnostic, ...]:
    """Return what is wrong where a `depends_on` names a cluster that the configuration does not have."""
    drafts = tuple(drafts)
    known = {draft.address for draft in drafts}
    names = sorted({address.name for address in known})
    return tuple(
        _unknown_dependency(draft, dependency, names)
        for draft in drafts
        for dependency in draft.dependencies
        if dependency.address not in known and not reading.is_lost(dependency.address.name)
    )


def _find_name(draft: Draft) -> str | None:
    metadata = draft.document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None


def _find_name_span(draft: Draft) -> Span:
    return draft.locate(("metadata", "name")).value


def _duplicate_address(draft: Draft, place: str) -> Diagnostic:
    return Diagnostic(
        code="duplicate-address",
        summary="Duplicate cluster",
        detail=f"{draft.address} is declared at {place} already. Each address names one cluster: "
        "rename one of the two.",
        span=draft.span,
        address=draft.address,
    )


def _duplicate_name(draft: Draft, twin: Draft, place: str) -> Diagnostic:
    return Diagnostic(
        code="duplicate-cluster-name",
        summary="Two clusters with one name",
        detail=f'The name "{_find_name(draft)}" is that of {twin.address} already, at {place}. An account holds one '
        "cluster of each name: give one of the two another name.",
        span=_find_name_span(draft),
        address=draft.address,
    )


def _unknown_dependency(draft: Draft, dependency: Dependency, names: list[str]) -> Diagnostic:
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for it

    # The names alone are compared: what all addresses begin with makes none of them alike.
    close = get_close_matches(dependency.address.name, names, 1, _CLOSE)
    advice = f"Did you mean {Address(close[0])}?" if close else "Declare it, or remove it from depends_on."
    return Diagnostic(
        code="unknown-dependency",
        summary="Reference to undeclared cluster",
        detail=f"{draft.address} depends on {dependency.address}, which the configuration does not declare. {advice}",
        span=dependency.span,
        address=draft.address,
    )
