"""The comparison of a plan with that of its base, as an event."""

from planner.model.base import Base
from planner.render.base_text import render_base
from planner.render.events_json import JsonEvent
from state.values import Json

__all__ = ["describe_base"]


def describe_base(base: Base) -> JsonEvent:
    """Return the event: the base, where each change comes from, and what nothing explains."""
    origins: list[Json] = [
        {"address": str(address), "origin": origin.name.lower()} for address, origin in base.origins.items()
    ]
    told: dict[str, Json] = {
        "ref": base.ref,
        "commit": base.commit,
        "changes": origins,
        "undone": [str(address) for address in base.undone],
        "unexplained": [str(address) for address in sorted(base.unexplained)],
    }
    message = render_base(base, color=False).partition("\n")[0]
    return JsonEvent(type="base_comparison", message=message, payload={"base": told})
