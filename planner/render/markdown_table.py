"""The table of a review's changes: what happens to which cluster, why, and what it does to its users."""

from planner.model.base import Base
from planner.model.paths import format_path
from planner.model.plan import Action, Cause, Change, Difference, Reason
from planner.render.changes import is_shown
from planner.render.deltas import format_number_delta
from planner.render.escaping import escape
from planner.render.markdown_escaping import span_in_table, span_shown_in_table
from planner.render.outside_text import format_sides

__all__ = ["HEAD", "rank_change", "write_row"]

HEAD = "| | cluster | what | cause | impact |\n| :-: | --- | --- | --- | --- |"
_SHOWN = 2
"""How many fields a row names."""
_SYMBOLS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "-/+",
    Action.DELETE: "-",
    Action.FORGET: ".",
    Action.NO_OP: " ",
}
_ORDER = [Action.DELETE, Action.REPLACE, Action.UPDATE, Action.CREATE, Action.FORGET, Action.NO_OP]


def rank_change(change: Change) -> int:
    """Return the place of `change` among others: what is lost comes first."""
    is_lost = change.action is Action.CREATE and change.reason is Reason.GONE
    return 1 if is_lost else _ORDER.index(change.action)


def write_row(change: Change, base: Base | None) -> str:
    """Return the row of `change`; text from outside stands in code spans."""
    symbol = _SYMBOLS[change.action].strip()
    cells = [
        f"`{symbol}`" if symbol else " ",
        span_in_table(str(change.address)),
        _tell_what(change),
        _tell_cause(change, base),
        change.impact.words if change.impact is not None else "",
    ]
    return f"| {' | '.join(cells)} |"


def _tell_what(change: Change) -> str:
    match change.action:
        case Action.CREATE if change.reason is Reason.GONE:
            return "**created again, empty**: somebody deleted it"
        case Action.CREATE:
            return "create"
        case Action.DELETE:
            return "**delete, with all data**"
        case Action.REPLACE:
            return f"**replace, all data is lost**{_tell_fields(change, ': ')}"
        case Action.FORGET if change.reason is Reason.GONE:
            return "forget: somebody deleted it"
        case Action.FORGET:
            return "forget, keep the cluster"
        case Action.UPDATE:
            return _tell_fields(change) or "update"
        case Action.NO_OP:
            return _tell_no_op(change)


def _tell_no_op(change: Change) -> str:
    if change.importing is not None:
        return "import"
    if change.moved_from is not None:
        return f"moved from {span_in_table(str(change.moved_from))}"
    if change.lifts_protection:
        return "no longer protected by `prevent_destroy`"
    return "only the state"


def _tell_fields(change: Change, before: str = "") -> str:
    """Return the first fields that differ and how many more there are; nothing where none does."""
    shown = [one for one in change.differences if is_shown(one, change) and one.path]
    told = [_tell_field(one) for one in shown[:_SHOWN]]
    if len(shown) > _SHOWN:
        told.append(f"{len(shown) - _SHOWN} more")
    return f"{before}{', '.join(told)}" if told else ""


def _tell_field(one: Difference) -> str:
    sides = " -> ".join(format_sides((one.before, one.after)))
    text = f"{escape(format_path(one.path))} {sides}{format_number_delta(one.before, one.after)}"
    return span_shown_in_table(text)


def _tell_cause(change: Change, base: Base | None) -> str:
    causes = {one.cause for one in change.differences if is_shown(one, change)}
    told = [cause.value for cause in Cause if cause in causes]
    if change.reason is Reason.GONE:
        told.append(Cause.DRIFT.value)
    if not told and change.action in {Action.CREATE, Action.DELETE, Action.FORGET}:
        told.append(Cause.EDIT.value)
    if base is not None and (pending := base.tell_pending(change.address)):
        told.append(pending)
    return ", ".join(told)
