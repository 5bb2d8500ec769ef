"""Filling in: a change and its requests once the values that came late are known. Pure.

Only what was late is put in its place: whatever else the configuration has become, the plan stands as it was agreed to.
"""

from dataclasses import replace

from planner.model.desired import DesiredCluster
from planner.model.diagnostics import Diagnostic
from planner.model.late import find_late, holds_late
from planner.model.paths import Path, format_path, position_path
from planner.model.plan import MISSING, Action, Change, Method, Missing, Operation
from planner.model.secrets import Vault
from planner.planning.changes import Rules, find_sensitive, make_sides, seal_wanted
from planner.planning.compare import Comparison, compare
from planner.planning.ignore import leave_ignored
from planner.planning.merge_patch import apply_merge_patch, make_merge_patch
from planner.planning.overwrite import add_access_mode, make_overwrite
from planner.planning.pair import recall
from planner.planning.pivot import leave_former_mode
from planner.planning.refuse import check_immutable
from planner.planning.seal import find_hidden
from state.snapshot import Snapshot
from state.values import Late, Value

__all__ = ["fill_change", "report_unknown"]

_Filled = tuple[Change, tuple[Operation, ...], tuple[Diagnostic, ...]]


def fill_change(  # noqa: PLR0913 - the change, what completes it, and what both were sealed with
    change: Change,
    operations: tuple[Operation, ...],
    completed: DesiredCluster,
    *,
    snapshot: Snapshot | None,
    rules: Rules,
    vault: Vault,
) -> _Filled:
    """Return `change` and its operations with the values of `completed` where they are late, and what is wrong then.

    The secrets among the values go into `vault`.
    """
    record = recall(change.moved_from or change.address, change.id, snapshot)
    before = change.before or {}
    sensitive = find_sensitive(completed, record, rules) | find_hidden(before)
    known = seal_wanted(completed, rules, sensitive, vault)
    sides = make_sides(known, record, before, rules, sensitive)
    if change.action is Action.UPDATE:
        sides = leave_ignored(sides, completed.lifecycle.ignore_changes, rules.field)
        known = sides.desired if isinstance(sides.desired, dict) else {}
    wanted = _fill_document(change.applied, MISSING, known)
    filled = replace(change, applied=wanted, after=wanted)
    comparison = Comparison((), wanted)
    if change.action is Action.UPDATE:
        compared = compare(replace(sides, desired=wanted), rules.field)
        comparison = leave_former_mode(compared, wanted)
        filled = replace(filled, after=_fill_document(change.after, comparison.after, known))
    bodies = [_fill_body(operation, before, comparison, known, rules) for operation in operations]
    requests = tuple(replace(one, body=body) for one, body in zip(operations, bodies, strict=True))
    for operation in requests:
        if operation.method is Method.PATCH:
            after = apply_merge_patch(before, operation.body)
            filled = replace(filled, after=after if isinstance(after, dict) else {})
    sent = [difference for difference in comparison.differences if difference.cause.is_sent]
    problems = (*check_immutable(completed, sent, rules.field), *report_unknown(filled, completed))
    return filled, requests, problems


def report_unknown(change: Change, desired: DesiredCluster | None) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each value of `change` that is still late."""
    return tuple(_report_late(change, desired, path, late) for path, late in find_late(change.applied or {}))


def _report_late(change: Change, desired: DesiredCluster | None, path: Path, late: Late) -> Diagnostic:
    sources = ", ".join(late.sources) or "another cluster"
    return Diagnostic(
        code="late-value-unknown",
        summary=f"The value of {format_path(path)} is still not known",
        detail=f"It comes from {sources}, and the server does not say it although that is settled. Nothing was sent "
        f"for {change.address}. Correct the reference, or plan again once the server says it.",
        span=desired.find_span(position_path(path, desired.document)) if desired else None,
        address=change.address,
    )


def _fill_body(
    operation: Operation, before: dict[str, Value], comparison: Comparison, known: dict[str, Value], rules: Rules
) -> dict[str, Value] | None:
    after = comparison.after if isinstance(comparison.after, dict) else {}
    match operation.method:
        case Method.DELETE:
            return operation.body
        case Method.POST:
            return _fill_document(operation.body, MISSING, known)
        case Method.PUT:
            body = _fill_document(operation.body, make_overwrite(after, known, rules.field), known)
            return add_access_mode(body)[0]
        case Method.PATCH:
            return _fill_document(operation.body, make_merge_patch(before, after), known, is_patch=True)


def _fill_document(
    planned: dict[str, Value] | None, made: Value | Missing, known: dict[str, Value], *, is_patch: bool = False
) -> dict[str, Value]:
    filled = _fill(planned or {}, made, known, is_patch=is_patch)
    return filled if isinstance(filled, dict) else {}


def _fill(planned: Value, made: Value | Missing, known: Value | Missing, *, is_patch: bool) -> Value | Missing:
    """Return `planned` with what is known where it is late: as `made` anew from it, where that says anything.

    A value that turns out not to be set is left out, or in a patch cleared.
    """
    match planned:
        case dict():
            members = {
                name: _fill(member, _member(made, name), _member(known, name), is_patch=is_patch)
                for name, member in planned.items()
            }
            return {name: member for name, member in members.items() if not isinstance(member, Missing)}
        case list() if holds_late(planned) and isinstance(known, list):
            return _fill_items(planned, known)
        case Late() | list() if holds_late(planned):
            value = known if isinstance(made, Missing) else made
            return None if isinstance(value, Missing) and is_patch else value
        case _:
            return planned


def _fill_items(planned: list[Value], known: list[Value]) -> list[Value]:
    """Return a list with what is known where it is late; an entry of a known name that is not set is left out."""
    entries = {_find_name(item): item for item in known}
    filled: list[Value] = []
    for position, item in enumerate(planned):
        name = _find_name(item)
        if not holds_late(item):
            filled.append(item)
        elif name is not None:
            entry = _fill(item, MISSING, entries.get(name, MISSING), is_patch=False)
            filled += [entry] if name in entries and not isinstance(entry, Missing) else []
        elif len(planned) == len(known):
            entry = _fill(item, MISSING, known[position], is_patch=False)
            filled += [] if isinstance(entry, Missing) else [entry]
        else:
            return known  # what stands where, only the whole list tells
    return filled


def _find_name(item: Value) -> str | None:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def _member(side: Value | Missing, name: str) -> Value | Missing:
    return side.get(name, MISSING) if isinstance(side, dict) else MISSING
