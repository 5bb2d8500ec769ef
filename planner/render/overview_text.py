"""The overview of a large plan: all of it on one screen, like changes told together.

What is lost comes first: clusters that are deleted and replaced; then what others changed, then edits by field and
values, then the rest. Of each kind the most frequent lines are shown and the others counted; no secret is in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from planner.model.paths import format_path
from planner.model.plan import Action, Cause, Change, Difference, Reason
from planner.render.deltas import format_number_delta
from planner.render.escaping import escape
from planner.render.marks import Marks, mark_cause
from planner.render.outside_text import count_things, format_side, format_sides
from state.address import Address

__all__ = ["is_large", "write_overview"]

_MANY = 10
"""How many changes are still read one by one."""
_LINES = 5
"""How many lines of a kind are shown."""
_NAMED = 2
"""How many clusters a line names of many."""
_ALIKE = 3
"""Up to how many different pairs of values a field has a line for each."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Clusters in which the same happens to one field; `values` tells how many different pairs of values there are."""

    one: Difference
    values: int = 1
    addresses: list[Address] = field(default_factory=list)


def is_large(changes: Sequence[Change]) -> bool:
    """Tell whether `changes` are more than one reads one by one."""
    return len(changes) > _MANY


def write_overview(lines: list[str], marks: Marks, changes: Sequence[Change]) -> None:
    """Write what `changes` do, in no more lines than a screen has."""
    lines.append(f"{marks.paint.bold}In short, {count_things(len(changes), 'change')}:{marks.paint.end}")
    lines.extend(_tell_actions(changes, _LOSSES))
    differences = [
        (change.address, one)
        for change in changes
        if change.action in {Action.UPDATE, Action.REPLACE}
        for one in change.differences
    ]
    for causes in ((Cause.CONFLICT, Cause.DRIFT), (Cause.EDIT,)):
        lines.extend(_tell_fields(marks, [(address, one) for address, one in differences if one.cause in causes]))
    lines.extend(_tell_actions(changes, _REST))


_LOSSES = {
    "protected": "{} protected by prevent_destroy, so this plan is refused",
    "delete": "{} deleted",
    "replace": "{} replaced: deleted with all data, then created again, empty",
    "recreate": "{} created again, empty: deleted outside of planner",
}
_REST = {
    "create": "{} created",
    "forget": "{} no longer managed, but not deleted",
    "gone": "{} removed from the state: deleted outside of planner",
    "lift": "{} no longer protected by prevent_destroy",
    "roll": "{} rolled back",
    "import": "{} imported",
    "move": "{} moved",
    "state": "{} brought up to date in the state alone",
}


def _tell_actions(changes: Sequence[Change], wordings: dict[str, str]) -> Iterator[str]:
    kinds = [(frozenset(_name_kinds(change)), change.address) for change in changes]
    for kind, wording in wordings.items():
        addresses = [address for named, address in kinds if kind in named]
        if addresses:
            count = f"{count_things(len(addresses), 'cluster')} {'is' if len(addresses) == 1 else 'are'}"
            yield f"  {wording.format(count)} ({_name(addresses)})"


def _name_kinds(change: Change) -> Iterator[str]:
    """Yield what `change` is told as; the differences of an update are told field by field."""
    if change.is_protected and change.action in {Action.DELETE, Action.REPLACE}:
        yield "protected"
    match change.action:
        case Action.DELETE:
            yield "delete"
        case Action.REPLACE:
            yield "replace"
        case Action.CREATE:
            yield "recreate" if change.reason is Reason.GONE else "create"
        case Action.FORGET:
            yield "gone" if change.reason is Reason.GONE else "forget"
        case Action.UPDATE | Action.NO_OP:
            yield from _name_side_effects(change)


def _name_side_effects(change: Change) -> Iterator[str]:
    facts = {
        "lift": change.lifts_protection,
        "roll": change.rolls_back_to is not None,
        "import": change.importing is not None,
        "move": change.moved_from is not None,
    }
    yield from (kind for kind, is_so in facts.items() if is_so)
    if change.action is Action.NO_OP and not any(facts.values()):
        yield "state"


def _tell_fields(marks: Marks, differences: Sequence[tuple[Address, Difference]]) -> Iterator[str]:
    groups = sorted(_group(differences), key=lambda group: (group.one.cause is Cause.DRIFT, -len(group.addresses)))
    for group in groups[:_LINES]:
        yield f"  {_tell_group(marks, group)}"
    if more := groups[_LINES:]:
        clusters = {address for group in more for address in group.addresses}
        fields = {(group.one.cause, format_path(group.one.path)) for group in more}
        yield f"  and {count_things(len(fields), 'more field')} in {count_things(len(clusters), 'cluster')}"


def _group(differences: Iterable[tuple[Address, Difference]]) -> Iterator[_Group]:
    """Yield the differences that are told together: of one field and cause, and where that is few lines, of a value."""
    by_field: dict[tuple[Cause, str], dict[tuple[str, str], _Group]] = {}
    for address, one in differences:
        alike = by_field.setdefault((one.cause, format_path(one.path)), {})
        values = (format_side(one.before), format_side(one.after))
        alike.setdefault(values, _Group(one)).addresses.append(address)
    for alike in by_field.values():
        groups = list(alike.values())
        if len(groups) <= _ALIKE:
            yield from groups
        else:
            addresses = sorted(address for group in groups for address in group.addresses)
            yield _Group(groups[0].one, values=len(groups), addresses=addresses)


def _tell_group(marks: Marks, group: _Group) -> str:
    one = group.one
    path = escape(format_path(one.path))
    before, after = format_sides((one.before, one.after))
    what = f"{path} {before} {marks.arrow} {after}{format_number_delta(one.before, one.after)}"
    if group.values > 1:
        what = f"{path}, {group.values:,} different changes"
    count = count_things(len(group.addresses), "cluster")
    return f"{count}: {what}{mark_cause(marks.paint, one.cause)} ({_name(group.addresses)})"


def _name(addresses: Sequence[Address]) -> str:
    """Return the first of `addresses`, and how many more there are."""
    names = [escape(str(address)) for address in addresses[: _NAMED + 1]]
    if len(addresses) <= _NAMED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])}, … {len(addresses) - _NAMED:,} more"
