"""Gathers the drafts of all files: one address, one cluster; one name, one cluster.

Refuses twins, naming both places.
"""

from collections.abc import Iterable

from planner.config.draft import Draft
from planner.config.reading import Reading
from planner.model.desired import Complete, DesiredCluster
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.address import Address
from state.values import Json

__all__ = ["find_twins", "make_cluster"]


def make_cluster(draft: Draft, document: dict[str, Json], complete: Complete | None = None) -> DesiredCluster:
    """Return the cluster that a draft describes, with `document` as checked; `complete` is for what comes late."""
    locate, span = draft.locate, draft.span
    return DesiredCluster(
        address=draft.address,
        document=document,
        lifecycle=draft.lifecycle,
        late={(*path,): value for path, value in draft.late.items()},
        depends_on=draft.depends_on,
        sensitive=draft.sensitive,
        find_span=lambda path: locate(path).value if path else span,
        complete=complete if draft.late else None,
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
