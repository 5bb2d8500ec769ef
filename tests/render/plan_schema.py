"""Judging the documents of plans: by the published schema, which must describe all of them, and by Go's types."""

import json
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

from tests.render.terraform_json import PLAN, find_misfits

__all__ = ["SCHEMA", "list_faults"]

SCHEMA = json.loads((files("schemas") / "documents" / "plan.schema.json").read_text(encoding="utf-8"))


def list_faults(document: object) -> list[str]:
    """Return what is wrong with the document of a plan; a member that the schema does not describe is."""
    return [*(error.message for error in _CLOSED.iter_errors(document)), *find_misfits(document, PLAN)]


def _close_objects(schema: Any) -> Any:  # noqa: ANN401 - a JSON Schema may be anything
    """Return `schema` with nothing allowed in an object but the members that it describes."""
    match schema:
        case dict():
            closed = {name: _close_objects(member) for name, member in schema.items()}
            return {**closed, "additionalProperties": False} if isinstance(schema.get("properties"), dict) else closed
        case list():
            return [_close_objects(member) for member in schema]
        case _:
            return schema


_CLOSED = Draft202012Validator(_close_objects(SCHEMA))
