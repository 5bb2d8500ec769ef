"""Refusing: what a plan must not do, told with the ways out."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from planner.model.desired import DesiredCluster
from planner.model.diagnostics import Diagnostic
from planner.model.paths import Key, Path, format_path, position_path
from planner.model.plan import MISSING, Difference, Missing
from planner.model.secrets import find_secrets
from planner.planning.order import Request
from schemas import Field, find_field
from state.values import Late, Secret

__all__ = ["check_immutable", "quote_side", "report_lost_secrets"]


def check_immutable(desired: DesiredCluster, differences: Sequence[Difference], field: Field) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each of `differences` that changes a field which cannot change.

    A field that is not set on the live cluster may still be set: whether that is a change, only the API knows. One
    whose value comes late is looked at when the value is known.
    """
    return tuple(
        _report_immutable(desired, difference)
        for difference in differences
        if difference.before not in (MISSING, None)
        and not isinstance(difference.after, Late)
        and _is_immutable(difference.path, field)
    )


def report_lost_secrets(
    desired: DesiredCluster, requests: Iterable[Request], vault: Collection[str]
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each secret in `requests` that nobody has any more: it was ignored, and must be sent."""
    for _, _, body in requests:
        for path, secret in find_secrets(body or {}):
            if secret.fingerprint not in vault:
                yield _report_lost_secret(desired, path)


def _report_lost_secret(desired: DesiredCluster, path: Path) -> Diagnostic:
    return Diagnostic(
        code="ignored-secret",
        summary=f"The secret in {format_path(path)} is ignored, and cannot be left as it is",
        detail="This change sends all of what it stands in, and the secret that is in place is neither in the "
        "configuration nor in the state, which keeps a fingerprint. Write that secret into the configuration, or take "
        "its path out of ignore_changes.",
        span=desired.find_span(position_path(path, desired.document)),
        address=desired.address,
    )


def _report_immutable(desired: DesiredCluster, difference: Difference) -> Diagnostic:
    name = format_path(difference.path)
    return Diagnostic(
        code="immutable-field",
        summary=f"{name} cannot be changed",
        detail=(
            f"It is {quote_side(difference.before)} on the live cluster and {quote_side(difference.after)} in the "
            "configuration. Put it back; or, to delete the cluster with all its data and create it anew, run:\n"
            f"  planner plan -replace='{desired.address}'"
        ),
        span=desired.find_span(position_path(difference.path, desired.document)),
        address=desired.address,
    )


def _is_immutable(path: Path, field: Field) -> bool:
    steps = tuple(0 if isinstance(step, Key) else step for step in path)
    fields = (find_field(steps[:length], root=field) for length in range(1, len(steps) + 1))
    return any(at is not None and at.immutable for at in fields)


def quote_side(side: object) -> str:
    """Return one side of a difference for a sentence; a secret stays hidden."""
    match side:
        case Secret():
            return "(sensitive value)"
        case Missing():
            return "not set"
        case bool():
            return "true" if side else "false"
        case str():
            return f'"{side}"'
        case _:
            return str(side)
