"""What was waited for, as events of the JSON stream."""

from planner.model.waited import Waited
from planner.render.durations import format_duration
from planner.render.escaping import escape
from planner.render.events_json import JsonEvent, describe_address
from state.values import Json

__all__ = ["describe_waited"]


def describe_waited(one: Waited) -> JsonEvent:
    """Return what came of one cluster."""
    word = ("gone" if one.is_gone else "settled") if one.is_settled else "not settled"
    hook: dict[str, Json] = {
        "resource": describe_address(one.address),
        "fate": word,
        "phase": one.phase,
        "elapsed_seconds": int(one.seconds),
        "id_key": "id",
        "id_value": one.id,
    }
    return JsonEvent(
        type="wait_complete" if one.is_settled else "wait_errored",
        message=f"{escape(str(one.address))}: {word.capitalize()} after {format_duration(one.seconds)}",
        payload={"hook": hook},
        level="info" if one.is_settled else "error",
    )
