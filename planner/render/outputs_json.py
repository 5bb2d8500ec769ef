"""Outputs as JSON, in the form of `terraform output -json`: each with its type, its value, and whether it is sensitive.

A sensitive value is null: it is kept nowhere, and its fingerprint would say nothing to a reader.
"""

import json

from planner.model.outputs import Outputs
from planner.render.output_types import find_type
from state.values import Json, Output

__all__ = ["list_outputs", "render_output_json", "render_outputs_json"]


def render_outputs_json(outputs: Outputs) -> str:
    """Return all of `outputs` as one object, laid out for people; a newline at the end."""
    return json.dumps(list_outputs(outputs), indent=2) + "\n"


def render_output_json(output: Output) -> str:
    """Return the value of one output on one line, a newline at its end."""
    return json.dumps(_read_value(output), separators=(",", ":")) + "\n"


def list_outputs(outputs: Outputs) -> dict[str, Json]:
    """Return `outputs` as the members of a JSON object, in the order of their names."""
    return {
        name: {
            "sensitive": outputs[name].is_sensitive,
            "type": find_type(outputs[name]),
            "value": _read_value(outputs[name]),
        }
        for name in sorted(outputs)
    }


def _read_value(output: Output) -> Json:
    return None if output.is_sensitive else output.value  # type: ignore[return-value]  # only the sensitive are sealed
