"""The comparison of two plans as text: what the later one does that the other does not, in the symbols of a plan.

Its first line says which plans they are. Secrets are in neither plan, and text from outside is escaped.
"""

from collections.abc import Iterator, Sequence

from planner.model.paths import format_path
from planner.model.plan import Change, Missing, Plan
from planner.model.plan_comparison import ChangeComparison, Divergence, PlanComparison
from planner.render.escaping import escape
from planner.render.layout import format_scalar
from planner.render.marks import Marks, make_marks
from planner.render.paint import choose_paint
from planner.render.plan_text import format_plan_id
from state.values import Secret, Value

__all__ = ["render_plan_comparison"]

_NAMED = 12
"""How many values of one cluster are shown."""


def render_plan_comparison(comparison: PlanComparison, *, color: bool) -> str:
    """Return the text of `comparison`, a newline at its end."""
    paint = choose_paint(color=color)
    marks = make_marks(paint)
    former, latter = (format_plan_id(plan.id) for plan in (comparison.former, comparison.latter))
    if comparison.is_same:
        lines = [
            f"{paint.bold}Plan {former}{paint.end}",
            "",
            "The two plans are the same: they do the same to the same clusters.",
        ]
        lines += _tell_rest(comparison)
        return "\n".join(lines) + "\n"
    lines = [f"{paint.bold}Plan {former} -> {latter}{paint.end}", "", "The two plans are not the same:", ""]
    for change in comparison.changes:
        lines += [*_write_change(marks, change), ""]
    if not comparison.changes:
        lines += ["  The requests are sent in another order.", ""]
    lines.append(_count(comparison))
    lines += _tell_rest(comparison)
    return "\n".join(lines) + "\n"


def _count(comparison: PlanComparison) -> str:
    gone, come = (sum(getattr(one, side) is None for one in comparison.changes) for side in ("latter", "former"))
    other = len(comparison.changes) - gone - come
    return f"Changes: {come} more, {other} other, {gone} less; {comparison.shared} the same."


def _write_change(marks: Marks, change: ChangeComparison) -> Iterator[str]:
    address = escape(str(change.address))
    match change.former, change.latter:
        case None, Change() as latter:
            yield f"  {marks.add} {address}: {_name_action(latter)}"
        case Change() as former, None:
            yield f"  {marks.remove} {address}: {_name_action(former)}"
        case Change() as former, Change() as latter:
            yield f"  {marks.change} {address}: {_name_turn(marks, former, latter)}"
            yield from _write_divergences(marks, "live", change.live)
            yield from _write_divergences(marks, "wanted", change.wanted)
            yield from _explain(marks, change, former, latter)
        case _:
            return


def _name_action(change: Change) -> str:
    return change.action.value


def _name_turn(marks: Marks, former: Change, latter: Change) -> str:
    one, other = _name_action(former), _name_action(latter)
    return one if one == other else f"{one} {marks.arrow} {other}"


def _write_divergences(marks: Marks, word: str, found: Sequence[Divergence]) -> Iterator[str]:
    for one in found[:_NAMED]:
        path, tag = escape(format_path(one.path)), f"{marks.paint.dim}# {word}{marks.paint.end}"
        yield f"      {path}: {_show(one.former)} {marks.arrow} {_show(one.latter)} {tag}"
    if len(found) > _NAMED:
        yield f"      # ({len(found) - _NAMED} more {word} values)"


def _show(side: "Value | Missing") -> str:
    match side:
        case Missing():
            return "(not set)"
        case dict() | list() if side:
            return "{…}" if isinstance(side, dict) else f"[{', '.join(map(_show, side))}]"
        case _:
            return format_scalar(side)


def _explain(marks: Marks, change: ChangeComparison, former: Change, latter: Change) -> Iterator[str]:
    """Yield what the values above do not say."""
    has_turned = change.is_gone or change.has_come
    if has_turned:
        yield f"      # (the cluster {'is gone' if change.is_gone else 'is there now'})"
    elif former.id != latter.id:
        yield f"      id: {_show(former.id)} {marks.arrow} {_show(latter.id)}"
    if former.moved_from != latter.moved_from:
        yield "      # (it is moved from another address)"
    is_told = former.action is not latter.action or change.wanted or change.live
    if change.sends_other and not is_told:
        yield "      # (other requests are sent, or in another order)"
    elif former.compared != latter.compared and not is_told:
        yield "      # (other live values were compared)"
    if any(isinstance(side, Secret) for one in (*change.live, *change.wanted) for side in (one.former, one.latter)):
        yield "      # (a sensitive value is another one)"


def _tell_rest(comparison: PlanComparison) -> Iterator[str]:
    """Yield what is not the same and is no part of what a plan does."""
    if comparison.outputs:
        yield f"Outputs that become something else: {', '.join(map(escape, comparison.outputs))}."
    one, other = (plan.precondition for plan in (comparison.former, comparison.latter))
    if one.endpoint != other.endpoint:
        yield f"They are for {_name_endpoint(comparison.former)} and for {_name_endpoint(comparison.latter)}."
    if one.lineage != other.lineage:
        yield "They were made for two states."
    elif one.serial != other.serial:
        yield f"They were made at serial {one.serial} and at serial {other.serial} of the state."


def _name_endpoint(plan: Plan) -> str:
    return escape(plan.precondition.endpoint) or "no account"
