"""Gathers the drafts of all files: one address, one cluster; one name, one cluster.

Refuses twins, naming both places.
"""

from collections.abc import Iterable, Iterator

from planner.config.draft import Draft
from planner.config.reading import Reading
from planner.model.desired import Complete, DesiredCluster
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from state.values import Json

__all__ = ["find_same_addresses", "find_twins", "make_cluster"]


def make_cluster(draft: Draft, document: dict[str, Json], complete: Complete | None = None) -> DesiredCluster:
    """Return the cluster that a draft describes, with `document` as checked; `complete` is for what is late in it."""
    locate, span = draft.locate, draft.span
    return DesiredCluster(
        address=draft.address,
        document=document,
        lifecycle=draft.lifecycle,
        timeouts=draft.timeouts,
        late={(*path,): value for path, value in draft.late.items()},
        depends_on=draft.depends_on,
        sensitive=draft.sensitive,
        find_span=lambda path: locate(path).value if path else span,
        is_conditional=draft.is_conditional,
        complete=complete if draft.late or draft.is_conditional else None,
    )


def find_twins(drafts: Iterable[Draft], reading: Reading) -> tuple[Diagnostic, ...]:
    """Return what is wrong where two drafts have one name in the account; told once for the instances of a block."""
    by_name: dict[str, Draft] = {}
    told: set[Span] = set()
    found: list[Diagnostic] = []
    for draft in drafts:
        name = _find_name(draft)
        twin = by_name.setdefault(name, draft) if name is not None else draft
        if twin is draft:
            continue
        span = _find_name_span(draft)
        if _find_name_span(twin) != span:
            found.append(_duplicate_name(draft, twin, reading.describe_place(_find_name_span(twin))))
        elif span not in told:
            told.add(span)
            found.append(_repeated_name(draft, twin, span))
    return tuple(found)


def find_same_addresses(places: Iterable[tuple[str, Span]], reading: Reading) -> Iterator[Diagnostic]:
    """Yield a message for each cluster of a module whose name another one has; `places` are names and declarations."""
    first: dict[str, Span] = {}
    for name, span in sorted(places, key=lambda place: (place[1].file, place[1].start)):
        if first.setdefault(name, span) is not span:
            yield _duplicate_address(name, span, reading.describe_place(first[name]))


def _find_name(draft: Draft) -> str | None:
    """Return the name in the account; None for one that is secret, which is a mistake of its own."""
    if not draft.sensitive.isdisjoint({(), ("metadata",), ("metadata", "name")}):
        return None
    metadata = draft.document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None


def _find_name_span(draft: Draft) -> Span:
    return draft.locate(("metadata", "name")).value


def _duplicate_address(name: str, span: Span, place: str) -> Diagnostic:
    return Diagnostic(
        code="duplicate-address",
        summary="Duplicate cluster",
        detail=f"cluster.{name} is declared at {place} already. Each address names one cluster: rename one of the two.",
        span=span,
    )


def _repeated_name(draft: Draft, twin: Draft, span: Span) -> Diagnostic:
    is_counted = isinstance(draft.address.key, int)
    example = f"{draft.address.name}-${{{'count.index' if is_counted else 'each.key'}}}"
    return Diagnostic(
        code="duplicate-cluster-name",
        summary="Instances with one name",
        detail=f'{twin.address} and {draft.address} are both named "{_find_name(draft)}", and an account holds one '
        f'cluster of each name. Give each instance a name of its own: metadata {{ name = "{example}" }}.',
        span=span,
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
