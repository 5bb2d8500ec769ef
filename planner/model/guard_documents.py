"""Limits that a plan exceeds, as members of a saved plan, and back. What the members mean stands in its schema."""

from planner.model.guard import Exceeded, GuardKind, Limit, format_allowance
from planner.model.strict_reading import (
    Node,
    read_address,
    read_choice,
    read_count,
    read_items,
    read_members,
    read_number,
    read_optional,
)
from state.values import Json

__all__ = ["decode_exceeded", "encode_exceeded"]

_EXCEEDED = frozenset({"addresses", "allow", "kind", "limit", "total", "whole"})
_LIMIT = frozenset({"number", "percent"})


def encode_exceeded(exceeded: Exceeded, plan_id: str) -> dict[str, Json]:
    """Return one limit that the plan of this id exceeds, and what `--allow` would take to let it pass."""
    return {
        "addresses": [str(address) for address in exceeded.addresses],
        "allow": format_allowance(exceeded.kind, None, plan_id),
        "kind": exceeded.kind.value,
        "limit": {"number": exceeded.limit.number, "percent": exceeded.limit.percent},
        "total": exceeded.total,
        "whole": exceeded.whole,
    }


def decode_exceeded(node: Node) -> Exceeded:
    """Return one limit that a plan exceeds."""
    members = read_members(node, _EXCEEDED)
    limit = read_members(members["limit"], _LIMIT)
    return Exceeded(
        kind=read_choice(members["kind"], GuardKind),
        limit=Limit(
            number=read_optional(limit["number"], read_count), percent=read_optional(limit["percent"], read_number)
        ),
        total=read_count(members["total"]),
        whole=read_count(members["whole"]),
        addresses=tuple(map(read_address, read_items(members["addresses"]))),
    )
