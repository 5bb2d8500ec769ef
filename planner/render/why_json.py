"""Why a field is as it is, as JSON. Secrets are in it as keyed fingerprints, as everywhere."""

import json

from planner.model.paths import format_path
from planner.model.plan import Difference, Missing
from planner.model.why import FieldFacts, Origin, Why
from planner.render.why_text import explain_cause
from state.values import Json, Value, encode_value

__all__ = ["render_why_json"]

_FORMAT_VERSION = "1.0"


def render_why_json(why: Why) -> str:
    """Return the document of `why`, a newline at its end; a side without a value is left out."""
    document: dict[str, Json] = {
        "format_version": _FORMAT_VERSION,
        "address": str(why.address),
        "path": format_path(why.path),
        "id": why.id,
        "values": _encode_sides(
            {"configured": why.configured, "applied": why.applied, "observed": why.observed, "live": why.live}
        ),
        "resource_version": why.resource_version,
        "set_by": _describe_origin(why.origin) if why.origin else None,
        "ignored_by": None if why.ignored_by is None else format_path(why.ignored_by),
        "differences": [_describe_difference(difference) for difference in why.differences],
        "action": None if why.action is None else why.action.value,
        "cause": explain_cause(why),
        "request": why.request or None,
        "refusal": [diagnostic.summary for diagnostic in why.refusal],
        "schema": _describe_facts(why.facts) if why.facts else None,
    }
    return json.dumps(document, indent=2) + "\n"


def _describe_difference(difference: Difference) -> Json:
    sides = _encode_sides({"before": difference.before, "after": difference.after, "applied": difference.applied})
    return {"path": format_path(difference.path), "cause": difference.cause.value, **sides}


def _encode_sides(sides: "dict[str, Value | Missing]") -> dict[str, Json]:
    return {name: encode_value(side) for name, side in sides.items() if not isinstance(side, Missing)}


def _describe_origin(origin: Origin) -> Json:
    return {
        "name": origin.name,
        "place": origin.place,
        "expression": origin.text,
        "value": origin.value,
        "refers_to": [_describe_origin(inner) for inner in origin.origins],
    }


def _describe_facts(facts: FieldFacts) -> Json:
    return {
        "type": facts.kind,
        "title": facts.title,
        "description": facts.description,
        "immutable": facts.is_immutable,
        "sensitive": facts.is_sensitive,
        "read_only": facts.is_read_only,
        "key": facts.key,
        "allowed": [*facts.allowed],
        "minimum": facts.minimum,
        "maximum": facts.maximum,
    }
