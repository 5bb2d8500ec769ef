"""Pivot's access: the fields of one access mode are forbidden in another, so a change of mode takes them along."""

from planner.model.paths import Path
from planner.model.plan import MISSING, Difference
from planner.planning.compare import Comparison
from state.values import Value

__all__ = ["leave_former_mode"]

_PIVOT: Path = ("spec", "pivot")


def leave_former_mode(comparison: Comparison, wanted: dict[str, Value]) -> Comparison:
    """Return `comparison` with what the server still holds of the former access mode cleared, if the mode changes.

    The server may have filled in a `url` for one mode that it would refuse in another (PivotAccess in the API's
    documentation); nobody but us can take it away. Where the mode itself is cleared, `pivot` goes as a whole: without
    a mode the server refuses what is left of it, be it nothing.
    """
    change = next((difference for difference in comparison.differences if _is_change_of_mode(difference)), None)
    spec, pivot = _find_pivot(comparison.after)
    if change is None or not isinstance(comparison.after, dict):
        return comparison
    _, wanted_pivot = _find_pivot(wanted)
    left = pivot.keys() - wanted_pivot.keys()
    cleared = (
        Difference(path=(*_PIVOT, name), cause=change.cause, before=pivot[name], after=MISSING) for name in sorted(left)
    )
    kept = {name: value for name, value in pivot.items() if name not in left}
    spec = {name: kept if name == "pivot" else value for name, value in spec.items() if kept or name != "pivot"}
    return Comparison((*comparison.differences, *cleared), {**comparison.after, "spec": spec})


def _is_change_of_mode(difference: Difference) -> bool:
    return difference.path == (*_PIVOT, "accessMode") and difference.cause.is_sent and difference.before is not MISSING


def _find_pivot(document: object) -> tuple[dict[str, Value], dict[str, Value]]:
    """Return the `spec` of `document` and the `pivot` in it; empty where there is none."""
    spec = document.get("spec") if isinstance(document, dict) else None
    pivot = spec.get("pivot") if isinstance(spec, dict) else None
    return (spec if isinstance(spec, dict) else {}), (pivot if isinstance(pivot, dict) else {})
