"""Output changes as members of a saved plan, and back. What the members mean stands in its schema.

Refuses on the way back whatever the way there would not have written, with the path that leads to it.
"""

from planner.model.mirrors import mirror_late, take_out_late
from planner.model.outputs import OutputChange
from planner.model.plan_decoding import read_late
from planner.model.plan_encoding import encode_late
from planner.model.strict_reading import (
    Node,
    PlanDamaged,
    read_flag,
    read_items,
    read_members,
    read_optional,
    read_text,
)
from state.values import Json, Late, Output, Secret, decode_value, encode_value

__all__ = ["decode_output_change", "encode_output_change", "name_output_action"]

_CHANGE = frozenset(
    {
        "actions",
        "after",
        "after_sensitive",
        "after_type",
        "after_unknown",
        "before",
        "before_sensitive",
        "before_type",
        "late",
    }
)


def encode_output_change(change: OutputChange) -> dict[str, Json]:
    """Return what becomes of one output; its name is left to the caller."""
    before, after = (None if side is None else encode_value(side.value) for side in (change.before, change.after))
    return {
        "actions": [name_output_action(change)],
        "after": take_out_late(after),
        "after_sensitive": change.after is not None and change.after.is_sensitive,
        "after_type": None if change.after is None else change.after.type,
        "after_unknown": mirror_late(after),
        "before": before,
        "before_sensitive": change.before is not None and change.before.is_sensitive,
        "before_type": None if change.before is None else change.before.type,
        "late": encode_late(after),
    }


def decode_output_change(name: str, node: Node) -> OutputChange:
    """Return what becomes of the output of this name."""
    members = read_members(node, _CHANGE)
    change = OutputChange(
        name=name,
        before=_read_output(members["before"], members["before_type"], members["before_sensitive"]),
        after=_read_output(
            read_late(members["after"], members["late"]), members["after_type"], members["after_sensitive"]
        ),
    )
    if change.before is None and change.after is None:
        raise PlanDamaged(node.path, "is of an output that there never is")
    if [read_text(action) for action in read_items(members["actions"])] != [name_output_action(change)]:
        raise PlanDamaged(members["actions"].path, "do not fit the two sides")
    return change


def name_output_action(change: OutputChange) -> str:
    """Return what happens to an output, in Terraform's words."""
    if change.before is None:
        return "create"
    return "delete" if change.after is None else "update"


def _read_output(value: Node, type_: Node, sensitive: Node) -> Output | None:
    """Return one side of an output: where it has no type, there is none."""
    text, is_sensitive = read_optional(type_, read_text), read_flag(sensitive)
    if text is None:
        if value.value is not None:
            raise PlanDamaged(value.path, "is the value of no output")
        return None
    output = Output(value=decode_value(value.value), type=text, is_sensitive=is_sensitive)
    if output.is_sensitive and not isinstance(output.value, Secret | Late):
        raise PlanDamaged(value.path, "is the value of something sensitive")
    return output
