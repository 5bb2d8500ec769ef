"""Paths of fields as people type them behind an address: `cluster.web["eu"].spec.awsTags["team"]`.

Refuses a field that the schema does not know, with the name that was probably meant.
"""

import json
import re
from collections.abc import Sequence

from planner.model.paths import Key, Path, Step, format_path
from planner.model.plan import MISSING, Missing
from planner.planning.look_up import look_up
from planner.planning.sides import entry_key
from schemas import Field, cluster_field
from state.address import Address, parse_address
from state.values import Value

__all__ = ["UnknownFieldError", "name_entries", "read_field_path", "split_target"]

_STEP = re.compile(r'\.(?P<name>[^.\[\]"]+)|\[(?:(?P<number>0|[1-9][0-9]{0,8})|(?P<text>"(?:[^"\\]|\\.)*"))\]')


class UnknownFieldError(ValueError):
    """A path leads to no field; the message says from where on, `known` what may stand there."""

    def __init__(self, message: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(message)
        self.name = name
        self.known = known


def split_target(text: str) -> tuple[Address, str]:
    """Return the address that `text` begins with, and what follows it.

    Raises:
        ValueError: it begins with none.
    """
    ends = [match.start() for match in _STEP.finditer(text)]
    for end in [len(text), *reversed(ends)]:
        try:
            return parse_address(text[:end]), text[end:]
        except ValueError:
            continue
    raise ValueError(f"{text!r} does not begin with the address of a cluster, as cluster.web.spec.query.replicas does")


def read_field_path(text: str) -> tuple[Path, Field]:
    """Return the path in a Cluster that `text` spells, `.spec.query` and so on, and what the schema says of its end.

    Of a name/value pair that is what it says of the value.

    Raises:
        UnknownFieldError: there is no such field.
    """
    path: list[Step] = []
    field = cluster_field()
    for spelled in _read_steps(text):
        step, below = _step_into(spelled, field)
        if below is None:
            where = format_path(tuple(path)) or "A cluster"
            known = tuple(field.fields)
            raise UnknownFieldError(f"{where} has no field {spelled}", str(spelled), known)
        path.append(step)
        field = below
    return tuple(path), _describe_end(path, field)


def name_entries(path: Path, documents: Sequence["Value | Missing"]) -> tuple[Path, Field]:
    """Return `path` with the key of each entry that it tells by its position, and what the schema says of its end.

    The first of `documents` that has the entry tells its key: the server may give the entries in another order.
    """
    named: list[Step] = []
    field = cluster_field()
    for step in path:
        entry: Value | Missing = MISSING
        if isinstance(step, int) and (field.list_key or field.is_set):
            found = (look_up(document, (*named, step)) for document in documents)
            entry = next((one for one in found if not isinstance(one, Missing)), MISSING)
        named.append(step if isinstance(entry, Missing) else Key(entry_key(entry)))
        field = _step_into(0 if isinstance(step, Key) else step, field)[1] or field
    return tuple(named), _describe_end(named, field)


def _describe_end(path: Sequence[Step], field: Field) -> Field:
    is_pair = bool(path) and isinstance(path[-1], Key) and field.fields.keys() == {"name", "value"}
    return field.fields["value"] if is_pair else field


def _read_steps(text: str) -> list[str | int]:
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            raise UnknownFieldError(f"{text[at:]!r} cannot be read as the path of a field", text[at:], ())
        if match["number"] is not None:
            steps.append(int(match["number"]))
        else:
            steps.append(match["name"] if match["name"] is not None else str(json.loads(match["text"], strict=False)))
        at = match.end()
    return steps


def _step_into(step: str | int, field: Field) -> tuple[Step, Field | None]:
    """Return a step as a path has it, and what stands there: the entry of a keyed list is known by its key."""
    if field.kind == "any":
        return step, field
    if isinstance(step, int):
        return step, field.items if field.kind == "list" else None
    if field.kind == "list" and (field.list_key or field.is_set):
        return Key(step), field.items
    return step, field.fields.get(step, field.others)
