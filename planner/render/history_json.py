"""The history of a cluster as JSON. Secrets are in it as keyed fingerprints, as everywhere."""

import json

from planner.model.history import History, VersionEntry
from planner.model.paths import format_path
from planner.model.plan import Difference, Missing
from state.values import Json, encode_value

__all__ = ["render_history_json"]

_FORMAT_VERSION = "1.0"


def render_history_json(history: History) -> str:
    """Return the document of `history`, a newline at its end."""
    document: dict[str, Json] = {
        "format_version": _FORMAT_VERSION,
        "address": str(history.address),
        "id": history.id,
        "name": history.name,
        "current": history.current,
        "recorded": history.recorded,
        "has_more": history.has_more,
        "versions": [_describe(entry) for entry in history.versions],
    }
    return json.dumps(document, indent=2) + "\n"


def _describe(entry: VersionEntry) -> Json:
    return {
        "resource_version": entry.number,
        "is_kept": entry.is_kept,
        "is_current": entry.is_current,
        "is_recorded": entry.is_recorded,
        "is_as_configured": entry.is_as_configured,
        "compared_with": entry.against,
        "differences": [_describe_difference(difference) for difference in entry.differences],
    }


def _describe_difference(difference: Difference) -> Json:
    sides = {"before": difference.before, "after": difference.after}
    shown = {name: encode_value(side) for name, side in sides.items() if not isinstance(side, Missing)}
    return {"path": format_path(difference.path), **shown}
