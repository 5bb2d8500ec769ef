"""Checking a plan just before it is performed: is everything still as it was when it was made?

Each check raises the failure that names what has changed; nothing has been sent then.
"""

from collections.abc import Mapping, Sequence

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import LiveCluster
from planner.model.paths import Path, format_path
from planner.model.plan import Operation, Plan
from planner.model.secrets import find_secrets
from planner.planning.make_plan import make_rules
from planner.planning.verify import find_stale
from state.snapshot import Snapshot
from state.values import Json, Secret

__all__ = ["check_endpoint", "check_live", "check_secrets", "check_state"]

_GIVE_SAME = (
    "A saved plan holds no secrets; they are taken from the configuration and its variables, and must be the same as "
    "when it was made. Nothing was sent. Give the same values, or plan again."
)


def check_endpoint(plan: Plan, endpoint: str) -> None:
    """Refuse a plan that was made for another account.

    Raises:
        Failure: `endpoint` is not the plan's, and the plan has something to send.
    """
    if plan.operations and endpoint != plan.precondition.endpoint:
        raise Failure(
            ExitCode.STALE_PLAN,
            Diagnostic(
                code="stale-plan",
                summary="The saved plan is for another account",
                detail=f"It was made for {plan.precondition.endpoint}; the configuration says {endpoint}. "
                "Nothing was sent. Plan again for this account.",
            ),
        )


def check_state(plan: Plan, snapshot: Snapshot | None) -> None:
    """Refuse a plan that was made from another state than this one.

    Raises:
        Failure: the lineage or the serial is another.
    """
    lineage, serial = (snapshot.lineage, snapshot.serial) if snapshot else (None, 0)
    if (plan.precondition.lineage, plan.precondition.serial) == (lineage, serial):
        return
    if plan.precondition.lineage == lineage:
        why = f"It was made at serial {plan.precondition.serial}; the state has moved on to serial {serial}."
    elif plan.precondition.lineage is None:
        why = "It was made when there was no state; there is one now."
    else:
        why = "It was made for another state than the one that is here."
    raise Failure(
        ExitCode.STALE_PLAN,
        Diagnostic(
            code="stale-plan",
            summary="The saved plan no longer fits the state",
            detail=f"{why} Nothing was sent. Plan again and review what comes out; or give the file to -plan-id, as in "
            "planner apply -plan-id plan.json, which goes on if that comes to the same plan.",
        ),
    )


def check_live(plan: Plan, snapshot: Snapshot | None, live: Sequence[LiveCluster], no_state_key: str) -> None:
    """Refuse a plan if one of its clusters is no longer as it was compared.

    Raises:
        Failure: each such cluster is named.
    """
    stale = find_stale(plan, snapshot, live, make_rules(snapshot, no_state_key=no_state_key))
    if stale:
        raise Failure(ExitCode.STALE_PLAN, *stale)


def check_secrets(plan: Plan, secrets: Mapping[str, Json]) -> None:
    """Refuse a plan whose secrets are not those of the configuration.

    Raises:
        Failure: a fingerprint in a request, or in an output, stands for none of `secrets`.
    """
    for operation in plan.operations:
        for path, secret in find_secrets(operation.body or {}):
            if secret.fingerprint not in secrets:
                raise Failure(ExitCode.STALE_PLAN, _report_changed_secret(operation, path))
    for change in plan.outputs:
        value = change.after.value if change.after else None
        if isinstance(value, Secret) and value.fingerprint not in secrets:
            raise Failure(ExitCode.STALE_PLAN, _report_changed_output(change.name))


def _report_changed_secret(operation: Operation, path: Path) -> Diagnostic:
    return Diagnostic(
        code="secret-changed",
        summary=f"The secret in {format_path(path)} is not the one that was planned",
        detail=_GIVE_SAME,
        address=operation.address,
    )


def _report_changed_output(name: str) -> Diagnostic:
    return Diagnostic(
        code="secret-changed",
        summary=f'The value of the sensitive output "{name}" is not the one that was planned',
        detail=_GIVE_SAME,
    )
