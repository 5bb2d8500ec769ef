"""Impact: what each change of a plan does to the users of its cluster while it is applied. Pure.

By the annotations of the schema (`x-impact`), and by what the documents of the Manager say of updates: servers are
replaced one at a time, which takes three masters; with fewer, a change interrupts the service for some minutes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from planner.model.impact import SERVERS, Impact, Severity
from planner.model.paths import Key, Path
from planner.model.plan import Action, Change, Difference, Missing, Plan
from schemas import Field, cluster_field, find_child, find_entry
from state.values import Value

__all__ = ["assess_impact"]

_HIGHLY_AVAILABLE = 3
"""So many masters stand in for each other."""

_RESTART_ALL = f"restart {' '.join(SERVERS)}"
"""What is assumed of a field that says nothing of it."""

_LOST = "All data of the cluster is deleted."
_SLOW = "Removing data servers can take hours."
_MOVED = "What is stored at the former path is not found at the new one."
_STOPS = "The cluster stops."
_UNSERVED = "No data server is left, so that no query finds anything."
_FEW = "For some minutes, as there are fewer than three masters."


def assess_impact(plan: Plan) -> Plan:
    """Return `plan` with the impact of each change that sends something."""
    return replace(plan, changes=tuple(replace(change, impact=_assess(change)) for change in plan.changes))


def _assess(change: Change) -> Impact | None:
    match change.action:
        case Action.CREATE:
            return Impact(Severity.NONE)
        case Action.DELETE | Action.REPLACE:
            return Impact(Severity.DATA_LOSS, detail=_LOST)
        case Action.FORGET | Action.NO_OP:
            return None
        case Action.UPDATE:
            return _assess_update(change)


def _assess_update(change: Change) -> Impact:
    found = [_judge(one, change) for one in change.differences if one.cause.is_sent]
    worst = max((one.severity for one in found), key=lambda severity: severity.rank, default=Severity.NONE)
    if _look_up(change.before, "spec", "desiredState") == "STOPPED":
        # Nobody is served who could be disturbed; what is lost is lost all the same.
        is_lost = worst is Severity.DATA_LOSS
        return Impact(worst, detail=_MOVED) if is_lost else Impact(Severity.NONE, detail="The cluster is stopped.")
    servers = tuple(kind for kind in SERVERS if any(kind in one.servers for one in found))
    details = dict.fromkeys(one.detail for one in found if one.detail)
    if worst is Severity.ROLLING_RESTART and _has_few_masters(change):
        worst = Severity.INTERRUPTION
        details[_FEW] = None
    return Impact(worst, servers, " ".join(details))


def _has_few_masters(change: Change) -> bool:
    """Tell whether it is known that the masters cannot stand in for each other, before the change or after it."""
    sides = [_look_up(document, "spec", "master", "replicas") for document in (change.before, change.after)]
    return any(isinstance(one, int) and not isinstance(one, bool) and one < _HIGHLY_AVAILABLE for one in sides)


def _judge(one: Difference, change: Change) -> Impact:
    kind, *servers = (_find_rule(one.path) or _RESTART_ALL).split()
    match kind:
        case "none":
            return Impact(Severity.NONE)
        case "interruption":
            return Impact(Severity.INTERRUPTION)
        case "data-loss":
            return Impact(Severity.DATA_LOSS, detail=_MOVED)
        case "state":
            stops = one.after == "STOPPED"
            return Impact(Severity.INTERRUPTION, detail=_STOPS) if stops else Impact(Severity.NONE)
        case "servers":
            return _judge_servers(one, change)
        case _:
            if _is_of_new_tier(one.path, change):
                return Impact(Severity.NONE)
            if len(one.path) == 3 and isinstance(one.after, Missing) and one.path[1] == "data":
                return _judge_servers(one, change)
            return Impact(Severity.ROLLING_RESTART, tuple(servers))


def _judge_servers(one: Difference, change: Change) -> Impact:
    """Judge a number of servers: those that come disturb nobody; of data servers that go the others take the data."""
    before, after = _count(one.before), _count(one.after)
    if one.path[:2] != ("spec", "data") or after is None or before is None or after >= before:
        return Impact(Severity.NONE)
    if _count_data(change.after) == 0:
        return Impact(Severity.INTERRUPTION, detail=_UNSERVED)
    return Impact(Severity.NONE, detail=_SLOW)


def _count(side: "Value | Missing") -> int | None:
    """Return the number of servers that a side says, itself or as a tier; none where there is no side."""
    if isinstance(side, Missing):
        return 0
    replicas = side.get("replicas") if isinstance(side, dict) else side
    return replicas if isinstance(replicas, int) and not isinstance(replicas, bool) else None


def _count_data(document: Mapping[str, Value] | None) -> int | None:
    tiers = _look_up(document, "spec", "data")
    if not isinstance(tiers, dict):
        return None
    return sum(_count(tier) or 0 for tier in tiers.values() if isinstance(tier, dict))


def _is_of_new_tier(path: Path, change: Change) -> bool:
    """Tell whether `path` is in a tier of data servers that has none yet: nothing there restarts."""
    if len(path) < 3 or path[:2] != ("spec", "data") or not str(path[2]).startswith("tier"):
        return False
    return not _look_up(change.before, "spec", "data", str(path[2]), "replicas")


def _find_rule(path: Path) -> str | None:
    """Return what the schema says of the impact at `path`: the nearest annotation on the way there."""
    rule = None
    for field in _walk(path):
        rule = field.impact or rule
    return rule


def _walk(path: Path) -> Iterator[Field]:
    at: Field | None = cluster_field()
    for step in path:
        if at is None:
            return
        name = step.name if isinstance(step, Key) else step
        at = find_entry(at, name) if at.kind == "list" and isinstance(name, str) else find_child(at, name)
        if at is not None:
            yield at


def _look_up(document: "Value | Mapping[str, Value]", *path: str) -> Value:
    value: object = document
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value  # type: ignore[return-value]  # what is in a value is one
