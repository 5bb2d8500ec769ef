"""Changes: the block of a plan's text for one cluster, and the comment above it that says what happens, and why.

A cluster that comes is shown whole, of one that goes what is not as the server fills it in, of one that stays only what
differs. Where many go, each after the first ones takes a line.
"""

from collections.abc import Iterator, Sequence

from planner.model.impact import Impact
from planner.model.paths import Path
from planner.model.plan import Action, Change, Difference, Missing, Reason
from planner.render.differences import Branch, Leaf, has_path, write_branch
from planner.render.escaping import escape, quote
from planner.render.layout import Look, Place, align, format_name, format_scalar, write_value
from planner.render.marks import Marks
from planner.render.meanings import find_meaning
from schemas import find_named
from state.values import Value, is_same

__all__ = ["explain_change", "is_shown", "write_changes"]

_INDENT = 6
_DELETED = 5
"""How many clusters that are deleted are shown in full."""
_TAKEN_OVER = "an interrupted run made it, and the state does not know it yet: it is taken over"
_STATE_ONLY = "nothing is sent; only the state is brought up to date"
_RECOGNISED = "recognised without a moved block"
_LIFTED = "no longer protected by prevent_destroy: from then on it can be deleted"
_IDENTITY = {"name", "uid"}


def write_changes(lines: list[str], marks: Marks, changes: Sequence[Change]) -> None:
    """Write each of `changes`, with a blank line below it."""
    deleted = [change for change in changes if change.action is Action.DELETE]
    brief = {change.address for change in deleted[_DELETED:]} if len(deleted) > _DELETED + 1 else set()
    was_brief = False
    for change in changes:
        is_brief = change.address in brief
        if was_brief and not is_brief:
            lines.append("")
        if is_brief:
            _write_brief_delete(lines, marks, change)
        else:
            _write_change(lines, marks, change)
            lines.append("")
        was_brief = is_brief
    if brief:
        lines.extend([""] if was_brief else [])
        lines.append(f"  # (of {len(deleted):,} deletes {_DELETED} are shown in full; all of them are in the JSON of")
        lines.extend(("  # the saved plan: planner plan -out=plan.json, planner show -json plan.json)", ""))


def _write_brief_delete(lines: list[str], marks: Marks, change: Change) -> None:
    paint = marks.paint
    title, *_ = explain_change(change)
    notes = ["not in the configuration"] if change.reason is Reason.NOT_IN_CONFIGURATION else []
    told = "".join(f"; {note}" for note in (*notes, *_list_facts(change)))
    lines.append(f"  {paint.bold}# {title}{paint.end} (name {quote(change.name)}, id {format_scalar(change.id)}{told})")


def _write_change(lines: list[str], marks: Marks, change: Change) -> None:
    """Write the comment and the block of one change."""
    paint = marks.paint
    title, *notes = explain_change(change)
    lines.append(f"  {paint.bold}# {title}{paint.end}")
    lines.extend(f"  # ({note})" for note in notes)
    symbol = f"{_choose_symbol(marks, change.action)}cluster {quote(change.address.name)} {{"
    lines.append(symbol)
    _write_body(lines, marks, change)
    lines.append("    }" + (marks.gone if change.action is Action.DELETE else ""))


def is_shown(difference: Difference, change: Change) -> bool:
    """Tell whether a difference is sent: by its cause, or because a whole document is sent that holds it."""
    return difference.cause.is_sent or (
        isinstance(difference.before, Missing)
        and not isinstance(difference.after, Missing)
        and has_path(change.after, difference.path)
        and not has_path(change.before, difference.path)
    )


def explain_change(change: Change) -> list[str]:
    """Return what the header says: what will happen, then what one should know about it."""
    address = escape(str(change.address))
    notes = []
    match change.action:
        case Action.CREATE if change.reason is Reason.GONE:
            title = f"{address} has been deleted outside of planner; it will be created again, empty"
        case Action.CREATE:
            title = f"{address} will be created"
        case Action.UPDATE if change.rolls_back_to is not None:
            title = f"{address} will be rolled back to resource version {change.rolls_back_to}"
        case Action.UPDATE:
            title = f"{address} will be updated in-place"
        case Action.REPLACE:
            title = f"{address} will be replaced{_explain_replacement(change)}"
            notes.append("it is deleted with its data, then created again, empty")
        case Action.DELETE:
            title = f"{address} will be deleted"
            if change.reason is Reason.NOT_IN_CONFIGURATION:
                notes.append(f"because {_explain_absence(change)} is not in the configuration")
        case Action.FORGET if change.reason is Reason.GONE:
            title = f"{address} has been deleted outside of planner; it will be removed from the state"
        case Action.FORGET:
            title = f"{address} will no longer be managed by planner, but will not be deleted"
            if change.reason is Reason.LET_GO:
                notes.append("destroy = false is set in the configuration")
        case Action.NO_OP:
            return _explain_no_op(change)
    return [title, *notes, *_list_facts(change)]


def _explain_replacement(change: Change) -> str:
    match change.reason:
        case Reason.REQUESTED:
            return ", as requested"
        case Reason.TRIGGERED:
            return " due to changes in replace_triggered_by"
        case _:
            return ""


def _explain_absence(change: Change) -> str:
    address = escape(str(change.address))
    if change.moved_from is None:
        return address
    return f"{escape(str(change.moved_from))} was moved to {address}, which"


def _list_facts(change: Change) -> Iterator[str]:
    """Yield what else one should know of a change, whatever it does."""
    if change.reason is Reason.TAKEN_OVER:
        yield _TAKEN_OVER
    if change.moved_from is not None:
        yield f"moved from {escape(str(change.moved_from))}{_explain_recognised(change)}"
    if change.importing is not None:
        yield f"imported from {quote(change.importing)}"
    if change.triggered_by:
        yield f"because of {', '.join(escape(str(address)) for address in change.triggered_by)}"
    if change.is_protected and change.action in {Action.DELETE, Action.REPLACE}:
        yield "protected by prevent_destroy, so this plan is refused"
    if change.lifts_protection:
        yield _LIFTED
    if change.action is Action.UPDATE and change.impact is not None:
        yield from _tell_impact(change.impact)


def _tell_impact(impact: Impact) -> Iterator[str]:
    detail = f", {impact.detail[0].lower()}{impact.detail[1:].rstrip('.')}" if impact.detail else ""
    yield f"impact: {escape(impact.words + detail)}"


def _explain_recognised(change: Change) -> str:
    return f", {_RECOGNISED}" if change.is_recognised else ""


def _explain_no_op(change: Change) -> list[str]:
    address = escape(str(change.address))
    if change.reason is Reason.TAKEN_OVER:
        return [f"{address} is taken over: an interrupted run made it", "nothing is sent; the state gets to know it"]
    if change.rolls_back_to is not None:
        return [f"{address} is as it was at resource version {change.rolls_back_to}", _STATE_ONLY]
    if change.importing is not None:
        return [f"{address} will be imported"]
    lifted = [_LIFTED] if change.lifts_protection else []
    if change.moved_from is not None:
        moved = f"{escape(str(change.moved_from))} has moved to {address}"
        return [moved, *([_RECOGNISED] if change.is_recognised else []), *lifted]
    if lifted:
        return [
            f"{address} will no longer be protected from being deleted",
            "nothing is sent; the state gets to know it",
        ]
    return [f"{address} is already as the configuration asks", _STATE_ONLY]


def _choose_symbol(marks: Marks, action: Action) -> str:
    match action:
        case Action.CREATE:
            return f"  {marks.add} "
        case Action.UPDATE:
            return f"  {marks.change} "
        case Action.REPLACE:
            return f"{marks.remove}/{marks.add} "
        case Action.DELETE:
            return f"  {marks.remove} "
        case Action.FORGET:
            return "  . "
        case Action.NO_OP:
            return "    "


def _write_body(lines: list[str], marks: Marks, change: Change) -> None:
    match change.action:
        case Action.CREATE:
            _write_whole(lines, Look(mark=marks.add), "(known after apply)", change.after)
        case Action.DELETE:
            look = Look(mark=marks.remove, tail=marks.gone)
            document, hidden = _leave_out_defaults(change.before or {}, ())
            _write_whole(lines, look, format_scalar(change.id), document)
            if hidden:
                count = f"{hidden} attribute{'' if hidden == 1 else 's'}"
                lines.append(f"{' ' * _INDENT}  # ({count}, empty or as the server fills them in, hidden)")
        case Action.REPLACE:
            lines.append(f"      {marks.change} id   = {format_scalar(change.id)} {marks.arrow} (known after apply)")
            lines.append(f"        name = {quote(change.name)}")
            _write_differing(lines, marks, change)
        case Action.UPDATE | Action.FORGET | Action.NO_OP:
            if change.id is not None:
                lines.append(f"        id   = {quote(change.id)}")
            lines.append(f"        name = {quote(change.name)}")
            if change.action is Action.UPDATE:
                _write_differing(lines, marks, change)


def _write_whole(lines: list[str], look: Look, identity: str, document: dict[str, Value] | None) -> None:
    """Write the id and every member of a cluster that comes or goes."""
    members = document or {}
    names = sorted(members)
    first, *labels = align(["id", *map(format_name, names)])
    lines.append(f"{' ' * _INDENT}{look.mark} {first}{identity}{look.tail}")
    for name, label in zip(names, labels, strict=True):
        write_value(lines, look, Place(_INDENT, label), members[name])


def _leave_out_defaults(members: dict[str, Value], path: Path) -> tuple[dict[str, Value], int]:
    """Return `members` without what is empty or as the server fills it in, and how many attributes that is."""
    kept: dict[str, Value] = {}
    hidden = 0
    for name, value in members.items():
        inside = (*path, name)
        if isinstance(value, dict) and value:
            inner, count = _leave_out_defaults(value, inside)
            hidden += count
            kept |= {name: inner} if inner else {}
        elif _is_default(value, inside):
            hidden += 1
        else:
            kept[name] = value
    return kept, hidden


def _is_default(value: Value, path: Path) -> bool:
    if value is None or value in ([], {}):
        return True
    field = find_named(step for step in path if isinstance(step, str))
    return field is not None and field.default is not None and is_same(field.default, value)


def _write_differing(lines: list[str], marks: Marks, change: Change) -> None:
    """Write what differs; the name and the id, which stand above it, are not counted again."""
    before, after = _hide_identity(change.before), _hide_identity(change.after)
    shown = (difference for difference in change.differences if is_shown(difference, change))
    leaves = tuple(
        (
            d.path,
            Leaf(before=d.before, after=d.after, cause=d.cause, applied=d.applied, meaning=find_meaning(d.path)),
        )
        for d in shown
        if d.path
    )
    write_branch(lines, marks, _INDENT, Branch(before=before, after=after, leaves=leaves))


def _hide_identity(document: dict[str, Value] | None) -> dict[str, Value]:
    """Return `document` without the metadata that stand above it."""
    members = dict(document or {})
    metadata = members.get("metadata")
    if isinstance(metadata, dict):
        members["metadata"] = {name: member for name, member in metadata.items() if name not in _IDENTITY}
        if not members["metadata"]:
            del members["metadata"]
    return members
