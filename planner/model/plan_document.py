"""The document of a plan: what `-out` saves, `show` renders and `apply` performs, and nothing is lost on the way.

A digest over the whole tells an edited or truncated file. Without a key it keeps out mistakes; with one, an HMAC, it
keeps out whoever does not have the key. Either way what is read is checked to be a plan that could have been made: it
performs no request but those that its changes show.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from planner.model.check_documents import decode_condition, encode_checks, encode_condition
from planner.model.drift_documents import encode_drift
from planner.model.guard_documents import decode_exceeded, encode_exceeded
from planner.model.output_documents import decode_output_change, encode_output_change
from planner.model.outputs import OutputChange
from planner.model.plan import Plan
from planner.model.plan_contradictions import find_contradictions, find_divergence
from planner.model.plan_decoding import (
    decode_base,
    decode_capacity,
    decode_change,
    decode_cost,
    decode_diagnostic,
    decode_ignored,
    decode_left_out,
    decode_operation,
    decode_precondition,
    decode_suggested_move,
)
from planner.model.plan_encoding import (
    encode_base,
    encode_capacity,
    encode_change,
    encode_cost,
    encode_diagnostic,
    encode_ignored,
    encode_left_out,
    encode_operation,
    encode_precondition,
    encode_suggested_move,
    encode_summary,
)
from planner.model.plan_ids import shorten_plan_id
from planner.model.strict_reading import (
    Node,
    PlanAltered,
    PlanDamaged,
    PlanOutdated,
    check_depth,
    read_count,
    read_flag,
    read_items,
    read_members,
    read_text,
)
from planner.model.summary import has_changes, summarize
from state.values import Json

__all__ = [
    "FORMAT_VERSION",
    "PlanAltered",
    "PlanDamaged",
    "PlanOutdated",
    "decode_plan",
    "dumps_plan",
    "encode_plan",
    "loads_plan",
]

FORMAT_VERSION = "1.2"
"""Ours and Terraform's: what both have goes by Terraform's names.

The minor number grows when members are added, which readers ignore; the major one when they would be misled.
"""

_OLDEST = 2
"""The minor number of the oldest plans that can be read: those before had other names."""

_MEMBERS = frozenset(
    {
        "applyable",
        "checks",
        "complete",
        "conditions",
        "digest",
        "errored",
        "excluded",
        "format_version",
        "guards",
        "ignored",
        "left_out",
        "operations",
        "output_changes",
        "plan_id",
        "precondition",
        "refreshed",
        "resource_changes",
        "resource_drift",
        "short_id",
        "suggested_moves",
        "summary",
        "targets",
        "unchanged",
        "warnings",
    }
)
_OPTIONAL = frozenset({"base", "capacity", "cost"})
_HEAD = 3
"""How many members stand on the first line: the version of the format, and the id in both forms."""

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_VERSION = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")
_PLAIN, _KEYED = "sha256:", "hmac-sha256:"
_PLAN_ID = re.compile(r"[0-9a-f]{64}")


def encode_plan(plan: Plan, key: str | None = None) -> dict[str, Json]:
    """Return `plan` as the JSON document that `plan.schema.json` describes; secrets are in it as fingerprints.

    `key` makes its digest an HMAC.
    """
    content = _encode_content(plan)
    return {**content, "digest": _make_digest(_spell(content), key)}


def decode_plan(document: Json, key: str | None = None) -> Plan:
    """Return the plan that `encode_plan` wrote as `document`, with the same `key`.

    Raises:
        PlanDamaged: it is anything but what was written, or was written by a version that we cannot read.
        PlanAltered: its digest does not fit, or is not of `key`.
    """
    check_depth(document)
    return _decode(document, key)


def dumps_plan(plan: Plan, key: str | None = None) -> str:
    """Return `plan` as the text of a file: JSON in ASCII, each change and each operation on a line of its own.

    `key` makes its digest an HMAC.

    Raises:
        ValueError: a value in it is not a number that JSON knows.
    """
    spelled = _spell(_encode_content(plan))
    members = [f'"{name}": {_lay_out(texts)}' for name, texts in spelled.items()]
    # Which plan it is stands on the first line, as in every other output.
    head, rest = ", ".join(members[:_HEAD]), [*members[_HEAD:], f'"digest": "{_make_digest(spelled, key)}"']
    return "{" + ",\n  ".join([head, *rest]) + "\n}\n"


def loads_plan(text: str, key: str | None = None) -> Plan:
    """Return the plan that `dumps_plan` wrote as `text`, with the same `key`.

    Raises:
        PlanDamaged: `text` is anything but what was written, or was written by a version that we cannot read.
        PlanAltered: its digest does not fit, or is not of `key`.
    """
    try:
        document: Json = json.loads(
            text, object_pairs_hook=_read_object, parse_float=_read_float, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        raise PlanDamaged("", f"is not JSON from line {error.lineno}, column {error.colno} on") from None
    except PlanDamaged:
        raise
    except (ValueError, RecursionError):
        raise PlanDamaged("", "holds a number or a nesting that no plan has") from None
    return decode_plan(document, key)


def _encode_content(plan: Plan) -> dict[str, Json]:
    """Return the document of `plan` but for its digest."""
    return {
        "format_version": FORMAT_VERSION,
        "plan_id": plan.id,
        "short_id": shorten_plan_id(plan.id),
        "summary": encode_summary(summarize(plan)),
        "precondition": encode_precondition(plan.precondition),
        "applyable": has_changes(plan),
        "complete": not plan.is_partial,
        "refreshed": plan.is_refreshed,
        "errored": False,
        "targets": [*plan.targets],
        "excluded": [*plan.excluded],
        "left_out": [encode_left_out(one) for one in plan.left_out],
        "suggested_moves": [encode_suggested_move(move) for move in plan.suggested_moves],
        "unchanged": plan.unchanged,
        "resource_changes": [encode_change(change) for change in plan.changes],
        "resource_drift": [drift for drift in map(encode_drift, plan.changes) if drift is not None],
        "operations": [encode_operation(operation) for operation in plan.operations],
        "ignored": [encode_ignored(ignored) for ignored in plan.ignored],
        "output_changes": {change.name: encode_output_change(change) for change in plan.outputs},
        "checks": encode_checks(plan.checks),
        "conditions": [encode_condition(check) for check in plan.checks],
        "guards": [encode_exceeded(exceeded, plan.id) for exceeded in plan.guards],
        "warnings": [encode_diagnostic(warning) for warning in plan.warnings],
        **({} if plan.capacity is None else {"capacity": encode_capacity(plan.capacity)}),
        **({} if plan.cost is None else {"cost": encode_cost(plan.cost)}),
        **({} if plan.base is None else {"base": encode_base(plan.base)}),
    }


def _decode(document: Json, key: str | None) -> Plan:
    root = Node("", document, may_hold_more=_check_version(document))
    members = read_members(root, _MEMBERS, _OPTIONAL)
    content = document if isinstance(document, dict) else {}
    spelled = _spell({name: member for name, member in content.items() if name != "digest"})
    _check_digest(spelled, members["digest"], key)
    plan = Plan(
        id=_read_plan_id(members["plan_id"]),
        changes=tuple(map(decode_change, read_items(members["resource_changes"]))),
        operations=tuple(map(decode_operation, read_items(members["operations"]))),
        unchanged=read_count(members["unchanged"]),
        targets=tuple(map(read_text, read_items(members["targets"]))),
        excluded=tuple(map(read_text, read_items(members["excluded"]))),
        left_out=tuple(map(decode_left_out, read_items(members["left_out"]))),
        suggested_moves=tuple(map(decode_suggested_move, read_items(members["suggested_moves"]))),
        is_refreshed=read_flag(members["refreshed"]),
        precondition=decode_precondition(members["precondition"]),
        warnings=tuple(map(decode_diagnostic, read_items(members["warnings"]))),
        ignored=tuple(map(decode_ignored, read_items(members["ignored"]))),
        outputs=_read_outputs(members["output_changes"]),
        checks=tuple(map(decode_condition, read_items(members["conditions"]))),
        guards=tuple(map(decode_exceeded, read_items(members["guards"]))),
        capacity=decode_capacity(members["capacity"]) if "capacity" in members else None,
        cost=decode_cost(members["cost"]) if "cost" in members else None,
        base=decode_base(members["base"]) if "base" in members else None,
    )
    for path, problem in find_contradictions(plan):
        raise PlanDamaged(path, problem)
    # Another version may say more, and count something else.
    if not root.may_hold_more:
        ours = _encode_content(plan)
        if _spell(ours) != spelled:
            raise PlanDamaged(find_divergence(content, ours), "is not what the rest of the plan comes to")
    return plan


def _read_outputs(node: Node) -> tuple[OutputChange, ...]:
    if not isinstance(node.value, dict):
        raise PlanDamaged(node.path, "is not an object")
    changes = read_members(node, frozenset(node.value))
    return tuple(decode_output_change(name, change) for name, change in changes.items())


def _check_version(document: Json) -> bool:
    """Tell whether `document` is of a newer version than ours that we can read all the same."""
    found = document.get("format_version") if isinstance(document, dict) else None
    version = _VERSION.fullmatch(found) if isinstance(found, str) else None
    # Terraform's own plans have no id.
    if version is None or not isinstance(document, dict) or "plan_id" not in document:
        raise PlanDamaged("", "is not a plan that planner saved")
    ours, minor = map(int, FORMAT_VERSION.split("."))
    major, number = int(version[1]), int(version[2])
    if major == ours and number >= _OLDEST:
        return number > minor
    raise PlanOutdated(version[0], FORMAT_VERSION, is_newer=major > ours)


def _check_digest(spelled: Mapping[str, str | list[str]], written: Node, key: str | None) -> None:
    """Refuse a digest that does not fit, and one without a key where there is one: anybody could have made it."""
    text = read_text(written)
    if key is not None and text.startswith(_PLAIN):
        raise PlanAltered(written.path, "is made without a key, and PLANNER_PLAN_KEY is set")
    if key is None and text.startswith(_KEYED):
        raise PlanAltered(written.path, "is made with a key, and PLANNER_PLAN_KEY is not set")
    if not hmac.compare_digest(text.encode("utf-8", "surrogatepass"), _make_digest(spelled, key).encode()):
        other = "" if key is None else ", or PLANNER_PLAN_KEY is not what it was"
        raise PlanAltered(written.path, f"does not fit the content, so the plan was changed or cut short{other}")


def _spell(content: Mapping[str, Json]) -> dict[str, str | list[str]]:
    """Return the canonical JSON of each member; of a list, that of each item."""
    return {
        name: [_encode(item) for item in member] if isinstance(member, list) else _encode(member)
        for name, member in content.items()
    }


def _make_digest(spelled: Mapping[str, str | list[str]], key: str | None) -> str:
    """Return the digest over the canonical JSON of the whole, which is put together from that of its members."""
    members = (
        f"{_encode(name)}:{texts}" if isinstance(texts, str) else f"{_encode(name)}:[{','.join(texts)}]"
        for name, texts in sorted(spelled.items())
    )
    text = "{" + ",".join(members) + "}"
    if key is None:
        return f"{_PLAIN}{sha256(text.encode('ascii')).hexdigest()}"
    code = hmac.new(key.encode("utf-8", "surrogateescape"), text.encode("ascii"), sha256)
    return f"{_KEYED}{code.hexdigest()}"


def _read_plan_id(node: Node) -> str:
    text = read_text(node)
    if not _PLAN_ID.fullmatch(text):
        raise PlanDamaged(node.path, "is not the id of a plan")
    return text


def _lay_out(texts: str | list[str]) -> str:
    if isinstance(texts, str):
        return texts
    if not texts:
        return "[]"
    items = ",\n".join(f"    {text}" for text in texts)
    return f"[\n{items}\n  ]"


def _read_object(pairs: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise PlanDamaged("", "holds a member twice in one object")
    return members


def _read_float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise PlanDamaged("", "holds a number that is too large")
    return number


def _refuse_constant(name: str) -> Json:
    raise PlanDamaged("", f"holds {name}, which is not JSON")
