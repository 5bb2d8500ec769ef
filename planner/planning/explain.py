"""Explaining one field: its value on each side, the rule that covers it, and what the plan makes of it. Pure."""

from collections.abc import Iterable

from planner.model.live import LiveCluster
from planner.model.paths import Key, Path, Step
from planner.model.plan import MISSING, Action, Change, Difference, Method, Missing, Operation, Plan
from planner.model.why import FieldFacts, Why
from planner.planning.changes import Rules, find_sensitive, make_sides, seal_live, seal_wanted
from planner.planning.field_paths import name_entries
from planner.planning.ignore import list_ignored
from planner.planning.look_up import look_up
from planner.planning.pair import Pair
from planner.planning.seal import seal
from schemas import Field
from state.values import Json, Value

__all__ = ["explain_field"]


def explain_field(pair: Pair, path: Path, plan: Plan | None, rules: Rules) -> Why:
    """Return all that is known of the field at `path` of one cluster; there is no `plan` where it is refused.

    An entry that `path` tells by its position is that in the configuration, and goes by its key from then on.
    """
    desired, record, live = pair.desired, pair.record, pair.live
    sensitive = find_sensitive(desired, record, rules)
    wanted = seal_wanted(desired, rules, sensitive) if desired else {}
    seen = seal_live(live, rules, sensitive) if live else {}
    sides = make_sides(wanted, record, seen, rules, sensitive)
    path, field = name_entries(path, (wanted, sides.applied, seen))
    change = next((one for one in plan.changes if one.address == pair.address), None) if plan else None
    ignored = (
        [one for group in plan.ignored if group.address == pair.address for one in group.differences] if plan else []
    )
    return Why(
        address=pair.address,
        path=path,
        id=live.id if live else None,
        facts=_describe(field),
        configured=look_up(wanted, path),
        applied=look_up(sides.applied, path),
        observed=look_up(sides.observed, path),
        live=_find_live(live, seen, path, rules) if live else MISSING,
        resource_version=live.resource_version if live else None,
        is_declared=desired is not None,
        ignored_by=_find_rule(path, list_ignored(desired.lifecycle.ignore_changes) if desired else ()),
        differences=tuple(one for one in (*(change.differences if change else ()), *ignored) if _covers(one, path)),
        action=change.action if change else None,
        request=_find_request(path, change, plan.operations) if plan and change else "",
    )


def _find_live(live: LiveCluster, seen: dict[str, Value], path: Path, rules: Rules) -> "Value | Missing":
    """Return what is live at `path`, be it what a configuration can speak of or the server's own, as `status` is."""
    value = look_up(seen, path)
    if not isinstance(value, Missing):
        return value
    own: dict[str, Json] = {name: live.document[name] for name in ("metadata", "status") if name in live.document}
    return look_up(seal(own, rules.field, rules.key), path)


def _describe(field: Field) -> FieldFacts:
    return FieldFacts(
        kind=field.kind,
        title=field.title,
        description=field.description,
        is_immutable=field.immutable,
        is_sensitive=field.sensitive,
        is_read_only=field.read_only,
        key=field.list_key,
        allowed=field.allowed,
        minimum=field.minimum,
        maximum=field.maximum,
    )


def _covers(difference: Difference, path: Path) -> bool:
    """Tell whether a difference is at `path`, around it or below it."""
    return all(one == other for one, other in zip(difference.path, path, strict=False))


def _find_rule(path: Path, ignored: Iterable[Path]) -> Path | None:
    """Return the entry of `ignore_changes` that leads to `path` or around it; the empty one is `all`."""
    return next((rule for rule in ignored if len(rule) <= len(path) and all(map(_is_step, rule, path))), None)


def _is_step(rule: Step, step: Step) -> bool:
    return rule in {"*", step} or (isinstance(step, Key) and rule == step.name)


def _find_request(path: Path, change: Change, operations: Iterable[Operation]) -> str:
    """Return the request that carries the field, method and path; empty where none does."""
    for operation in operations:
        if operation.address != change.address:
            continue
        if operation.method is Method.DELETE and change.action is Action.DELETE:
            return f"DELETE /api/v1{operation.path}"
        if operation.method is not Method.DELETE and _is_in(operation.body or {}, path):
            return f"{operation.method.value} /api/v1{operation.path}"
    return ""


def _is_in(body: dict[str, Value], path: Path) -> bool:
    """Tell whether a body says anything at `path`, or sends the whole of what stands around it.

    A patch says null of what it clears, and a list is always sent as a whole.
    """
    value: Value | Missing = body
    for step in path:
        if value is None or isinstance(value, list):
            return True
        value = look_up(value, (step,))
        if isinstance(value, Missing):
            return False
    return True
