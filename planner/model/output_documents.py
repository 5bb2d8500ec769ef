"""Output changes and checks as the objects of a saved plan, and back. What the members mean stands in its schema.

Refuses on the way back whatever the way there would not have written, with the path that leads to it.
"""

from planner.model.desired import CheckResult
from planner.model.outputs import OutputChange
from planner.model.plan_decoding import decode_diagnostic
from planner.model.plan_encoding import encode_diagnostic
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

__all__ = ["decode_check", "decode_output_change", "encode_check", "encode_output_change", "name_output_action"]

_CHANGE = frozenset({"actions", "after", "before", "name"})
_OUTPUT = frozenset({"sensitive", "type", "value"})
_CHECK = frozenset({"label", "problem", "status"})
_STATUSES: dict[bool | None, str] = {True: "pass", False: "fail", None: "unknown"}


def encode_output_change(change: OutputChange) -> dict[str, Json]:
    """Return what becomes of one output."""
    return {
        "actions": [name_output_action(change)],
        "after": _encode_output(change.after),
        "before": _encode_output(change.before),
        "name": change.name,
    }


def decode_output_change(node: Node) -> OutputChange:
    """Return what becomes of one output."""
    members = read_members(node, _CHANGE)
    change = OutputChange(
        name=read_text(members["name"]),
        before=read_optional(members["before"], _decode_output),
        after=read_optional(members["after"], _decode_output),
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


def encode_check(check: CheckResult) -> dict[str, Json]:
    """Return what came of one condition."""
    problem = None if check.problem is None else encode_diagnostic(check.problem)
    return {"label": check.label, "problem": problem, "status": _STATUSES[check.passed]}


def decode_check(node: Node) -> CheckResult:
    """Return what came of one condition."""
    members = read_members(node, _CHECK)
    return CheckResult(
        label=read_text(members["label"]),
        passed=_read_status(members["status"]),
        problem=read_optional(members["problem"], decode_diagnostic),
    )


def _encode_output(output: Output | None) -> Json:
    if output is None:
        return None
    return {"sensitive": output.is_sensitive, "type": output.type, "value": encode_value(output.value)}


def _decode_output(node: Node) -> Output:
    members = read_members(node, _OUTPUT)
    output = Output(
        value=decode_value(members["value"].value),
        type=read_text(members["type"]),
        is_sensitive=read_flag(members["sensitive"]),
    )
    if output.is_sensitive and not isinstance(output.value, Secret | Late):
        raise PlanDamaged(members["value"].path, "is the value of something sensitive")
    return output


def _read_status(node: Node) -> bool | None:
    text = read_text(node)
    for passed, status in _STATUSES.items():
        if status == text:
            return passed
    raise PlanDamaged(node.path, "is not one of the words that may stand there")
