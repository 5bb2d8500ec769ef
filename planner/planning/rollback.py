"""Rolling back: the plan that puts one cluster back, as a whole, to how it was at an earlier resource version.

The version takes the place of the configuration, and fields that are the server's go back with ours. What can never
change stays as it is, and is named. Refuses to send a secret that the server does not show.
"""

from dataclasses import dataclass, replace

from planner.model.diagnostics import Diagnostic
from planner.model.live import LiveCluster
from planner.model.paths import format_path
from planner.model.plan import (
    MISSING,
    Action,
    Cause,
    Change,
    Difference,
    Method,
    Missing,
    Operation,
    Plan,
    Precondition,
)
from planner.model.secrets import Vault
from planner.planning.changes import (
    Rules,
    find_sensitive,
    hash_whole,
    make_json_patch,
    make_sides,
    seal_live,
    seal_wanted,
)
from planner.planning.compare import compare
from planner.planning.ignore import leave_ignored
from planner.planning.look_up import look_up
from planner.planning.make_plan import make_rules
from planner.planning.overwrite import add_access_mode, make_overwrite
from planner.planning.pair import Pair
from planner.planning.plan_id import make_plan_id
from planner.planning.rollback_limits import find_masked, warn_of_kept, warn_of_losses
from planner.planning.sameness import is_same_apart_from_order
from planner.planning.sides import Sides
from planner.planning.strangers import find_strangers
from planner.planning.unmarked import Hidden
from planner.planning.warn import find_warnings
from schemas import Field
from state.record import Record
from state.snapshot import Snapshot
from state.values import Value, is_same

__all__ = ["Rollback", "find_later", "plan_rollback"]

_Document = dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """What is put back: the cluster of `record`, as `pair` has it live, to the `version` with that `number`."""

    pair: Pair
    record: Record
    live: LiveCluster
    number: int
    version: LiveCluster


def plan_rollback(
    rollback: Rollback, snapshot: Snapshot | None, endpoint: str, vault: Vault, hidden: Hidden
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Return the plan of a rollback, and what is wrong with it; the secrets met on the way go into `vault`.

    `hidden` is what is to be hidden beside what is known to be secret by its place.
    """
    rules = make_rules(snapshot, hidden=hidden)
    change, body, kept = _plan_change(rollback, rules, vault)
    is_sent = change.action is Action.UPDATE
    path = f"/clusters/{change.id}"
    operation = Operation(number=1, address=change.address, method=Method.PUT, path=path, body=body)
    operations = (operation,) if is_sent else ()
    changes = (change,) if is_sent or _has_news(change, rollback.record, rules.field) else ()
    warnings = (
        *find_warnings([rollback.pair], changes),
        *warn_of_kept(change.address, rollback.number, kept),
        *warn_of_losses(change.address, change.before or {}, change.after or {}),
    )
    plan = Plan(
        id=make_plan_id(changes, operations),
        changes=changes,
        operations=operations,
        unchanged=0 if changes else 1,
        precondition=Precondition(
            endpoint=endpoint,
            lineage=snapshot.lineage if snapshot else None,
            serial=snapshot.serial if snapshot else 0,
        ),
        warnings=warnings,
    )
    strangers = find_strangers([rollback.pair])
    return plan, strangers or find_masked(change.address, rollback.number, body if is_sent else {}, vault)


def _plan_change(rollback: Rollback, rules: Rules, vault: Vault) -> tuple[Change, _Document, tuple[Difference, ...]]:
    """Return the change of a rollback, the whole cluster as it would be sent, and what cannot be put back."""
    field, record = rules.field, rollback.record
    sensitive = find_sensitive(rollback.pair.desired, record, rules)
    if rollback.pair.desired:
        seal_wanted(rollback.pair.desired, rules, sensitive, vault)
    live = seal_live(rollback.live, rules, sensitive, vault)
    version = seal_live(rollback.version, rules, sensitive, vault)
    sides = make_sides({}, record, live, rules, sensitive)
    kept_target, kept = _keep_immutable(version, live, field)
    target, cure = add_access_mode(kept_target)
    compared = compare(Sides(target, live, live, live), field)
    cured = {one.path for one in cure if isinstance(look_up(live, one.path), Missing)}
    found = sorted(compared.differences, key=lambda one: format_path(one.path))  # the server's order means nothing
    differences = tuple(_explain(one, sides) for one in found if one.cause.is_sent and one.path not in cured)
    after = _as_document(compared.after) if differences else live
    body = make_overwrite(after, _find_echoes(sides, version, field), field)
    change = Change(
        address=record.address,
        action=Action.UPDATE if differences else Action.NO_OP,
        name=rollback.live.name,
        id=record.id,
        rolls_back_to=rollback.number,
        before=live,
        after=after,
        differences=(*differences, *(one for one in cure if one.path in cured)) if differences else (),
        applied=_find_applied(body, add_access_mode(live)[0], _as_document(sides.applied)),
        prevent_destroy=record.prevent_destroy,
        depends_on=record.depends_on,
        resource_version=rollback.live.resource_version,
        timeouts=record.timeouts,
        compared=hash_whole(live, field),
        json_patch=make_json_patch(live, after) if differences else (),
    )
    return change, body, kept


def find_later(rollback: Rollback, change: Change, snapshot: Snapshot | None, hidden: Hidden) -> tuple[Difference, ...]:
    """Return what the next plan would send, once `change` is done and if the configuration stays as it is."""
    desired = rollback.pair.desired
    if desired is None:
        return ()
    rules = make_rules(snapshot, hidden=hidden)
    sensitive = find_sensitive(desired, rollback.record, rules)
    after = change.after or {}
    all_sides = Sides(seal_wanted(desired, rules, sensitive), change.applied or {}, after, after)
    sides = leave_ignored(all_sides, desired.lifecycle.ignore_changes, rules.field)
    return tuple(one for one in compare(sides, rules.field).differences if one.cause.is_sent)


def _keep_immutable(
    version: _Document, live: _Document, field: Field | None, path: tuple[str, ...] = ()
) -> tuple[_Document, tuple[Difference, ...]]:
    """Return `version` with what is live in place of what cannot change, and where the two are not the same."""
    target = dict(version)
    kept: list[Difference] = []
    for name, present in live.items():
        then, member_field = version.get(name, MISSING), _member_field(field, name)
        if isinstance(present, dict):
            inside, more = _keep_immutable(_as_document(then), present, member_field, (*path, name))
            kept += more
            if isinstance(then, dict):
                target[name] = inside
        elif member_field is not None and member_field.immutable and present is not None:
            if isinstance(then, Missing) or not is_same(present, then):
                kept.append(Difference(path=(*path, name), cause=Cause.EDIT, before=present, after=then))
            target[name] = present
    return target, tuple(kept)


def _explain(difference: Difference, sides: Sides) -> Difference:
    """Return `difference` with why it is there: who asked for a rollback asked for all of it, others may have moved."""
    seen = look_up(_as_document(sides.observed), difference.path)
    applied = look_up(_as_document(sides.applied), difference.path)
    if _is_same_side(seen, difference.before):
        cause = Cause.EDIT
    else:
        cause = Cause.DRIFT if _is_same_side(seen, difference.after) else Cause.CONFLICT
    return replace(difference, cause=cause, applied=applied)


def _find_echoes(sides: Sides, version: _Document, field: Field) -> _Document:
    """Return what we last asked for and the server shows otherwise, or not at all, where it did so at `version` too.

    There the two may well be the same. What it shows would be its own spelling at best, and a mask at worst.
    """
    applied, observed = _as_document(sides.applied), _as_document(sides.observed)
    if _find_mode(observed) != _find_mode(version) and isinstance(applied.get("spec"), dict):
        # In another access mode the options are forbidden, or others.
        spec = {name: member for name, member in _as_document(applied["spec"]).items() if name != "pivot"}
        applied = {**applied, "spec": spec}
    return _collect_echoes(applied, observed, version, field)


def _collect_echoes(applied: _Document, observed: _Document, version: _Document, field: Field | None) -> _Document:
    echoes: _Document = {}
    for name, wish in applied.items():
        seen, then, member_field = observed.get(name, MISSING), version.get(name, MISSING), _member_field(field, name)
        if isinstance(wish, dict) and isinstance(seen, dict) and isinstance(then, dict):
            if inside := _collect_echoes(wish, seen, then, member_field):
                echoes[name] = inside
        elif _is_same_side(seen, then, member_field) and not _is_same_side(wish, seen, member_field):
            echoes[name] = wish
    return echoes


def _find_mode(document: _Document) -> "Value | Missing":
    return look_up(document, ("spec", "pivot", "accessMode"))


def _find_applied(sent: _Document, live: _Document, applied: _Document) -> _Document:
    """Return what the state is to hold as our wish: of what is sent, what was ours, and what this brings back.

    What was not there before a rollback is there because of it. The next plan takes it away again, unless the
    configuration asks for it: who rolls forward must not find more than there was.
    """
    kept: _Document = {}
    for name, member in sent.items():
        ours = applied.get(name, MISSING)
        if isinstance(member, dict) and isinstance(ours, dict):
            kept[name] = _find_applied(member, _as_document(live.get(name, member)), ours)
        elif not isinstance(ours, Missing) or name not in live:
            kept[name] = member
        elif isinstance(member, dict) and (brought := _find_applied(member, _as_document(live[name]), {})):
            kept[name] = brought
    return kept


def _has_news(change: Change, record: Record, field: Field) -> bool:
    """Tell whether there is something to remember although there is nothing to send."""
    is_seen = record.observed is not None and is_same_apart_from_order(change.before or {}, record.observed, field)
    return not is_seen or not is_same_apart_from_order(change.applied or {}, record.applied, field)


def _is_same_side(one: "Value | Missing", other: "Value | Missing", field: Field | None = None) -> bool:
    if isinstance(one, Missing) or isinstance(other, Missing):
        return one is other
    return is_same_apart_from_order(one, other, field)


def _as_document(side: object) -> _Document:
    return side if isinstance(side, dict) else {}


def _member_field(field: Field | None, name: str) -> Field | None:
    return None if field is None else field.fields.get(name, field.others)
