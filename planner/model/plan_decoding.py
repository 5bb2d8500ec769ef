"""Decoding a plan: the parts of a saved document, read strictly, as whoever wrote it may be no friend.

Refuses whatever `encode_change` and its like would not have written, with the path that leads to it.
"""

import re
from dataclasses import replace

from planner.model.base import Base, Origin
from planner.model.capacity import Amounts, Capacity, Cost, Doubt
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.impact import SERVERS, Impact
from planner.model.impact import Severity as Harm
from planner.model.mirrors import put_in_late
from planner.model.paths import Key, Path, Step
from planner.model.plan import (
    MISSING,
    Action,
    Cause,
    Change,
    Difference,
    Ignored,
    LeftOut,
    Method,
    Missing,
    Operation,
    Precondition,
    Reason,
    SuggestedMove,
)
from planner.model.plan_encoding import ACTIONS
from planner.model.spans import Anchor, Span
from planner.model.strict_reading import (
    Node,
    PlanDamaged,
    read_address,
    read_choice,
    read_count,
    read_document,
    read_flag,
    read_items,
    read_members,
    read_number,
    read_optional,
    read_seconds,
    read_text,
)
from state.address import Address
from state.values import Json, Late, Timeouts, Value, decode_value

__all__ = [
    "decode_base",
    "decode_capacity",
    "decode_change",
    "decode_cost",
    "decode_diagnostic",
    "decode_ignored",
    "decode_left_out",
    "decode_operation",
    "decode_precondition",
    "decode_suggested_move",
    "read_late",
]

_RESOURCE = frozenset(
    {
        "address",
        "applied",
        "change",
        "cluster_id",
        "cluster_name",
        "compared",
        "depends_on",
        "differences",
        "json_patch",
        "late",
        "late_fingerprint",
        "left_alone",
        "mode",
        "name",
        "prevent_destroy",
        "protected",
        "provider_name",
        "recognised",
        "resource_version",
        "rolls_back_to",
        "timeouts",
        "triggered_by",
        "type",
    }
)
_RESOURCE_OPTIONAL = frozenset({"action_reason", "impact", "index", "module_address", "previous_address", "source"})
_IMPACT = frozenset({"detail", "servers", "severity"})
_SOURCE = frozenset({"column", "filename", "line"})
_CAPACITY = frozenset({"after", "before", "unknown"})
_AMOUNTS = frozenset({"disk_gb", "memory_gib", "servers", "vcpu"})
_COST = frozenset({"after", "before", "currency", "delta", "unknown"})
_BASE = frozenset({"commit", "origins", "ref", "undone", "unexplained"})
_ORIGIN = frozenset({"address", "origin"})
_DOUBT = frozenset({"after", "before", "staying"})
_SIDED = frozenset({"actions", "after", "after_sensitive", "after_unknown", "before", "before_sensitive"})
_LATE = frozenset({"path", "references"})
_DIAGNOSTIC = frozenset({"address", "code", "detail", "range", "severity", "summary"})
_DIFFERENCE = frozenset({"cause", "path"})
_SIDES = frozenset({"after", "applied", "before", "source"})
_OPERATION = frozenset({"address", "after", "body", "method", "number", "path"})
_TIMEOUTS = frozenset({"create", "delete", "update"})
_PRECONDITION = frozenset({"endpoint", "lineage", "serial"})
_SPAN = frozenset({"end", "filename", "start"})
_PATHS = re.compile(r"/clusters(?:/(?!\.{1,2}\Z)[A-Za-z0-9._~%-]{1,400})?")
"""The only paths that an operation may have: a plan must not reach out to anything but clusters."""


def decode_change(node: Node) -> Change:
    """Return one change; what only says again what is read here is left to be compared with what we would write."""
    members = read_members(node, _RESOURCE, _RESOURCE_OPTIONAL)
    sides = read_members(members["change"], _SIDED, frozenset({"importing"}))
    return Change(
        address=read_address(members["address"]),
        action=_read_action(sides["actions"]),
        name=read_text(members["cluster_name"]),
        id=read_optional(members["cluster_id"], read_text),
        reason=read_choice(members["action_reason"], Reason) if "action_reason" in members else None,
        moved_from=read_address(members["previous_address"]) if "previous_address" in members else None,
        is_recognised=read_flag(members["recognised"]),
        importing=_read_import(sides["importing"]) if "importing" in sides else None,
        triggered_by=_read_addresses(members["triggered_by"]),
        rolls_back_to=read_optional(members["rolls_back_to"], read_count),
        before=read_optional(sides["before"], read_document),
        after=read_optional(read_late(sides["after"], members["late"]), read_document),
        differences=tuple(map(_read_difference, read_items(members["differences"]))),
        applied=read_optional(members["applied"], read_document),
        prevent_destroy=read_flag(members["prevent_destroy"]),
        is_protected=read_flag(members["protected"]),
        depends_on=_read_addresses(members["depends_on"]),
        compared=read_text(members["compared"]),
        resource_version=read_optional(members["resource_version"], read_count),
        timeouts=_read_timeouts(members["timeouts"]),
        left_alone=tuple(map(_read_path, read_items(members["left_alone"]))),
        late_fingerprint=read_text(members["late_fingerprint"]),
        json_patch=tuple(map(_read_object, read_items(members["json_patch"]))),
        anchor=_read_anchor(members["source"]) if "source" in members else None,
        impact=_read_impact(members["impact"]) if "impact" in members else None,
    )


def _read_timeouts(node: Node) -> Timeouts:
    members = read_members(node, frozenset(), _TIMEOUTS)
    return Timeouts(**{name: read_seconds(member) for name, member in members.items()})


def read_late(side: Node, late: Node) -> Node:
    """Return one side of a change with the marks in it that `encode_late` wrote beside it."""
    document = side.value
    for item in read_items(late):
        members = read_members(item, _LATE)
        references = tuple(map(read_text, read_items(members["references"])))
        try:
            document = put_in_late(document, [*map(_read_position, read_items(members["path"]))], Late(references))
        except ValueError:
            raise PlanDamaged(members["path"].path, "does not lead to where a value comes late") from None
    return replace(side, value=document)


def decode_ignored(node: Node) -> Ignored:
    """Return what is left alone of one cluster."""
    members = read_members(node, frozenset({"address", "differences"}))
    return Ignored(
        address=read_address(members["address"]),
        differences=tuple(map(_read_difference, read_items(members["differences"]))),
    )


def decode_left_out(node: Node) -> LeftOut:
    """Return one cluster that a partial plan is not about."""
    members = read_members(node, frozenset({"actions", "address", "pending"}))
    return LeftOut(
        address=read_address(members["address"]),
        action=_read_action(members["actions"]),
        is_pending=read_flag(members["pending"]),
    )


def decode_suggested_move(node: Node) -> SuggestedMove:
    """Return one block to write down."""
    members = read_members(node, frozenset({"from", "to"}))
    return SuggestedMove(source=read_text(members["from"]), target=read_text(members["to"]))


def decode_operation(node: Node) -> Operation:
    """Return one operation."""
    members = read_members(node, _OPERATION)
    path = read_text(members["path"])
    if not _PATHS.fullmatch(path):
        raise PlanDamaged(members["path"].path, "is not the path of a cluster")
    return Operation(
        number=read_count(members["number"]),
        address=read_address(members["address"]),
        method=read_choice(members["method"], Method),
        path=path,
        body=read_optional(members["body"], read_document),
        after=tuple(map(read_count, read_items(members["after"]))),
    )


def decode_precondition(node: Node) -> Precondition:
    """Return what must still be so when the plan is applied."""
    members = read_members(node, _PRECONDITION)
    return Precondition(
        endpoint=read_text(members["endpoint"]),
        lineage=read_optional(members["lineage"], read_text),
        serial=read_count(members["serial"]),
    )


def decode_diagnostic(node: Node) -> Diagnostic:
    """Return one diagnostic."""
    members = read_members(node, _DIAGNOSTIC)
    return Diagnostic(
        severity=read_choice(members["severity"], Severity),
        code=read_text(members["code"]),
        summary=read_text(members["summary"]),
        detail=read_text(members["detail"]),
        span=read_optional(members["range"], _read_span),
        address=read_optional(members["address"], read_address),
    )


def _read_addresses(node: Node) -> tuple[Address, ...]:
    return tuple(map(read_address, read_items(node)))


def _read_import(node: Node) -> str:
    return read_text(read_members(node, frozenset({"id"}))["id"])


def _read_action(node: Node) -> Action:
    words = tuple(map(read_text, read_items(node)))
    for action, known in ACTIONS.items():
        if words == known:
            return action
    raise PlanDamaged(node.path, "is not a list of actions that go together")


def _read_difference(node: Node) -> Difference:
    members = read_members(node, _DIFFERENCE, _SIDES)
    return Difference(
        path=_read_path(members["path"]),
        cause=read_choice(members["cause"], Cause),
        before=_read_side(members.get("before")),
        after=_read_side(members.get("after")),
        applied=_read_side(members.get("applied")),
        anchor=_read_anchor(members["source"]) if "source" in members else None,
    )


def decode_base(node: Node) -> Base:
    """Return what the plan was compared with, and where its changes come from."""
    members = read_members(node, _BASE)
    origins = [read_members(one, _ORIGIN) for one in read_items(members["origins"])]
    return Base(
        ref=read_text(members["ref"]),
        commit=read_text(members["commit"]),
        origins={read_address(one["address"]): read_choice(one["origin"], Origin) for one in origins},
        unexplained=frozenset(_read_addresses(members["unexplained"])),
        undone=_read_addresses(members["undone"]),
    )


def decode_capacity(node: Node) -> Capacity:
    """Return the servers of the clusters that change."""
    members = read_members(node, _CAPACITY)
    return Capacity(
        before=_read_amounts(members["before"]),
        after=_read_amounts(members["after"]),
        doubt=_read_doubt(members["unknown"]),
    )


def _read_doubt(node: Node) -> Doubt:
    members = read_members(node, _DOUBT)
    names = {side: tuple(map(read_text, read_items(members[side]))) for side in _DOUBT}
    return Doubt(**names)


def _read_amounts(node: Node) -> Amounts:
    members = read_members(node, _AMOUNTS)
    sizes = {name: read_number(members[name]) for name in ("disk_gb", "memory_gib", "vcpu")}
    return Amounts(servers=read_count(members["servers"]), **sizes)


def decode_cost(node: Node) -> Cost:
    """Return what they cost in a month."""
    members = read_members(node, _COST)
    return Cost(
        currency=read_text(members["currency"]),
        before=read_number(members["before"]),
        after=read_number(members["after"]),
        doubt=_read_doubt(members["unknown"]),
    )


def _read_anchor(node: Node) -> Anchor:
    members = read_members(node, _SOURCE)
    line, column = read_count(members["line"]), read_count(members["column"])
    return Anchor(file=read_text(members["filename"]), line=line, column=column)


def _read_impact(node: Node) -> Impact:
    members = read_members(node, _IMPACT)
    severities = {one.name.lower(): one for one in Harm}
    severity = severities.get(read_text(members["severity"]))
    if severity is None:
        raise PlanDamaged(members["severity"].path, "is not how bad something is")
    servers = tuple(map(read_text, read_items(members["servers"])))
    if not set(servers) <= set(SERVERS):
        raise PlanDamaged(members["servers"].path, "names a kind of servers that there is not")
    return Impact(severity, servers, read_text(members["detail"]))


def _read_side(node: Node | None) -> Value | Missing:
    return MISSING if node is None else decode_value(node.value)


def _read_path(node: Node) -> Path:
    return tuple(map(_read_step, read_items(node)))


def _read_step(node: Node) -> Step:
    match node.value:
        case str(name):
            return name
        case dict():
            return Key(read_text(read_members(node, frozenset({"key"}))["key"]))
        case _:
            return read_count(node)


def _read_position(node: Node) -> str | int:
    return node.value if isinstance(node.value, str) else read_count(node)


def _read_span(node: Node) -> Span:
    members = read_members(node, _SPAN)
    return Span(file=read_text(members["filename"]), start=read_count(members["start"]), end=read_count(members["end"]))


def _read_object(node: Node) -> dict[str, Json]:
    if not isinstance(node.value, dict):
        raise PlanDamaged(node.path, "is not an object")
    return node.value
