"""Verifying: does a plan still hold, and has a cluster become what its change wanted? Pure, like the plan itself."""

from collections.abc import Sequence
from dataclasses import replace

from planner.model.desired import Desired
from planner.model.diagnostics import Diagnostic
from planner.model.live import LiveCluster
from planner.model.paths import Path, format_path
from planner.model.plan import MISSING, Action, Change, Difference, Method, Missing, Plan, Reason
from planner.model.secrets import Vault, find_secrets
from planner.planning.changes import (
    Rules,
    find_sensitive,
    hash_compared,
    hash_value,
    hash_whole,
    seal_live,
    seal_wanted,
)
from planner.planning.compare import compare
from planner.planning.ignore import drop_ignored
from planner.planning.observe import leave_out_foreign
from planner.planning.outputs import seal_outputs
from planner.planning.pair import pair_clusters, recall
from planner.planning.readdress import check_past
from planner.planning.refuse import quote_side
from planner.planning.sameness import project_compared
from planner.planning.seal import find_hidden
from planner.planning.sides import Sides
from state.record import Record
from state.snapshot import Snapshot
from state.values import Secret, Value

__all__ = [
    "close_alike",
    "collect_secrets",
    "collect_version",
    "find_record",
    "find_stale",
    "find_told_secret",
    "is_as_planned",
    "observe",
    "tell_changes",
]

_NAMED = 3
"""How many changed fields of a cluster are named at most."""


def find_stale(
    plan: Plan, snapshot: Snapshot | None, live: Sequence[LiveCluster], rules: Rules
) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each change of `plan` whose cluster is no longer as it was when the plan was made."""
    by_id = {cluster.id: cluster for cluster in live}
    names: dict[str, set[str]] = {}
    for cluster in live:
        names.setdefault(cluster.name, set()).add(cluster.id)
    overwritten = {operation.address for operation in plan.operations if operation.method is Method.PUT}
    stale: list[Diagnostic] = []
    for change in plan.changes:
        found = by_id.get(change.id or "")
        record = find_record(change, snapshot)
        if change.action in {Action.CREATE, Action.REPLACE} and names.get(change.name, set()) - {change.id}:
            stale.append(_report_stale(change, f'There is a cluster named "{change.name}" now.'))
        elif change.action is Action.CREATE:
            continue
        elif change.action is Action.FORGET:
            if found is not None and change.reason is Reason.GONE:
                stale.append(_report_stale(change, "The cluster is there again."))
        elif found is None:
            stale.append(_report_stale(change, "The cluster is gone."))
        elif found.name != _name_before(change, found):
            stale.append(_report_stale(change, f'The live cluster is named "{found.name}" now.'))
        elif _is_stale(change, found, record, rules, is_whole=change.address in overwritten):
            seen = seal_live(found, rules, find_told_secret(change, record, rules))
            stale.append(
                _report_stale(change, f"The live cluster was changed since{_name_changed(change, seen, rules)}.")
            )
    return tuple(stale)


def _name_before(change: Change, live: LiveCluster) -> str:
    """Return the name that the cluster of `change` had when the plan was made; that of `live` where it is not told."""
    metadata = (change.before or {}).get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else live.name


def is_as_planned(change: Change, live: LiveCluster, snapshot: Snapshot | None, rules: Rules) -> bool:
    """Tell whether a live cluster is what `change` wants it to be, in all fields that were compared."""
    record = find_record(change, snapshot)
    seen = seal_live(live, rules, find_told_secret(change, record, rules))
    if change.rolls_back_to is not None:
        return _hash_rolled_back(change, seen, rules) == _hash_rolled_back(change, change.after or {}, rules)
    now = hash_compared(change.applied, record, seen, rules.field, change.left_alone)
    return now == hash_compared(change.applied, record, change.after or {}, rules.field, change.left_alone)


def observe(change: Change, live: LiveCluster, snapshot: Snapshot | None, rules: Rules) -> dict[str, Value]:
    """Return what is to be remembered of a live cluster: its name and `spec`, without secrets."""
    seen = seal_live(live, rules, find_told_secret(change, find_record(change, snapshot), rules))
    return leave_out_foreign(seen, change, rules.field) if change.action is Action.UPDATE else seen


def collect_secrets(
    desired: Desired, snapshot: Snapshot | None, live: Sequence[LiveCluster], rules: Rules, vault: Vault
) -> None:
    """Put every secret of the configuration and of the live clusters that we manage into `vault`."""
    if check_past(desired):
        desired = replace(desired, moves=(), removals=(), imports=())  # what a saved plan makes of them is settled
    for pair in pair_clusters(desired, snapshot, live).pairs:
        sensitive = find_sensitive(pair.desired, pair.record, rules)
        if pair.desired:
            seal_wanted(pair.desired, rules, sensitive, vault, opens=False)
        if pair.live:
            seal_live(pair.live, rules, sensitive, vault, opens=False)
    seal_outputs(desired.outputs, rules.key, vault)


def collect_version(
    change: Change, version: LiveCluster, snapshot: Snapshot | None, rules: Rules, vault: Vault
) -> None:
    """Put every secret of the resource version that `change` rolls back to into `vault`."""
    sensitive = find_told_secret(change, find_record(change, snapshot), rules) | find_hidden(change.after or {})
    seal_live(version, rules, sensitive, vault, opens=False)


def find_record(change: Change, snapshot: Snapshot | None) -> Record | None:
    """Return what the state knew of the cluster of `change` when the plan was made."""
    return recall(change.moved_from or change.address, change.id, snapshot)


def _is_stale(change: Change, live: LiveCluster, record: Record | None, rules: Rules, *, is_whole: bool) -> bool:
    document = close_alike(seal_live(live, rules, find_told_secret(change, record, rules)), change.before or {})
    if is_whole or change.action is Action.REPLACE:
        return hash_whole(document, rules.field) != change.compared
    if change.action is Action.DELETE:
        # What is approved is the end of all of it; what is compared is what would make another plan.
        return hash_whole(document, rules.field) != hash_whole(change.before or {}, rules.field)
    return hash_compared(change.applied, record, document, rules.field, change.left_alone) != change.compared


def close_alike(seen: dict[str, Value], before: dict[str, Value]) -> dict[str, Value]:
    """Return `seen` without what its secret texts hold, where `before` comes from the state, which does not keep that.

    Then the two compare by their fingerprints: another spelling counts as another text, which errs on the safe side.
    """
    if any(secret.content is not None for _, secret in find_secrets(before)):
        return seen
    return {name: _close(member) for name, member in seen.items()}


def _close(value: Value) -> Value:
    match value:
        case Secret(content=content) if content is not None:
            return replace(value, content=None)
        case dict():
            return {name: _close(member) for name, member in value.items()}
        case list():
            return [_close(item) for item in value]
        case _:
            return value


def _hash_rolled_back(change: Change, live: dict[str, Value], rules: Rules) -> str:
    """Return the hash of all that a rollback puts back or takes away, whether it is ours or the server's."""
    return hash_value(project_compared(Sides(change.after or {}, change.before or {}, MISSING, live), rules.field))


def find_told_secret(change: Change, record: Record | None, rules: Rules) -> frozenset[Path]:
    """Return the paths that are secret by what the plan and the state say, when the configuration is not at hand."""
    return find_sensitive(None, record, rules) | find_hidden(change.applied or {}) | find_hidden(change.before or {})


def _name_changed(change: Change, seen: dict[str, Value], rules: Rules) -> str:
    """Return which of the fields that the plan saw have changed, and how."""
    before, seen = (drop_ignored(side, change.left_alone) for side in (change.before or {}, seen))
    sides = Sides(before, before, before, seen)
    differences = [difference for difference in compare(sides, rules.field).differences if difference.cause.is_sent]
    return f": {tell_changes(differences)}" if differences else ""


def tell_changes(differences: Sequence[Difference]) -> str:
    """Return, for a sentence, what each value was and is; in `differences` it is put back."""
    told = [f"{format_path(one.path)} was {_quote(one.after)} and is {_quote(one.before)}" for one in differences]
    more = [f"{len(told) - _NAMED} more"] if len(told) > _NAMED else []
    return ", ".join([*told[:_NAMED], *more])


def _quote(side: Value | Missing) -> str:
    """Return one side for a sentence; the name of a pair is in the path already."""
    is_pair = isinstance(side, dict) and side.keys() == {"name", "value"}
    return quote_side(side["value"] if isinstance(side, dict) and is_pair else side)


def _report_stale(change: Change, why: str) -> Diagnostic:
    return Diagnostic(
        code="stale-plan",
        summary=f"The plan for {change.address} no longer holds",
        detail=f"{why} Nothing was sent. Plan again and review what comes out.",
        address=change.address,
    )
