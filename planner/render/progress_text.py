"""Progress: the lines that an apply writes while it runs, in Terraform's words.

One line an event at most. It keeps no time and remembers nothing: what an event does not hold is not told.
"""

from typing import assert_never

from planner.model.estimates import Estimate
from planner.model.events import ChangeEnded, Crowd, Event, OperationAnswered, OperationStarted, StillSettling
from planner.model.plan import Action, Method, Operation
from planner.model.report import Fate, Outcome
from planner.render.durations import format_duration
from planner.render.escaping import escape

__all__ = ["render_crowd", "render_event", "render_left"]


def render_event(event: Event) -> str | None:
    """Return the line for `event`, without a newline; None where it is not worth one."""
    match event:
        case OperationStarted(operation=operation):
            return f"{_begin(operation)} {_choose_verb(operation.method)}...{_name_target(operation)}"
        case OperationAnswered():
            return None
        case StillSettling(operation=operation, phase=phase, seconds=seconds):
            verb = _choose_verb(operation.method).lower()
            told = ", ".join(_tell_state(event, phase, seconds))
            return f"{_begin(operation)} Still {verb}... [{told}]"
        case ChangeEnded(outcome=outcome):
            return f"{escape(str(outcome.address))}: {_tell_end(outcome)}"
        case _:
            assert_never(event)


def render_crowd(crowd: Crowd) -> str:
    """Return the line for many clusters that are on their way, without a newline."""
    counts = ", ".join(f"{number} {_choose_verb(method).lower()}" for method, number in crowd.counts)
    longest = crowd.longest
    told = ", ".join(_tell_state(longest, longest.phase, longest.seconds))
    return f"{crowd.count} clusters settling: {counts}; longest {_begin(longest.operation)} {told}"


def render_left(estimate: Estimate | None, elapsed: float) -> str:
    """Return how much longer it may take, and by what one thinks so; empty where nothing is known."""
    if estimate is None:
        return ""
    by = f"median of last {estimate.samples}" if estimate.samples > 1 else "as last time"
    left = estimate.left(elapsed)
    if left is None:
        return f"longer than the usual {_round(estimate.seconds)} ({by})"
    return f"about {_round(left)} left ({by})"


def _round(seconds: float) -> str:
    """Return a duration as roughly as it is known: in minutes, and below two in tens of seconds."""
    if seconds < 120:
        return format_duration(max(10, round(seconds, -1)))
    minutes = round(seconds / 60)
    return f"{minutes // 60}h{minutes % 60}m" if minutes >= 60 else f"{minutes}m"


def _tell_state(event: StillSettling, phase: str, seconds: float) -> list[str]:
    left = render_left(event.estimate, seconds)
    return [f"{format_duration(seconds)} elapsed", *([escape(phase)] if phase else []), *([left] if left else [])]


def _begin(operation: Operation) -> str:
    return f"{escape(str(operation.address))}:"


def _choose_verb(method: Method) -> str:
    match method:
        case Method.POST:
            return "Creating"
        case Method.PATCH | Method.PUT:
            return "Modifying"
        case Method.DELETE:
            return "Destroying"


def _name_target(operation: Operation) -> str:
    if operation.method is Method.POST:
        return ""
    return f" [id={escape(operation.path.rpartition('/')[2])}]"


def _tell_end(outcome: Outcome) -> str:
    noun = _choose_noun(outcome.action)
    match outcome.fate:
        case Fate.DONE if outcome.action in {Action.NO_OP, Action.FORGET}:
            return f"{noun} complete"
        case Fate.DONE:
            known = f" [id={escape(outcome.id)}]" if outcome.id and outcome.action is not Action.DELETE else ""
            return f"{noun} complete after {format_duration(outcome.seconds)}{known}"
        case Fate.SETTLING:
            known = f" [id={escape(outcome.id)}]" if outcome.id else ""
            return f"{noun} under way, and not waited for{known}"
        case Fate.FAILED:
            return f"{noun} failed after {format_duration(outcome.seconds)}"
        case Fate.SKIPPED if outcome.is_overtaken:
            return f"{noun} skipped, because somebody else changed it since the plan"
        case Fate.SKIPPED:
            return f"{noun} skipped, because something that it depends on failed"
        case Fate.NOT_STARTED:
            return f"{noun} not started"


def _choose_noun(action: Action) -> str:
    match action:
        case Action.CREATE:
            return "Creation"
        case Action.UPDATE:
            return "Modifications"
        case Action.REPLACE:
            return "Replacement"
        case Action.DELETE:
            return "Destruction"
        case Action.FORGET:
            return "Removal from the state"
        case Action.NO_OP:
            return "Update of the state"
